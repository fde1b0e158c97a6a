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

/// What is said if nobody words it: the longer ones first.
const USUAL: [&str; 4] = [
    "{pin} is your code for {service}. It is valid for 5 minutes.",
    "{pin} is your code for {service}.",
    "{pin} is your code. It is valid for 5 minutes.",
    "{pin} is your code.",
];
const PIN: &str = "{pin}";
const SERVICE: &str = "{service}";
/// A PIN, for its length.
const SOME_PIN: &str = "000000";

/// A text as an operator words it: with `{pin}` where the PIN stands, and `{service}` where the service's name does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording(String);

impl FromStr for Wording {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.matches(PIN).count() != 1 {
            return Err("write {pin} once, where the PIN is to stand".to_owned());
        }
        if text
            .replace(PIN, "")
            .replace(SERVICE, "")
            .contains(['{', '}'])
        {
            return Err("there is nothing in braces but {pin} and {service}".to_owned());
        }
        if text
            .chars()
            .any(|character| character.is_control() && character != '\n')
        {
            return Err("write no control characters but line feeds".to_owned());
        }
        let shortest = measure(&text.replace(PIN, SOME_PIN).replace(SERVICE, ""));
        match shortest.parts {
            1 => Ok(Self(text.to_owned())),
            _ => Err(format!(
                "it is too long even without the service's name: {shortest}"
            )),
        }
    }
}

/// What messages say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// The first that is one SMS is taken.
    wordings: Vec<Wording>,
    domain: Option<Domain>,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            wordings: USUAL.map(|text| Wording(text.to_owned())).into(),
            domain: None,
        }
    }
}

impl Texts {
    /// Texts as they are worded, in the order of preference; the usual ones, if none is. With a domain their last
    /// line binds the PIN to that, as the format of origin-bound one-time codes (WICG, sms-one-time-codes) has it.
    ///
    /// # Errors
    ///
    /// With the domain the last of them is more than one SMS, whatever the service is called.
    pub fn new(wordings: Vec<Wording>, domain: Option<Domain>) -> Result<Self, String> {
        let mut texts = Self {
            domain,
            ..Self::default()
        };
        if !wordings.is_empty() {
            texts.wordings = wordings;
        }
        let shortest = measure(&texts.text("", SOME_PIN));
        match shortest.parts {
            1 => Ok(texts),
            _ => Err(format!(
                "--sms-text is too long for the line that --sms-origin adds: {shortest}"
            )),
        }
    }

    /// The text with a PIN: the first that is one SMS, or of the last one as much as is, with less of the name.
    pub fn text(&self, service_name: &str, pin: &str) -> String {
        let bound = match &self.domain {
            Some(Domain(domain)) => format!("\n@{domain} #{pin}"),
            None => String::new(),
        };
        let said = |Wording(wording): &Wording, name: &str| {
            let text = wording.replace(PIN, pin).replace(SERVICE, name);
            format!("{text}{bound}")
        };
        let fits = |text: &String| measure(text).parts == 1;
        let mut texts = self
            .wordings
            .iter()
            .map(|wording| said(wording, service_name));
        let cut = || {
            let last = self.wordings.last()?;
            let ends = service_name.char_indices().map(|(end, _)| end);
            let mut texts = ends.rev().map(|end| said(last, &service_name[..end]));
            texts.find(fits).or_else(|| Some(said(last, "")))
        };
        texts.find(fits).or_else(cut).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PIN: &str = "012345";

    fn text(name: &str, pin: &str, domain: Option<&Domain>) -> String {
        let texts = Texts::new(Vec::new(), domain.cloned()).unwrap();
        texts.text(name, pin)
    }

    fn worded(wordings: &[&str]) -> Texts {
        let wordings = wordings.iter().map(|text| text.parse().unwrap());
        Texts::new(wordings.collect(), None).unwrap()
    }

    #[test]
    fn an_operator_words_it_and_the_first_that_fits_is_said() {
        let texts = worded(&["{service}: sinu kood on {pin}", "Kood {pin}"]);
        assert_eq!(texts.text("Näide", PIN), "Näide: sinu kood on 012345");
        assert_eq!(texts.text(&"õ".repeat(51), PIN), "Kood 012345");
        let named = worded(&["{pin} is for {service}"]);
        let long = named.text(&"x".repeat(200), PIN);
        assert_eq!(long, format!("012345 is for {}", "x".repeat(146)));
        assert_eq!(
            named.text(&"õ".repeat(200), PIN),
            format!("012345 is for {}", "õ".repeat(56))
        );
        let name = "{pin} {service}";
        assert_eq!(named.text(name, PIN), format!("012345 is for {name}"));
        assert_eq!(worded(&["Код {pin}\n"]).text("x", PIN), "Код 012345\n");
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        let long = format!("{} {{pin}}", "x".repeat(154));
        for bad in [
            "",
            "your code",
            "{pin} {pin}",
            "{pin} {name}",
            "{pin}}",
            "{pin}\t",
            "{PIN}",
            &long,
        ] {
            assert!(bad.parse::<Wording>().is_err(), "{bad:?}");
        }
        let longest: Wording = long[1..].parse().unwrap();
        let domain = "example.com".parse().unwrap();
        let refused = Texts::new(vec![longest.clone()], Some(domain)).unwrap_err();
        assert!(refused.contains("2 SMS"), "{refused}");
        assert!(Texts::new(vec![longest], None).is_ok());
    }

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
                let texts = Texts::new(vec!["{service} {pin}".parse().unwrap()], domain.cloned()).unwrap();
                prop_assert_eq!(measure(&texts.text(&name, PIN)).parts, 1);
            }
        }
    }
}
