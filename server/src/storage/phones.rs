//! Phone numbers that were stored before the numbering plans were known, put into the spelling that
//! new ones are compared by.

use super::transaction::{Row, Transaction, values};
use super::{Error, Result, Storage};
use crate::phone;

/// How many are looked at in one step.
const STEP: u32 = 500;

impl Storage {
    /// Looks at all numbers that were not looked at yet. One whose spelling belongs to another user of
    /// the service already stays as it is, and is told in the log.
    pub async fn respell_phone_numbers(&self) -> Result<()> {
        loop {
            match self.write(step).await {
                Ok(true) => {}
                // Somebody else has just registered one of them: it is looked at again.
                Err(Error::Duplicate(_)) => {}
                ended => return ended.map(drop),
            }
        }
    }
}

/// Looks at some numbers; says whether there may be more. They are in one order for all servers that start
/// at a time, so that none of them waits for another that waits for it.
fn step(tx: &mut dyn Transaction) -> Result<bool> {
    let rows = tx.query(
        "SELECT users.id, users.service_id, users.phone_number FROM old_phone_numbers
         JOIN users ON users.id = old_phone_numbers.user_id ORDER BY users.id LIMIT $1",
        values![STEP],
    )?;
    let more = !rows.is_empty();
    for row in rows {
        respell(tx, row)?;
    }
    Ok(more)
}

fn respell(tx: &mut dyn Transaction, mut row: Row) -> Result<()> {
    let (user, service, old): (String, String, String) = (row.take()?, row.take()?, row.take()?);
    let sql = "DELETE FROM old_phone_numbers WHERE user_id = $1";
    if tx.execute(sql, values![&user])? == 0 {
        // Another server has looked at it meanwhile.
        return Ok(());
    }
    let Ok(new) = phone::normalise(&old) else {
        return Ok(());
    };
    if new == old {
        return Ok(());
    }
    // Asked for first: in PostgreSQL a row that is there already would end the transaction.
    let changed = tx.execute(
        "UPDATE users SET phone_number = $1 WHERE id = $2 AND NOT EXISTS
             (SELECT 1 FROM users WHERE service_id = $3 AND phone_number = $1)",
        values![&new, &user, &service],
    )?;
    if changed == 0 {
        tracing::warn!(
            user,
            service,
            "another user has the same phone number in a newer spelling; delete one of the two"
        );
    }
    Ok(())
}
