//! The outbox as it is shown without `--dev`: no PIN, and little of the phone number.

use crate::storage::Message;

/// What stands in place of a PIN where it may not be seen.
const HIDDEN: &str = "******";

/// The message without its PIN and most of the phone number.
pub fn redacted(message: Message) -> Message {
    Message {
        text: message.text.replace(&message.pin, HIDDEN),
        pin: HIDDEN.to_owned(),
        phone_number: crate::phone::masked(&message.phone_number),
        ..message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "id".to_owned(),
            service_id: "service".to_owned(),
            user_id: "user".to_owned(),
            phone_number: "+4401234567".to_owned(),
            text: "012345 is your code for <script>alert('&\"')</script>".to_owned(),
            pin: "012345".to_owned(),
            state: "shown".to_owned(),
            tries: 0,
            channel: None,
            gateway_id: None,
            ctime: 0,
        }
    }

    #[test]
    fn a_redacted_message_holds_neither_pin_nor_phone_number() {
        let text = serde_json::to_string(&redacted(message())).unwrap();
        assert!(
            !text.contains("012345") && !text.contains("4401234"),
            "{text}"
        );
    }
}
