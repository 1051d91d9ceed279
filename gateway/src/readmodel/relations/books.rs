//! Relations of quotes and recurring invoices.

use crate::readmodel::entity::{accounts, quotes, recurring_invoices};
use crate::readmodel::relation::{Related, Relation, to_one};

impl Related for quotes::Model {
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "account",
        load: |d, s, p, rows| Box::pin(to_one::<_, accounts::Entity>(d, s, p, rows, |row| Some(row.account_id))),
    }];
}

impl Related for recurring_invoices::Model {
    const RELATIONS: &'static [Relation<Self>] = &[Relation {
        field: "account",
        load: |d, s, p, rows| Box::pin(to_one::<_, accounts::Entity>(d, s, p, rows, |row| Some(row.account_id))),
    }];
}
