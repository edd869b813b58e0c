//! The loop: hits are counted, ended buckets are written, due buckets are published, until SIGTERM.
//! What is due is the policy's affair; here it is done, one publication after the other.

use std::{
    collections::BTreeSet,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ktr_core::{id::SessionId, ingestion::Bucket};
use tokio::{
    net::TcpListener,
    sync::watch,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    action::Publication,
    adapter::{
        alarm,
        http::{self, Count},
    },
    book::Book,
    config::Timing,
    error::{ChainError, CollectorError},
    limits::{KEEP_EVERY, STOP_WITHIN},
    policy,
    port::{Chain, Clock, Published},
    request::Hit,
    state_folder::StateFolder,
};

/// What a collector runs on.
#[derive(Debug)]
pub struct Site {
    /// The counts on disk.
    pub folder: StateFolder,
    /// The bound port.
    pub listener: TcpListener,
    /// Times of the configuration.
    pub timing: Timing,
    /// The operator's command for alarms.
    pub on_alarm: Vec<String>,
}

/// The book as server and loop share it.
struct Shared<K> {
    book: Mutex<Book>,
    clock: K,
}

impl<K> Shared<K> {
    fn book(&self) -> MutexGuard<'_, Book> {
        // A number is a number, whatever happened to the thread that last held it.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clock + 'static> Count for Shared<K> {
    fn count(&self, hit: Hit) {
        self.book().count(hit, self.clock.now());
    }
}

/// Runs until `stop`, then writes the counts.
///
/// The port is bound but nobody is answered before the chain was read once: an unread chain would make every hit unknown.
///
/// # Errors
/// Something that only an operator can mend: the disk.
pub async fn run<C: Chain, K: Clock + Clone + 'static>(
    site: Site,
    mut chain: C,
    clock: K,
    stop: impl Future<Output = ()>,
) -> Result<(), CollectorError> {
    let mut stop = std::pin::pin!(stop);
    let pause = Duration::from_secs(site.timing.follow_secs);
    let mut voice = Voice::new(&site.on_alarm);
    tokio::select! {
        () = first_read(&mut chain, pause, &mut voice) => {}
        () = stop.as_mut() => return Ok(()),
    }
    let (record, last) = site.folder.read()?;
    let book = Book::open(record, last, chain.state(), clock.now());
    site.folder.set_mark()?;
    let shared = Arc::new(Shared {
        book: Mutex::new(book),
        clock,
    });
    let (stopped, is_stopped) = watch::channel(false);
    let counter: Arc<dyn Count> = Arc::<Shared<K>>::clone(&shared);
    let serving = tokio::spawn(http::serve(site.listener, counter, is_stopped, STOP_WITHIN));
    tracing::info!(role = "plain", "counting");
    let outcome = tokio::select! {
        outcome = keep(&site.folder, &shared) => outcome,
        never = follow(&mut chain, &shared, pause, site.timing, &mut voice) => match never {},
        () = stop => Ok(()),
    };
    stopped.send_replace(true);
    // The server ends by itself; how is not told.
    drop(serving.await);
    outcome?;
    let record = shared.book().record();
    site.folder.close(&record)?;
    tracing::info!(role = "plain", "stopped");
    Ok(())
}

/// Reads the chain for the first time, however long that takes.
async fn first_read<C: Chain>(chain: &mut C, pause: Duration, voice: &mut Voice) {
    while let Err(error) = chain.advance().await {
        voice.complain(&error);
        sleep(pause).await;
    }
}

/// Writes the book whenever a bucket has ended, and at no other time.
async fn keep<K: Clock>(folder: &StateFolder, shared: &Shared<K>) -> Result<(), CollectorError> {
    let mut tick = interval(KEEP_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let ended = {
            let mut book = shared.book();
            book.close(shared.clock.now()).then(|| book.record())
        };
        if let Some(record) = ended {
            folder.write(&record)?;
        }
    }
}

/// Reads the chain and publishes what is due.
async fn follow<C: Chain, K: Clock>(
    chain: &mut C,
    shared: &Shared<K>,
    pause: Duration,
    timing: Timing,
    voice: &mut Voice,
) -> std::convert::Infallible {
    let mut refused = BTreeSet::new();
    loop {
        sleep(pause).await;
        if let Err(error) = chain.advance().await {
            voice.complain(&error);
            continue;
        }
        voice.calm();
        let due = {
            let mut book = shared.book();
            book.learn(chain.state());
            policy::due(&book, chain.state(), shared.clock.now(), timing.publish())
        };
        for publication in due {
            publish(chain, &publication, &mut refused, voice).await;
        }
    }
}

/// Publishes one bucket. What is refused for good is not sent again by this process.
async fn publish<C: Chain>(
    chain: &C,
    publication: &Publication,
    refused: &mut BTreeSet<(SessionId, Bucket)>,
    voice: &mut Voice,
) {
    let place = (publication.session, publication.bucket);
    if refused.contains(&place) {
        return;
    }
    let (session, bucket) = (publication.session.0, publication.bucket.number());
    match chain.publish(publication).await {
        Ok(Published::Now(transaction)) => {
            tracing::info!(role = "plain", session, bucket, %transaction, "published");
        }
        Ok(Published::Before) => {
            tracing::info!(role = "plain", session, bucket, "published before");
        }
        Ok(Published::NotYet) => {}
        Err(error) => {
            refused.insert(place);
            tracing::warn!(role = "plain", session, bucket, code = error.code(), %error, "not published");
            alarm::ring(&voice.on_alarm, error.code());
        }
    }
}

/// Complains about a silent chain once, not at every look.
struct Voice {
    on_alarm: Vec<String>,
    complained: bool,
}

impl Voice {
    fn new(on_alarm: &[String]) -> Self {
        Self {
            on_alarm: on_alarm.to_vec(),
            complained: false,
        }
    }

    fn complain(&mut self, error: &ChainError) {
        if !self.complained {
            alarm::ring(&self.on_alarm, error.code());
        }
        self.complained = true;
    }

    const fn calm(&mut self) {
        self.complained = false;
    }
}
