//! The company: programs that run for many acts — room sidecars, agents, the collector — and how they are ended.
//! What they do is theirs; the acts only look at what comes of it.

use std::{
    fs::{self, File},
    io::{self, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use nix::{
    errno::Errno,
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::Failure;

/// One running program.
#[derive(Debug)]
struct Running {
    name: String,
    program: PathBuf,
    home: PathBuf,
    child: Child,
}

/// All programs that run beside the network.
#[derive(Debug, Default)]
pub(crate) struct Company {
    running: Vec<Running>,
}

impl Company {
    /// Starts `program --home HOME start`; what it says goes to `logs/NAME.log`.
    pub(crate) fn start(
        &mut self,
        logs: &Path,
        name: &str,
        program: &Path,
        home: &Path,
    ) -> Result<(), Failure> {
        let child = spawn(logs, name, program, home)?;
        let (name, program) = (name.to_owned(), program.to_path_buf());
        note(logs, &name, child.id())?;
        self.running.push(Running {
            name,
            program,
            home: home.to_path_buf(),
            child,
        });
        Ok(())
    }

    /// Kills one program with -9 and gives it back to be started again.
    pub(crate) fn kill(&mut self, name: &str) -> Result<(), Failure> {
        let running = self.find(name)?;
        running.child.kill()?;
        running.child.wait()?;
        Ok(())
    }

    /// Starts a killed program again where it was.
    pub(crate) fn revive(&mut self, logs: &Path, name: &str) -> Result<(), Failure> {
        let running = self.find(name)?;
        let child = spawn(logs, name, &running.program, &running.home)?;
        note(logs, name, child.id())?;
        running.child = child;
        Ok(())
    }

    /// Whether everybody still runs; names the first that does not.
    pub(crate) fn is_alive(&mut self) -> Result<(), Failure> {
        for running in &mut self.running {
            if let Some(status) = running.child.try_wait()? {
                return Err(Failure::new(format!(
                    "{} ended with {status}; its words are in logs/{}.log",
                    running.name, running.name
                )));
            }
        }
        Ok(())
    }

    /// Asks everybody to stop, all at once, and waits until they have.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        for running in &self.running {
            if let Ok(id) = i32::try_from(running.child.id()) {
                match kill(Pid::from_raw(id), Signal::SIGTERM) {
                    // It may have ended by itself; then there is nobody to ask.
                    Ok(()) | Err(Errno::ESRCH) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        for mut running in self.running.drain(..) {
            running.child.wait()?;
        }
        Ok(())
    }

    fn find(&mut self, name: &str) -> Result<&mut Running, Failure> {
        let found = self.running.iter_mut().find(|running| running.name == name);
        found.ok_or_else(|| Failure::new(format!("{name} is not in the company")))
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        // A play that failed half-way leaves nobody behind.
        drop(self.end());
    }
}

/// The file beside the logs that names everybody ever started, for whoever has to clean up after a play that was killed.
const PIDS: &str = "pids";

fn note(logs: &Path, name: &str, pid: u32) -> Result<(), Failure> {
    let mut pids = File::options()
        .create(true)
        .append(true)
        .open(logs.join(PIDS))?;
    writeln!(pids, "{name} {pid}")?;
    Ok(())
}

/// Ends what a killed play left behind: only processes whose command line names its folder.
pub(crate) fn sweep(out: &Path) -> Result<(), Failure> {
    let Ok(pids) = fs::read_to_string(out.join("logs").join(PIDS)) else {
        return Ok(());
    };
    let out = fs::canonicalize(out)?;
    for pid in pids
        .lines()
        .filter_map(|line| line.split(' ').nth(1)?.parse::<i32>().ok())
    {
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_else(|_| Vec::new());
        let is_ours = String::from_utf8_lossy(&command).contains(&*out.to_string_lossy());
        if is_ours {
            kill(Pid::from_raw(pid), Signal::SIGTERM)
                .map_err(|error| Failure::of("kill", error))?;
        }
    }
    Ok(())
}

fn spawn(logs: &Path, name: &str, program: &Path, home: &Path) -> Result<Child, Failure> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(logs.join(format!("{name}.log")))?;
    let said = log.try_clone()?;
    Command::new(program)
        .arg("--home")
        .arg(home)
        .arg("start")
        .stdin(Stdio::null())
        .stdout(Stdio::from(log))
        .stderr(Stdio::from(said))
        .spawn()
        .map_err(|error| Failure::of(program.display(), error))
}

/// Ports on loopback that are free now.
pub(crate) fn free_ports(count: usize) -> Result<Vec<u16>, Failure> {
    // All are held until the last is known, so that none comes twice.
    let held: Vec<TcpListener> = (0..count)
        .map(|_| TcpListener::bind(("127.0.0.1", 0)))
        .collect::<io::Result<_>>()?;
    held.iter()
        .map(|listener| Ok(listener.local_addr()?.port()))
        .collect()
}
