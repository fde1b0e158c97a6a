//! QR codes for a terminal: dark on light whatever its theme, with the margin that cameras look for.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// How many light modules there are around a code (ISO/IEC 18004 section 9.1).
const QUIET: usize = 4;
/// Black on white, by the numbers that no theme changes: a terminal's own 16 colours are what it likes.
const COLOURS: &str = "\x1b[38;5;16;48;5;231m";
const AS_BEFORE: &str = "\x1b[0m";

/// A code as rows of characters, each two modules high.
pub struct Drawing {
    /// How many columns it takes.
    pub width: usize,
    /// The rows, with line ends.
    pub text: String,
}

/// Draws a code with this text; none if that is too long for one.
pub fn draw(text: &str) -> Option<Drawing> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width() + 2 * QUIET;
    let is_dark = |x: usize, y: usize| {
        let within = |place: usize| place.checked_sub(QUIET).filter(|at| *at < code.width());
        match (within(x), within(y)) {
            (Some(x), Some(y)) => code[(x, y)] == Color::Dark,
            _ => false,
        }
    };
    let mut text = String::new();
    for y in (0..width).step_by(2) {
        text.push_str(COLOURS);
        text.extend((0..width).map(|x| half_blocks(is_dark(x, y), is_dark(x, y + 1))));
        let _ = writeln!(text, "{AS_BEFORE}");
    }
    Some(Drawing { width, text })
}

/// Two modules, one above the other.
fn half_blocks(above: bool, below: bool) -> char {
    match (above, below) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}
