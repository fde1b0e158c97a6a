//! Where the log goes: to stderr, by a thread of its own. Whoever has a line to log hands it over and goes
//! on, though nobody may be reading stderr. What there is no room for is dropped and counted.

use std::io::{self, ErrorKind, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::metrics::Counter;

/// How many bytes may wait to be written; as many more may be under way.
const ROOM: usize = 1 << 20;
/// How long lines may wait for others, so that a busy server wakes the thread up for many at once.
const GATHERING: Duration = Duration::from_millis(2);
/// How long to wait for a stderr that cannot take more and does not wait itself.
const PAUSE: Duration = Duration::from_millis(10);

/// Takes the lines of the log. Clones share one thread and its room.
#[derive(Clone)]
pub struct LogWriter(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    dropped: Counter,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<u8>,
    /// Whether the thread is writing what it has taken.
    writing: bool,
}

impl LogWriter {
    /// A log to stderr.
    pub fn to_stderr() -> Self {
        Self::to(io::stderr())
    }

    fn to(sink: impl Write + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let writer = shared.clone();
        thread::spawn(move || writer.write_to(sink));
        Self(shared)
    }

    /// How many lines were dropped, for want of room or because they could not be written.
    pub fn dropped(&self) -> Counter {
        self.0.dropped.clone()
    }

    /// Waits until all is written, but no longer than `limit`.
    pub fn flush(&self, limit: Duration) {
        let pending = |queue: &mut Queue| queue.writing || !queue.waiting.is_empty();
        let queue = self.0.queue();
        let _ = self.0.changed.wait_timeout_while(queue, limit, pending);
    }
}

/// One write is one line: either all of it is taken or nothing.
impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut queue = self.0.queue();
        if queue.waiting.len() + line.len() <= ROOM {
            // The thread sleeps until there is a first line, and then takes what there is.
            if queue.waiting.is_empty() {
                self.0.changed.notify_all();
            }
            queue.waiting.extend_from_slice(line);
        } else {
            self.0.dropped.add(1);
        }
        Ok(line.len())
    }

    /// Does not wait; [`LogWriter::flush`] does.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut sink: impl Write) {
        let mut told = 0;
        loop {
            let lost = write(&mut sink, &self.take());
            self.dropped.add(lost);
            let dropped = self.dropped.get();
            if lost == 0 && dropped > told {
                told = dropped;
                tracing::error!(
                    dropped,
                    "lines of the log were dropped since the start: stderr was not read or could not be \
                     written"
                );
            }
            self.queue().writing = false;
            self.changed.notify_all();
        }
    }

    /// Waits for lines and takes all there are.
    fn take(&self) -> Vec<u8> {
        let queue = self.queue();
        let empty = |queue: &mut Queue| queue.waiting.is_empty();
        let queue = self.changed.wait_while(queue, empty);
        let queue = queue.unwrap_or_else(PoisonError::into_inner);
        // Nobody wakes it up now: what waits already is no news.
        let gathering = |_: &mut Queue| true;
        let gathered = self.changed.wait_timeout_while(queue, GATHERING, gathering);
        let (mut queue, _) = gathered.unwrap_or_else(PoisonError::into_inner);
        queue.writing = true;
        mem::take(&mut queue.waiting)
    }
}

/// Writes lines and gives the number of those that were lost.
fn write(sink: &mut impl Write, mut lines: &[u8]) -> u64 {
    while !lines.is_empty() {
        match sink.write(lines) {
            Ok(written) if written > 0 => lines = &lines[written..],
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            // Whoever started this process made its stderr one that does not wait.
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
            _ => return lines.iter().filter(|byte| **byte == b'\n').count() as u64,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Says how much it is to write, and then fails until it is let.
    struct Gate {
        asked: mpsc::Sender<usize>,
        open: mpsc::Receiver<()>,
    }

    impl Write for Gate {
        fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
            let _ = self.asked.send(lines.len());
            match self.open.recv() {
                Ok(()) => Ok(lines.len()),
                Err(_) => Err(ErrorKind::BrokenPipe.into()),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn gated() -> (LogWriter, mpsc::Receiver<usize>, mpsc::Sender<()>) {
        let (asked, is_asked) = mpsc::channel();
        let (open, opened) = mpsc::channel();
        let gate = Gate {
            asked,
            open: opened,
        };
        (LogWriter::to(gate), is_asked, open)
    }

    #[test]
    fn a_line_is_dropped_when_there_is_no_room_and_nobody_waits() {
        let (mut log, asked, open) = gated();
        let line = [&[b'x'; ROOM / 4 - 1][..], b"\n"].concat();
        log.write_all(b"first\n").unwrap();
        assert_eq!(asked.recv().unwrap(), 6);
        for _ in 0..6 {
            log.write_all(&line).unwrap();
        }
        assert_eq!(log.dropped().get(), 2);
        open.send(()).unwrap();
        assert_eq!(asked.recv().unwrap(), ROOM);
        open.send(()).unwrap();
        log.flush(Duration::from_secs(60));
        assert_eq!(log.dropped().get(), 2);
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted() {
        let (mut log, asked, open) = gated();
        log.write_all(b"one\n").unwrap();
        asked.recv().unwrap();
        log.write_all(b"two\n").unwrap();
        log.write_all(b"three\n").unwrap();
        drop(open);
        log.flush(Duration::from_secs(60));
        assert_eq!(log.dropped().get(), 3);
    }

    #[test]
    fn a_flush_waits_no_longer_than_it_may() {
        let (mut log, asked, _open) = gated();
        log.write_all(b"never written\n").unwrap();
        asked.recv().unwrap();
        log.flush(Duration::from_millis(1));
    }
}
