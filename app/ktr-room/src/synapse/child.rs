//! The homeserver's process: started in the foreground, watched by `/health`, ended by its id.
//! One that a killed sidecar left behind is taken over, not started twice.

use std::fs::{self, OpenOptions};
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use crate::adapter::matrix::Http;
use crate::error::RoomError;
use crate::file;
use crate::limits::{BOOT_SECS, KILL_SECS, STOP_SECS};

/// How a homeserver is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The Python of its virtual environment.
    pub python: PathBuf,
    /// Its data folder, with `homeserver.yaml`.
    pub data: PathBuf,
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// A second configuration file, whose keys win; tests have one.
    pub extra: Option<PathBuf>,
}

/// A running homeserver.
#[derive(Debug)]
pub struct Homeserver {
    launch: Launch,
    http: Http,
    pid: Pid,
    child: Option<Child>,
}

/// The file of the data folder for what it writes by itself.
const OUTPUT: &str = "homeserver.out";

/// How often `/health` is asked.
const POLL: Duration = Duration::from_millis(50);

impl Homeserver {
    /// Starts a homeserver, or takes over the one whose pid file names a live process of this data folder.
    /// Returns when `/health` is 200.
    ///
    /// # Errors
    /// The port is taken by something else, the Python cannot be run, or it is not healthy within two minutes.
    pub async fn start(launch: Launch) -> Result<Self, RoomError> {
        let mut begun = Self::begin(launch)?;
        begun.ready().await?;
        Ok(begun)
    }

    /// The same, and waits for nothing.
    ///
    /// # Errors
    /// The port is taken by something else, or the Python cannot be run.
    pub(crate) fn begin(launch: Launch) -> Result<Self, RoomError> {
        let http = Http::new(&format!("http://127.0.0.1:{}", launch.port))?;
        let (pid, child) = match left_behind(&launch.data)? {
            Some(pid) => (pid, None),
            None => spawn(&launch)?,
        };
        Ok(Self {
            launch,
            http,
            pid,
            child,
        })
    }

    /// Its HTTP side.
    #[must_use]
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.launch.port
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    /// Whether the process lives.
    pub fn alive(&mut self) -> bool {
        match self.child.as_mut() {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => is_ours(self.pid, &self.launch.data),
        }
    }

    /// Starts it again if it has died; returns when it is healthy.
    ///
    /// # Errors
    /// As [`Homeserver::start`].
    pub async fn revive(&mut self) -> Result<(), RoomError> {
        if !self.alive() {
            (self.pid, self.child) = spawn(&self.launch)?;
        }
        self.ready().await
    }

    /// Ends it: SIGTERM, and SIGKILL if that is not enough.
    ///
    /// # Errors
    /// The pid file cannot be removed.
    pub async fn stop(mut self) -> Result<(), RoomError> {
        self.end().await;
        if self.alive() {
            // The next start has to find it.
            return Err(RoomError::Overdue("the homeserver's end"));
        }
        match fs::remove_file(pid_file(&self.launch.data)) {
            // One that was found by its command line has none.
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Ends it and starts it anew, without what it kept in memory; returns when it is healthy.
    ///
    /// # Errors
    /// As [`Homeserver::start`].
    pub(crate) async fn restart(&mut self) -> Result<(), RoomError> {
        self.end().await;
        (self.pid, self.child) = spawn(&self.launch)?;
        self.ready().await
    }

    /// Waits until it is healthy; one that was left behind and does not answer is started anew: its nets hang with it.
    ///
    /// # Errors
    /// As [`Homeserver::start`].
    pub(crate) async fn ready_or_anew(&mut self) -> Result<(), RoomError> {
        match self.ready().await {
            Err(RoomError::Overdue(_)) if self.child.is_none() => self.restart().await,
            ready => ready,
        }
    }

    /// Ends it; whoever asks for its health starts it again.
    pub(crate) async fn end(&mut self) {
        for (signal, secs) in [(Signal::SIGTERM, STOP_SECS), (Signal::SIGKILL, KILL_SECS)] {
            if !self.alive() || kill(self.pid, signal).is_err() {
                break;
            }
            let deadline = after(secs);
            while self.alive() && Instant::now() < deadline {
                tokio::time::sleep(POLL).await;
            }
        }
    }

    /// Waits until it is healthy.
    ///
    /// # Errors
    /// It is dead, or not healthy within two minutes.
    pub(crate) async fn ready(&mut self) -> Result<(), RoomError> {
        let deadline = after(BOOT_SECS);
        while Instant::now() < deadline {
            if self.http.healthy().await {
                return Ok(());
            }
            if !self.alive() {
                // What it wrote can name members: it stays in the data folder, and is in no log of ours.
                let place = self.launch.data.join(OUTPUT);
                return Err(RoomError::ServerDead(format!("see {}", place.display())));
            }
            tokio::time::sleep(POLL).await;
        }
        Err(RoomError::Overdue("the homeserver's start"))
    }
}

fn after(secs: u64) -> Instant {
    let now = Instant::now();
    now.checked_add(Duration::from_secs(secs)).unwrap_or(now)
}

/// Starts the process and writes its pid file.
fn spawn(launch: &Launch) -> Result<(Pid, Option<Child>), RoomError> {
    drop(
        TcpListener::bind(("127.0.0.1", launch.port))
            .map_err(|_taken| RoomError::PortTaken(launch.port))?,
    );
    let output = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(launch.data.join(OUTPUT))?;
    let mut command = Command::new(&launch.python);
    command
        .args(["-m", "synapse.app.homeserver", "-c"])
        .arg(launch.data.join("homeserver.yaml"));
    if let Some(extra) = &launch.extra {
        command.arg("-c").arg(extra);
    }
    let child = command
        .current_dir(&launch.data)
        // The unit's own /tmp goes with the sidecar that dies, and long uploads and the purge need one.
        .env("TMPDIR", &launch.data)
        .env("SQLITE_TMPDIR", &launch.data)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .process_group(0)
        .spawn()
        .map_err(|error| RoomError::ServerDead(format!("{}: {error}", launch.python.display())))?;
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    let pid = id
        .map(Pid::from_raw)
        .ok_or_else(|| RoomError::ServerDead("it ended at once".to_owned()))?;
    let named = file::put(&pid_file(&launch.data), pid.as_raw().to_string().as_bytes());
    if let Err(error) = named {
        // Nobody would find it again: not who revives it, nor who ends it with its folder.
        let _gone = kill(pid, Signal::SIGKILL);
        return Err(error.into());
    }
    Ok((pid, Some(child)))
}

fn pid_file(data: &Path) -> PathBuf {
    data.join("homeserver.pid")
}

/// The homeserver of this data folder that still runs, by its pid file; without one, by the command lines of all processes.
pub(crate) fn left_behind(data: &Path) -> Result<Option<Pid>, RoomError> {
    let octets = file::find(&pid_file(data))?;
    let pid = octets
        .and_then(|octets| String::from_utf8(octets).ok()?.trim().parse().ok())
        .map(Pid::from_raw);
    match pid.filter(|pid| is_ours(*pid, data)) {
        Some(pid) => Ok(Some(pid)),
        None => Ok(running_on(data)?.into_iter().next()),
    }
}

/// Kills every homeserver that runs on a data folder, whatever its pid file says, sees that nobody answers on its port any more, and
/// removes everything in that folder: a process that lived on would write it anew.
///
/// # Errors
/// A process does not end, the port is taken by something else, or something in the folder cannot be removed.
pub(crate) async fn obliterate(data: &Path, port: u16) -> Result<(), RoomError> {
    let deadline = after(STOP_SECS);
    loop {
        let living = running_on(data)?;
        if living.is_empty() {
            break;
        }
        if Instant::now() > deadline {
            return Err(RoomError::Overdue("the homeserver's end"));
        }
        for pid in living {
            // It may end between the two.
            let _gone = kill(pid, Signal::SIGKILL);
        }
        tokio::time::sleep(POLL).await;
    }
    // A process that was killed is seen no more a moment before the kernel closes what it had open.
    while TcpListener::bind(("127.0.0.1", port)).is_err() {
        if Instant::now() > deadline {
            return Err(RoomError::PortTaken(port));
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(file::empty(data)?)
}

/// Every process that runs with this folder's configuration.
fn running_on(data: &Path) -> Result<Vec<Pid>, RoomError> {
    let mut pids = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let pid = name.to_str().and_then(|name| name.parse().ok());
        pids.extend(pid.map(Pid::from_raw).filter(|pid| is_ours(*pid, data)));
    }
    Ok(pids)
}

/// Whether a process runs with this folder's configuration: pids are used again, command lines tell.
fn is_ours(pid: Pid, data: &Path) -> bool {
    let wanted = data.join("homeserver.yaml");
    let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) else {
        return false;
    };
    line.split(|octet| *octet == 0)
        .any(|word| word == wanted.as_os_str().as_encoded_bytes())
}
