//! The program `verigator-server`: reads its options and does what they say.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use verigator_server::log_writer::LogWriter;
use verigator_server::{commands, option_sources};

/// How long the end of the process waits for whoever reads stderr.
const LAST_LINES: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let options = option_sources::options(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let mut log = LogWriter::to_stderr();
    let code = match commands::run(options, &log) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // With nobody to tell it to, the exit code says it.
            let _ = log.write_all(format!("verigator-server: {problem}\n").as_bytes());
            ExitCode::FAILURE
        }
    };
    log.flush(LAST_LINES);
    code
}
