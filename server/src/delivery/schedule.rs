//! What follows when a message was given to a channel.

use std::time::Duration;

use super::channel::{Again, Outcome};
use super::state::MessageState;
use crate::clock::UnixMilliseconds;

/// How long a message rests after the first time that all channels were asked. It doubles.
const FIRST_REST: i64 = 1000;
/// How long it rests at most.
const LONGEST_REST: i64 = 30_000;

/// How far the tries of a message have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Which channel is asked.
    pub place: u32,
    /// The channels that are not asked again with this message: a bit each, the first the lowest.
    pub refused: i64,
    /// Before when no channel wants to be asked again.
    pub resume: UnixMilliseconds,
}

/// What follows from a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// No further one.
    Settled(MessageState),
    /// A further one, then.
    Again(Progress, UnixMilliseconds),
}

/// Decides what follows from the outcome of a try, of which there were `tries` with this one.
///
/// The channels after it are asked at once, in their order. When all of them were, the message rests.
pub fn after(
    outcome: &Outcome,
    progress: Progress,
    tries: u32,
    channels: u32,
    now: UnixMilliseconds,
) -> Next {
    let again = match outcome {
        Outcome::HandedOver(_) => return Next::Settled(MessageState::HandedOver),
        Outcome::Unknown(_) => return Next::Settled(MessageState::Unknown),
        Outcome::Refused { again, .. } => again,
    };
    let (mut refused, mut resume) = (progress.refused, progress.resume);
    match again {
        Again::Never => refused |= 1 << progress.place,
        Again::After(rest) => resume = resume.max(now.saturating_add(milliseconds(*rest))),
    }
    let is_open = |place: &u32| refused & (1 << place) == 0;
    if let Some(place) = (progress.place + 1..channels).find(is_open) {
        let progress = Progress {
            place,
            refused,
            resume,
        };
        return Next::Again(progress, now);
    }
    let Some(place) = (0..channels).find(is_open) else {
        return Next::Settled(MessageState::Failed);
    };
    let progress = Progress {
        place,
        refused,
        resume: 0,
    };
    Next::Again(progress, resume.max(now + rest(tries, channels)))
}

/// How long a message rests that was tried so often.
fn rest(tries: u32, channels: u32) -> i64 {
    let rounds = tries.div_ceil(channels).saturating_sub(1).min(16);
    (FIRST_REST << rounds).min(LONGEST_REST)
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMilliseconds = 1_800_000_000_000;

    fn refused(again: Again) -> Outcome {
        Outcome::Refused {
            reason: "why".to_owned(),
            again,
        }
    }

    fn at_once() -> Outcome {
        refused(Again::After(Duration::ZERO))
    }

    /// The channel that is asked next, and how long from now.
    fn next(outcome: &Outcome, progress: Progress, tries: u32, channels: u32) -> (Progress, i64) {
        match after(outcome, progress, tries, channels, NOW) {
            Next::Again(progress, then) => (progress, then - NOW),
            Next::Settled(state) => panic!("{state:?}"),
        }
    }

    #[test]
    fn what_was_taken_or_may_have_been_is_not_tried_again() {
        for (outcome, state) in [
            (Outcome::HandedOver(None), MessageState::HandedOver),
            (Outcome::Unknown(String::new()), MessageState::Unknown),
        ] {
            let next = after(&outcome, Progress::default(), 1, 3, NOW);
            assert_eq!(next, Next::Settled(state));
        }
    }

    #[test]
    fn channels_are_asked_in_their_order_and_then_rest_longer_and_longer() {
        let mut progress = Progress::default();
        let mut seen = Vec::new();
        for tries in 1..=9 {
            let rest;
            (progress, rest) = next(&at_once(), progress, tries, 2);
            seen.push((progress.place, rest));
        }
        let expected = [
            (1, 0),
            (0, 1000),
            (1, 0),
            (0, 2000),
            (1, 0),
            (0, 4000),
            (1, 0),
            (0, 8000),
            (1, 0),
        ];
        assert_eq!(seen, expected);
        assert_eq!(next(&at_once(), Progress::default(), 400, 1).1, 30_000);
    }

    #[test]
    fn a_channel_that_wants_to_rest_does_not_keep_the_next_one_waiting() {
        let busy = refused(Again::After(Duration::from_secs(60)));
        let (progress, rest) = next(&busy, Progress::default(), 1, 2);
        assert_eq!((progress.place, rest), (1, 0));
        let (progress, rest) = next(&at_once(), progress, 2, 2);
        assert_eq!((progress.place, rest), (0, 60_000));
        assert_eq!(next(&at_once(), progress, 4, 1).1, 8000);
    }

    #[test]
    fn a_channel_that_refused_for_good_is_not_asked_again() {
        let never = refused(Again::Never);
        let (progress, _) = next(&never, Progress::default(), 1, 2);
        let (progress, rest) = next(&at_once(), progress, 2, 2);
        assert_eq!((progress.place, rest), (1, 1000));
        let last = after(&never, progress, 3, 2, NOW);
        assert_eq!(last, Next::Settled(MessageState::Failed));
    }
}
