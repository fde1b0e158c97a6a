//! An authenticator app: codes by the time (RFC 6238), and a camera.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ring::hmac;

/// The length of a step.
const STEP: u64 = 30;

/// The code of a secret in base32 now, or some steps from now.
pub fn code(secret: &str, steps: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let step = now.as_secs() / STEP + steps;
    let secret = data_encoding::BASE32_NOPAD
        .decode(secret.as_bytes())
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[19] & 0xf);
    let number = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// What a camera reads off what a terminal shows: the code's rows stand in the colours that `start` turns on.
pub fn scan(shown: &str, start: &str) -> String {
    let rows: Vec<Vec<char>> = (shown.lines())
        .filter_map(|line| line.split_once(start)?.1.split('\x1b').next())
        .map(|row| row.chars().collect())
        .collect();
    let (width, height) = (rows[0].len(), 2 * rows.len());
    // Each module several pixels wide, as cameras see them.
    let size = 4;
    let is_dark = |x: usize, y: usize| match rows[y / 2][x] {
        '█' => true,
        '▀' => y.is_multiple_of(2),
        '▄' => !y.is_multiple_of(2),
        _ => false,
    };
    let pixel = |x: usize, y: usize| if is_dark(x / size, y / size) { 0 } else { 255 };
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width * size, height * size, pixel);
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1, "{shown}");
    codes[0].decode().unwrap().1
}

/// How long nothing may happen before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);
