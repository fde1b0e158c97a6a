//! Starting and verifying a login: the decisions, free of HTTP and of storage.
//!
//! Storage reads a user's [`Standing`], asks one of the functions here what follows from it, and
//! writes that down, all in one transaction.

use crate::clock::UnixMilliseconds;
use crate::limits::Refusal;
use crate::model::{Challenge, Enrolment, Method};
use crate::otp::Miss;
use crate::randomness::Randomness;
use crate::recovery_code::RecoveryHash;
use crate::token::Token;
use crate::{otp, pin, throttle};

/// What is known of a user when a login is started or verified.
#[derive(Clone, Default)]
pub struct Standing {
    /// Consecutive failed checks, over all challenges.
    pub failures: u32,
    /// When the last of them was.
    pub last_failure: UnixMilliseconds,
    /// The challenge of each method that was started last, answered or not; the newest first.
    pub challenges: Vec<Challenge>,
    /// The confirmed enrolment of an authenticator app.
    pub enrolment: Option<Enrolment>,
    /// The recovery codes that were not used yet.
    pub recovery_codes: Vec<RecoveryHash>,
}

/// What comes of a request to start a login.
#[derive(Clone)]
pub enum Start {
    /// This challenge begins and ends an earlier one of its method. If it has a PIN, a message is sent.
    Begun(Challenge),
    /// So many messages were sent that a limit stands in the way of the next.
    TooManySends(Refusal),
    /// The user has failed too often and is locked.
    Locked,
    /// It would be by SMS, and this server sends none.
    NoSms,
    /// It would be by SMS, and this server sends none to such a number.
    NoSmsThere,
}

impl Start {
    /// Whether a message is sent.
    pub fn sends(&self) -> bool {
        matches!(self, Self::Begun(challenge) if challenge.pin.is_some())
    }

    /// The method by which it begins, if it does.
    pub fn method(&self) -> Option<Method> {
        match self {
            Self::Begun(challenge) => Some(challenge.method),
            _ => None,
        }
    }

    /// What comes of it, in a word.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Begun(_) => "begun",
            Self::TooManySends(_) => "limit",
            Self::Locked => "locked",
            Self::NoSms => "no-sms",
            Self::NoSmsThere => "destination",
        }
    }

    /// The same, if a server may begin it that sends SMS or does not.
    pub fn where_sms_is_sent(self, sends_sms: bool) -> Self {
        match self {
            Self::Begun(challenge) if challenge.method == Method::Sms && !sends_sms => Self::NoSms,
            other => other,
        }
    }
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
    /// The same as a recovery code of this user, if it has the form of one.
    pub recovery_code: Option<RecoveryHash>,
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

/// What proved that an answer is right. It is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The challenge's PIN.
    Pin,
    /// The code that an app shows during this time step.
    Code(i64),
    /// A recovery code.
    RecoveryCode(RecoveryHash),
}

/// What comes of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Nothing was started for this user.
    NothingPending,
    /// Right: the challenge is spent, and so is the proof.
    Accepted {
        /// The challenge that was answered, by its method.
        method: Method,
        /// By what.
        proof: Proof,
    },
    /// Not right.
    Denied {
        /// How the challenge would have been answered.
        method: Method,
        /// Why.
        denial: Denial,
        /// What the answer counts as, if it was looked at.
        failure: Option<Failure>,
        /// What is known of it as a code of the user's app, if it could have been one.
        miss: Option<Miss>,
    },
}

/// What a wrong answer counts as: one failed check of the user, and one of each challenge that it was
/// held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Those challenges, by their methods.
    pub challenges: Vec<Method>,
    /// Whether it locks the user, which ends all challenges: none is answered after an unlock.
    pub locks: bool,
}

/// Judges an answer to the user's pending challenges.
///
/// One that says what it is meant for is held against that challenge; any other against all of them, the
/// newest first.
pub fn verify(standing: &Standing, attempt: &Attempt, now: UnixMilliseconds) -> Ruling {
    let meant: Vec<_> = standing
        .challenges
        .iter()
        .filter(|challenge| is_meant(attempt, challenge))
        .collect();
    let Some(addressed) = meant.first().copied().or(standing.challenges.first()) else {
        return Ruling::NothingPending;
    };
    let denied = |challenge: &Challenge, denial, failure| Ruling::Denied {
        method: challenge.method,
        denial,
        failure,
        miss: None,
    };
    if is_throttled(standing, now) {
        return denied(addressed, Denial::Throttled, None);
    }
    let open: Vec<_> = meant
        .iter()
        .copied()
        .filter(|challenge| obstacle(challenge, now).is_none())
        .collect();
    for challenge in &open {
        if let Some(proof) = answer(standing, challenge, attempt, now) {
            let method = challenge.method;
            return Ruling::Accepted { method, proof };
        }
    }
    match (open.first(), obstacle(addressed, now)) {
        (None, Some(denial)) => denied(addressed, denial, None),
        // Meant for what is not pending: a guess all the same.
        (None, None) => denied(
            addressed,
            Denial::Invalid,
            Some(failure(standing, &[addressed])),
        ),
        (Some(newest), _) => Ruling::Denied {
            method: newest.method,
            denial: Denial::Invalid,
            failure: Some(failure(standing, &open)),
            miss: miss(standing, &open, &attempt.token, now),
        },
    }
}

/// Whether an answer may be one to this challenge.
fn is_meant(attempt: &Attempt, challenge: &Challenge) -> bool {
    let is_method = attempt.method.is_none_or(|meant| meant == challenge.method);
    let is_id = attempt
        .auth_id
        .as_ref()
        .is_none_or(|meant| *meant == challenge.id);
    is_method && is_id
}

fn failure(standing: &Standing, challenges: &[&Challenge]) -> Failure {
    Failure {
        challenges: challenges
            .iter()
            .map(|challenge| challenge.method)
            .collect(),
        locks: throttle::is_locked(standing.failures.saturating_add(1)),
    }
}

/// Whether the user has failed so often that no answer is looked at now.
fn is_throttled(standing: &Standing, now: UnixMilliseconds) -> bool {
    throttle::is_locked(standing.failures)
        || throttle::must_wait(standing.failures, standing.last_failure, now)
}

/// What stands in the way of even looking at an answer to a challenge.
fn obstacle(challenge: &Challenge, now: UnixMilliseconds) -> Option<Denial> {
    if challenge.checks >= throttle::CHECKS_PER_CHALLENGE {
        Some(Denial::Throttled)
    } else if challenge.spent {
        Some(Denial::Invalid)
    } else if pin::is_expired(challenge.ctime, now) {
        Some(Denial::Expired)
    } else {
        None
    }
}

/// The proof, if the token answers the challenge. A recovery code answers any.
fn answer(
    standing: &Standing,
    challenge: &Challenge,
    attempt: &Attempt,
    now: UnixMilliseconds,
) -> Option<Proof> {
    let token = &attempt.token;
    let by_method = match challenge.method {
        Method::Sms => challenge
            .pin
            .as_ref()
            .is_some_and(|pin| pin::matches(pin, token))
            .then_some(Proof::Pin),
        Method::Totp => standing.enrolment.as_ref().and_then(|enrolment| {
            otp::matching_step(&enrolment.secret, token, now, enrolment.last_step).map(Proof::Code)
        }),
    };
    by_method.or_else(|| recovery_code(standing, attempt).map(Proof::RecoveryCode))
}

/// The recovery code that was typed, if the user has it. All are compared, so that the time taken tells
/// nothing.
fn recovery_code(standing: &Standing, attempt: &Attempt) -> Option<RecoveryHash> {
    let typed = attempt.recovery_code.as_ref()?;
    let codes = standing.recovery_codes.iter();
    let matching = codes.filter(|code| *code == typed).count();
    (matching > 0).then(|| typed.clone())
}

/// What is known of a wrong answer as a code of the user's app.
fn miss(
    standing: &Standing,
    challenges: &[&Challenge],
    token: &Token,
    now: UnixMilliseconds,
) -> Option<Miss> {
    let is_by_app = |challenge: &&Challenge| challenge.method == Method::Totp;
    let enrolment = standing.enrolment.as_ref()?;
    challenges
        .iter()
        .any(is_by_app)
        .then(|| otp::miss(&enrolment.secret, token, now, enrolment.last_step))?
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
            challenges: vec![Challenge {
                id: "one".to_owned(),
                method: Method::Sms,
                pin: Some(Zeroizing::new(pin.to_owned())),
                ctime: NOW,
                checks: 0,
                spent: false,
            }],
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
            recovery_code: None,
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
    fn a_locked_user_starts_nothing() {
        let standing = Standing {
            failures: 100,
            ..enrolled()
        };
        let outcome = start(&standing, Method::Totp, NOW, &SeededRandomness::new(1));
        assert!(matches!(outcome, Start::Locked));
    }

    /// A wrong answer, and the challenges that it counts for.
    fn wrong(method: Method, challenges: &[Method]) -> Ruling {
        Ruling::Denied {
            method,
            denial: Denial::Invalid,
            failure: Some(Failure {
                challenges: challenges.to_vec(),
                locks: false,
            }),
            miss: None,
        }
    }

    /// A user with the PIN 012345 and, begun after it, a login by app.
    fn with_both() -> Standing {
        let mut standing = enrolled();
        standing.challenges = sms("012345").challenges;
        let newer = begun(&standing, Method::Totp);
        standing.challenges.insert(0, newer);
        standing
    }

    fn code() -> String {
        otp::totp(SECRET, otp::step_at(NOW), otp::DIGITS)
    }

    /// By which method an answer is accepted.
    fn accepted(ruling: &Ruling) -> Option<Method> {
        match ruling {
            Ruling::Accepted { method, .. } => Some(*method),
            _ => None,
        }
    }

    #[test]
    fn an_answer_that_names_no_challenge_is_held_against_the_newest_and_then_the_other() {
        let standing = with_both();
        let both = [Method::Totp, Method::Sms];
        let verified = |token: &str| verify(&standing, &attempt(token), NOW);
        assert_eq!(accepted(&verified(&code())), Some(Method::Totp));
        assert_eq!(accepted(&verified("012345")), Some(Method::Sms));
        assert_eq!(verified("012346"), wrong(Method::Totp, &both));
    }

    #[test]
    fn an_answer_that_names_a_challenge_is_held_against_no_other() {
        let standing = with_both();
        let by = |method, token: &str| Attempt {
            method: Some(method),
            ..attempt(token)
        };
        let (totp, sms) = (Method::Totp, Method::Sms);
        let verified = |attempt: Attempt| verify(&standing, &attempt, NOW);
        assert_eq!(accepted(&verified(by(totp, &code()))), Some(totp));
        assert_eq!(accepted(&verified(by(sms, "012345"))), Some(sms));
        assert_eq!(verified(by(totp, "012345")), wrong(totp, &[totp]));
        assert_eq!(verified(by(sms, &code())), wrong(sms, &[sms]));
        let by_id = |token: &str| Attempt {
            auth_id: Some("one".to_owned()),
            ..attempt(token)
        };
        assert_eq!(accepted(&verified(by_id("012345"))), Some(sms));
        assert_eq!(verified(by_id(&code())), wrong(sms, &[sms]));
        let contrary = Attempt {
            method: Some(totp),
            ..by_id("012345")
        };
        assert_eq!(verified(contrary), wrong(totp, &[totp]));
    }

    #[test]
    fn a_challenge_that_cannot_be_answered_leaves_the_other_alone() {
        for change in [
            |challenge: &mut Challenge| challenge.spent = true,
            |challenge: &mut Challenge| challenge.checks = 5,
            |challenge: &mut Challenge| challenge.ctime = 0,
        ] {
            for (closed, token, open) in [
                (0, "012345".to_owned(), Method::Sms),
                (1, code(), Method::Totp),
            ] {
                let mut standing = with_both();
                change(&mut standing.challenges[closed]);
                let ruling = verify(&standing, &attempt(&token), NOW);
                assert_eq!(accepted(&ruling), Some(open));
                let ruling = verify(&standing, &attempt("wrong"), NOW);
                assert_eq!(ruling, wrong(open, &[open]));
            }
        }
    }

    #[test]
    fn the_hundredth_failure_locks_the_user() {
        for (failures, expected) in [(0, false), (98, false), (99, true), (u32::MAX, true)] {
            let failure = failure(
                &Standing {
                    failures,
                    ..Standing::default()
                },
                &[],
            );
            assert_eq!(failure.locks, expected, "{failures}");
        }
    }

    #[test]
    fn the_right_pin_is_accepted_and_a_wrong_one_counts() {
        let standing = sms("012345");
        let accepted = Ruling::Accepted {
            method: Method::Sms,
            proof: Proof::Pin,
        };
        assert_eq!(verify(&standing, &attempt("012345"), NOW), accepted);
        let ruling = verify(&standing, &attempt("012346"), NOW);
        assert_eq!(ruling, wrong(Method::Sms, &[Method::Sms]));
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
            let ruling = verify(&standing, &attempt, NOW);
            assert_eq!(ruling, wrong(Method::Sms, &[Method::Sms]));
        }
    }

    #[test]
    fn what_cannot_be_answered_says_why_and_does_not_count() {
        let denial = |change: fn(&mut Standing, &mut Challenge), now| {
            let mut standing = sms("012345");
            let mut challenge = standing.challenges.remove(0);
            change(&mut standing, &mut challenge);
            standing.challenges.push(challenge);
            match verify(&standing, &attempt("012345"), now) {
                Ruling::Denied {
                    denial,
                    failure: None,
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
        standing.challenges = vec![begun(&standing, Method::Totp)];
        let step = otp::step_at(NOW);
        let code = otp::totp(SECRET, step, otp::DIGITS);
        let accepted = Ruling::Accepted {
            method: Method::Totp,
            proof: Proof::Code(step),
        };
        assert_eq!(verify(&standing, &attempt(&code), NOW), accepted);
        standing.enrolment.as_mut().unwrap().last_step = step;
        assert!(matches!(
            verify(&standing, &attempt(&code), NOW),
            Ruling::Denied { .. }
        ));
    }

    fn code_number(number: u8) -> RecoveryHash {
        RecoveryHash::from([number; 32])
    }

    fn by_recovery_code(number: u8) -> Attempt {
        Attempt {
            recovery_code: Some(code_number(number)),
            ..attempt("k7wq4m2xhd")
        }
    }

    #[test]
    fn a_recovery_code_answers_the_newest_challenge_that_it_may_be_meant_for() {
        let mut standing = with_both();
        standing.recovery_codes = vec![code_number(1), code_number(2)];
        let (totp, sms) = (Method::Totp, Method::Sms);
        let verified = |attempt: &Attempt| verify(&standing, attempt, NOW);
        let accepted = |method| Ruling::Accepted {
            method,
            proof: Proof::RecoveryCode(code_number(2)),
        };
        assert_eq!(verified(&by_recovery_code(2)), accepted(totp));
        let meant = Attempt {
            method: Some(sms),
            ..by_recovery_code(2)
        };
        assert_eq!(verified(&meant), accepted(sms));
        assert_eq!(verified(&by_recovery_code(3)), wrong(totp, &[totp, sms]));
        let stale = Attempt {
            auth_id: Some("two".to_owned()),
            ..by_recovery_code(2)
        };
        assert_eq!(verified(&stale), wrong(totp, &[totp]));
    }

    #[test]
    fn a_recovery_code_needs_a_challenge_that_can_be_answered_and_a_user_who_is_not_locked() {
        let codes = || vec![code_number(1)];
        let standing = |change: fn(&mut Standing)| {
            let mut standing = Standing {
                recovery_codes: codes(),
                ..sms("012345")
            };
            change(&mut standing);
            standing
        };
        let verified = |standing: &Standing, now| verify(standing, &by_recovery_code(1), now);
        assert!(accepted(&verified(&standing(|_| ()), NOW)).is_some());
        for change in [
            |standing: &mut Standing| standing.failures = 100,
            |standing: &mut Standing| (standing.failures, standing.last_failure) = (4, NOW),
            |standing: &mut Standing| standing.challenges[0].checks = 5,
            |standing: &mut Standing| standing.challenges[0].spent = true,
            |standing: &mut Standing| standing.challenges[0].ctime = 0,
            |standing: &mut Standing| standing.challenges.clear(),
        ] {
            let ruling = verified(&standing(change), NOW);
            assert_eq!(accepted(&ruling), None, "{ruling:?}");
        }
    }

    #[test]
    fn what_is_known_of_a_wrong_code_is_told_and_changes_nothing() {
        let mut standing = with_both();
        let both = [Method::Totp, Method::Sms];
        let known = |standing: &Standing, steps| {
            let shown = otp::totp(SECRET, otp::step_at(NOW) + steps, otp::DIGITS);
            match verify(standing, &attempt(&shown), NOW) {
                Ruling::Denied {
                    denial: Denial::Invalid,
                    failure: Some(failure),
                    miss,
                    ..
                } if failure.challenges == both => miss,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(known(&standing, 3), Some(Miss::Off(90)));
        standing.enrolment.as_mut().unwrap().last_step = otp::step_at(NOW);
        assert_eq!(known(&standing, 0), Some(Miss::Used));
        standing.enrolment.as_mut().unwrap().last_step = otp::step_at(NOW) + 5;
        assert_eq!(known(&standing, 0), Some(Miss::Blocked));
    }

    #[test]
    fn nothing_pending_is_nothing_to_verify() {
        assert_eq!(
            verify(&enrolled(), &attempt("1"), NOW),
            Ruling::NothingPending
        );
    }
}
