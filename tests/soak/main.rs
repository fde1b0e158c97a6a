//! A soak: 32 threads log users in through one context of the C API, while the server closes,
//! delays, errs, is killed and restarted, and children are forked that use the context too.
//!
//! It takes ten seconds, or as many as `SOAK_SECONDS` says: `make soak` is ten minutes. On a slow
//! machine it takes longer: until users have logged in between the kills.

mod child;
mod context;
mod counts;
mod process;
mod proxy;
mod server;
#[path = "../support/mod.rs"]
mod support;

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use context::Context;
use counts::Counts;
use process::Usage;
use proxy::Proxy;
use server::Server;

const THREADS: u64 = 32;
/// How long the server is left to live, unless nobody has logged in yet.
const KILL_INTERVAL: Duration = Duration::from_secs(5);
/// How often it is restarted, at least.
const RESTARTS: u32 = 2;
/// How much longer than it should this waits for logins, before it says that there are none.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often memory and descriptors are looked at.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(250);

#[test]
fn nothing_is_answered_wrongly_sent_twice_or_leaked() {
    let length = std::env::var("SOAK_SECONDS").map_or(10, |seconds| seconds.parse().unwrap());
    let length = Duration::from_secs(length);
    let mut server = Server::start();
    let proxy = Proxy::start(server.address());
    let context = Context::new(&proxy.base_url());
    let soak = Soak {
        service: service(&context),
        serial: AtomicU64::new(0),
        restarts: AtomicU32::new(0),
        counts: Counts::default(),
        end: Instant::now() + length,
        context,
        proxy,
    };
    let mut samples = Vec::new();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| soak.log_users_in());
        }
        samples = soak.kill_and_sample(&mut server, (length / 5).min(KILL_INTERVAL));
    });

    let (early, late) = usage(&samples);
    println!("soak of {} s, {THREADS} threads", length.as_secs());
    println!("  server: killed and restarted {} times", soak.restarts());
    println!("  requests that arrived, and what became of them:");
    soak.proxy.print();
    soak.counts.print();
    println!("  early: {early}; late: {late}");
    soak.counts.check();
    assert!(soak.restarts() >= RESTARTS, "the server was not restarted");
    assert!(late.is_no_more_than(&early), "something leaks");
}

/// Creates the service. Nobody else sends yet, and what was made before a lost answer is in the way
/// of the same name only.
fn service(context: &Context) -> String {
    let mut names = (0..).map(|number| format!("{number}.example.com"));
    names
        .find_map(|fqdn| context.create_service(&fqdn).ok())
        .unwrap()
}

/// The most that was used after warming up (in the second fifth of the time), and in the last fifth.
fn usage(samples: &[Usage]) -> (Usage, Usage) {
    let fifth = samples.len() / 5;
    let most = |samples: &[Usage]| samples.iter().copied().reduce(Usage::max).unwrap();
    (
        most(&samples[fifth..=2 * fifth]),
        most(&samples[4 * fifth..]),
    )
}

/// What all threads share.
struct Soak {
    context: Context,
    proxy: Proxy,
    service: String,
    /// Numbers the users: each logs in once.
    serial: AtomicU64,
    restarts: AtomicU32,
    counts: Counts,
    end: Instant,
}

impl Soak {
    fn restarts(&self) -> u32 {
        self.restarts.load(Ordering::Relaxed)
    }

    fn goes_on(&self) -> bool {
        let now = Instant::now();
        now < self.end || (now < self.end + PATIENCE && self.restarts() < RESTARTS)
    }

    fn log_users_in(&self) {
        while self.goes_on() {
            let serial = self.serial.fetch_add(1, Ordering::Relaxed);
            let user = self.create_user(serial);
            if let Some(user) = user {
                self.log_in(&user);
                self.counts
                    .call(self.context.delete_user(&self.service, &user));
                self.counts.arrived(self.proxy.forget(&user));
            }
        }
    }

    fn create_user(&self, serial: u64) -> Option<String> {
        let (phone, name) = (format!("+372{serial:08}"), format!("user-{serial}-"));
        let user = self.context.create_user(&self.service, &phone, &name);
        self.counts.arrived(self.proxy.forget(&name));
        self.counts.call(user)
    }

    /// One login: a wrong PIN, the right one, and the right one again.
    fn log_in(&self, user: &str) {
        let started = self.context.initiate(&self.service, user);
        if self.counts.call(started).is_none() {
            return;
        }
        let Some(pin) = self.proxy.pin(user) else {
            return; // lost, when the outbox was cleared
        };
        let wrong = format!("not {pin}");
        let denied = self.verify(user, &wrong);
        self.counts.wrong_pin(denied);
        let first = self.verify(user, &pin);
        self.counts.right_pin(first);
        // If the answer was lost, the PIN may not have arrived, and this is the first time.
        let again = self.verify(user, &pin);
        self.counts.same_pin_again(first, again);
    }

    /// A child registers a user, and sees that it is the one.
    fn fork_a_child(&self) {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let (phone, name) = (format!("+372{serial:08}"), format!("child-{serial}-"));
        let fate = child::fork(|| {
            self.context
                .create_user(&self.service, &phone, &name)
                .is_ok()
        });
        self.counts.child(fate);
        self.counts.arrived(self.proxy.forget(&name));
    }

    fn verify(&self, user: &str, token: &str) -> Option<bool> {
        let answer = self.context.verify(&self.service, user, token);
        self.counts.call(answer)
    }

    /// Kills the server again and again, until the end.
    fn kill_and_sample(&self, server: &mut Server, interval: Duration) -> Vec<Usage> {
        let mut samples = Vec::new();
        let (mut killing, mut logins) = (Instant::now() + interval, 0);
        while self.goes_on() {
            thread::sleep(SAMPLE_INTERVAL);
            samples.push(Usage::now());
            self.fork_a_child();
            if Instant::now() >= killing && self.counts.logins() > logins {
                server.restart();
                self.proxy.clear_outbox();
                self.restarts.fetch_add(1, Ordering::Relaxed);
                (killing, logins) = (Instant::now() + interval, self.counts.logins());
            }
        }
        samples
    }
}
