//! How long things take: how many of them took no longer than each of a few times.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Durations, counted by upper bounds in seconds, of which the last is infinite. Clones share them.
#[derive(Debug, Clone)]
pub struct Histogram(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    bounds: &'static [f64],
    /// One more than there are bounds.
    counts: Vec<AtomicU64>,
    microseconds: AtomicU64,
}

impl Histogram {
    /// One that has seen nothing, with bounds that grow.
    pub fn with(bounds: &'static [f64]) -> Self {
        Self(Arc::new(Counts {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            microseconds: AtomicU64::new(0),
        }))
    }

    /// Counts something that took so long.
    pub fn add(&self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        let place = self.0.bounds.partition_point(|bound| *bound < seconds);
        self.0.counts[place].fetch_add(1, Ordering::Relaxed);
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.0
            .microseconds
            .fetch_add(microseconds, Ordering::Relaxed);
    }

    /// Writes it as Prometheus has it, under a name and with a label.
    pub fn write(&self, name: &str, label: &str, text: &mut String) {
        let mut total = 0;
        let bounds = self.0.bounds.iter().map(f64::to_string);
        let bounds = bounds.chain(["+Inf".to_owned()]);
        for (bound, count) in bounds.zip(&self.0.counts) {
            total += count.load(Ordering::Relaxed);
            let _ = writeln!(text, "{name}_bucket{{{label},le=\"{bound}\"}} {total}");
        }
        let sum = Duration::from_micros(self.0.microseconds.load(Ordering::Relaxed));
        let _ = writeln!(text, "{name}_sum{{{label}}} {}", sum.as_secs_f64());
        let _ = writeln!(text, "{name}_count{{{label}}} {total}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_as_long_as_a_bound_is_counted_there_and_in_all_above() {
        let histogram = Histogram::with(&[0.5, 1.0]);
        for milliseconds in [100, 500, 501, 1001] {
            histogram.add(Duration::from_millis(milliseconds));
        }
        let mut text = String::new();
        histogram.write("x_seconds", "kind=\"read\"", &mut text);
        let expected = "x_seconds_bucket{kind=\"read\",le=\"0.5\"} 2\n\
                        x_seconds_bucket{kind=\"read\",le=\"1\"} 3\n\
                        x_seconds_bucket{kind=\"read\",le=\"+Inf\"} 4\n\
                        x_seconds_sum{kind=\"read\"} 2.102\n\
                        x_seconds_count{kind=\"read\"} 4\n";
        assert_eq!(text, expected);
    }
}
