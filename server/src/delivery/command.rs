//! A channel: a program on this machine, which gets the message as JSON on its standard input. Exit code 0
//! says that it was handed over.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::channel::{Again, Outcome, Outgoing};
use crate::storage::PASSWORD_VARIABLE;
use crate::supervisor::SOCKET_VARIABLE;

/// How often it is looked whether the program has ended. A handler of signals would do without, but takes
/// a descriptor that belongs to the process.
const LOOK_INTERVAL: Duration = Duration::from_millis(10);
/// How much of what a program writes is kept.
const OUTPUT_KEPT: u64 = 4096;

/// A program that sends messages.
#[derive(Debug)]
pub struct Program(PathBuf);

impl Program {
    /// The program in a file.
    ///
    /// # Errors
    ///
    /// There is no such file, or it cannot be run.
    pub fn new(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let metadata = path
            .metadata()
            .map_err(|error| format!("the command {shown} cannot be run: {error}"))?;
        if !metadata.is_file() || !is_executable(&metadata) {
            return Err(format!(
                "the command {shown} cannot be run: it is no file that may be executed"
            ));
        }
        // Relative to where the server was started, and not looked for in PATH.
        let path = std::path::absolute(path).map_err(|error| error.to_string())?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn shown(&self) -> String {
        self.0.display().to_string()
    }

    /// Gives a message to the program, and drops what it writes: there may be a PIN in it.
    pub async fn send(&self, message: &Outgoing, limit: Duration) -> Outcome {
        match self.start(message, Stdio::null()) {
            Ok(child) => outcome(ended(child, limit).await.map(|(status, _)| status)),
            Err(error) => cannot_run(&error),
        }
    }

    /// The same with the beginning of what the program writes to its standard error.
    pub async fn send_and_listen(&self, message: &Outgoing, limit: Duration) -> (Outcome, String) {
        match self.start(message, Stdio::piped()) {
            Ok(child) => match ended(child, limit).await {
                Ok((status, output)) => (outcome(Ok(status)), output),
                Err(unknown) => (outcome(Err(unknown)), String::new()),
            },
            Err(error) => (cannot_run(&error), String::new()),
        }
    }

    fn start(&self, message: &Outgoing, stderr: Stdio) -> io::Result<Child> {
        let mut child = Command::new(&self.0)
            .env_remove(PASSWORD_VARIABLE)
            .env_remove(SOCKET_VARIABLE)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // Less than any pipe holds, so this waits for nobody. A program that does not read it says by
            // its exit code what that means.
            let _ = input.write_all(message.json().as_bytes());
        }
        Ok(child)
    }
}

/// Waits for the end of a program; one that takes too long is killed.
async fn ended(mut child: Child, limit: Duration) -> Result<(ExitStatus, String), String> {
    let deadline = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok((status, written(&mut child))),
            Ok(None) if Instant::now() < deadline => sleep(LOOK_INTERVAL).await,
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err("it did not end in time and was killed".to_owned());
            }
            Err(error) => return Err(format!("its end was not seen: {error}")),
        }
    }
}

/// The beginning of what a program has written that has ended.
fn written(child: &mut Child) -> String {
    let mut output = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        let _ = stderr.take(OUTPUT_KEPT).read_to_end(&mut output);
    }
    String::from_utf8_lossy(&output).trim().to_owned()
}

fn outcome(ended: Result<ExitStatus, String>) -> Outcome {
    let status = match ended {
        Ok(status) => status,
        Err(reason) => return Outcome::Unknown(reason),
    };
    match status.code() {
        Some(0) => Outcome::HandedOver(None),
        Some(code) => Outcome::Refused {
            reason: format!("it ended with exit code {code}"),
            again: Again::After(Duration::ZERO),
        },
        None => Outcome::Unknown(format!("it was ended: {status}")),
    }
}

fn cannot_run(error: &io::Error) -> Outcome {
    Outcome::Refused {
        reason: format!("it could not be run: {error}"),
        again: Again::After(Duration::ZERO),
    }
}

#[cfg(unix)]
fn is_executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &std::fs::Metadata) -> bool {
    true
}
