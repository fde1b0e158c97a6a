//! A runner: a child that is told what to call, a line each, and answers with a line each.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

pub struct Runner {
    command: Vec<OsString>,
    /// How long it may take for a call, or for its end.
    limit: Duration,
    /// None once it has failed.
    process: Option<Process>,
}

impl Runner {
    /// Starts it. `Err`: there is no such program.
    pub fn start(command: Vec<OsString>, limit: Duration) -> Result<Self, String> {
        let process = Some(Process::start(&command)?);
        Ok(Self {
            command,
            limit,
            process,
        })
    }

    /// What came of a call. `Err` says how the runner failed; the next call starts it anew.
    pub fn call(&mut self, instruction: &Value) -> Result<Value, String> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(&self.command)?,
        };
        let outcome = process.call(instruction, self.limit)?;
        self.process = Some(process);
        Ok(outcome)
    }

    /// Ends it, which it must do well by itself once its input has ended.
    pub fn end(self) -> Result<(), String> {
        match self.process {
            Some(process) => process.end(self.limit),
            None => Ok(()),
        }
    }
}

struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    fn start(command: &[OsString]) -> Result<Self, String> {
        let mut child = Command::new(&command[0])
            .args(&command[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{:?} cannot be started: {error}", command[0]))?;
        let (sender, lines) = mpsc::channel();
        let output = child.stdout.take().unwrap();
        thread::spawn(move || read_lines(output, &sender));
        Ok(Self { child, lines })
    }

    fn call(&mut self, instruction: &Value, limit: Duration) -> Result<Value, String> {
        let line = format!("{instruction}\n");
        // If it has ended, so have its lines, which tells.
        drop(
            self.child
                .stdin
                .as_ref()
                .map(|mut input| input.write_all(line.as_bytes())),
        );
        match self.lines.recv_timeout(limit) {
            Ok(line) => serde_json::from_str(&line)
                .map_err(|error| format!("the runner answered no JSON: {error}: {line}")),
            Err(RecvTimeoutError::Timeout) => Err(format!(
                "the runner did not answer within {limit:?}: killed"
            )),
            Err(RecvTimeoutError::Disconnected) => match self.wait(limit) {
                Some(status) => Err(format!("the runner ended: {status}")),
                None => Err("the runner closed its output, and went on: killed".to_owned()),
            },
        }
    }

    fn end(mut self, limit: Duration) -> Result<(), String> {
        drop(self.child.stdin.take());
        match self.wait(limit) {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(format!("the runner ended: {status}")),
            None => Err(format!("the runner did not end within {limit:?}: killed")),
        }
    }

    /// How it ended, if it does in this time.
    fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + limit;
        loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends each line until the output ends, or nobody wants them. What is no UTF-8 is replaced.
fn read_lines(output: ChildStdout, lines: &Sender<String>) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output
        .read_until(b'\n', &mut line)
        .is_ok_and(|length| length > 0)
    {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if lines.send(text).is_err() {
            return;
        }
        line.clear();
    }
}
