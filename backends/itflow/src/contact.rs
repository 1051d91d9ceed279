//! What a wish about a contact comes to, whichever way it is written: plain texts, digits, two flags.

use crate::map::person::{BILLING, PRIMARY, STANDARD, TECHNICAL};
use crate::plain;
use crate::write::people::Person;
use portico_contract::command::UpsertContact;
use portico_contract::{Error, Result};

const FACTS: &[&str] = &[BILLING, PRIMARY, STANDARD, TECHNICAL];

/// Texts, their column, and the most that it takes.
type Field = (&'static str, fn(&UpsertContact) -> Option<&String>);
const TEXTS: &[Field] = &[
    ("contact_name", |wish| wish.name.as_ref()),
    ("contact_title", |wish| wish.title.as_ref()),
    ("contact_department", |wish| wish.department.as_ref()),
    ("contact_email", |wish| wish.email.as_ref()),
];
const LONGEST: usize = 200;

pub(crate) fn taken() -> Error {
    Error::invalid("This customer has a contact with this e-mail address already. Change that one, or write another.")
}

/// The columns that change. A contact's sign-in to ITFlow's own portal is never touched.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    texts: Vec<(&'static str, String)>,
    billing: bool,
    technical: bool,
    name: String,
}

impl Change {
    pub(crate) fn new(wish: &UpsertContact, before: Option<&Person>) -> Result<Self> {
        let mut texts = Vec::new();
        for (column, field) in TEXTS {
            if let Some(text) = field(wish) {
                texts.push((*column, plain::text(text, LONGEST)?));
            }
        }
        required(&texts, "contact_name", "a name", before.is_some())?;
        required(&texts, "contact_email", "an e-mail address", before.is_some())?;
        if let Some((_, email)) = texts.iter().find(|(column, _)| *column == "contact_email")
            && !is_address(email)
        {
            return Err(Error::invalid("This is no e-mail address. Correct it."));
        }
        numbers(wish, before, &mut texts)?;
        let (billing, technical) = flags(wish.facts.as_deref(), before)?;
        let name = texts.iter().find(|(column, _)| *column == "contact_name").map(|(_, name)| name.clone());
        let name = name.or_else(|| before.map(|person| person.contact_name.clone())).unwrap_or_default();
        Ok(Self { texts, billing, technical, name })
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.texts.iter().map(|(column, text)| (*column, text.as_str()))
    }

    /// Both are always written: one that was never set makes ITFlow's API fail when it is left out.
    pub(crate) fn flags(&self) -> impl Iterator<Item = (&'static str, bool)> {
        [("contact_billing", self.billing), ("contact_technical", self.technical)].into_iter()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn email(&self) -> Option<&str> {
        self.texts().find(|(column, _)| *column == "contact_email").map(|(_, email)| email)
    }
}

/// There from the start, and never taken away.
fn required(texts: &[(&'static str, String)], column: &str, what: &str, exists: bool) -> Result<()> {
    match texts.iter().find(|(known, _)| *known == column) {
        Some((_, text)) if !text.is_empty() => Ok(()),
        None if exists => Ok(()),
        _ => Err(Error::invalid(format!("A contact needs {what}. Write one."))),
    }
}

fn is_address(text: &str) -> bool {
    let (local, host) = text.split_once('@').unwrap_or_default();
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || "<>,;\"@".contains(letter);
    !local.is_empty() && host.contains('.') && !host.starts_with('.') && !local.contains(odd) && !host.contains(odd)
}

/// ITFlow keeps digits, with the country and the extension in columns of their own. A country that it holds already
/// is taken off again, or it would be dialled twice.
fn numbers(wish: &UpsertContact, before: Option<&Person>, texts: &mut Vec<(&'static str, String)>) -> Result<()> {
    let codes = before.map(|person| (&person.contact_phone_country_code, &person.contact_mobile_country_code));
    if let Some(phone) = &wish.phone {
        let (number, extension) = split_extension(phone);
        texts.push(("contact_phone", digits(number, codes.and_then(|(code, _)| code.as_deref()))?));
        texts.push(("contact_extension", digits(extension, None)?));
    }
    if let Some(mobile) = &wish.mobile {
        texts.push(("contact_mobile", digits(mobile, codes.and_then(|(_, code)| code.as_deref()))?));
    }
    Ok(())
}

fn split_extension(text: &str) -> (&str, &str) {
    let at = text.find(['x', 'X', 'e', 'E', '#']).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn digits(text: &str, country: Option<&str>) -> Result<String> {
    let number: String = text.chars().filter(char::is_ascii_digit).collect();
    if number.len() > 20 {
        return Err(Error::invalid("This telephone number is too long. Correct it."));
    }
    let country: String = country.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    let known = text.trim_start().starts_with('+') && !country.is_empty();
    let rest = number.strip_prefix(&country).filter(|_| known);
    Ok(rest.map_or(number.clone(), str::to_owned))
}

/// Billing and technical can be set; who is primary is changed in ITFlow.
fn flags(facts: Option<&[String]>, before: Option<&Person>) -> Result<(bool, bool)> {
    let primary = before.is_some_and(|person| person.contact_primary == Some(true));
    let Some(facts) = facts else {
        let was = |flag: fn(&Person) -> Option<bool>| before.and_then(flag) == Some(true);
        return Ok((was(|person| person.contact_billing), was(|person| person.contact_technical)));
    };
    let has = |fact: &str| facts.iter().any(|known| known == fact);
    if let Some(unknown) = facts.iter().find(|fact| !FACTS.contains(&fact.as_str())) {
        let shown: String = unknown.chars().take(40).collect();
        return Err(Error::invalid(format!(
            "ITFlow has no contacts of the kind {shown:?}. Use: {}.",
            FACTS.join(", ")
        )));
    }
    if has(PRIMARY) != primary {
        return Err(Error::invalid("Who is the primary contact is changed in ITFlow."));
    }
    Ok((has(BILLING), has(TECHNICAL)))
}
