//! What the command line asks for.

use std::io;
use std::str::FromStr;

/// What the command line asks for.
pub struct Options {
    /// What to do.
    pub command: String,
    /// A file with a plan, or a path on the server.
    pub argument: String,
    /// Where the servers are: `host:port`.
    pub addresses: Vec<String>,
    /// Name and password, where the plan has none.
    pub auth: String,
    /// How many connections there are.
    pub connections: usize,
    /// Requests a second at fixed times; without it, as fast as answers come.
    pub rate: Option<f64>,
    /// How many addresses the connections come from.
    pub sources: usize,
    /// Whether a list is read by pages.
    pub pages: bool,
}

impl Options {
    /// Reads them.
    pub fn read() -> io::Result<Self> {
        let mut arguments = std::env::args().skip(1);
        let mut next = |what: &str| {
            let missing = || io::Error::other(format!("{what} is missing"));
            arguments.next().ok_or_else(missing)
        };
        let mut options = Self {
            command: next("the command")?,
            argument: next("the plan or path")?,
            addresses: Vec::new(),
            auth: String::new(),
            connections: 1,
            rate: None,
            sources: 1,
            pages: false,
        };
        while let Ok(option) = next("") {
            match option.as_str() {
                "--url" => options.addresses.push(address(&next("a URL")?)?),
                "--auth" => options.auth = next("name and password")?,
                "--connections" => options.connections = number(&next("a number")?)?,
                "--rate" => options.rate = Some(number(&next("a rate")?)?),
                "--sources" => options.sources = number(&next("a number")?)?,
                "--pages" => options.pages = true,
                other => return Err(io::Error::other(format!("{other} is no option"))),
            }
        }
        match options.addresses.is_empty() {
            true => Err(io::Error::other("--url is missing")),
            false => Ok(options),
        }
    }
}

fn address(url: &str) -> io::Result<String> {
    let address = url.strip_prefix("http://").map(str::to_owned);
    address.ok_or_else(|| io::Error::other(format!("{url} is not http://HOST:PORT")))
}

fn number<T: FromStr>(text: &str) -> io::Result<T> {
    let wrong = |_| io::Error::other(format!("\"{text}\" is not such a number"));
    text.parse().map_err(wrong)
}
