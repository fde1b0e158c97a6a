//! Tries the channels out: sends one message as the server would, and tells each step.

use std::io::{self, Write};
use std::iter::{once, repeat};

use super::Delivery;
use super::channel::{Again, Channel, Outcome, Outgoing};
use super::segments::measure;
use crate::clock::{Clock, SystemClock};
use crate::phone;
use crate::pin::{self, LIFETIME_MILLISECONDS};
use crate::randomness::{Randomness, SystemRandomness};

/// The service that a test message is from.
const SERVICE_NAME: &str = "nobody (a test)";

/// Sends a message with a PIN that nobody asks for, and tells each step on stdout.
///
/// # Errors
///
/// No channel took it; or the number is none.
pub async fn run(delivery: &Delivery, phone_number: &str) -> Result<(), String> {
    let to =
        phone::normalise(phone_number).map_err(|problem| format!("the phone number {problem}"))?;
    let message = message(delivery, to);
    tell(&format!("to:     {}", message.to));
    tell(&format!(
        "text:   {}",
        message.text.replace('\n', "\n        ")
    ));
    tell(&format!("size:   {}", measure(&message.text)));
    tell(&format!("id:     {}", message.id));
    for (channel, number) in delivery.channels().iter().zip(1..) {
        tell(&format!(
            "channel {number}: {} {}",
            channel.kind(),
            channel.shown()
        ));
        match ask(delivery, channel, &message).await {
            Outcome::HandedOver(id) => {
                if let Some(id) = id {
                    tell(&format!("  the gateway's id: {id}"));
                }
                tell("  handed over: whether the phone gets it is up to the gateway");
                return Ok(());
            }
            Outcome::Unknown(reason) => {
                tell(&format!("  unknown: {reason}"));
                return Err(
                    "it is not known whether the message was sent; a server would not send it again"
                        .to_owned(),
                );
            }
            Outcome::Refused { reason, again } => {
                tell(&format!("  not sent: {reason}; {}", follows(again)));
            }
        }
    }
    Err("no channel took the message; it was not sent".to_owned())
}

fn message(delivery: &Delivery, to: String) -> Outgoing {
    let randomness: &dyn Randomness = &SystemRandomness;
    Outgoing {
        id: randomness.uuid(),
        to,
        text: delivery
            .posting()
            .text(SERVICE_NAME, &pin::draw(randomness)),
        expires: SystemClock.now() + LIFETIME_MILLISECONDS,
        validity: LIFETIME_MILLISECONDS.unsigned_abs() / 1000,
    }
}

/// Gives the message to a channel, and tells what that says. There is no PIN in it that counts.
async fn ask(delivery: &Delivery, channel: &Channel, message: &Outgoing) -> Outcome {
    let given = match channel {
        Channel::Http(http) => http.shown_request(message),
        Channel::Webhook(_) | Channel::Command(_) => message.json(),
    };
    for (line, what) in given
        .lines()
        .zip(once("is given").chain(repeat("        ")))
    {
        tell(&format!("  {what} {line}"));
    }
    let limit = delivery.time_limit;
    let (outcome, output) = match channel {
        Channel::Webhook(webhook) => (webhook.send(message, limit).await, String::new()),
        Channel::Http(http) => http.send_and_listen(message, limit).await,
        Channel::Command(program) => program.send_and_listen(message, limit).await,
    };
    for line in output.lines() {
        tell(&format!("  says: {}", line.escape_debug()));
    }
    outcome
}

fn follows(again: Again) -> String {
    match again {
        Again::Never => "a server would not ask it again with this message".to_owned(),
        Again::After(rest) if rest.is_zero() => "a server would ask it again".to_owned(),
        Again::After(rest) => format!("a server would ask it again in {} s", rest.as_secs()),
    }
}

/// Whoever closed the output has read enough.
fn tell(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
