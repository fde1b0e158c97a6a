//! What a message says. It is one SMS, whatever the service is called.

use std::str::FromStr;

use super::segments::measure;

/// How many characters the shortest text leaves for a domain.
const LONGEST_DOMAIN: usize = 130;

/// The domain that a PIN is bound to: phones offer it to pages of that domain only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain(String);

impl FromStr for Domain {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let domain = text.to_ascii_lowercase();
        let is_host = domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        if !is_host {
            return Err(
                "write the host name of the page alone, as in example.com; letters that are not \
                 ASCII in the form xn--"
                    .to_owned(),
            );
        }
        match domain.len() {
            0..=LONGEST_DOMAIN => Ok(Self(domain)),
            length => Err(format!(
                "it has {length} characters; with more than {LONGEST_DOMAIN} no text fits one SMS"
            )),
        }
    }
}

/// The text with a PIN: the first of a few that is one SMS. The last of them is, always.
///
/// With a domain its last line binds the PIN to that, as the format of origin-bound one-time codes
/// (WICG, sms-one-time-codes) has it.
pub fn text(service_name: &str, pin: &str, domain: Option<&Domain>) -> String {
    let bound = match domain {
        Some(Domain(domain)) => format!("\n@{domain} #{pin}"),
        None => String::new(),
    };
    let texts = [
        format!("{pin} is your code for {service_name}. It is valid for 5 minutes.{bound}"),
        format!("{pin} is your code for {service_name}.{bound}"),
        format!("{pin} is your code. It is valid for 5 minutes.{bound}"),
    ];
    let fits = |text: &String| measure(text).parts == 1;
    let shortest = || format!("{pin} is your code.{bound}");
    texts.into_iter().find(fits).unwrap_or_else(shortest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PIN: &str = "012345";

    #[test]
    fn what_does_not_fit_one_sms_is_left_out() {
        let said = |name: &str| text(name, PIN, None);
        assert_eq!(
            said("Example"),
            "012345 is your code for Example. It is valid for 5 minutes."
        );
        let long = "x".repeat(120);
        assert_eq!(said(&long), format!("012345 is your code for {long}."));
        let valid = "012345 is your code. It is valid for 5 minutes.";
        assert_eq!(said(&"x".repeat(200)), valid);
        let accented = "Tõnu Äri ja Pojad OÜ";
        let expected = format!("012345 is your code for {accented}.");
        assert_eq!(said(accented), expected);
        assert_eq!(said(&"õ".repeat(46)), valid);
    }

    #[test]
    fn the_last_line_binds_the_pin_to_a_domain() {
        let domain: Domain = "Login.Example.com".parse().unwrap();
        let said = text("Example", PIN, Some(&domain));
        let last = said.lines().last();
        assert_eq!(last, Some("@login.example.com #012345"), "{said}");
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        let long = format!("{}.example", "x".repeat(123));
        for bad in [
            "",
            "https://example.com",
            "example.com/login",
            "example.com:443",
            "example..com",
            "exämple.com",
            "-a.example",
            "example.com\n",
            &long,
        ] {
            assert!(bad.parse::<Domain>().is_err(), "{bad:?}");
        }
        assert!(long[1..].parse::<Domain>().is_ok());
    }

    proptest! {
        #[test]
        fn a_text_is_one_sms_whatever_the_service_is_called(name in ".{0,300}", length in 1..=LONGEST_DOMAIN) {
            let domain: Domain = "x".repeat(length).parse().unwrap();
            for domain in [None, Some(&domain)] {
                prop_assert_eq!(measure(&text(&name, PIN, domain)).parts, 1);
            }
        }
    }
}
