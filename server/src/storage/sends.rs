//! How many messages were sent lately, and whether one more may be.
//!
//! A start that sends locks what it counts by before it looks, in one order for all, and until it ends: two
//! processes do not both take the last message that a limit allows, and nobody waits in a circle. A
//! verification, or a start that sends nothing, locks none of it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Result;
use super::transaction::{Query, Row, Transaction, Value, values};
use crate::clock::UnixMilliseconds;
use crate::country::Country;
use crate::keys;
use crate::limits::window::Slot;
use crate::limits::{Kind, Limits, Refusal};
use crate::secrets::Secrets;

/// By what a message is counted.
pub(super) struct Counted {
    pub(super) phone: String,
    pub(super) range: String,
    pub(super) service: String,
    pub(super) account: String,
    pub(super) country: String,
}

impl Counted {
    /// By what a message is counted that goes to a number for a service of an account.
    pub(super) fn of(
        secrets: &Secrets,
        phone_number: &str,
        service: &str,
        account: &str,
    ) -> Result<Self> {
        Ok(Self {
            phone: keys::phone(secrets, phone_number)?,
            range: keys::phone_range(secrets, phone_number)?,
            service: service.to_owned(),
            account: account.to_owned(),
            country: Country::of(phone_number).to_string(),
        })
    }

    fn name(&self, kind: Kind) -> &str {
        match kind {
            Kind::Phone => &self.phone,
            Kind::Range => &self.range,
            Kind::Service => &self.service,
            Kind::Account => &self.account,
            Kind::Country => &self.country,
        }
    }

    /// The number of a lock.
    fn lock(&self, kind: Kind) -> i64 {
        let text = format!("{} {}", kind.as_str(), self.name(kind));
        let digest = Sha256::digest(text);
        let bytes = digest.iter().take(8);
        bytes.fold(0, |number, byte| number << 8 | i64::from(*byte))
    }
}

/// What stands in the way of one more message. If nothing does, nobody else sends any that would be counted
/// with it until the end of the transaction.
pub(super) fn refusal(
    tx: &mut dyn Transaction,
    counted: &Counted,
    limits: &Limits,
    now: UnixMilliseconds,
) -> Result<Option<Refusal>> {
    let kinds = limits.kinds();
    let locks = tx.locks(kinds.iter().map(|kind| counted.lock(*kind)).collect());
    // Whoever is refused locks nothing: a flood of starts is not to hold up others of its country.
    if locks.is_some()
        && let Some(refusal) = limits.refusal(&sent(tx, counted, &kinds, None)?, now)
    {
        return Ok(Some(refusal));
    }
    Ok(limits.refusal(&sent(tx, counted, &kinds, locks)?, now))
}

/// What was sent and counted by some kinds, once their locks are there.
fn sent(
    tx: &mut dyn Transaction,
    counted: &Counted,
    kinds: &[Kind],
    locks: Option<Query>,
) -> Result<BTreeMap<Kind, Vec<Slot>>> {
    let looks = kinds.iter().map(|kind| {
        let sql = "SELECT slot, count FROM send_counts WHERE kind = $1 AND name = $2";
        Query::new(sql, values![kind.as_str(), counted.name(*kind)])
    });
    let locked = locks.iter().count();
    let queries: Vec<_> = locks.into_iter().chain(looks).collect();
    let found = tx.query_all(&queries)?.into_iter().skip(locked);
    let slots = |rows: Vec<Row>| rows.into_iter().map(slot_from).collect::<Result<_>>();
    let sent = kinds.iter().zip(found);
    sent.map(|(kind, rows)| Ok((*kind, slots(rows)?))).collect()
}

fn slot_from(mut row: Row) -> Result<Slot> {
    Ok(Slot {
        begin: row.take()?,
        count: row.take()?,
    })
}

/// Counts a message, by all that has a limit.
pub(super) fn count(
    tx: &mut dyn Transaction,
    counted: &Counted,
    limits: &Limits,
    ctime: UnixMilliseconds,
) -> Result<()> {
    let kinds = limits.kinds();
    if kinds.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for kind in kinds {
        let first = values.len() + 1;
        rows.push(format!("(${first}, ${}, ${}, 1)", first + 1, first + 2));
        let row: &[Value] = values![kind.as_str(), counted.name(kind), kind.slot(ctime)];
        values.extend_from_slice(row);
    }
    let sql = format!(
        "INSERT INTO send_counts (kind, name, slot, count) VALUES {}
         ON CONFLICT (kind, name, slot) DO UPDATE SET count = send_counts.count + 1",
        rows.join(", ")
    );
    tx.execute(&sql, &values).map(drop)
}

/// Gives back messages, each of some time: what was never sent counts for nothing.
pub(super) fn give_back(
    tx: &mut dyn Transaction,
    messages: &[(Counted, UnixMilliseconds)],
) -> Result<()> {
    let locks = messages
        .iter()
        .flat_map(|(counted, _)| Kind::ALL.map(|kind| counted.lock(kind)));
    let locks = tx.locks(locks.collect());
    tx.query_all(locks.as_slice())?;
    for (counted, ctime) in messages {
        for kind in Kind::ALL {
            tx.execute(
                "UPDATE send_counts SET count = count - 1
                 WHERE kind = $1 AND name = $2 AND slot = $3 AND count > 0",
                values![kind.as_str(), counted.name(kind), kind.slot(*ctime)],
            )?;
        }
    }
    Ok(())
}
