//! Relations of quotes and recurring invoices.

use crate::readmodel::columns::Field;
use crate::readmodel::entity::{quotes, recurring_invoices};
use crate::readmodel::relation::{Related, Relation, to_account};

impl Related for quotes::Model {
    const FIELDS: &'static [Field] = &[
        ("status", &["status_group", "status_label"]),
        ("account", &["account_id"]),
        ("availableActions", &["backend_id", "account_id", "status_group"]),
    ];
    const ALWAYS: &'static [&'static str] = &["currency"];
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "account",
        load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |row| row.account_id)),
    }];
}

impl Related for recurring_invoices::Model {
    const FIELDS: &'static [Field] = &[("account", &["account_id"])];
    const ALWAYS: &'static [&'static str] = &["currency"];
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "account",
        load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |row| row.account_id)),
    }];
}
