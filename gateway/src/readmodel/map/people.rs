//! Accounts, contacts, agents, teams and choices.

use super::{json, millis};
use crate::readmodel::entity::{accounts, agents, choices, contacts, teams};
use crate::readmodel::ids::Refs;
use crate::readmodel::table::{Entry, Mirrored};
use portico_contract::{Kind, Record};

impl Mirrored for accounts::Entity {
    const KIND: Kind = Kind::Account;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<accounts::Model> {
        let Record::Account(account) = entry.record else { return None };
        Some(accounts::Model {
            id: refs.id(&account.id),
            backend_id: refs.backend,
            native_key: account.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            name: account.name.clone(),
            active: account.active,
            currency: account.currency.clone(),
            website: account.website.clone(),
            phone: account.phone.clone(),
            notes: account.notes.clone(),
            created_at: millis(account.created_at),
        })
    }
}

impl Mirrored for contacts::Entity {
    const KIND: Kind = Kind::Contact;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<contacts::Model> {
        let Record::Contact(contact) = entry.record else { return None };
        Some(contacts::Model {
            id: refs.id(&contact.id),
            backend_id: refs.backend,
            native_key: contact.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&contact.account),
            name: contact.name.clone(),
            facts: json(&contact.access.facts),
            active: contact.active,
            site_id: refs.opt(contact.site.as_ref()),
            title: contact.title.clone(),
            department: contact.department.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            mobile: contact.mobile.clone(),
            portal_access: contact.access.portal,
            user_name: contact.access.user_name.clone(),
            notes: contact.notes.clone(),
            created_at: millis(contact.created_at),
        })
    }
}

impl Mirrored for agents::Entity {
    const KIND: Kind = Kind::Agent;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<agents::Model> {
        let Record::Agent(agent) = entry.record else { return None };
        Some(agents::Model {
            id: refs.id(&agent.id),
            backend_id: refs.backend,
            native_key: agent.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            name: agent.name.clone(),
            active: agent.active,
            email: agent.email.clone(),
        })
    }
}

impl Mirrored for teams::Entity {
    const KIND: Kind = Kind::Team;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<teams::Model> {
        let Record::Team(team) = entry.record else { return None };
        Some(teams::Model {
            id: refs.id(&team.id),
            backend_id: refs.backend,
            native_key: team.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            name: team.name.clone(),
            active: team.active,
        })
    }
}

impl Mirrored for choices::Entity {
    const KIND: Kind = Kind::Choice;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<choices::Model> {
        let Record::Choice(choice) = entry.record else { return None };
        Some(choices::Model {
            id: refs.id(&choice.id),
            backend_id: refs.backend,
            native_key: choice.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            list: choice.list.as_str().to_owned(),
            value: choice.value.clone(),
            label: choice.label.clone(),
            position: i64::from(choice.order),
            active: choice.active,
            meaning: choice.group.clone(),
            parent_id: refs.opt(choice.parent.as_ref()),
            colour: choice.colour.clone(),
        })
    }
}
