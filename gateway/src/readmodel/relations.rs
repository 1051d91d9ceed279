//! The table of relations: which child a field of a parent type loads, by which key, in which order.

mod books;
mod estate;
mod shelf;

pub use estate::approvers;

use super::beside::{self, Beside};
use super::columns::Field;
use super::desk::Desk;
use super::entity::{
    accounts, agents, approvals, assets, attachments, comments, contacts, contracts, invoices, payments,
    recurring_invoices, sites, teams, tickets, time_entries,
};
use super::page::Order;
use super::relation::{Related, Relation, to_account, to_child, to_many, to_one};
use super::{followers, linked};
use portico_contract::Result;
use std::sync::Arc;
use uuid::Uuid;

async fn to_people<P>(desk: &Desk, parents: &[Arc<P>], keys: fn(&P) -> [Option<Uuid>; 2]) -> Result<()> {
    desk.people(parents.iter().flat_map(|parent| keys(parent)).flatten().collect()).await
}

const COMMENTS: Order<comments::Column> =
    Order { word: "CREATED_AT", column: comments::Column::CreatedAt, descending: false };
const ATTACHMENTS: Order<attachments::Column> =
    Order { word: "CREATED_AT", column: attachments::Column::CreatedAt, descending: false };
const TIME: Order<time_entries::Column> =
    Order { word: "STARTED_AT", column: time_entries::Column::StartedAt, descending: false };
const PAYMENTS: Order<payments::Column> =
    Order { word: "PAID_ON", column: payments::Column::PaidOn, descending: false };
const APPROVALS: Order<approvals::Column> =
    Order { word: "CREATED_AT", column: approvals::Column::CreatedAt, descending: false };
const SITES: Order<sites::Column> = Order { word: "NAME", column: sites::Column::Name, descending: false };
const ASSETS: Order<assets::Column> = Order { word: "NAME", column: assets::Column::Name, descending: false };
const BY_NAME: Order<contacts::Column> = Order { word: "NAME", column: contacts::Column::Name, descending: false };

impl Related for accounts::Model {
    const FIELDS: &'static [Field] =
        &[("contacts", &[]), ("sites", &[]), ("assets", &[]), ("features", &["backend_id"])];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation {
            field: "contacts",
            load: |d, s, p, rows| {
                Box::pin(to_many::<_, contacts::Entity>(d, s, p, rows, |a| a.id, contacts::Column::AccountId, BY_NAME))
            },
        },
        Relation { field: "linkedAccounts", load: |d, s, p, rows| Box::pin(linked::accounts(d, s, p, rows)) },
        Relation {
            field: "sites",
            load: |d, s, p, rows| {
                Box::pin(to_many::<_, sites::Entity>(d, s, p, rows, |a| a.id, sites::Column::AccountId, SITES))
            },
        },
        Relation {
            field: "assets",
            load: |d, s, p, rows| {
                Box::pin(to_many::<_, assets::Entity>(d, s, p, rows, |a| a.id, assets::Column::AccountId, ASSETS))
            },
        },
    ];
}

impl Related for contacts::Model {
    const FIELDS: &'static [Field] = &[
        ("account", &["account_id"]),
        ("site", &["site_id"]),
        ("availableActions", &["backend_id", "account_id", "site_id", "facts"]),
    ];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation { field: "account", load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |c| c.account_id)) },
        Relation {
            field: "site",
            load: |d, s, p, rows| Box::pin(to_one::<_, sites::Entity>(d, s, p, rows, |c| c.site_id)),
        },
        Relation { field: "linkedContacts", load: |d, s, p, rows| Box::pin(linked::contacts(d, s, p, rows)) },
    ];
}

impl Related for agents::Model {
    const RELATIONS: &'static [Relation<Self>] = &[];
}

impl Related for teams::Model {
    const RELATIONS: &'static [Relation<Self>] = &[];
}

impl Related for tickets::Model {
    const FIELDS: &'static [Field] = &[
        ("status", &["status_group", "status_label"]),
        ("priority", &["priority_group", "priority_label"]),
        ("category", &["category_label"]),
        ("type", &["type_label"]),
        ("urgency", &["urgency_label"]),
        ("impact", &["impact_label"]),
        (
            "serviceLevel",
            &[
                "sla_name",
                "sla_paused",
                "response_due_at",
                "resolution_due_at",
                "first_response_at",
                "response_met",
                "resolution_met",
            ],
        ),
        ("account", &["account_id"]),
        ("contact", &["contact_id"]),
        ("requester", &["contact_id"]),
        ("assignee", &["assignee_id"]),
        ("team", &["team_id"]),
        ("followers", &["followers", "account_id"]),
        ("site", &["site_id"]),
        ("asset", &["asset_id"]),
        ("contract", &["contract_id"]),
        ("lastComment", &["last_comment_id"]),
        ("comments", &[]),
        ("attachments", &[]),
        ("timeEntries", &[]),
        ("approvals", &[]),
        (
            "availableActions",
            &["backend_id", "account_id", "contact_id", "site_id", "status_group", "resolved_at", "closed_at"],
        ),
        ("customValues", &["custom"]),
        ("internalCustomValues", &["custom"]),
    ];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation { field: "account", load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |t| t.account_id)) },
        Relation {
            field: "contact",
            load: |d, s, p, rows| Box::pin(to_one::<_, contacts::Entity>(d, s, p, rows, |t| t.contact_id)),
        },
        Relation {
            field: "site",
            load: |d, s, p, rows| Box::pin(to_one::<_, sites::Entity>(d, s, p, rows, |t| t.site_id)),
        },
        Relation {
            field: "asset",
            load: |d, s, p, rows| Box::pin(to_one::<_, assets::Entity>(d, s, p, rows, |t| t.asset_id)),
        },
        Relation {
            field: "contract",
            load: |d, s, p, rows| Box::pin(to_one::<_, contracts::Entity>(d, s, p, rows, |t| t.contract_id)),
        },
        Relation {
            field: "approvals",
            load: |d, s, p, rows| {
                let key = approvals::Column::TicketId;
                Box::pin(to_many::<_, approvals::Entity>(d, s, p, rows, |t| t.id, key, APPROVALS))
            },
        },
        Relation {
            field: "lastComment",
            load: |d, s, p, rows| {
                let key = |t: &Self| (t.id, t.last_comment_id);
                Box::pin(to_child::<_, comments::Entity>(d, s, p, rows, key, comments::Column::TicketId))
            },
        },
        Relation { field: "requester", load: |d, _, _, rows| Box::pin(to_people(d, rows, |t| [t.contact_id, None])) },
        Relation { field: "assignee", load: |d, _, _, rows| Box::pin(to_people(d, rows, |t| [t.assignee_id, None])) },
        Relation { field: "team", load: |d, _, _, rows| Box::pin(to_people(d, rows, |t| [t.team_id, None])) },
        Relation { field: "followers", load: |d, _, p, rows| Box::pin(followers::load(d, p, rows)) },
        Relation {
            field: "comments",
            load: |d, s, p, rows| {
                Box::pin(to_many::<_, comments::Entity>(d, s, p, rows, |t| t.id, comments::Column::TicketId, COMMENTS))
            },
        },
        Relation {
            field: "attachments",
            load: |d, s, p, rows| {
                let key = attachments::Column::TicketId;
                Box::pin(to_many::<_, attachments::Entity>(d, s, p, rows, |t| t.id, key, ATTACHMENTS))
            },
        },
        Relation {
            field: "timeEntries",
            load: |d, s, p, rows| {
                let key = time_entries::Column::TicketId;
                Box::pin(to_many::<_, time_entries::Entity>(d, s, p, rows, |t| t.id, key, TIME))
            },
        },
    ];
    const BESIDE: Option<Beside<tickets::Entity>> = Some(Beside {
        field: "lastComment",
        read: |desk, page| {
            let (named, parent) = (tickets::Column::LastCommentId, comments::Column::TicketId);
            Box::pin(beside::read::<tickets::Entity, comments::Entity>(desk, page, named, parent))
        },
    });
}

impl Related for comments::Model {
    const FIELDS: &'static [Field] = &[
        ("author", &["author_agent_id", "author_contact_id", "author_name"]),
        ("ticket", &["ticket_id"]),
        ("attachments", &[]),
    ];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation {
            field: "author",
            load: |d, _, _, rows| Box::pin(to_people(d, rows, |c| [c.author_agent_id, c.author_contact_id])),
        },
        Relation {
            field: "ticket",
            load: |d, s, p, rows| Box::pin(to_one::<_, tickets::Entity>(d, s, p, rows, |c| Some(c.ticket_id))),
        },
        Relation {
            field: "attachments",
            load: |d, s, p, rows| {
                let key = attachments::Column::CommentId;
                Box::pin(to_many::<_, attachments::Entity>(d, s, p, rows, |c| c.id, key, ATTACHMENTS))
            },
        },
    ];
}

impl Related for attachments::Model {
    const FIELDS: &'static [Field] = &[("url", &["backend_id"])];
    const RELATIONS: &'static [Relation<Self>] = &[];
}

impl Related for time_entries::Model {
    const FIELDS: &'static [Field] = &[("agent", &["agent_id"])];
    const RELATIONS: &'static [Relation<Self>] =
        &[Relation { field: "agent", load: |d, _, _, rows| Box::pin(to_people(d, rows, |t| [t.agent_id, None])) }];
}

impl Related for invoices::Model {
    const FIELDS: &'static [Field] = &[
        ("status", &["status_group", "status_label"]),
        ("account", &["account_id"]),
        ("recurringInvoice", &["recurring_id"]),
        ("pdf", &["backend_id"]),
        ("payments", &[]),
    ];
    const ALWAYS: &'static [&'static str] = &["currency"];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation { field: "account", load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |i| i.account_id)) },
        Relation {
            field: "recurringInvoice",
            load: |d, s, p, rows| Box::pin(to_one::<_, recurring_invoices::Entity>(d, s, p, rows, |i| i.recurring_id)),
        },
        Relation {
            field: "payments",
            load: |d, s, p, rows| {
                Box::pin(to_many::<_, payments::Entity>(d, s, p, rows, |i| i.id, payments::Column::InvoiceId, PAYMENTS))
            },
        },
    ];
}

impl Related for payments::Model {
    const FIELDS: &'static [Field] = &[("invoice", &["invoice_id"])];
    const ALWAYS: &'static [&'static str] = &["currency"];
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "invoice",
        load: |d, s, p, rows| Box::pin(to_one::<_, invoices::Entity>(d, s, p, rows, |p| Some(p.invoice_id))),
    }];
}
