//! Pages of a list: how many there may be on one, and where the next one begins.

use std::collections::HashMap;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::storage::{self, ListPlace};

/// The most entries of one page.
pub const LARGEST: u32 = 1000;
/// How many there are where only a cursor is given.
const USUAL: u32 = 100;

/// How many there are.
type Counted = storage::Result<i64>;

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    /// The most entries on it.
    pub limit: u32,
    /// Where it begins; `None` for the first page.
    pub after: Option<Continuation>,
}

/// Where a page begins that is not the first.
#[derive(Debug, PartialEq, Eq)]
pub struct Continuation {
    /// After which entry.
    pub place: ListPlace,
    /// How many there were in all when the list began, if they were counted: that is not done for every page of it.
    pub total: Option<i64>,
}

impl Default for Page {
    /// The first page, of the usual size.
    fn default() -> Self {
        Self {
            limit: USUAL,
            after: None,
        }
    }
}

impl Page {
    /// How many entries to look for: one more than are on the page tells whether there is another.
    pub fn wanted(&self) -> u32 {
        self.limit + 1
    }

    /// After which entry it begins.
    pub fn place(&self) -> Option<ListPlace> {
        Some(self.after.as_ref()?.place.clone())
    }

    /// How many entries there are in all, which `count` counts for the first page.
    pub async fn total(&self, count: impl Future<Output = Counted>) -> Counted {
        match self.after.as_ref().and_then(|after| after.total) {
            Some(total) => Ok(total),
            None => count.await,
        }
    }

    /// Those that are on the page, of what was found.
    pub fn of<'a, T>(&self, found: &'a [T]) -> &'a [T] {
        &found[..found.len().min(self.limit as usize)]
    }

    /// The cursor to the page after this one, if there is one; with how many there are in all, if they were counted.
    pub fn next<T>(
        &self,
        found: &[T],
        total: Option<i64>,
        place: impl Fn(&T) -> ListPlace,
    ) -> Option<String> {
        let on_it = self.of(found);
        let last = on_it.last().filter(|_| found.len() > on_it.len())?;
        let place = place(last);
        Some(cursor(&Continuation { place, total }))
    }

    /// The reply with the page: of what was found as many as it takes, as `json` shows them, under their name;
    /// how many there are in all; and, unless the list ends there, a cursor to the `place` after the last one.
    pub fn reply<T>(
        &self,
        name: &str,
        found: &[T],
        total: i64,
        json: impl Fn(&T) -> Value,
        place: impl Fn(&T) -> ListPlace,
    ) -> Value {
        let entries: Vec<_> = self.of(found).iter().map(json).collect();
        let mut reply = json!({ name: entries, "total": total });
        if let Some(cursor) = self.next(found, Some(total), place) {
            reply["next_cursor"] = cursor.into();
        }
        reply
    }
}

/// The page that `limit` and `cursor` ask for; `None` if neither is given.
pub fn asked(query: &HashMap<String, String>) -> Result<Option<Page>, ApiError> {
    let (limit, cursor) = (query.get("limit"), query.get("cursor"));
    if limit.is_none() && cursor.is_none() {
        return Ok(None);
    }
    let limit = match limit {
        None => USUAL,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=LARGEST).contains(limit))
            .ok_or_else(|| {
                ApiError::invalid(format!("\"limit\" must be a number from 1 to {LARGEST}"))
            })?,
    };
    let after = cursor.map(|cursor| {
        continuation(cursor).ok_or_else(|| {
            ApiError::invalid("\"cursor\" must be the next_cursor of the page before")
        })
    });
    let after = after.transpose()?;
    Ok(Some(Page { limit, after }))
}

/// What a client gives back to have the next page; what is in it is not its business.
fn cursor(Continuation { place, total }: &Continuation) -> String {
    let ListPlace { ctime, id } = place;
    let total = total.map(|total| total.to_string()).unwrap_or_default();
    BASE64URL_NOPAD.encode(format!("{ctime}:{total}:{id}").as_bytes())
}

fn continuation(cursor: &str) -> Option<Continuation> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (ctime, rest) = text.split_once(':')?;
    let (total, id) = rest.split_once(':')?;
    let place = ListPlace {
        ctime: ctime.parse().ok()?,
        id: id.to_owned(),
    };
    let total = match total {
        "" => None,
        total => Some(total.parse().ok().filter(|total| *total >= 0)?),
    };
    Some(Continuation { place, total }).filter(|found| !found.place.id.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        for total in [None, Some(0), Some(2500)] {
            let there = || Continuation {
                place: ListPlace {
                    ctime: 1_800_000_000_000,
                    id: "4f1c86b5-0d6a-4f43-8a0e-6f6a3f3a9f10".to_owned(),
                },
                total,
            };
            assert_eq!(continuation(&cursor(&there())), Some(there()));
        }
        for text in ["", "123", ":", "::", "1:2", ":1:x", "1:-1:x", "1:1:\0"] {
            let wrong = BASE64URL_NOPAD.encode(text.as_bytes());
            assert_eq!(continuation(&wrong), None, "{text:?}");
        }
        assert_eq!(continuation("?"), None);
    }
}
