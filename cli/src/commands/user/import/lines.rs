//! The lines of a file with users, however a spreadsheet saved it.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::problem::{Problem, Result};

/// The most that is read for one line, in bytes. One that goes on is missing a quote.
const LONGEST: usize = 64 << 10;
/// The longest name within a service, in bytes: as the library takes it.
const LONGEST_NAME: usize = 4096;
/// The columns that are taken; others are passed over.
const NAME: &str = "id_in_service";
const PHONE: &str = "phone_number";

/// A user who is to be registered.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it stands; the first line of the file is 1.
    pub number: u64,
    /// The name within the service.
    pub id_in_service: String,
    /// The phone number.
    pub phone_number: String,
}

/// A line that no user can be made of.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands.
    pub number: u64,
    /// What is wrong with it, and what to do.
    pub why: String,
}

/// The lines of a file.
pub struct Lines {
    reader: Reader<Bounded>,
    record: ByteRecord,
    name: usize,
    phone: usize,
    columns: usize,
}

impl Lines {
    /// Opens a file, or stdin by the name `-`.
    ///
    /// # Errors
    ///
    /// It cannot be read, or its first line does not name the columns.
    pub fn open(path: &Path, delimiter: u8) -> Result<Self> {
        let source: Box<dyn Read> = match path.to_str() {
            Some("-") => Box::new(io::stdin()),
            _ => Box::new(File::open(path).map_err(|error| {
                Problem::said(format!("{} cannot be read: {error}", path.display()))
            })?),
        };
        Self::of(source, delimiter)
    }

    fn of(source: Box<dyn Read>, delimiter: u8) -> Result<Self> {
        let read = Rc::new(Cell::new(0));
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Bounded {
                source,
                read,
                last: b'\n',
            });
        let mut record = ByteRecord::new();
        let is_there = reader.read_byte_record(&mut record).map_err(unreadable)?;
        let head: Vec<&str> = (record.iter())
            .map(|field| str::from_utf8(field).unwrap_or_default().trim())
            .collect();
        let place = |name| head.iter().position(|column| *column == name);
        let (Some(name), Some(phone), true) = (place(NAME), place(PHONE), is_there) else {
            return Err(Problem::said(headless(&head)));
        };
        Ok(Self {
            columns: head.len(),
            name,
            phone,
            reader,
            record,
        })
    }

    /// The next line; `None` after the last.
    ///
    /// # Errors
    ///
    /// The file cannot be read any further.
    pub fn next(&mut self) -> Result<Option<std::result::Result<Line, Refused>>> {
        self.reader.get_ref().read.set(0);
        let before = self.reader.position().line();
        let read = self.reader.read_byte_record(&mut self.record);
        if !read.map_err(|error| broken_off(error, before))? {
            return Ok(None);
        }
        let number = self.number();
        Ok(Some(
            self.line(number).map_err(|why| Refused { number, why }),
        ))
    }

    fn line(&self, number: u64) -> std::result::Result<Line, String> {
        if self.record.len() != self.columns {
            return Err(format!(
                "it has {} columns, and the first line has {}",
                self.record.len(),
                self.columns
            ));
        }
        let field = |place: usize, column: &str| {
            let text = str::from_utf8(&self.record[place]);
            let text =
                text.map_err(|_| format!("{column} is not UTF-8: save the file as CSV in UTF-8"))?;
            Ok::<_, String>(text.trim())
        };
        let id_in_service = field(self.name, NAME)?;
        let phone_number = field(self.phone, PHONE)?;
        match id_in_service.len() {
            0 => return Err(format!("{NAME} is empty")),
            1..=LONGEST_NAME => (),
            _ => return Err(format!("{NAME} is longer than {LONGEST_NAME} bytes")),
        }
        check_phone(phone_number)?;
        Ok(Line {
            number,
            id_in_service: id_in_service.to_owned(),
            phone_number: phone_number.to_owned(),
        })
    }

    /// Where the line begins that was read last: all of its line ends were counted, and those before it.
    fn number(&self) -> u64 {
        let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n');
        self.reader.position().line() - 1 - within.count() as u64
    }
}

/// Refuses what a spreadsheet makes of phone numbers. All else the service judges.
fn check_phone(text: &str) -> std::result::Result<(), String> {
    let has = |characters: &[char]| text.contains(characters);
    if text.is_empty() {
        return Err(format!("{PHONE} is empty"));
    }
    if text.starts_with(|first: char| first.is_ascii_digit()) && has(&['E', 'e', '.', ',']) {
        return Err(format!(
            "{PHONE} is {text}, of which a spreadsheet has cut digits off: make the column one of text, and \
             write the numbers anew"
        ));
    }
    if text.starts_with('\'') {
        return Err(format!(
            "{PHONE} has an apostrophe before it, which a spreadsheet took for a part of it: remove that"
        ));
    }
    if !text.starts_with('+') {
        return Err(format!(
            "{PHONE} is {text}, without + and the country; a spreadsheet takes the + away unless the column is \
             one of text: write it as +{text} if the country is in it"
        ));
    }
    Ok(())
}

/// What is said of a file whose first line does not name the columns.
fn headless(head: &[&str]) -> String {
    let is_in = |mark| head.iter().any(|column| column.contains(mark));
    let advice = if is_in('\0') || head.contains(&"") {
        "; save the file as CSV in UTF-8"
    } else if is_in(';') {
        "; it seems to have ; between its columns: pass --delimiter ';'"
    } else if is_in('\t') {
        "; it seems to have tabs between its columns: pass --delimiter '\\t'"
    } else {
        ""
    };
    format!(
        "the first line must name the columns {NAME} and {PHONE}{advice}. Nothing was registered"
    )
}

/// What is said of a file that cannot be read from a line on.
fn broken_off(error: csv::Error, line: u64) -> Problem {
    Problem::said(format!(
        "{}; the line that begins there, {line}, and what comes after it were not read",
        unreadable(error)
    ))
}

fn unreadable(error: csv::Error) -> Problem {
    let why = match error.into_kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => "it is no CSV".to_owned(),
    };
    Problem::said(format!("the file cannot be read any further: {why}"))
}

/// Reads no more than a line may have until somebody has seen a line; and makes one kind of line end of all that there
/// are, also at the end of the file, so that lines are counted as editors count them.
struct Bounded {
    source: Box<dyn Read>,
    read: Rc<Cell<usize>>,
    /// What was read last, before it was changed.
    last: u8,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.read.get() > LONGEST {
                return Err(io::Error::other(
                    "a line is longer than 64 KiB, as if a quote were missing at its end",
                ));
            }
            let length = self.source.read(buffer)?;
            self.read.set(self.read.get() + length);
            let kept = match length {
                0 => self.end(buffer),
                _ => self.with_one_kind_of_line_end(&mut buffer[..length]),
            };
            // What was read may have been half of a line end.
            if kept > 0 || length == 0 {
                return Ok(kept);
            }
        }
    }
}

impl Bounded {
    fn with_one_kind_of_line_end(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for place in 0..bytes.len() {
            let byte = bytes[place];
            if !(byte == b'\n' && self.last == b'\r') {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
            self.last = byte;
        }
        kept
    }

    /// The line end that the file may lack.
    fn end(&mut self, buffer: &mut [u8]) -> usize {
        if buffer.is_empty() || matches!(self.last, b'\n' | b'\r') {
            return 0;
        }
        self.last = b'\n';
        buffer[0] = b'\n';
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &'static [u8]) -> Result<Lines> {
        Lines::of(Box::new(text), b',')
    }

    fn read(text: &'static [u8]) -> Vec<std::result::Result<Line, Refused>> {
        let mut lines = open(text).unwrap();
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    fn line(number: u64, id_in_service: &str, phone_number: &str) -> Line {
        Line {
            number,
            id_in_service: id_in_service.into(),
            phone_number: phone_number.into(),
        }
    }

    #[test]
    fn a_file_is_the_same_whatever_saved_it() {
        for text in [
            &b"id_in_service,phone_number\na,+3725000001\nb,+3725000002\n"[..],
            b"\xef\xbb\xbfid_in_service,phone_number\na,+3725000001\nb,+3725000002",
            b"id_in_service,phone_number\r\na,+3725000001\r\nb,+3725000002\r\n",
            b"id_in_service,phone_number\ra,+3725000001\rb,+3725000002",
            b"\"id_in_service\",\"phone_number\"\n\"a\",\"+3725000001\"\n\"b\",\" +3725000002 \"\n",
        ] {
            let expected = [line(2, "a", "+3725000001"), line(3, "b", "+3725000002")];
            assert_eq!(
                read(text),
                expected.map(Ok),
                "{}",
                String::from_utf8_lossy(text)
            );
        }
    }

    #[test]
    fn columns_may_stand_in_any_order_with_others_between() {
        let text = b"phone_number,note,id_in_service\n+3725000001,\"x, y\n\"\"z\"\"\",a\n\n+3725000002,,b\n";
        let expected = [line(2, "a", "+3725000001"), line(5, "b", "+3725000002")];
        assert_eq!(read(text), expected.map(Ok));
    }

    #[test]
    fn what_no_user_can_be_made_of_is_refused_by_its_line() {
        let text = b"id_in_service,phone_number\n,+3725000001\na,\nb\nc,3725000001\nd,3.725E+09\ne,'+3725000001\nf\xff,+3725000001\ng,+3725000001\n";
        let told = [
            "id_in_service is empty",
            "phone_number is empty",
            "it has 1 columns",
            "write it as +3725000001",
            "has cut digits off",
            "an apostrophe",
            "not UTF-8",
        ];
        let read = read(text);
        assert_eq!(read.len(), told.len() + 1);
        for ((read, told), number) in read.iter().zip(told).zip(2..) {
            let refused = read.as_ref().unwrap_err();
            assert_eq!(refused.number, number, "{told}");
            assert!(refused.why.contains(told), "{refused:?}");
        }
        assert_eq!(read[told.len()], Ok(line(9, "g", "+3725000001")));
    }

    #[test]
    fn the_columns_must_be_named() {
        for (text, told) in [
            (&b""[..], "must name the columns"),
            (b"a,+3725000001\n", "must name the columns"),
            (b"id_in_service;phone_number\n", "--delimiter ';'"),
            (b"id_in_service\tphone_number\n", "--delimiter '\\t'"),
            (b"\xff\xfei\0d\0_\0i\0n\0,\0", "UTF-8"),
        ] {
            let problem = open(text).err().unwrap().to_string();
            assert!(problem.contains(told), "{problem}");
        }
    }

    #[test]
    fn a_quote_that_is_missing_does_not_fill_the_memory() {
        let begin: &[u8] = b"id_in_service,phone_number\na,+3725000001\n\"b,+3725000002\n";
        let source = begin.chain(io::repeat(b'x'));
        let mut lines = Lines::of(Box::new(source), b',').unwrap();
        assert_eq!(lines.next().unwrap(), Some(Ok(line(2, "a", "+3725000001"))));
        let problem = lines.next().unwrap_err().to_string();
        assert!(problem.contains("longer than 64 KiB"), "{problem}");
        assert!(problem.contains("begins there, 3,"), "{problem}");
    }
}
