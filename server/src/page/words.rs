//! Times, durations and counts, as people read them.

use maud::{Markup, html};

use crate::clock::{UnixMilliseconds, rfc3339};

/// A time, to the second.
pub fn time(time: UnixMilliseconds) -> Markup {
    let exact = rfc3339(time);
    let shown = exact.get(..19).unwrap_or(&exact).replace('T', " ");
    html! { time datetime=(exact) { (shown) " UTC" } }
}

/// A time to which the script counts down.
pub fn countdown(ends: UnixMilliseconds) -> Markup {
    html! { span.countdown data-ends=(ends) { "until " (time(ends)) } }
}

/// So many of something.
pub fn count(number: impl Into<i64>, one: &str, several: &str) -> String {
    match number.into() {
        1 => format!("1 {one}"),
        number => format!("{number} {several}"),
    }
}

/// A name as people write it: `handed-over` is "handed over".
pub fn plain(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// A secret in groups for the eye, which are not copied with it.
pub fn groups(secret: &str) -> Markup {
    let characters: Vec<char> = secret.chars().collect();
    html! { @for group in characters.chunks(4) { span { (String::from_iter(group)) } } }
}
