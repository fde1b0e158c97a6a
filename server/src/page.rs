//! Pages of a list: how many there may be on one, and where the next one begins.

use std::collections::HashMap;

use data_encoding::BASE64URL_NOPAD;

use crate::error::ApiError;
use crate::storage::ListPlace;

/// The most entries of one page.
pub const LARGEST: u32 = 1000;
/// How many there are where only a cursor is given.
const USUAL: u32 = 100;

/// The page that `limit` and `cursor` ask for; `None` if neither is given.
pub fn asked(
    query: &HashMap<String, String>,
) -> Result<Option<(u32, Option<ListPlace>)>, ApiError> {
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
    let place = cursor.map(|cursor| {
        place(cursor).ok_or_else(|| {
            ApiError::invalid("\"cursor\" must be the next_cursor of the page before")
        })
    });
    Ok(Some((limit, place.transpose()?)))
}

/// What a client gives back to have the next page; what is in it is not its business.
pub fn cursor(place: &ListPlace) -> String {
    BASE64URL_NOPAD.encode(format!("{}:{}", place.ctime, place.id).as_bytes())
}

fn place(cursor: &str) -> Option<ListPlace> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (ctime, id) = text.split_once(':')?;
    Some(ListPlace {
        ctime: ctime.parse().ok()?,
        id: id.to_owned(),
    })
    .filter(|place| !place.id.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let there = ListPlace {
            ctime: 1_800_000_000_000,
            id: "4f1c86b5-0d6a-4f43-8a0e-6f6a3f3a9f10".to_owned(),
        };
        assert_eq!(place(&cursor(&there)), Some(there));
        for wrong in ["", "?", "MTIz", "Og", "MTIzOgA"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
