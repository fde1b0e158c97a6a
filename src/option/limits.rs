//! Defaults and limits, as data alone: the build reads this file as well, for the description of the C
//! API.

pub(crate) const DEFAULT_BASE_URL: &str = "https://api.verigator.com";
pub(crate) const DEFAULT_USER_AGENT: &str = concat!("libverigator/", env!("CARGO_PKG_VERSION"));
pub(crate) const DEFAULT_ALLOW_PLAIN_HTTP: bool = false;

pub(crate) const CONNECT_TIMEOUT: Setting = Setting::time("the connect timeout", 5_000);
pub(crate) const TIMEOUT: Setting = Setting::time("the timeout", 30_000);
pub(crate) const MAX_RETRY_WAIT: Setting =
    Setting::time("the longest wait between attempts", 2_000);
pub(crate) const IDLE_TIMEOUT: Setting = Setting::time("the idle timeout", 30_000);
pub(crate) const MAX_RETRIES: Setting = Setting {
    number: Number::new("the number of retries", "", 0, 10),
    default: 2,
};
pub(crate) const MAX_CONNECTIONS: Setting = Setting {
    number: Number::new("the number of connections of a queue", "", 1, 65_536),
    default: 256,
};
pub(crate) const MAX_IDLE_CONNECTIONS: Setting = Setting {
    number: Number::new("the number of idle connections", "", 0, 1024),
    default: 16,
};
pub(crate) const MAX_RESPONSE_BYTES: Setting = Setting {
    number: Number::new("the largest reply", " bytes", 1, 64 << 20),
    default: 1 << 20,
};

/// The longest base URL or proxy, in bytes.
pub(crate) const LONGEST_URL: usize = 2048;
/// The longest text that goes into a header, such as the user agent, in bytes.
pub(crate) const LONGEST_HEADER_TEXT: usize = 1024;

/// A whole number between two others.
pub(crate) struct Number {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) least: u32,
    pub(crate) most: u32,
}

/// An option that is one.
pub(crate) struct Setting {
    pub(crate) number: Number,
    pub(crate) default: u32,
}

impl Number {
    pub(crate) const fn new(name: &'static str, unit: &'static str, least: u32, most: u32) -> Self {
        Self {
            name,
            unit,
            least,
            most,
        }
    }
}

impl Setting {
    const fn time(name: &'static str, default: u32) -> Self {
        Self {
            number: Number::new(name, " ms", 1, 3_600_000),
            default,
        }
    }
}
