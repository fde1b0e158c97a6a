//! An export that is not lost when it is interrupted: what there is so far, and a note of how much of it counts.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Result};

/// Where an export begins or goes on.
pub enum Place {
    /// At the first user.
    Beginning,
    /// After the page that leads here.
    After(String),
}

/// What there is so far, in a file beside the one that it becomes.
pub struct Kept {
    path: PathBuf,
    part: PathBuf,
    note: PathBuf,
    /// What it is an export of.
    of: String,
    file: RefCell<BufWriter<File>>,
}

#[derive(Serialize, Deserialize)]
struct Note {
    of: String,
    length: u64,
    cursor: String,
}

impl Kept {
    /// Begins an export to this file, or goes on with one of the same.
    ///
    /// # Errors
    ///
    /// It cannot be written, or what is there is a part of something else.
    pub fn open(path: &Path, of: String) -> Result<(Self, Place)> {
        let (part, note) = (beside(path, ".part"), beside(path, ".part.place"));
        let place = noted(&note, &of, &part)?;
        if place.is_none() {
            // One that was left of an export that came to its end.
            removed(&note).map_err(|error| unwritten(&note, &error))?;
        }
        let opened = open_at(&part, place.as_ref().map_or(0, |place| place.length));
        let file = opened.map_err(|error| unwritten(&part, &error))?;
        let kept = Self {
            path: path.to_owned(),
            part,
            note,
            of,
            file: RefCell::new(BufWriter::new(file)),
        };
        let place = place.map_or(Place::Beginning, |place| Place::After(place.cursor));
        Ok((kept, place))
    }

    /// Adds to it.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn write(&self, text: &str) -> Result<()> {
        let written = self.file.borrow_mut().write_all(text.as_bytes());
        written.map_err(|error| unwritten(&self.part, &error))
    }

    /// Remembers that all of it counts, up to this place.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn remember(&self, cursor: Option<&str>) -> Result<()> {
        let Some(cursor) = cursor else {
            return Ok(());
        };
        let remembered = || {
            let mut file = self.file.borrow_mut();
            let length = file.stream_position()?;
            file.flush()?;
            file.get_ref().sync_data()?;
            let note = Note {
                of: self.of.clone(),
                length,
                cursor: cursor.to_owned(),
            };
            // Whole or not at all.
            let new = beside(&self.note, ".new");
            fs::write(&new, serde_json::to_vec(&note)?)?;
            fs::rename(new, &self.note)
        };
        remembered().map_err(|error| unwritten(&self.note, &error))
    }

    /// Puts it in its place.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn finish(self) -> Result<()> {
        let finished = || {
            let mut file = self.file.borrow_mut();
            file.flush()?;
            file.get_ref().sync_data()?;
            fs::rename(&self.part, &self.path)?;
            removed(&self.note)
        };
        finished().map_err(|error| unwritten(&self.path, &error))
    }
}

fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn noted(note: &Path, of: &str, part: &Path) -> Result<Option<Note>> {
    let (Ok(text), Ok(metadata)) = (fs::read(note), fs::metadata(part)) else {
        return Ok(None);
    };
    let read: Option<Note> = serde_json::from_slice(&text).ok();
    let fits = |note: &Note| note.of == of && note.length <= metadata.len();
    match read.filter(fits) {
        Some(note) => Ok(Some(note)),
        None => Err(Problem::said(format!(
            "{} is a part of another export: remove it and {}, or name another file",
            part.display(),
            note.display()
        ))),
    }
}

/// Opens a file for its owner alone: who uses a service is nobody else's business.
fn open_at(path: &Path, length: u64) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length))?;
    Ok(file)
}

fn unwritten(path: &Path, error: &io::Error) -> Problem {
    Problem::said(format!(
        "{} cannot be written: {error}. The same command goes on where this one ends",
        path.display()
    ))
}
