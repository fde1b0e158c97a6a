//! A limit that the operating system puts on this process.

use libc::{__rlimit_resource_t as Resource, rlimit};

/// It ends when it is dropped.
pub struct Limit {
    resource: Resource,
    before: rlimit,
}

impl Limit {
    /// At most so much of this resource, such as `RLIMIT_AS`.
    pub fn new(resource: Resource, most: u64) -> Self {
        let mut before = rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: a valid place to write the limit to.
        let got = unsafe { libc::getrlimit(resource, &raw mut before) };
        assert_eq!(got, 0);
        let limit = Self { resource, before };
        limit.set(rlimit {
            rlim_cur: most,
            ..before
        });
        limit
    }

    fn set(&self, limit: rlimit) {
        // SAFETY: a valid limit to read.
        let set = unsafe { libc::setrlimit(self.resource, &raw const limit) };
        assert_eq!(set, 0);
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        self.set(self.before);
    }
}
