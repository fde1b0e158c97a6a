//! Statements in a transaction of PostgreSQL, and what its failures mean.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Error as PostgresError};

use crate::secrets::Secrets;
use crate::storage::transaction::{Cell, Query, Row, Transaction, Value};
use crate::storage::{Error, Result};

/// What a failure means for the transaction that it happened in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The statement was refused; the connection is sound.
    Refused,
    /// Another transaction was in the way: all of it may be tried again.
    TryAgain,
    /// The connection is of no use any more.
    Lost,
}

/// How long an answer may take. Locks are waited for less long, so that the connection outlives them.
const ANSWER: Duration = Duration::from_secs(10);
/// How long a server is believed to be one that writes.
const TRUST: Duration = Duration::from_secs(1);

/// What a transaction begins with, whatever the defaults of the server are: what is answered is on the
/// disk, and no lock is held for somebody who has gone away. A server whose statement takes too long
/// gives up after whoever asked does: the end of a COMMIT that waits for a standby looks like success.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
     SET LOCAL statement_timeout = '30s'; \
     SET LOCAL lock_timeout = '8s'; \
     SET LOCAL idle_in_transaction_session_timeout = '10s'; \
     SELECT set_config('synchronous_commit', 'on', true) \
         WHERE current_setting('synchronous_commit') = 'off'";

/// A transaction on a connection. It begins with its first statement; BEGIN goes along with it if that is a
/// query, which does no harm should BEGIN fail.
pub(super) struct PostgresTransaction<'a> {
    runtime: &'a Runtime,
    client: &'a Client,
    /// Until when there is time, if there is a limit.
    deadline: Option<Instant>,
    /// When the server was last seen to be one that writes.
    writes: &'a mut Option<Instant>,
    secrets: &'a Secrets,
    begun: bool,
    failure: Option<Meaning>,
}

impl<'a> PostgresTransaction<'a> {
    pub(super) fn new(
        runtime: &'a Runtime,
        client: &'a Client,
        deadline: Option<Instant>,
        writes: &'a mut Option<Instant>,
        secrets: &'a Secrets,
    ) -> Self {
        Self {
            runtime,
            client,
            deadline,
            writes,
            secrets,
            begun: false,
            failure: None,
        }
    }

    /// What the worst of its failures means. After any failure nothing of it can be kept, whatever the
    /// operation makes of it.
    pub(super) fn failure(&self) -> Option<Meaning> {
        self.failure
    }

    /// Whether the connection is still good, after the end of the transaction.
    pub(super) fn is_usable(&self) -> bool {
        self.failure != Some(Meaning::Lost)
    }

    /// Runs statements of no interest but for their success.
    pub(super) fn run(&mut self, sql: &str) -> Result<()> {
        self.begin()?;
        self.wait(self.client.batch_execute(sql))
    }

    /// Undoes it. A connection where that fails is of no use any more.
    pub(super) fn roll_back(&mut self) {
        if self.begun && self.wait(self.client.batch_execute("ROLLBACK")).is_err() {
            self.failure = Some(Meaning::Lost);
        }
    }

    fn begin(&mut self) -> Result<()> {
        self.query_all(&[]).map(drop)
    }

    fn has_begun(&mut self, begun: std::result::Result<bool, PostgresError>) -> Result<()> {
        let reads_only = || Error::Unavailable("its server only reads".to_owned());
        let begun = begun.map_err(|error| neutral(&error));
        if let Err(error) = begun.and_then(|writes| writes.then_some(()).ok_or_else(reads_only)) {
            // What state it is in nobody knows.
            self.failure = Some(Meaning::Lost);
            return Err(error);
        }
        self.begun = true;
        Ok(())
    }

    fn wait<T>(
        &mut self,
        work: impl Future<Output = std::result::Result<T, PostgresError>>,
    ) -> Result<T> {
        let outcome = self.limited(work)?;
        self.judge(outcome)
    }

    /// Waits for something, but not beyond the time there is.
    fn limited<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        let Some(deadline) = self.deadline else {
            return Ok(self.runtime.block_on(work));
        };
        let end = deadline.min(Instant::now() + ANSWER);
        let limited = async { tokio::time::timeout_at(end.into(), work).await };
        self.runtime.block_on(limited).map_err(|_| {
            self.failure = Some(Meaning::Lost);
            Error::Unavailable("it did not answer in time".to_owned())
        })
    }

    fn judge<T>(&mut self, outcome: std::result::Result<T, PostgresError>) -> Result<T> {
        outcome.map_err(|error| {
            // One that is lost stays lost, whatever is said of it later.
            if self.is_usable() {
                self.failure = Some(meaning(&error));
            }
            neutral(&error)
        })
    }
}

/// Begins a transaction, and says whether the server is one that writes: after a change of servers the old
/// one may answer on, and would for ever say what was true once.
async fn begin(
    client: &Client,
    writes: &mut Option<Instant>,
) -> std::result::Result<bool, PostgresError> {
    let begin = client.batch_execute(BEGIN);
    if writes.is_some_and(|seen| seen.elapsed() < TRUST) {
        return begin.await.map(|()| true);
    }
    let reads_only = "SELECT current_setting('transaction_read_only')";
    let (begun, setting) = tokio::join!(biased; begin, client.query_typed(reads_only, &[]));
    begun?;
    let setting = setting?;
    let setting: Option<&str> = setting.first().map(|row| row.try_get(0)).transpose()?;
    let is_writing = setting == Some("off");
    *writes = is_writing.then(Instant::now);
    Ok(is_writing)
}

impl Transaction for PostgresTransaction<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        self.begin()?;
        self.wait(self.client.execute_typed(sql, &typed(values)))
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        let query = Query::new(sql.to_owned(), values);
        let found = self.query_all(&[query])?;
        Ok(found.into_iter().next().unwrap_or_default())
    }

    fn query_all(&mut self, queries: &[Query]) -> Result<Vec<Vec<Row>>> {
        let (client, begun, mut writes) = (self.client, self.begun, *self.writes);
        let parameters: Vec<_> = queries.iter().map(|query| typed(&query.values)).collect();
        let asked = queries.iter().zip(&parameters);
        let asked = join_all(asked.map(|(query, values)| client.query_typed(&query.sql, values)));
        let begin = async {
            match begun {
                true => Ok(true),
                false => begin(client, &mut writes).await,
            }
        };
        // Both are sent before either is waited for.
        let (begun, found) = self.limited(async { tokio::join!(biased; begin, asked) })?;
        *self.writes = writes;
        self.has_begun(begun)?;
        let found = found.into_iter().map(|rows| rows_of(&self.judge(rows)?));
        found.collect()
    }

    fn for_update(&self) -> &'static str {
        " FOR UPDATE"
    }

    fn secrets(&self) -> &Secrets {
        self.secrets
    }

    fn locks(&self, mut numbers: Vec<i64>) -> Option<Query<'static>> {
        numbers.sort_unstable();
        numbers.dedup();
        // As text, since what it gives is of no type.
        let lock = |number: usize| format!("CAST(pg_advisory_xact_lock(${number}) AS TEXT)");
        let locks: Vec<_> = (1..=numbers.len()).map(lock).collect();
        let values: Vec<_> = numbers.into_iter().map(Value::from).collect();
        (!values.is_empty()).then(|| Query::new(format!("SELECT {}", locks.join(", ")), &values))
    }
}

fn rows_of(rows: &[tokio_postgres::Row]) -> Result<Vec<Row>> {
    let row = |row: &tokio_postgres::Row| {
        let cells = (0..row.len()).map(|column| cell(row, column));
        let cells = cells.collect::<std::result::Result<_, _>>();
        cells.map(Row::new).map_err(|error| neutral(&error))
    };
    rows.iter().map(row).collect()
}

/// Parameters along with their types: nothing has to be prepared, so that a connection pooler which
/// changes the connection between transactions is no hindrance.
fn typed<'a>(values: &'a [Value<'a>]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    let kind = |value: &Value| match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
    };
    let typed = |value: &'a Value<'a>| (value as &(dyn ToSql + Sync), kind(value));
    values.iter().map(typed).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut bytes::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl std::fmt::Debug for Value<'_> {
    /// What it is is a secret, maybe.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Value")
    }
}

fn cell(row: &tokio_postgres::Row, column: usize) -> std::result::Result<Cell, PostgresError> {
    let kind = row.columns()[column].type_();
    let cell = if *kind == Type::TEXT {
        row.try_get::<_, Option<String>>(column)?.map(Cell::Text)
    } else if *kind == Type::BYTEA {
        row.try_get::<_, Option<Vec<u8>>>(column)?.map(Cell::Bytes)
    } else if *kind == Type::INT4 {
        let number: Option<i32> = row.try_get(column)?;
        number.map(|number| Cell::Integer(number.into()))
    } else {
        row.try_get::<_, Option<i64>>(column)?.map(Cell::Integer)
    };
    Ok(cell.unwrap_or(Cell::Null))
}

/// What PostgreSQL says, in neutral terms.
pub(super) fn neutral(error: &PostgresError) -> Error {
    let Some(refusal) = error.as_db_error() else {
        let cause = std::error::Error::source(error);
        return Error::Unavailable(match cause {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        });
    };
    let constraint = refusal.constraint().unwrap_or_default();
    match *refusal.code() {
        SqlState::UNIQUE_VIOLATION => Error::Duplicate(constraint.to_owned()),
        // Somebody else deleted it between two statements.
        SqlState::FOREIGN_KEY_VIOLATION => Error::NotFound(owner(constraint)),
        // Its details may hold values of the row.
        _ => Error::Unavailable(format!("{} ({})", refusal.message(), refusal.code().code())),
    }
}

/// What a row belongs to, by the constraint that PostgreSQL names `TABLE_COLUMN_fkey`.
fn owner(constraint: &str) -> &'static str {
    match constraint {
        _ if constraint.ends_with("_account_fkey") => "account",
        _ if constraint.ends_with("_service_id_fkey") => "service",
        _ => "user",
    }
}

fn meaning(error: &PostgresError) -> Meaning {
    let Some(refusal) = error.as_db_error() else {
        return Meaning::Lost;
    };
    let code = refusal.code();
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        return Meaning::TryAgain;
    }
    // A statement that took too long.
    if *code == SqlState::QUERY_CANCELED {
        return Meaning::Refused;
    }
    // A server that only reads stays so until somebody turns to another one.
    let reads_only = *code == SqlState::READ_ONLY_SQL_TRANSACTION;
    let is_broken = ["08", "53", "57", "58", "XX"]
        .iter()
        .any(|class| code.code().starts_with(class));
    match reads_only || is_broken {
        true => Meaning::Lost,
        false => Meaning::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::owner;

    #[test]
    fn what_is_gone_is_named() {
        assert_eq!(owner("services_account_fkey"), "account");
        assert_eq!(owner("users_service_id_fkey"), "service");
        assert_eq!(owner("recovery_codes_user_id_fkey"), "user");
    }
}
