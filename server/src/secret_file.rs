//! Files with a password, a token or a secret, whatever editor saved them.

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

/// Reads a text file without the mark that some editors put at its beginning (U+FEFF), which nobody sees and
/// which would make any secret a wrong one, and without line ends at its end.
///
/// # Errors
///
/// It cannot be read, or is not in UTF-8.
pub fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    let text = Zeroizing::new(std::fs::read_to_string(path)?);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(bytes: &[u8]) -> io::Result<Zeroizing<String>> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        read(file.path())
    }

    #[test]
    fn a_secret_is_the_same_whatever_editor_saved_it() {
        for saved in [
            "two words",
            "two words\n",
            "two words\r\n",
            "\u{feff}two words\r\n\r\n",
        ] {
            assert_eq!(
                *read_back(saved.as_bytes()).unwrap(),
                "two words",
                "{saved:?}"
            );
        }
        assert_eq!(*read_back(b" blanks stay \n").unwrap(), " blanks stay ");
        assert_eq!(*read_back(b"").unwrap(), "");
    }

    #[test]
    fn what_is_not_in_utf_8_is_refused() {
        let utf16: Vec<u8> = "\u{feff}secret"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(read_back(&utf16).is_err());
    }
}
