//! The sidecar's own listener, held to the same list as nginx.
//! What is its own besides: what it says of certificates that cannot be used, and that it serves only while it runs.

use std::net::{Ipv4Addr, SocketAddr};

use ktr_room::adapter::terminator::Listener;
use ktr_room::config::{Blanks, Config, ListenTable};
use ktr_room::init;
use ktr_room::synapse::free_port;

use super::cases::PASS;
use super::judge::{Ground, Request, judge};

impl Ground {
    /// The configuration of a county on this ground that listens by itself.
    fn listening(&self) -> Config {
        let blanks = Blanks {
            port: self.synapse.homeserver.port(),
            pass_port: self.pass_port,
            listen: Some((Ipv4Addr::LOCALHOST, free_port().expect("port")).into()),
            ..Blanks::default()
        };
        let mut config = init::run(&self.folder().join("home"), &blanks).expect("init");
        let listen = config.listen.as_mut().expect("a table");
        (listen.certificate, listen.key) = (self.certificate.clone(), self.key.clone());
        config
    }
}

async fn bound(config: &Config) -> Listener {
    let listener = Listener::bind(config).await.expect("bound");
    listener.expect("a table")
}

#[tokio::test]
async fn the_own_listener_lets_through_what_is_listed_and_nothing_else() {
    let ground = Ground::new().await;
    let config = ground.listening();
    let port = config.listen.as_ref().expect("a table").address.port();
    let serving = tokio::spawn(bound(&config).await.serve());
    judge(&ground, port).await;

    // With nobody behind it, it says so and lives on.
    ground.synapse.kill();
    let versions = Request::new("GET", "/_matrix/client/versions", None);
    let heard = ground.ask(port, &versions).await;
    assert_eq!(heard.status, 502, "{heard:?}");
    assert!(heard.body.is_empty(), "{heard:?}");
    let pass = format!("/pass/4/{PASS}");
    let heard = ground.ask(port, &Request::new("GET", &pass, None)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    serving.abort();
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_named_before_anything_starts() {
    let ground = Ground::new().await;
    let sound = ground.listening();
    let refusal = |change: fn(&mut ListenTable)| {
        let mut config = sound.clone();
        change(config.listen.as_mut().expect("a table"));
        async move {
            Listener::bind(&config)
                .await
                .expect_err("refused")
                .to_string()
        }
    };
    let swapped = refusal(|listen| listen.certificate = listen.key.clone()).await;
    assert!(
        swapped.contains("room.key and its key are no pair"),
        "{swapped}"
    );
    let other = refusal(|listen| listen.key = listen.certificate.clone()).await;
    assert!(
        other.contains("must have mode 0600"),
        "a certificate is no secret: {other}"
    );
    let missing = refusal(|listen| listen.key.set_file_name("none.key")).await;
    assert!(missing.contains("none.key is missing"), "{missing}");
    let foreign = refusal(|listen| listen.address = SocketAddr::from(([192, 0, 2, 1], 443))).await;
    assert!(foreign.contains("192.0.2.1:443"), "{foreign}");
    let mut closed = sound;
    closed.listen = None;
    assert!(
        Listener::bind(&closed)
            .await
            .expect("nothing to bind")
            .is_none()
    );
}
