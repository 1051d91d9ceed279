//! The tables of every stream. Data only.
//!
//! What a thing only refers to is not followed: a vendor, a folder, a category or a status that gets
//! another name shows with the thing's own next change, or with the next pass over everything.

use super::{Beside, Feed, Source};
use portico_contract::{Kind, Stream};

/// A table with a stamp of creation and one of change.
const fn stamped(
    table: &'static str,
    id: &'static str,
    parent: &'static str,
    created: &'static str,
    updated: &'static str,
) -> Source {
    Source { table, id, parent, created, updated: Some(updated) }
}

/// The shape that most streams have: one table, whose archived rows are gone.
const fn single(
    kind: Kind,
    table: &'static str,
    id: &'static str,
    owner: &'static str,
    archived: &'static str,
    sources: &'static [Source],
) -> Feed {
    Feed { kind, table, id, owner: Some(owner), archived: Some(archived), only: None, sources, beside: None }
}

/// Every stream but the choices, which have no table of their own.
pub(super) const FEEDS: &[(Stream, Feed)] = &[
    (Stream::Accounts, ACCOUNTS),
    (Stream::Sites, SITES),
    (Stream::Contacts, CONTACTS),
    (Stream::Agents, AGENTS),
    (Stream::Tickets, TICKETS),
    (Stream::Assets, ASSETS),
    (Stream::Invoices, INVOICES),
    (Stream::RecurringInvoices, RECURRING_INVOICES),
    (Stream::Quotes, QUOTES),
    (Stream::Documents, DOCUMENTS),
    (Stream::Domains, DOMAINS),
    (Stream::Certificates, CERTIFICATES),
];

const ACCOUNTS: Feed = Feed {
    kind: Kind::Account,
    table: "clients",
    id: "client_id",
    owner: None,
    archived: None,
    only: Some(("client_lead", 0)),
    sources: &[stamped("clients", "client_id", "client_id", "client_created_at", "client_updated_at")],
    beside: None,
};

const SITES: Feed = Feed {
    archived: None,
    ..single(
        Kind::Site,
        "locations",
        "location_id",
        "location_client_id",
        "location_archived_at",
        &[stamped("locations", "location_id", "location_id", "location_created_at", "location_updated_at")],
    )
};

const CONTACTS: Feed = Feed {
    archived: None,
    beside: Some(Beside::Portal),
    ..single(
        Kind::Contact,
        "contacts",
        "contact_id",
        "contact_client_id",
        "contact_archived_at",
        &[stamped("contacts", "contact_id", "contact_id", "contact_created_at", "contact_updated_at")],
    )
};

const AGENTS: Feed = Feed {
    kind: Kind::Agent,
    table: "users",
    id: "user_id",
    owner: None,
    archived: None,
    only: Some(("user_type", 1)),
    sources: &[],
    beside: None,
};

const TICKETS: Feed = Feed {
    beside: Some(Beside::Approvals),
    ..single(
        Kind::Ticket,
        "tickets",
        "ticket_id",
        "ticket_client_id",
        "ticket_archived_at",
        &[
            stamped("tickets", "ticket_id", "ticket_id", "ticket_created_at", "ticket_updated_at"),
            // A reply need not touch the ticket's row.
            stamped(
                "ticket_replies",
                "ticket_reply_id",
                "ticket_reply_ticket_id",
                "ticket_reply_created_at",
                "ticket_reply_updated_at",
            ),
            Source {
                table: "ticket_attachments",
                id: "ticket_attachment_id",
                parent: "ticket_attachment_ticket_id",
                created: "ticket_attachment_created_at",
                updated: None,
            },
        ],
    )
};

const ASSETS: Feed = single(
    Kind::Asset,
    "assets",
    "asset_id",
    "asset_client_id",
    "asset_archived_at",
    &[stamped("assets", "asset_id", "asset_id", "asset_created_at", "asset_updated_at")],
);

const INVOICES: Feed = single(
    Kind::Invoice,
    "invoices",
    "invoice_id",
    "invoice_client_id",
    "invoice_archived_at",
    &[
        stamped("invoices", "invoice_id", "invoice_id", "invoice_created_at", "invoice_updated_at"),
        stamped("invoice_items", "item_id", "item_invoice_id", "item_created_at", "item_updated_at"),
        stamped("payments", "payment_id", "payment_invoice_id", "payment_created_at", "payment_updated_at"),
    ],
);

const RECURRING_INVOICES: Feed = Feed {
    beside: Some(Beside::Payments),
    ..single(
        Kind::RecurringInvoice,
        "recurring_invoices",
        "recurring_invoice_id",
        "recurring_invoice_client_id",
        "recurring_invoice_archived_at",
        &[stamped(
            "recurring_invoices",
            "recurring_invoice_id",
            "recurring_invoice_id",
            "recurring_invoice_created_at",
            "recurring_invoice_updated_at",
        )],
    )
};

const QUOTES: Feed = single(
    Kind::Quote,
    "quotes",
    "quote_id",
    "quote_client_id",
    "quote_archived_at",
    &[
        stamped("quotes", "quote_id", "quote_id", "quote_created_at", "quote_updated_at"),
        stamped("quote_items", "item_id", "item_quote_id", "item_created_at", "item_updated_at"),
    ],
);

const DOCUMENTS: Feed = single(
    Kind::Document,
    "documents",
    "document_id",
    "document_client_id",
    "document_archived_at",
    &[stamped("documents", "document_id", "document_id", "document_created_at", "document_updated_at")],
);

const DOMAINS: Feed = single(
    Kind::Domain,
    "domains",
    "domain_id",
    "domain_client_id",
    "domain_archived_at",
    &[stamped("domains", "domain_id", "domain_id", "domain_created_at", "domain_updated_at")],
);

const CERTIFICATES: Feed = single(
    Kind::Certificate,
    "certificates",
    "certificate_id",
    "certificate_client_id",
    "certificate_archived_at",
    &[stamped("certificates", "certificate_id", "certificate_id", "certificate_created_at", "certificate_updated_at")],
);
