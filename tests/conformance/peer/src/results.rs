//! What came of the cases in one language, in the file that the summary reads.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::case::Case;
use crate::language::{Language, Way};

/// What came of one case, by the name of the way: `pass`, `fail`, or `skip: why`.
pub type OfCase = BTreeMap<String, String>;

/// By the name of the case.
pub type Results = BTreeMap<String, OfCase>;

/// The ways in which a case is to be driven, with the reason where the case itself leaves it out.
pub fn due<'a>(
    language: &'a Language,
    case: &'a Case,
) -> impl Iterator<Item = (Way, Option<&'a str>)> + use<'a> {
    let ways = language.ways.iter().copied();
    ways.filter(|way| case.is_for(*way))
        .map(|way| (way, case.skipped(language)))
}

/// Where they are kept unless it is said otherwise.
pub fn file(language: &Language) -> PathBuf {
    format!("target/conformance/{}.json", language.name).into()
}

pub fn write(file: &Path, results: &Results) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, serde_json::to_string_pretty(results)? + "\n")
}

/// Those in a file; none where there is no file, since the runner did not run.
pub fn read(file: &Path) -> io::Result<Results> {
    match fs::read(file) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Results::new()),
        Err(error) => Err(error),
    }
}
