//! Each request of a plan, once, over as many connections.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::connection::{Answer, Connection};
use crate::options::Options;
use crate::plan::{self, Step};

/// What all clients share.
struct Load<'a> {
    options: &'a Options,
    plan: &'a [Step],
    next: AtomicUsize,
    began: Instant,
}

/// Makes the requests and prints how long the answers took.
pub fn run(options: &Options) -> io::Result<()> {
    let plan = plan::read(&options.argument, &options.auth)?;
    let connections = connect(options)?;
    let load = Load {
        options,
        plan: &plan,
        next: AtomicUsize::new(0),
        began: Instant::now(),
    };
    let mut times = thread::scope(|scope| {
        let clients: Vec<_> = connections
            .into_iter()
            .map(|connection| scope.spawn(|| load.client(connection)))
            .collect();
        let mut times = Vec::with_capacity(plan.len());
        for client in clients {
            times.extend(client.join().expect("a client does not panic")?);
        }
        io::Result::Ok(times)
    })?;
    let elapsed = load.began.elapsed();
    times.sort_unstable();
    println!(
        "{}",
        json!({
            "calls": times.len(),
            "elapsed_s": elapsed.as_secs_f64(),
            "p50_us": quantile(&times, 0.5),
            "p99_us": quantile(&times, 0.99),
            "longest_us": quantile(&times, 1.0),
        })
    );
    Ok(())
}

/// The connections, spread over the servers.
fn connect(options: &Options) -> io::Result<Vec<Connection>> {
    let addresses = options.addresses.iter().cycle();
    (0..options.connections)
        .zip(addresses)
        .map(|(number, address)| Connection::open(address, number % options.sources))
        .collect()
}

impl Load<'_> {
    /// Makes requests as long as there are any, and gives how long each took.
    fn client(&self, mut connection: Connection) -> io::Result<Vec<Duration>> {
        let mut times = Vec::new();
        loop {
            let number = self.next.fetch_add(1, Relaxed);
            let Some(step) = self.plan.get(number) else {
                return Ok(times);
            };
            let due = self.due(number);
            check(step, &connection.ask(&step.request)?)?;
            times.push(due.elapsed());
        }
    }

    /// Waits until a request is due. One that had to wait for another's answer was due before it is
    /// made, so that its waiting counts.
    fn due(&self, number: usize) -> Instant {
        let Some(rate) = self.options.rate else {
            return Instant::now();
        };
        let due = self.began + Duration::from_secs_f64(number as f64 / rate);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        due
    }
}

fn check(step: &Step, answer: &Answer) -> io::Result<()> {
    let body = String::from_utf8_lossy(answer.body);
    let is_right = answer.status < 300 && body.contains(&step.answer);
    match is_right || step.answer.is_empty() {
        true => Ok(()),
        false => Err(io::Error::other(format!(
            "answered {}, and not with {}: {body}",
            answer.status, step.answer
        ))),
    }
}

/// Of sorted times, in microseconds.
fn quantile(times: &[Duration], part: f64) -> f64 {
    let last = times.len().saturating_sub(1);
    let place = (last as f64 * part).round() as usize;
    times
        .get(place)
        .map_or(0.0, |time| time.as_secs_f64() * 1e6)
}
