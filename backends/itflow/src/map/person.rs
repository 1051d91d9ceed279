//! `contacts` and `users` → contacts and agents.

use super::value::{Zone, is_set, words};
use crate::wire::person::{AgentRow, ContactRow};
use portico_contract::record::{AccessFacts, Agent, Contact, Record};
use portico_contract::{Kind, NativeId};

/// What ITFlow calls a contact, sorted; a contact without any flag is `standard`.
pub(crate) const BILLING: &str = "billing";
pub(crate) const PRIMARY: &str = "primary";
pub(crate) const STANDARD: &str = "standard";
pub(crate) const TECHNICAL: &str = "technical";

/// `None` for a contact of no client (ITFlow keeps vendors' people in the same table).
pub(crate) fn contact(row: &ContactRow, zone: Zone) -> Option<Record> {
    Some(Record::Contact(Contact {
        id: NativeId::new(Kind::Contact, row.contact_id),
        account: NativeId::from_row(Kind::Account, row.contact_client_id)?,
        site: NativeId::from_row(Kind::Site, row.contact_location_id),
        name: row.contact_name.trim().to_owned(),
        title: words(row.contact_title.as_deref()),
        department: words(row.contact_department.as_deref()),
        email: words(row.contact_email.as_deref()),
        phone: phone(&row.contact_phone_country_code, &row.contact_phone, &row.contact_extension),
        mobile: phone(&row.contact_mobile_country_code, &row.contact_mobile, &None),
        access: access(row),
        notes: words(row.contact_notes.as_deref()),
        active: !is_set(row.contact_archived_at.as_deref()),
        created_at: zone.moment(row.contact_created_at.as_deref()),
    }))
}

/// ITFlow's own conditions for signing in: the contact, its portal user and its client must all be
/// live, and the client a customer.
fn access(row: &ContactRow) -> AccessFacts {
    let client = row.client_lead == Some(false) && !is_set(row.client_archived_at.as_deref());
    let user = row.user_status == Some(1) && !is_set(row.user_archived_at.as_deref());
    let flags = [row.contact_billing, row.contact_primary, row.contact_technical];
    let flags = [
        (BILLING, row.contact_billing == Some(true)),
        (PRIMARY, row.contact_primary == Some(true)),
        (STANDARD, !flags.contains(&Some(true))),
        (TECHNICAL, row.contact_technical == Some(true)),
    ];
    AccessFacts {
        portal: Some(client && user && !is_set(row.contact_archived_at.as_deref())),
        user_name: words(row.user_email.as_deref()),
        facts: flags.into_iter().filter(|(_, held)| *held).map(|(fact, _)| fact.to_owned()).collect(),
    }
}

/// `+1 5185550101 x12`: ITFlow keeps digits only, and the country in a column of its own.
fn phone(country: &Option<String>, number: &Option<String>, extension: &Option<String>) -> Option<String> {
    let number = words(number.as_deref())?;
    let country = words(country.as_deref()).map(|code| format!("+{} ", code.trim_start_matches('+')));
    let extension = words(extension.as_deref()).map(|extension| format!(" x{extension}"));
    Some(format!("{}{number}{}", country.unwrap_or_default(), extension.unwrap_or_default()))
}

pub(crate) fn agent(row: &AgentRow) -> Record {
    Record::Agent(Agent {
        id: NativeId::new(Kind::Agent, row.user_id),
        name: row.user_name.trim().to_owned(),
        email: words(row.user_email.as_deref()),
        active: row.user_status == 1 && !is_set(row.user_archived_at.as_deref()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Zone = Zone(chrono_tz::UTC);

    fn row() -> ContactRow {
        ContactRow {
            contact_id: 1,
            contact_name: " Pat ".into(),
            contact_client_id: 1,
            user_email: Some("pat@example.com".into()),
            user_status: Some(1),
            client_lead: Some(false),
            ..ContactRow::default()
        }
    }

    fn read(row: &ContactRow) -> Contact {
        match contact(row, ZONE) {
            Some(Record::Contact(contact)) => contact,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flags_are_facts_and_null_is_no() {
        assert_eq!(read(&row()).access.facts, ["standard"]);
        let all = ContactRow {
            contact_primary: Some(true),
            contact_billing: Some(true),
            contact_technical: Some(true),
            ..row()
        };
        assert_eq!(read(&all).access.facts, ["billing", "primary", "technical"]);
        let some = ContactRow { contact_billing: None, contact_technical: Some(true), ..row() };
        assert_eq!(read(&some).access.facts, ["technical"]);
    }

    #[test]
    fn each_closed_door_keeps_a_contact_out() {
        let then = Some("2026-01-01 00:00:00".to_owned());
        assert_eq!(read(&row()).access.portal, Some(true));
        for (why, row) in [
            ("no user", ContactRow { user_email: None, user_status: None, ..row() }),
            ("user disabled", ContactRow { user_status: Some(0), ..row() }),
            ("user archived", ContactRow { user_archived_at: then.clone(), ..row() }),
            ("contact archived", ContactRow { contact_archived_at: then.clone(), ..row() }),
            ("client archived", ContactRow { client_archived_at: then.clone(), ..row() }),
            ("client is a lead", ContactRow { client_lead: Some(true), ..row() }),
            ("client is not there", ContactRow { client_lead: None, ..row() }),
        ] {
            assert_eq!(read(&row).access.portal, Some(false), "{why}");
        }
        assert!(!read(&ContactRow { contact_archived_at: then, ..row() }).active);
        // A zero date is no date.
        let zero = ContactRow { contact_archived_at: Some("0000-00-00 00:00:00".into()), ..row() };
        assert!(read(&zero).active);
    }

    #[test]
    fn a_vendors_person_is_no_contact() {
        assert_eq!(contact(&ContactRow { contact_client_id: 0, ..row() }, ZONE), None);
    }

    #[test]
    fn numbers_carry_country_and_extension() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(phone(&some("1"), &some("5185550101"), &some("101")).unwrap(), "+1 5185550101 x101");
        assert_eq!(phone(&some(""), &some("5185550101"), &None).unwrap(), "5185550101");
        assert_eq!(phone(&some("1"), &some(" "), &None), None);
    }
}
