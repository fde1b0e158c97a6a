//! The languages, and in which ways each makes calls: what a runner is asked for.

/// A language that has a runner.
pub struct Language {
    pub name: &'static str,
    /// In which ways it makes calls. None of them may be left out.
    pub ways: &'static [Way],
    /// What its text is made of.
    pub text: Units,
    /// What it calls itself to the service, unless a case sets `user_agent`.
    user_agent: &'static str,
}

/// A way to make a call.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Way {
    /// The plain call, which waits.
    Blocking,
    /// What the language has for many calls at once.
    Queue,
    /// C's functions with a single output, of the two operations that have one.
    Simple,
    /// C++'s functions that return errors in place of throwing them.
    Returning,
}

/// All ways, in the order of the summary.
pub const WAYS: [Way; 4] = [Way::Blocking, Way::Returning, Way::Simple, Way::Queue];

/// What the text of a language is made of: in which form it gets what is no Unicode.
#[derive(Clone, Copy)]
pub enum Units {
    /// Any bytes, which should be UTF-8.
    Bytes,
    /// Any UTF-16 code units, or code points among which may be halves of a pair.
    Utf16,
}

const BOTH: &[Way] = &[Way::Blocking, Way::Queue];

/// Every language that must pass every case.
pub const LANGUAGES: &[Language] = &[
    Language {
        name: "rust",
        ways: BOTH,
        text: Units::Bytes,
        user_agent: "libverigator/VERSION",
    },
    Language {
        name: "c",
        ways: &[Way::Blocking, Way::Simple, Way::Queue],
        text: Units::Bytes,
        user_agent: "libverigator/VERSION",
    },
    Language {
        name: "cpp",
        ways: &[Way::Blocking, Way::Returning, Way::Queue],
        text: Units::Bytes,
        user_agent: "verigator-cpp/VERSION libverigator/VERSION",
    },
    Language {
        name: "python",
        ways: BOTH,
        text: Units::Utf16,
        user_agent: "verigator-python/VERSION libverigator/VERSION",
    },
    Language {
        name: "java",
        ways: BOTH,
        text: Units::Utf16,
        user_agent: "verigator-java-VERSION",
    },
    Language {
        name: "php",
        ways: BOTH,
        text: Units::Bytes,
        user_agent: "verigator-php/VERSION libverigator/VERSION",
    },
    Language {
        name: "node",
        // All calls are of one sort: what would wait would keep the loop from all else.
        ways: &[Way::Queue],
        text: Units::Utf16,
        user_agent: "verigator-node/VERSION libverigator/VERSION",
    },
    Language {
        name: "go",
        ways: &[Way::Queue],
        text: Units::Bytes,
        user_agent: "verigator-go/VERSION libverigator/VERSION",
    },
    Language {
        name: "csharp",
        ways: BOTH,
        text: Units::Utf16,
        user_agent: "verigator-csharp/VERSION libverigator/VERSION",
    },
];

impl Language {
    /// The language of this name; `Err` says which there are.
    pub fn named(name: &str) -> Result<&'static Self, String> {
        let known = LANGUAGES.iter().map(|language| language.name);
        LANGUAGES
            .iter()
            .find(|language| language.name == name)
            .ok_or_else(|| {
                let known = known.collect::<Vec<_>>().join(", ");
                format!("there is no language {name:?} in peer/src/language.rs, but {known}")
            })
    }

    pub fn user_agent(&self) -> String {
        self.user_agent
            .replace("VERSION", env!("CARGO_PKG_VERSION"))
    }
}

impl Way {
    pub fn name(self) -> &'static str {
        match self {
            Way::Blocking => "blocking",
            Way::Queue => "queue",
            Way::Simple => "simple",
            Way::Returning => "returning",
        }
    }
}
