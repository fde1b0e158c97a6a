//! Statements in a transaction of PostgreSQL, and what its failures mean.

use std::time::Instant;

use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Error as PostgresError};

use crate::storage::transaction::{Cell, Row, Transaction, Value};
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

/// A transaction that has begun on a connection.
pub(super) struct PostgresTransaction<'a> {
    runtime: &'a Runtime,
    client: &'a Client,
    deadline: Instant,
    failure: Option<Meaning>,
}

impl<'a> PostgresTransaction<'a> {
    pub(super) fn new(runtime: &'a Runtime, client: &'a Client, deadline: Instant) -> Self {
        Self {
            runtime,
            client,
            deadline,
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

    /// Gives the connection up.
    pub(super) fn give_up(&mut self) {
        self.failure = Some(Meaning::Lost);
    }

    /// Runs statements of no interest but for their success.
    pub(super) fn run(&mut self, sql: &str) -> Result<()> {
        self.wait(self.client.batch_execute(sql))
    }

    fn wait<T>(
        &mut self,
        work: impl Future<Output = std::result::Result<T, PostgresError>>,
    ) -> Result<T> {
        let limited = async { tokio::time::timeout_at(self.deadline.into(), work).await };
        let outcome = self.runtime.block_on(limited);
        let (error, meaning) = match outcome {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => (neutral(&error), meaning(&error)),
            Err(_) => (
                Error::Unavailable("it did not answer in time".to_owned()),
                Meaning::Lost,
            ),
        };
        // One that is lost stays lost, whatever is said of it later.
        if self.is_usable() {
            self.failure = Some(meaning);
        }
        Err(error)
    }
}

impl Transaction for PostgresTransaction<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        self.wait(self.client.execute_typed(sql, &typed(values)))
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        let rows = self.wait(self.client.query_typed(sql, &typed(values)))?;
        rows.iter()
            .map(|row| {
                let cells = (0..row.len()).map(|column| cell(row, column));
                let cells = cells.collect::<std::result::Result<_, _>>();
                cells.map(Row::new).map_err(|error| neutral(&error))
            })
            .collect()
    }

    fn for_update(&self) -> &'static str {
        " FOR UPDATE"
    }
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
        SqlState::FOREIGN_KEY_VIOLATION => Error::NotFound("what it belongs to was"),
        // Its details may hold values of the row.
        _ => Error::Unavailable(format!("{} ({})", refusal.message(), refusal.code().code())),
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
