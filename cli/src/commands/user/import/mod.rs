//! `verigator user import`: registers the users in a file.
//!
//! What is there already is not remembered here but asked of the service, which knows it best: the lines are taken by
//! the batch, the list of users is read once for each batch, and who is in it is not registered again. So an import
//! that was interrupted, wherever that was, goes on by the same command; the file may be mended in between.

mod batch;
mod lines;
mod registration;
mod report;

use self::lines::Lines;
use self::report::Report;
use crate::commands::Answer;
use crate::options::ImportOptions;
use crate::problem::Result;
use crate::session::Session;
use crate::target;

/// Does it. It is a no when lines were refused.
///
/// # Errors
///
/// The file cannot be read, or the service cannot be asked; what was registered until then stays so.
pub fn run(session: &Session, options: &ImportOptions) -> Result<Answer> {
    let service = target::service(session, &options.service)?;
    let mut lines = Lines::open(&options.file, options.delimiter)?;
    let under_way = session.under_way("reading");
    let mut report = Report::new(session, &under_way);
    let done = loop {
        match batch::next(&mut lines, &mut report) {
            Ok(batch) if batch.is_empty() => break Ok(()),
            Ok(batch) => {
                let at_once = options.at_once.into();
                if let Err(problem) = batch.register(session, &service, at_once, &mut report) {
                    break Err(problem);
                }
            }
            Err(problem) => break Err(problem),
        }
    };
    report.end(done)
}
