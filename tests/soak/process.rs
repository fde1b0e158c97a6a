//! What this process uses: the 32 threads, the library, and the proxy.

use std::fmt;
use std::fs;

#[derive(Clone, Copy)]
pub struct Usage {
    kibibytes: u64,
    descriptors: u64,
}

impl Usage {
    pub fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let resident = status.lines().find(|line| line.starts_with("VmRSS:"));
        let resident = resident.unwrap().split_whitespace().nth(1).unwrap();
        Self {
            kibibytes: resident.parse().unwrap(),
            descriptors: fs::read_dir("/proc/self/fd").unwrap().count() as u64,
        }
    }

    pub fn max(self, other: Self) -> Self {
        Self {
            kibibytes: self.kibibytes.max(other.kibibytes),
            descriptors: self.descriptors.max(other.descriptors),
        }
    }

    /// Whether it is flat: an eighth and 4 MiB, and a descriptor a thread, are the allocator's and
    /// the moment's.
    pub fn is_no_more_than(&self, earlier: &Self) -> bool {
        self.kibibytes <= earlier.kibibytes + earlier.kibibytes / 8 + 4096
            && self.descriptors <= earlier.descriptors + crate::THREADS
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mebibytes = self.kibibytes as f64 / 1024.0;
        write!(f, "{mebibytes:.1} MiB, {} descriptors", self.descriptors)
    }
}
