//! Canaries: strings planted in texts, so that a sweep over answers, logs and mails can tell what
//! leaked and from where. `cnry-<account>-<object>-<field>-<visibility>`.

use serde::Serialize;
use serde_json::Value as Json;

/// Who may ever read the text a canary sits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Holders of the right at this account, nobody at another.
    Account,
    /// No customer at all.
    Internal,
}

impl Visibility {
    pub const ALL: [Self; 3] = [Self::Public, Self::Account, Self::Internal];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Account => "account",
            Self::Internal => "internal",
        }
    }
}

/// One planted string and where it sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    pub text: String,
    /// Client id; 0 belongs to the provider.
    pub account: i32,
    /// What carries it: `ticket`, `reply`, `invoice`, …
    pub kind: &'static str,
    /// The native id of what carries it.
    pub id: i32,
    /// The ticket, invoice or quote it hangs on; 0 for none.
    pub parent: i32,
    /// The contact of this account it belongs to (a ticket's requester, an asset's user, the contact
    /// itself); 0 for none, and for one of another account.
    pub contact: i32,
    /// The world's name of the field.
    pub field: String,
    pub visibility: Visibility,
}

/// The canary of a field: `canary("", 1, "ticket5", "reply12", Visibility::Internal)` is
/// `cnry-acct1-ticket5-reply12-internal`.
#[must_use]
pub fn canary(realm: &str, account: i32, object: &str, field: &str, visibility: Visibility) -> String {
    format!("cnry-{realm}acct{account}-{object}-{field}-{}", visibility.word())
}

/// The canaries in a text.
pub fn found_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("cnry-").filter_map(|(at, _)| {
        let rest = text.get(at..)?;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        rest.get(..end)
    })
}

/// What a canary says of itself.
#[must_use]
pub fn visibility_of(text: &str) -> Option<Visibility> {
    let word = text.rsplit('-').next()?;
    Visibility::ALL.into_iter().find(|visibility| visibility.word() == word)
}

/// Where a carrier of texts stands in the world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) account: i32,
    pub(crate) kind: &'static str,
    pub(crate) id: i32,
    pub(crate) parent: i32,
    pub(crate) contact: i32,
}

/// Adds every canary among the texts of a thing. Walking its serialised form means that no field
/// can be forgotten.
pub(crate) fn collect<T: Serialize>(into: &mut Vec<Canary>, place: Place, thing: &T) {
    let Ok(Json::Object(fields)) = serde_json::to_value(thing) else { return };
    for (field, value) in &fields {
        let Json::String(text) = value else { continue };
        for mark in found_in(text) {
            let Some(visibility) = visibility_of(mark) else { continue };
            let Place { account, kind, id, parent, contact } = place;
            let (text, field) = (mark.to_owned(), field.clone());
            into.push(Canary { text, account, kind, id, parent, contact, field, visibility });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_where_planted() {
        let mark = canary("", 1, "ticket5", "reply12", Visibility::Internal);
        assert_eq!(mark, "cnry-acct1-ticket5-reply12-internal");
        let text = format!("<p>a {mark}</p><a href=\"https://{mark}.example.com\">b</a>");
        assert_eq!(found_in(&text).collect::<Vec<_>>(), [mark.as_str(), mark.as_str()]);
        assert_eq!(visibility_of(&mark), Some(Visibility::Internal));
        assert_eq!(visibility_of("cnry-acct1-x-y-z"), None);
    }
}
