//! The outbox, for a person to read: a page that shows what was "sent".

use crate::clock::rfc3339;
use crate::html::escaped;
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

/// An HTML page with the messages, newest first, that keeps itself up to date.
pub fn page(messages: &[Message]) -> String {
    let rows: String = messages.iter().rev().map(row).collect();
    let rows = match rows.is_empty() {
        true => "<tr><td colspan=\"4\">Nothing was sent yet.</td></tr>".to_owned(),
        false => rows,
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"refresh\" content=\"2\">\n<title>Outbox</title>\n\
         <style>\
         body {{ font: 16px system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; \
         padding: 0 1rem; color-scheme: light dark }} \
         table {{ border-collapse: collapse; width: 100% }} \
         th, td {{ text-align: left; padding: .5rem; border-bottom: 1px solid #8884 }}\
         </style>\n</head>\n<body>\n<h1>Outbox</h1>\n<table>\n\
         <thead><tr><th>Sent</th><th>To</th><th>Message</th><th>State</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</body>\n</html>\n"
    )
}

fn row(message: &Message) -> String {
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        rfc3339(message.ctime),
        escaped(&message.phone_number),
        escaped(&message.text),
        escaped(&message.state)
    )
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
    fn the_page_shows_messages_as_text() {
        let page = page(&[message()]);
        assert!(!page.contains("<script>"));
        assert!(page.contains("<td>shown</td>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;"));
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
