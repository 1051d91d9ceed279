//! Relations of what the provider looks after, of approvals and of pick lists.

use super::{ASSETS, to_people};
use crate::readmodel::columns::Field;
use crate::readmodel::desk::Desk;
use crate::readmodel::entity::{
    approvals, assets, certificates, choices, contacts, documents, domains, sites, tickets,
};
use crate::readmodel::relation::{Place, Related, Relation, Selection, to_account, to_many, to_one};
use portico_contract::Result;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

impl Related for sites::Model {
    const FIELDS: &'static [Field] = &[("primary", &["is_primary"]), ("account", &["account_id"]), ("assets", &[])];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation { field: "account", load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |row| row.account_id)) },
        Relation {
            field: "assets",
            load: |d, s, p, rows| {
                Box::pin(to_many::<_, assets::Entity>(d, s, p, rows, |row| row.id, assets::Column::SiteId, ASSETS))
            },
        },
    ];
}

impl Related for assets::Model {
    const FIELDS: &'static [Field] = &[
        ("type", &["asset_type"]),
        ("internalKeyFields", &["key_fields"]),
        ("assignedTo", &["contact_id"]),
        ("contact", &["contact_id"]),
        ("site", &["site_id"]),
        ("account", &["account_id"]),
    ];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation { field: "account", load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |row| row.account_id)) },
        Relation {
            field: "site",
            load: |d, s, p, rows| Box::pin(to_one::<_, sites::Entity>(d, s, p, rows, |row| row.site_id)),
        },
        Relation {
            field: "contact",
            load: |d, s, p, rows| Box::pin(to_one::<_, contacts::Entity>(d, s, p, rows, |row| row.contact_id)),
        },
        Relation {
            field: "assignedTo",
            load: |d, _, _, rows| Box::pin(to_people(d, rows, |row| [row.contact_id, None])),
        },
    ];
}

impl Related for documents::Model {
    const FIELDS: &'static [Field] = &[("account", &["account_id"])];
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "account",
        load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |row| row.account_id)),
    }];
}

impl Related for domains::Model {
    const FIELDS: &'static [Field] = &[("account", &["account_id"])];
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "account",
        load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |row| row.account_id)),
    }];
}

impl Related for certificates::Model {
    const FIELDS: &'static [Field] = &[("account", &["account_id"]), ("domain", &["domain_id"])];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation { field: "account", load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |row| row.account_id)) },
        Relation {
            field: "domain",
            load: |d, s, p, rows| Box::pin(to_one::<_, domains::Entity>(d, s, p, rows, |row| row.domain_id)),
        },
    ];
}

/// The contacts who may decide, as the row holds them.
#[must_use]
pub fn approvers(row: &approvals::Model) -> Vec<Uuid> {
    serde_json::from_str(&row.approvers).unwrap_or_default()
}

async fn to_approvers(desk: &Desk, rows: &[Arc<approvals::Model>]) -> Result<()> {
    desk.people(rows.iter().flat_map(|row| approvers(row)).collect()).await
}

/// The tickets behind approvals, by which it is told whose they are.
async fn to_owners(desk: &Desk, selection: &Selection, place: Place, rows: &[Arc<approvals::Model>]) -> Result<()> {
    let ids: HashSet<Uuid> = rows.iter().map(|row| row.ticket_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let columns = [tickets::Column::AccountId];
    for ticket in desk.by_ids_with::<tickets::Entity>(&ids, selection, place, &columns).await? {
        desk.keep::<tickets::Entity>(place, ticket.id, ticket);
    }
    Ok(())
}

impl Related for approvals::Model {
    const FIELDS: &'static [Field] = &[
        ("status", &["status_group", "status_label"]),
        ("requestedBy", &["requester_agent_id", "requester_contact_id", "requester_name"]),
        ("decidedBy", &["decider_agent_id", "decider_contact_id", "decider_name"]),
        ("ticket", &["ticket_id"]),
        (
            "availableActions",
            &["backend_id", "ticket_id", "status_group", "approvers", "any_with", "requester_contact_id"],
        ),
    ];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation {
            field: "ticket",
            load: |d, s, p, rows| Box::pin(to_one::<_, tickets::Entity>(d, s, p, rows, |row| Some(row.ticket_id))),
        },
        Relation { field: "availableActions", load: |d, s, p, rows| Box::pin(to_owners(d, s, p, rows)) },
        Relation { field: "approvers", load: |d, _, _, rows| Box::pin(to_approvers(d, rows)) },
        Relation {
            field: "requestedBy",
            load: |d, _, _, rows| {
                Box::pin(to_people(d, rows, |row| [row.requester_agent_id, row.requester_contact_id]))
            },
        },
        Relation {
            field: "decidedBy",
            load: |d, _, _, rows| Box::pin(to_people(d, rows, |row| [row.decider_agent_id, row.decider_contact_id])),
        },
    ];
}

impl Related for choices::Model {
    const FIELDS: &'static [Field] = &[("parent", &["parent_id"])];
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "parent",
        load: |d, s, p, rows| Box::pin(to_one::<_, choices::Entity>(d, s, p, rows, |row| row.parent_id)),
    }];
}
