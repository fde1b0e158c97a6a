//! Users as CSV (RFC 4180).

use std::io::{self, IsTerminal};

use verigator::User;

use crate::plain;

/// The names of the columns.
pub fn head() -> String {
    record(["id", "id_in_service", "ctime"])
}

/// A user.
pub fn row(user: &User) -> String {
    record([&user.id, &user.id_in_service, &user.ctime])
}

/// A user, for stdout: a terminal must not do what a name says.
pub fn row_for_stdout(user: &User) -> String {
    if !io::stdout().is_terminal() {
        return row(user);
    }
    record([&user.id, &user.id_in_service, &user.ctime].map(|field| plain::line(field)))
}

fn record<T: AsRef<[u8]>>(fields: [T; 3]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer.write_record(fields);
    written.expect("memory takes what is written");
    let bytes = writer.into_inner().expect("memory takes what is written");
    String::from_utf8(bytes).expect("the fields are UTF-8")
}
