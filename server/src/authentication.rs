//! Starting and verifying a login: the decisions, free of HTTP and of storage.
//!
//! Storage reads a user's [`Standing`], asks one of the functions here what follows from it, and
//! writes that down, all in one transaction.

use crate::clock::UnixMilliseconds;
use crate::model::{Challenge, Enrolment, Method};
use crate::randomness::Randomness;
use crate::token::Token;
use crate::{otp, pin, throttle};

/// What is known of a user when a login is started or verified.
#[derive(Clone, Default)]
pub struct Standing {
    /// Consecutive failed checks, over all challenges.
    pub failures: u32,
    /// When the last of them was.
    pub last_failure: UnixMilliseconds,
    /// The challenge started last, answered or not.
    pub challenge: Option<Challenge>,
    /// The confirmed enrolment of an authenticator app.
    pub enrolment: Option<Enrolment>,
    /// When messages were sent to the user lately.
    pub sends: Vec<UnixMilliseconds>,
}

/// What comes of a request to start a login.
#[derive(Clone)]
pub enum Start {
    /// This challenge begins and ends any earlier one. If it has a PIN, a message is sent.
    Begun(Challenge),
    /// So many messages were sent that the next has to wait for some milliseconds.
    TooManySends(i64),
    /// The user has failed too often and is locked.
    Locked,
}

/// Decides how a login starts, given the method that the service prefers.
pub fn start(
    standing: &Standing,
    preferred: Method,
    now: UnixMilliseconds,
    randomness: &dyn Randomness,
) -> Start {
    if throttle::is_locked(standing.failures) {
        return Start::Locked;
    }
    let method = match (preferred, &standing.enrolment) {
        (Method::Totp, Some(_)) => Method::Totp,
        _ => Method::Sms,
    };
    if method == Method::Sms
        && let Some(wait) = throttle::send_wait(&standing.sends, now)
    {
        return Start::TooManySends(wait);
    }
    Start::Begun(Challenge {
        id: randomness.uuid(),
        method,
        pin: (method == Method::Sms).then(|| pin::draw(randomness)),
        ctime: now,
        checks: 0,
        spent: false,
    })
}

/// An answer to a challenge, as it came in.
pub struct Attempt {
    /// The code or PIN that the user typed.
    pub token: Token,
    /// The method it is meant for, if the caller said so.
    pub method: Option<Method>,
    /// The challenge it is meant for, if the caller said so.
    pub auth_id: Option<String>,
}

/// Why an answer was denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// Wrong, or used already.
    Invalid,
    /// The challenge is too old.
    Expired,
    /// Too many wrong answers: this one was not looked at.
    Throttled,
}

impl Denial {
    /// The denial's name in the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::Throttled => "throttled",
        }
    }
}

/// What comes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// Nothing was started for this user.
    NothingPending,
    /// Right: the challenge is spent, and so is the time step if there is one.
    Accepted {
        /// How the challenge was answered.
        method: Method,
        /// The time step of a TOTP code.
        step: Option<i64>,
    },
    /// Not right.
    Denied {
        /// How the challenge would have been answered.
        method: Method,
        /// Why.
        denial: Denial,
        /// Whether this counts as a failed check of the challenge and of the user.
        counts: bool,
    },
}

/// Judges an answer to the user's pending challenge.
pub fn verify(standing: &Standing, attempt: &Attempt, now: UnixMilliseconds) -> Ruling {
    let Some(challenge) = &standing.challenge else {
        return Ruling::NothingPending;
    };
    let method = challenge.method;
    if let Some(denial) = obstacle(standing, challenge, now) {
        return Ruling::Denied {
            method,
            denial,
            counts: false,
        };
    }
    let addressed = attempt.method.is_none_or(|meant| meant == method)
        && attempt
            .auth_id
            .as_ref()
            .is_none_or(|meant| *meant == challenge.id);
    match answer(standing, challenge, &attempt.token, now) {
        Some(step) if addressed => Ruling::Accepted { method, step },
        _ => Ruling::Denied {
            method,
            denial: Denial::Invalid,
            counts: true,
        },
    }
}

/// What stands in the way of even looking at an answer.
fn obstacle(standing: &Standing, challenge: &Challenge, now: UnixMilliseconds) -> Option<Denial> {
    let throttled = throttle::is_locked(standing.failures)
        || throttle::must_wait(standing.failures, standing.last_failure, now)
        || challenge.checks >= throttle::CHECKS_PER_CHALLENGE;
    if throttled {
        Some(Denial::Throttled)
    } else if challenge.spent {
        Some(Denial::Invalid)
    } else if pin::is_expired(challenge.ctime, now) {
        Some(Denial::Expired)
    } else {
        None
    }
}

/// `Some` if the token answers the challenge, with the time step if it is a TOTP code.
fn answer(
    standing: &Standing,
    challenge: &Challenge,
    token: &Token,
    now: UnixMilliseconds,
) -> Option<Option<i64>> {
    match challenge.method {
        Method::Sms => challenge
            .pin
            .as_ref()
            .is_some_and(|pin| pin::matches(pin, token))
            .then_some(None),
        Method::Totp => {
            let enrolment = standing.enrolment.as_ref()?;
            otp::matching_step(&enrolment.secret, token, now, enrolment.last_step).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::randomness::SeededRandomness;

    const NOW: UnixMilliseconds = 1_800_000_000_000;
    const SECRET: &[u8] = b"12345678901234567890";

    fn sms(pin: &str) -> Standing {
        Standing {
            challenge: Some(Challenge {
                id: "one".to_owned(),
                method: Method::Sms,
                pin: Some(Zeroizing::new(pin.to_owned())),
                ctime: NOW,
                checks: 0,
                spent: false,
            }),
            ..Standing::default()
        }
    }

    fn enrolled() -> Standing {
        let secret = Zeroizing::new(SECRET.to_vec());
        Standing {
            enrolment: Some(Enrolment {
                secret,
                last_step: -1,
            }),
            ..Standing::default()
        }
    }

    fn attempt(token: &str) -> Attempt {
        Attempt {
            token: Token::new(token),
            method: None,
            auth_id: None,
        }
    }

    fn begun(standing: &Standing, preferred: Method) -> Challenge {
        match start(standing, preferred, NOW, &SeededRandomness::new(1)) {
            Start::Begun(challenge) => challenge,
            _ => panic!("nothing stands in the way"),
        }
    }

    #[test]
    fn totp_falls_back_to_sms_for_a_user_without_an_app() {
        assert_eq!(
            begun(&Standing::default(), Method::Totp).method,
            Method::Sms
        );
        assert_eq!(begun(&enrolled(), Method::Totp).method, Method::Totp);
        assert_eq!(begun(&enrolled(), Method::Sms).method, Method::Sms);
    }

    #[test]
    fn only_a_login_by_sms_has_a_pin() {
        let has_pin = |preferred| begun(&enrolled(), preferred).pin.is_some();
        assert!(has_pin(Method::Sms) && !has_pin(Method::Totp));
    }

    #[test]
    fn the_sixth_message_in_ten_minutes_has_to_wait() {
        let standing = Standing {
            sends: vec![NOW; 5],
            ..enrolled()
        };
        let random = SeededRandomness::new(1);
        let sixth = start(&standing, Method::Sms, NOW, &random);
        assert!(matches!(sixth, Start::TooManySends(600_000)));
        let app = start(&standing, Method::Totp, NOW, &random);
        assert!(matches!(app, Start::Begun(_)), "an app needs no message");
    }

    #[test]
    fn a_locked_user_starts_nothing() {
        let standing = Standing {
            failures: 100,
            ..enrolled()
        };
        let outcome = start(&standing, Method::Totp, NOW, &SeededRandomness::new(1));
        assert!(matches!(outcome, Start::Locked));
    }

    #[test]
    fn the_right_pin_is_accepted_and_a_wrong_one_counts() {
        let standing = sms("012345");
        let accepted = Ruling::Accepted {
            method: Method::Sms,
            step: None,
        };
        assert_eq!(verify(&standing, &attempt("012345"), NOW), accepted);
        let denied = Ruling::Denied {
            method: Method::Sms,
            denial: Denial::Invalid,
            counts: true,
        };
        assert_eq!(verify(&standing, &attempt("012346"), NOW), denied);
    }

    #[test]
    fn an_answer_meant_for_something_else_is_denied() {
        let standing = sms("012345");
        let other_method = Attempt {
            method: Some(Method::Totp),
            ..attempt("012345")
        };
        let other_challenge = Attempt {
            auth_id: Some("two".to_owned()),
            ..attempt("012345")
        };
        for attempt in [other_method, other_challenge] {
            assert!(matches!(
                verify(&standing, &attempt, NOW),
                Ruling::Denied {
                    denial: Denial::Invalid,
                    counts: true,
                    ..
                }
            ));
        }
    }

    #[test]
    fn what_cannot_be_answered_says_why_and_does_not_count() {
        let denial = |change: fn(&mut Standing, &mut Challenge), now| {
            let mut standing = sms("012345");
            let mut challenge = standing.challenge.take().unwrap();
            change(&mut standing, &mut challenge);
            standing.challenge = Some(challenge);
            match verify(&standing, &attempt("012345"), now) {
                Ruling::Denied {
                    denial,
                    counts: false,
                    ..
                } => denial,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(
            denial(|_, challenge| challenge.spent = true, NOW),
            Denial::Invalid
        );
        assert_eq!(denial(|_, _| (), NOW + 300_000), Denial::Expired);
        assert_eq!(
            denial(|_, challenge| challenge.checks = 5, NOW),
            Denial::Throttled
        );
        assert_eq!(
            denial(|standing, _| standing.failures = 100, NOW),
            Denial::Throttled
        );
        let too_soon = |standing: &mut Standing, _: &mut Challenge| {
            standing.failures = 4;
            standing.last_failure = NOW;
        };
        assert_eq!(denial(too_soon, NOW + 999), Denial::Throttled);
    }

    #[test]
    fn each_denial_has_its_name_in_the_audit_trail() {
        let denials = [Denial::Invalid, Denial::Expired, Denial::Throttled];
        let names = denials.map(Denial::as_str);
        assert_eq!(names, ["invalid", "expired", "throttled"]);
    }

    #[test]
    fn a_code_of_a_used_step_is_denied() {
        let mut standing = enrolled();
        standing.challenge = Some(begun(&standing, Method::Totp));
        let step = otp::step_at(NOW);
        let code = otp::totp(SECRET, step, otp::DIGITS);
        let accepted = Ruling::Accepted {
            method: Method::Totp,
            step: Some(step),
        };
        assert_eq!(verify(&standing, &attempt(&code), NOW), accepted);
        standing.enrolment.as_mut().unwrap().last_step = step;
        assert!(matches!(
            verify(&standing, &attempt(&code), NOW),
            Ruling::Denied { .. }
        ));
    }

    #[test]
    fn nothing_pending_is_nothing_to_verify() {
        assert_eq!(
            verify(&enrolled(), &attempt("1"), NOW),
            Ruling::NothingPending
        );
    }
}
