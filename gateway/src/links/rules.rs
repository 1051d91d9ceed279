//! The rules: which key of an account says that it may be the same customer as another with that key.
//!
//! Keys are compared for equality only, so that the work grows with the number of accounts and not with the
//! number of their pairs.

use crate::readmodel::entity::account_link_proposals::Rule;

/// What the rules look at of an account.
#[derive(Debug)]
pub struct Features<'a> {
    pub name: &'a str,
    pub website: Option<&'a str>,
    pub phone: Option<&'a str>,
}

type Key = fn(&Features<'_>) -> Option<String>;

/// Each rule that an account's own record decides. [`Rule::EmailDomain`] looks at its contacts.
pub const RULES: &[(Rule, Key)] = &[
    (Rule::Website, |account| host(account.website?)),
    (Rule::Phone, |account| phone(account.phone?)),
    (Rule::Name, |account| name(account.name)),
];

/// Words that say how a firm is organised, and not which one it is.
const LEGAL_FORMS: &[&str] = &[
    "ag",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gbr",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "mbh",
    "nv",
    "ohg",
    "oy",
    "plc",
    "pty",
    "sa",
    "sarl",
    "sas",
    "srl",
    "the",
    "ug",
];

/// Where everybody can have an address.
const PUBLIC_MAIL: &[&str] = &[
    "aol.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.com",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// Letters of a name that can be told from others.
const SHORTEST_NAME: usize = 3;
/// Digits of a telephone number without country and trunk prefix: the last of them.
const DIGITS: usize = 9;
const FEWEST_DIGITS: usize = 7;

fn name(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.filter(|word| !LEGAL_FORMS.contains(word)).collect();
    let key = words.join(" ");
    (key.chars().count() >= SHORTEST_NAME).then_some(key)
}

fn host(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (host.contains('.') && !host.contains(char::is_whitespace)).then(|| host.to_owned())
}

fn phone(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let start = digits.len().saturating_sub(DIGITS);
    let key: String = digits.into_iter().skip(start).collect();
    (key.len() >= FEWEST_DIGITS).then_some(key)
}

/// The domain of an address that belongs to a firm.
#[must_use]
pub fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.trim().rsplit_once('@')?;
    let domain = domain.to_lowercase();
    (domain.contains('.') && !PUBLIC_MAIL.contains(&domain.as_str())).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(key: fn(&str) -> Option<String>, texts: &[&str]) {
        let keys: Vec<_> = texts.iter().map(|text| key(text)).collect();
        assert!(keys.iter().all(|key| key.is_some() && *key == keys[0]), "{texts:?}: {keys:?}");
    }

    #[test]
    fn names_are_compared_without_case_punctuation_and_legal_form() {
        same(
            name,
            &["Harbour Logistics Ltd.", "HARBOUR  LOGISTICS", "Harbour-Logistics, Inc", "The Harbour Logistics Co"],
        );
        same(name, &["Müller & Söhne GmbH", "müller söhne"]);
        assert_ne!(name("Harbour Logistics"), name("Harbour Logistics North"));
        assert_eq!([name("A B"), name("Co. KG"), name("")], [Some("a b".to_owned()), None, None]);
    }

    #[test]
    fn web_sites_are_compared_by_host() {
        same(
            host,
            &["https://www.harbour.example.com/about?x#y", "harbour.example.com", "HTTP://Harbour.Example.com:80"],
        );
        assert_eq!([host("none"), host("no web site."), host("")], [None, None, None]);
    }

    #[test]
    fn telephone_numbers_are_compared_by_their_last_digits() {
        same(phone, &["+49 (30) 123 456-78", "030 12345678", "0049 30 12345678"]);
        assert_eq!([phone("112"), phone("ext. 12345")], [None, None]);
    }

    #[test]
    fn addresses_that_everybody_can_have_say_nothing() {
        same(domain, &["a@harbour.example.com", " B.C@HARBOUR.example.com "]);
        assert_eq!([domain("a@gmail.com"), domain("nobody"), domain("a@localhost")], [None, None, None]);
    }
}
