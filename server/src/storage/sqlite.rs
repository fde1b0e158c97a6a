//! The storage in SQLite: one file, or memory for tests.
//!
//! There is one connection, taken in turns. Writers of one SQLite file take turns in any case, and
//! every operation is a handful of indexed rows.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{
    Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior, params,
};

use super::header;
use super::migrations::{self, migrate};
use super::rows::{
    audit, audit_row_from, conflict, consume, count_failure, found, message_from, put_challenge,
    send, service, standing, user, user_from,
};
use super::{Account, AuditRow, EnrolmentState, Error, Message, Result, Storage, Target};
use crate::authentication::{Ruling, Standing, Start};
use crate::clock::{Clock, UnixMilliseconds};
use crate::deadline;
use crate::model::{Service, User};
use crate::{keys, pin, throttle};

/// How long an operation waits for another process that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait where SQLite does not do it itself.
const BUSY_PAUSE: Duration = Duration::from_millis(10);
/// How long answered and expired challenges are kept, to deny replays as wrong codes: a day.
const CHALLENGE_RETENTION: i64 = 86_400_000;
/// How long messages are kept in the outbox: a day.
const OUTBOX_RETENTION: i64 = 86_400_000;
/// How many rows of the audit trail are kept.
const AUDIT_ROWS_KEPT: u32 = 100_000;
/// How many rows of the outbox and of the audit trail are shown.
const ROWS_SHOWN: u32 = 1000;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read and written.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// The file is something else.
    #[error("it is no SQLite database; choose another file")]
    NoDatabase,
    /// SQLite refuses the file.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The tables cannot be brought up to date.
    #[error("{0}")]
    Migration(#[from] migrations::Error),
}

/// The storage in a SQLite database.
pub struct SqliteStorage {
    connection: Mutex<Connection>,
}

impl SqliteStorage {
    /// Opens a database file, which is made (for its owner only) if it is missing.
    pub fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        header::check(options.open(path)?)?;
        // SQLite takes a name that begins with "file:" for a URI; an absolute one begins otherwise.
        Self::prepare(Connection::open(std::path::absolute(path)?)?)
    }

    /// A database in memory, gone when it is dropped.
    pub fn in_memory() -> std::result::Result<Self, OpenError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> std::result::Result<Self, OpenError> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Another program's file, should it turn out to be one only now, stays as it is.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        use_write_ahead_log(&connection)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        migrate(&mut connection)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    /// The connection, when it is free.
    fn connection(&self) -> Result<MutexGuard<'_, Connection>> {
        // A panic elsewhere rolled its transaction back: the connection is sound.
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        in_time()?;
        Ok(connection)
    }

    /// Runs `operation` in a transaction that holds the write lock from its start.
    fn write<T>(&self, operation: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let mut connection = self.connection()?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been writing until now.
        in_time()?;
        let value = operation(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Runs `operation` on one state of the database.
    fn read<T>(&self, operation: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let mut connection = self.connection()?;
        let transaction = connection.transaction()?;
        operation(&transaction)
    }
}

/// Fails if what waited for its turn waited too long.
fn in_time() -> Result<()> {
    match deadline::has_passed() {
        true => Err(Error::TooLate),
        false => Ok(()),
    }
}

/// Turns the write-ahead log on. SQLite does not wait for others here, whatever the busy timeout is.
fn use_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        let outcome = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        match outcome {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && began.elapsed() < BUSY_TIMEOUT =>
            {
                thread::sleep(BUSY_PAUSE);
            }
            outcome => return outcome,
        }
    }
}

impl Storage for SqliteStorage {
    fn add_account(&self, name: &str, password_hash: &str, now: UnixMilliseconds) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO accounts (name, name_key, password_hash, ctime) VALUES (?, ?, ?, ?)",
                params![name, keys::account(name), password_hash, now],
            )
            .map_err(|error| conflict(error, "an account of this name exists already"))?;
            Ok(())
        })
    }

    fn accounts(&self) -> Result<Vec<Account>> {
        self.read(|tx| {
            let mut statement = tx.prepare(
                "SELECT name, ctime,
                        (SELECT count(*) FROM services WHERE account = accounts.name) AS services
                 FROM accounts ORDER BY name",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(Account {
                    name: row.get("name")?,
                    ctime: row.get("ctime")?,
                    services: row.get("services")?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn password_hash(&self, name: &str) -> Result<Option<String>> {
        self.read(|tx| {
            let sql = "SELECT password_hash FROM accounts WHERE name = ?";
            Ok(tx
                .prepare_cached(sql)?
                .query_row([name], |row| row.get(0))
                .optional()?)
        })
    }

    fn set_password_hash(&self, name: &str, password_hash: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE accounts SET password_hash = ? WHERE name = ?";
            found(tx.execute(sql, [password_hash, name])?, "account")
        })
    }

    fn remove_account(&self, name: &str, with_services: bool) -> Result<()> {
        self.write(|tx| {
            let sql = "SELECT count(*) FROM services WHERE account = ?";
            let services: u32 = tx.query_row(sql, [name], |row| row.get(0))?;
            if services > 0 && !with_services {
                return Err(Error::Conflict("the account has services"));
            }
            found(
                tx.execute("DELETE FROM accounts WHERE name = ?", [name])?,
                "account",
            )
        })
    }

    fn create_service(&self, account: &str, service: &Service) -> Result<()> {
        self.write(|tx| {
            let sql = "SELECT 1 FROM accounts WHERE name = ?";
            let known = tx.prepare_cached(sql)?.exists([account])?;
            found(usize::from(known), "account")?;
            tx.execute(
                "INSERT INTO services (id, account, fqdn, fqdn_key, name, ctime)
                 VALUES (?, ?, ?, ?, ?, ?)",
                params![
                    service.id,
                    account,
                    service.fqdn,
                    keys::host(&service.fqdn),
                    service.name,
                    service.ctime
                ],
            )
            .map_err(|error| conflict(error, "a service with this fqdn exists already"))?;
            let target = Target {
                account: Some(account.to_owned()),
                service: service.id.clone(),
            };
            audit(
                tx,
                &target,
                None,
                service.ctime,
                "create-service",
                "created",
            )
        })
    }

    fn service(&self, target: &Target) -> Result<Service> {
        self.read(|tx| service(tx, target))
    }

    fn delete_service(&self, target: &Target, now: UnixMilliseconds) -> Result<()> {
        self.write(|tx| {
            service(tx, target)?;
            tx.execute("DELETE FROM services WHERE id = ?", [&target.service])?;
            audit(tx, target, None, now, "delete-service", "deleted")
        })
    }

    fn register_user(&self, target: &Target, user: &User) -> Result<()> {
        self.write(|tx| {
            service(tx, target)?;
            tx.execute(
                "INSERT INTO users
                     (id, service_id, phone_number, id_in_service, id_in_service_key, ctime)
                 VALUES (?, ?, ?, ?, ?, ?)",
                params![
                    user.id,
                    target.service,
                    user.phone_number,
                    user.id_in_service,
                    keys::id_in_service(&user.id_in_service),
                    user.ctime
                ],
            )
            .map_err(|error| {
                let phone = error.to_string().contains("phone_number");
                let message = match phone {
                    true => "a user with this phone_number exists already in the service",
                    false => "a user with this id_in_service exists already in the service",
                };
                conflict(error, message)
            })?;
            audit(
                tx,
                target,
                Some(&user.id),
                user.ctime,
                "register-user",
                "registered",
            )
        })
    }

    fn users(&self, target: &Target) -> Result<Vec<User>> {
        self.read(|tx| {
            service(tx, target)?;
            let sql = "SELECT * FROM users WHERE service_id = ? ORDER BY ctime, rowid";
            let mut statement = tx.prepare_cached(sql)?;
            let rows = statement.query_map([&target.service], user_from)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn user(&self, target: &Target, id: &str) -> Result<User> {
        self.read(|tx| user(tx, target, id))
    }

    fn delete_user(&self, target: &Target, id: &str, now: UnixMilliseconds) -> Result<()> {
        self.write(|tx| {
            user(tx, target, id)?;
            tx.execute("DELETE FROM users WHERE id = ?", [id])?;
            audit(tx, target, Some(id), now, "delete-user", "deleted")
        })
    }

    fn start_authentication(
        &self,
        target: &Target,
        user_id: &str,
        clock: &dyn Clock,
        decide: &dyn Fn(&Standing, UnixMilliseconds) -> Start,
    ) -> Result<Start> {
        self.write(|tx| {
            let now = clock.now();
            let service = service(tx, target)?;
            let user = user(tx, target, user_id)?;
            let start = decide(&standing(tx, user_id)?, now);
            let outcome = match &start {
                Start::Begun(challenge) => {
                    put_challenge(tx, user_id, challenge)?;
                    if let Some(pin) = &challenge.pin {
                        send(tx, &service, &user, challenge, pin)?;
                    }
                    challenge.method.as_str()
                }
                Start::TooManySends(_) => "too many sends",
                Start::Locked => "locked",
            };
            audit(
                tx,
                target,
                Some(user_id),
                now,
                "start-authentication",
                outcome,
            )?;
            Ok(start)
        })
    }

    fn verify(
        &self,
        target: &Target,
        user_id: &str,
        clock: &dyn Clock,
        judge: &dyn Fn(&Standing, UnixMilliseconds) -> Ruling,
    ) -> Result<Ruling> {
        self.write(|tx| {
            let now = clock.now();
            user(tx, target, user_id)?;
            let ruling = judge(&standing(tx, user_id)?, now);
            let outcome = match &ruling {
                Ruling::NothingPending => return Ok(ruling),
                Ruling::Accepted { method, step } => {
                    consume(tx, user_id, *method, *step)?;
                    "verified"
                }
                Ruling::Denied {
                    denial, failure, ..
                } => {
                    if let Some(failure) = failure {
                        count_failure(tx, user_id, failure, now)?;
                    }
                    denial.as_str()
                }
            };
            audit(tx, target, Some(user_id), now, "verify-pin", outcome)?;
            Ok(ruling)
        })
    }

    fn unlock(&self, target: &Target, user_id: &str, now: UnixMilliseconds) -> Result<()> {
        self.write(|tx| {
            user(tx, target, user_id)?;
            tx.execute(
                "UPDATE users SET failures = 0, last_failure = 0 WHERE id = ?",
                [user_id],
            )?;
            audit(tx, target, Some(user_id), now, "unlock", "unlocked")
        })
    }

    fn begin_enrolment(
        &self,
        target: &Target,
        user_id: &str,
        secret: &[u8],
        now: UnixMilliseconds,
    ) -> Result<bool> {
        self.write(|tx| {
            user(tx, target, user_id)?;
            let sql = "SELECT 1 FROM enrolments WHERE user_id = ? AND candidate IS NOT NULL";
            let replaced = tx.prepare_cached(sql)?.exists([user_id])?;
            tx.execute(
                "INSERT INTO enrolments (user_id, candidate) VALUES (?1, ?2)
                 ON CONFLICT (user_id) DO UPDATE SET candidate = ?2",
                params![user_id, secret],
            )?;
            let outcome = if replaced { "begun again" } else { "begun" };
            audit(tx, target, Some(user_id), now, "begin-enrolment", outcome)?;
            Ok(replaced)
        })
    }

    fn confirm_enrolment(
        &self,
        target: &Target,
        user_id: &str,
        clock: &dyn Clock,
        matching_step: &dyn Fn(&[u8], UnixMilliseconds) -> Option<i64>,
    ) -> Result<bool> {
        self.write(|tx| {
            let now = clock.now();
            user(tx, target, user_id)?;
            let sql = "SELECT candidate FROM enrolments WHERE user_id = ?";
            let candidate: Option<Option<Vec<u8>>> =
                tx.query_row(sql, [user_id], |row| row.get(0)).optional()?;
            let candidate = match candidate.ok_or(Error::NotFound("enrolment"))? {
                Some(candidate) => zeroize::Zeroizing::new(candidate),
                None => return Err(Error::Conflict("the enrolment was confirmed already")),
            };
            let step = matching_step(&candidate, now);
            if let Some(step) = step {
                tx.execute(
                    "UPDATE enrolments SET secret = candidate, candidate = NULL, last_step = ?
                     WHERE user_id = ?",
                    params![step, user_id],
                )?;
            }
            let outcome = if step.is_some() {
                "confirmed"
            } else {
                "wrong code"
            };
            audit(tx, target, Some(user_id), now, "confirm-enrolment", outcome)?;
            Ok(step.is_some())
        })
    }

    fn enrolment(&self, target: &Target, user_id: &str) -> Result<EnrolmentState> {
        self.read(|tx| {
            user(tx, target, user_id)?;
            let sql = "SELECT secret IS NOT NULL FROM enrolments WHERE user_id = ?";
            let confirmed: Option<bool> =
                tx.query_row(sql, [user_id], |row| row.get(0)).optional()?;
            Ok(EnrolmentState {
                enrolled: confirmed.is_some(),
                confirmed: confirmed.unwrap_or(false),
            })
        })
    }

    fn remove_enrolment(
        &self,
        target: &Target,
        user_id: &str,
        now: UnixMilliseconds,
    ) -> Result<()> {
        self.write(|tx| {
            user(tx, target, user_id)?;
            let removed = tx.execute("DELETE FROM enrolments WHERE user_id = ?", [user_id])?;
            found(removed, "enrolment")?;
            audit(
                tx,
                target,
                Some(user_id),
                now,
                "remove-enrolment",
                "removed",
            )
        })
    }

    fn outbox(&self, user: Option<&str>) -> Result<Vec<Message>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT * FROM (SELECT * FROM outbox WHERE ?1 IS NULL OR user_id = ?1
                                ORDER BY sequence DESC LIMIT ?2)
                 ORDER BY sequence",
            )?;
            let rows = statement.query_map(params![user, ROWS_SHOWN], message_from)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn clear_outbox(&self) -> Result<()> {
        self.write(|tx| {
            tx.execute("DELETE FROM outbox", [])?;
            Ok(())
        })
    }

    fn audit(&self) -> Result<Vec<AuditRow>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT * FROM (SELECT * FROM audit ORDER BY sequence DESC LIMIT ?)
                 ORDER BY sequence",
            )?;
            let rows = statement.query_map([ROWS_SHOWN], audit_row_from)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn clean(&self, now: UnixMilliseconds) -> Result<()> {
        self.write(|tx| {
            // A PIN that nobody can use any more is no longer kept.
            tx.execute(
                "UPDATE challenges SET pin = NULL
                 WHERE pin IS NOT NULL AND abs(? - ctime) >= ?",
                [now, pin::LIFETIME_MILLISECONDS],
            )?;
            for (table, retention) in [
                ("challenges", CHALLENGE_RETENTION),
                ("outbox", OUTBOX_RETENTION),
                ("sends", throttle::SEND_WINDOW_MILLISECONDS),
            ] {
                let sql = format!("DELETE FROM {table} WHERE ctime <= ? - ?");
                tx.execute(&sql, [now, retention])?;
            }
            tx.execute(
                "DELETE FROM audit WHERE sequence <= (SELECT max(sequence) FROM audit) - ?",
                [AUDIT_ROWS_KEPT],
            )?;
            Ok(())
        })
    }

    fn check(&self) -> Result<()> {
        self.read(|tx| Ok(tx.query_row("SELECT count(*) FROM accounts", [], |_| Ok(()))?))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Every file of a directory, with its bytes.
    fn contents(directory: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn another_programs_file_is_refused_and_not_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("foreign.db");
        let foreign = Connection::open(&path).unwrap();
        foreign.execute_batch("CREATE TABLE x (y)").unwrap();
        drop(foreign);
        let before = contents(directory.path());
        let refusal = SqliteStorage::open(&path).err().unwrap().to_string();
        assert!(refusal.contains("another program"), "{refusal}");
        assert!(contents(directory.path()) == before);
    }

    #[test]
    fn what_is_no_database_is_refused_and_not_changed() {
        for text in [
            "x",
            "this is not a database, but it is long enough to look at",
        ] {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("text");
            std::fs::write(&path, text).unwrap();
            assert!(SqliteStorage::open(&path).is_err());
            assert_eq!(contents(directory.path()), [(path, text.into())]);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_no_file_is_refused() {
        for path in ["/dev/null", "/dev/zero"] {
            let refusal = SqliteStorage::open(Path::new(path)).err().unwrap();
            assert!(
                matches!(refusal, OpenError::NoDatabase),
                "{path}: {refusal}"
            );
        }
    }

    #[test]
    fn another_programs_file_is_told_though_its_tables_are_still_in_the_log() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("foreign.db");
        let foreign = Connection::open(&path).unwrap();
        foreign
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE x (y)")
            .unwrap();
        let copy = tempfile::tempdir().unwrap();
        for (file, bytes) in contents(directory.path()) {
            let name = file.file_name().unwrap();
            if !name.to_str().unwrap().ends_with("-shm") {
                std::fs::write(copy.path().join(name), bytes).unwrap();
            }
        }
        let path = copy.path().join("foreign.db");
        let before = contents(copy.path());
        let refusal = SqliteStorage::open(&path).err().unwrap().to_string();
        assert!(refusal.contains("another program"), "{refusal}");
        let after = contents(copy.path());
        assert!(before.iter().all(|file| after.contains(file)));
    }

    #[test]
    fn a_new_file_that_another_server_is_writing_to_is_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("verigator.db");
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (opened, outcome) = mpsc::channel();
        thread::spawn(move || opened.send(SqliteStorage::open(&path).map(drop)));
        let early = outcome.recv_timeout(Duration::from_millis(200));
        assert!(early.is_err(), "{early:?}");
        other.execute_batch("COMMIT").unwrap();
        outcome.recv().unwrap().unwrap();
    }

    /// What a pragma is set to on the connection of a storage.
    fn pragma(storage: &SqliteStorage, name: &str) -> i64 {
        let connection = storage.connection().unwrap();
        let value = connection.pragma_query_value(None, name, |row| row.get(0));
        value.unwrap()
    }

    #[test]
    fn every_connection_keeps_references_whole_and_waits_for_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        // As SQLite's own defaults, which depend on who built it, might be.
        let careless = Connection::open_in_memory().unwrap();
        careless
            .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF")
            .unwrap();
        for storage in [
            SqliteStorage::prepare(careless),
            SqliteStorage::in_memory(),
            SqliteStorage::open(&directory.path().join("verigator.db")),
        ] {
            let storage = storage.unwrap();
            assert_eq!(pragma(&storage, "foreign_keys"), 1);
            assert_eq!(pragma(&storage, "synchronous"), 2, "FULL");
        }
    }

    #[test]
    fn a_service_of_an_account_that_was_removed_is_no_conflict() {
        let storage = SqliteStorage::in_memory().unwrap();
        let service = Service {
            id: "1".to_owned(),
            fqdn: "example.com".to_owned(),
            name: "Example".to_owned(),
            ctime: 0,
        };
        let outcome = storage.create_service("removed", &service);
        assert!(
            matches!(outcome, Err(Error::NotFound("account"))),
            "{outcome:?}"
        );
    }
}
