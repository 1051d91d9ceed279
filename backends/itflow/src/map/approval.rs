//! `task_approvals` → approvals of a ticket.

use super::person::{BILLING, TECHNICAL};
use super::value::words;
use super::words as known;
use crate::wire::approval::{ApprovalRow, PersonRow};
use portico_contract::record::{Approval, Author};
use portico_contract::value::{ApprovalGroup, Label, Visibility};
use portico_contract::{Kind, NativeId};

/// Said of an approval that every contact may decide who sees its ticket. No contact holds a fact of this name.
pub(crate) const ANY: &str = "any";

/// Types of approval, and what a contact must be to decide it.
const TYPES: &[(&str, &str)] = &[("any", ANY), ("technical", TECHNICAL), ("billing", BILLING)];
const SPECIFIC: &str = "specific";

pub(crate) fn approval(row: &ApprovalRow, ticket: &NativeId, account: &NativeId, people: &[PersonRow]) -> Approval {
    let for_customers = row.approval_scope == "client";
    let word = row.approval_status.trim();
    let group = known::approval(word);
    let decided = matches!(group, ApprovalGroup::Approved | ApprovalGroup::Declined);
    let (approvers, any_with) = if for_customers { deciders(row, account, people) } else { (Vec::new(), None) };
    Approval {
        id: NativeId::new(Kind::Approval, row.approval_id),
        ticket: ticket.clone(),
        subject: row.task_name.trim().to_owned(),
        status: Label { group, label: word.to_owned(), native_id: word.to_owned() },
        approvers,
        any_with,
        requested_by: author(row.approval_created_by, account, people),
        decided_by: row.approval_approved_by.as_deref().filter(|_| decided).and_then(|by| decider(by, account, people)),
        visibility: if for_customers { Visibility::Public } else { Visibility::Hidden },
        // ITFlow keeps no times of an approval.
        created_at: None,
        decided_at: None,
    }
}

/// A type that is not known lets nobody decide, and so does a person who is no contact of the account.
fn deciders(row: &ApprovalRow, account: &NativeId, people: &[PersonRow]) -> (Vec<NativeId>, Option<String>) {
    if row.approval_type == SPECIFIC {
        let user = row.approval_required_user_id.unwrap_or_default();
        return (contacts(user, account, people).collect(), None);
    }
    let fact = TYPES.iter().find(|(known, _)| *known == row.approval_type).map(|(_, fact)| (*fact).to_owned());
    (Vec::new(), fact)
}

/// The account's contacts that sign in as a user.
fn contacts(user: i64, account: &NativeId, people: &[PersonRow]) -> impl Iterator<Item = NativeId> {
    let rows = people.iter().filter(move |row| row.user_id == user);
    let ours = rows.filter(|row| row.contact_client_id.is_some_and(|client| client.to_string() == account.key));
    ours.filter_map(|row| NativeId::from_row(Kind::Contact, row.contact_id?))
}

/// A user as an author: an agent, or the account's contact.
fn author(user: i64, account: &NativeId, people: &[PersonRow]) -> Author {
    let Some(person) = people.iter().find(|row| row.user_id == user) else { return Author::default() };
    let agent = (person.user_type == 1).then(|| NativeId::new(Kind::Agent, user));
    let contact = if agent.is_none() { contacts(user, account, people).next() } else { None };
    Author { contact, agent, name: words(Some(&person.user_name)) }
}

/// ITFlow writes a user's id, or words where somebody decided by a link.
fn decider(by: &str, account: &NativeId, people: &[PersonRow]) -> Option<Author> {
    let by = words(Some(by))?;
    match by.parse() {
        Ok(user) => Some(author(user, account, people)),
        Err(_) => Some(Author { name: Some(by), ..Author::default() }),
    }
}

/// The users that approvals name.
pub(crate) fn named<'a>(rows: impl IntoIterator<Item = &'a ApprovalRow>) -> Vec<i64> {
    let ids = rows.into_iter().flat_map(|row| {
        let decider = row.approval_approved_by.as_deref().and_then(|by| by.trim().parse().ok());
        [Some(row.approval_created_by), row.approval_required_user_id, decider]
    });
    let mut ids: Vec<i64> = ids.flatten().filter(|id| *id > 0).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<PersonRow> {
        let person = |user_id, user_name: &str, user_type, contact: Option<(i64, i64)>| PersonRow {
            user_id,
            user_name: user_name.into(),
            user_type,
            contact_id: contact.map(|(id, _)| id),
            contact_client_id: contact.map(|(_, client)| client),
        };
        vec![
            person(2, "Tina", 1, None),
            person(11, "Paula", 2, Some((1, 1))),
            // The same sign-in also serves a contact of another client.
            person(11, "Paula", 2, Some((51, 5))),
            person(12, "Odd", 2, None),
        ]
    }

    fn row(scope: &str, kind: &str, status: &str) -> ApprovalRow {
        ApprovalRow {
            approval_id: 4,
            approval_scope: scope.into(),
            approval_type: kind.into(),
            approval_status: status.into(),
            approval_created_by: 2,
            approval_required_user_id: Some(11),
            task_name: "Order part".into(),
            ..ApprovalRow::default()
        }
    }

    fn read(row: &ApprovalRow) -> Approval {
        approval(row, &NativeId::new(Kind::Ticket, 7), &NativeId::new(Kind::Account, 1), &people())
    }

    #[test]
    fn the_type_says_who_decides_and_an_unknown_one_says_nobody() {
        for (scope, kind, fact, contacts) in [
            ("client", "any", Some("any"), 0),
            ("client", "technical", Some("technical"), 0),
            ("client", "billing", Some("billing"), 0),
            ("client", "specific", None, 1),
            ("client", "vip", None, 0),
            ("internal", "any", None, 0),
            ("internal", "specific", None, 0),
        ] {
            let approval = read(&row(scope, kind, "pending"));
            assert_eq!((approval.any_with.as_deref(), approval.approvers.len()), (fact, contacts), "{scope} {kind}");
            let shown = approval.visibility == Visibility::Public;
            assert_eq!(shown, scope == "client", "{scope} {kind}");
        }
        let specific = read(&row("client", "specific", "pending"));
        assert_eq!(specific.approvers, [NativeId::new(Kind::Contact, 1)]);
        for user in [None, Some(0), Some(2), Some(12), Some(99)] {
            let nobody = ApprovalRow { approval_required_user_id: user, ..row("client", "specific", "pending") };
            assert!(read(&nobody).approvers.is_empty(), "{user:?}");
        }
    }

    #[test]
    fn who_decided_is_a_contact_an_agent_or_words() {
        for (by, status, expected) in [
            (Some("11"), "approved", Some("contact:1 Paula")),
            (Some("2"), "declined", Some("agent:2 Tina")),
            (Some("12"), "approved", Some("- Odd")),
            (Some("99"), "approved", Some("- ?")),
            (Some("Guest of Acme"), "approved", Some("- Guest of Acme")),
            (Some("11"), "pending", None),
            (Some(""), "approved", None),
            (None, "approved", None),
        ] {
            let row = ApprovalRow { approval_approved_by: by.map(str::to_owned), ..row("client", "any", status) };
            let said = read(&row).decided_by.map(|by| {
                let id = by.contact.or(by.agent).map_or_else(|| "-".to_owned(), |id| id.to_string());
                format!("{id} {}", by.name.as_deref().unwrap_or("?"))
            });
            assert_eq!(said.as_deref(), expected, "{by:?} {status}");
        }
        let asked = read(&row("client", "any", "pending")).requested_by;
        assert_eq!(asked.agent, Some(NativeId::new(Kind::Agent, 2)));
    }

    #[test]
    fn people_are_asked_for_once() {
        let decided = ApprovalRow { approval_approved_by: Some(" 2 ".into()), ..row("client", "any", "approved") };
        assert_eq!(named(&[decided, row("client", "any", "pending")]), [2, 11]);
        assert_eq!(named(&[]), [] as [i64; 0]);
    }
}
