//! One request as it came over the wire.

use std::io::{self, BufRead, Error, ErrorKind};

pub struct Request {
    /// The request line, such as `GET /v1/service/service/s1 HTTP/1.1`.
    pub line: String,
    /// The header lines in the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// Reads the next request; `None` when the other side has closed.
    pub fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(line) = read_line(reader)? else {
            return Ok(None);
        };
        let mut request = Self {
            line,
            headers: Vec::new(),
            body: Vec::new(),
        };
        while let Some(header) = read_line(reader)?.filter(|line| !line.is_empty()) {
            let (name, value) = header.split_once(':').ok_or(ErrorKind::InvalidData)?;
            request
                .headers
                .push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        request.body = vec![0; request.content_length()?];
        reader.read_exact(&mut request.body)?;
        Ok(Some(request))
    }

    /// Every value of a header, in the order of arrival.
    pub fn header(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    fn content_length(&self) -> io::Result<usize> {
        match self.header("content-length").first() {
            Some(length) => length
                .parse()
                .map_err(|error| Error::new(ErrorKind::InvalidData, error)),
            None => Ok(0),
        }
    }
}

fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if reader.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let line = String::from_utf8_lossy(&line);
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}
