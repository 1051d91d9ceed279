//! What a password must be like. Every broken rule is said, so that nobody has to guess.

use crate::config::AuthSettings;
use std::fmt;

/// Words that common passwords are made of, longest first.
const COMMON: &str = include_str!("common_passwords.txt");
/// Letters or digits that must be left beside common words.
const BESIDE_COMMON: usize = 6;
/// A phrase of more common words than this is a phrase.
const COMMON_WORDS: usize = 2;
const DIFFERENT: usize = 5;
/// Shorter parts of a name are in many words.
const NAME_PART: usize = 4;

/// A rule that a password breaks. The text says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenRule {
    TooShort { least: usize },
    TooLong { most: usize },
    HasLogin,
    HasName,
    TooCommon,
    TooUniform,
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { least } => write!(f, "The password must have at least {least} letters."),
            Self::TooLong { most } => write!(f, "The password must have at most {most} letters."),
            Self::HasLogin => f.write_str("The password must not contain the login or the e-mail address."),
            Self::HasName => f.write_str("The password must not contain the name."),
            Self::TooCommon => f.write_str("The password is among the most common ones. Choose another."),
            Self::TooUniform => write!(f, "The password must have at least {DIFFERENT} different letters."),
        }
    }
}

/// Whose password it is.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    pub login: &'a str,
    pub email: &'a str,
    pub name: &'a str,
}

/// The rules of this deployment.
#[derive(Debug, Clone, Copy)]
pub struct PasswordPolicy {
    pub min_length: usize,
    pub max_length: usize,
}

impl PasswordPolicy {
    #[must_use]
    pub fn new(settings: &AuthSettings) -> Self {
        Self { min_length: settings.password_min_length, max_length: settings.password_max_length }
    }

    /// Every rule that is broken, in a fixed order.
    #[must_use]
    pub fn check(&self, password: &str, owner: Owner<'_>) -> Vec<BrokenRule> {
        let length = password.chars().count();
        let lower = password.to_lowercase();
        let rules = [
            (length < self.min_length, BrokenRule::TooShort { least: self.min_length }),
            (length > self.max_length, BrokenRule::TooLong { most: self.max_length }),
            (has_login(&lower, owner), BrokenRule::HasLogin),
            (has_name(&lower, owner.name), BrokenRule::HasName),
            (is_common(&lower) || is_common(&plain(&lower)), BrokenRule::TooCommon),
            (different(&lower) < DIFFERENT, BrokenRule::TooUniform),
        ];
        rules.into_iter().filter(|(broken, _)| *broken).map(|(_, rule)| rule).collect()
    }
}

fn has_login(lower: &str, owner: Owner<'_>) -> bool {
    [owner.login, owner.email].iter().any(|address| {
        let address = address.trim().to_lowercase();
        let local = address.split('@').next().unwrap_or_default();
        (!address.is_empty() && lower == address) || contains_part(lower, local)
    })
}

fn has_name(lower: &str, name: &str) -> bool {
    let name = name.trim().to_lowercase();
    (!name.is_empty() && lower == name)
        || name.split(|c: char| !c.is_alphanumeric()).any(|part| contains_part(lower, part))
}

fn contains_part(lower: &str, part: &str) -> bool {
    part.chars().count() >= NAME_PART && lower.contains(part)
}

/// Common words and next to nothing else.
fn is_common(lower: &str) -> bool {
    let mut rest = lower.to_owned();
    let mut words = 0;
    for word in COMMON.lines().filter(|word| !word.is_empty()) {
        if rest.contains(word) {
            rest = rest.replace(word, "");
            words += 1;
        }
    }
    let beside = rest.chars().filter(|c| c.is_alphanumeric()).count();
    (1..=COMMON_WORDS).contains(&words) && beside < BESIDE_COMMON
}

/// The usual disguises taken off: `p@ssw0rd` is `password`.
fn plain(lower: &str) -> String {
    let bare = |c| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '3' => 'e',
        '$' | '5' => 's',
        '1' | '!' => 'i',
        '7' => 't',
        other => other,
    };
    lower.chars().map(bare).collect()
}

fn different(lower: &str) -> usize {
    lower.chars().collect::<std::collections::BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::BrokenRule::{HasLogin, HasName, TooCommon, TooLong, TooShort, TooUniform};
    use super::*;

    const OWNER: Owner<'_> =
        Owner { login: "ada.l@example.com", email: "office@example.com", name: "Ada Lovelace-Byron" };

    fn check(password: &str) -> Vec<BrokenRule> {
        PasswordPolicy::new(&AuthSettings::default()).check(password, OWNER)
    }

    #[test]
    fn each_rule_is_said() {
        let long = "aB3$x".repeat(52);
        let table: &[(&str, &[BrokenRule])] = &[
            ("tidal-kettle-42-moss", &[]),
            ("grün-über-straße", &[]),
            ("dragon monkey sunshine", &[]),
            ("kq7-vx2-zn", &[TooShort { least: 12 }]),
            (&long, &[TooLong { most: 256 }]),
            ("ada.l@example.com", &[HasLogin]),
            ("my-ADA.L-is-here-9", &[HasLogin]),
            ("byron's kettle 77", &[HasName]),
            ("Password1234", &[TooCommon]),
            ("P@ssw0rd!!!!", &[TooCommon]),
            ("passwordpassword", &[TooCommon]),
            ("123456123456", &[TooCommon]),
            ("Summer2026!!", &[TooCommon]),
            ("zzzzzzzzzzzz", &[TooUniform]),
            ("", &[TooShort { least: 12 }, TooUniform]),
            ("office", &[TooShort { least: 12 }, HasLogin, TooCommon]),
        ];
        for (password, broken) in table {
            assert_eq!(check(password), *broken, "{password:?}");
        }
    }

    #[test]
    fn the_list_is_longest_first_within_what_contains_what() {
        let words: Vec<&str> = COMMON.lines().collect();
        for (n, word) in words.iter().enumerate() {
            assert!(!words.iter().skip(n + 1).any(|later| later.contains(word)), "{word} hides a longer word");
        }
    }
}
