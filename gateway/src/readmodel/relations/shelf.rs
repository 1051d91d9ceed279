//! Relations of what is on the shelf.

use crate::readmodel::columns::Field;
use crate::readmodel::entity::{
    announcements, articles, catalogue_categories, catalogue_items, contracts, forms, sites,
};
use crate::readmodel::page::Order;
use crate::readmodel::relation::{Related, Relation, to_account, to_many, to_one};

const ITEMS: Order<catalogue_items::Column> =
    Order { word: "NAME", column: catalogue_items::Column::Name, descending: false };

impl Related for contracts::Model {
    const FIELDS: &'static [Field] = &[
        ("type", &["type_label"]),
        ("account", &["account_id"]),
        ("site", &["site_id"]),
        ("billAmount", &["billed"]),
        ("remainingAmount", &["remaining"]),
        ("consumedAmount", &["consumed"]),
        ("prepaidTime", &["prepaid_seconds", "used_seconds"]),
    ];
    /// Which of the types it is, and what its amounts are in.
    const ALWAYS: &'static [&'static str] = &["contract_type", "currency"];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation { field: "account", load: |d, s, p, rows| Box::pin(to_account(d, s, p, rows, |row| row.account_id)) },
        Relation {
            field: "site",
            load: |d, s, p, rows| Box::pin(to_one::<_, sites::Entity>(d, s, p, rows, |row| row.site_id)),
        },
    ];
}

impl Related for forms::Model {
    const RELATIONS: &'static [Relation<Self>] = &[];
}

impl Related for catalogue_categories::Model {
    const FIELDS: &'static [Field] = &[("parent", &["parent_id"]), ("items", &[])];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation {
            field: "parent",
            load: |d, s, p, rows| {
                Box::pin(to_one::<_, catalogue_categories::Entity>(d, s, p, rows, |row| row.parent_id))
            },
        },
        Relation {
            field: "items",
            load: |d, s, p, rows| {
                let key = catalogue_items::Column::CategoryId;
                Box::pin(to_many::<_, catalogue_items::Entity>(d, s, p, rows, |row| row.id, key, ITEMS))
            },
        },
    ];
}

impl Related for catalogue_items::Model {
    const FIELDS: &'static [Field] = &[
        ("category", &["category_id"]),
        ("form", &["form_id"]),
        ("price", &["price", "currency"]),
        ("availableActions", &["backend_id", "active"]),
    ];
    const RELATIONS: &'static [Relation<Self>] = &[
        Relation {
            field: "category",
            load: |d, s, p, rows| {
                Box::pin(to_one::<_, catalogue_categories::Entity>(d, s, p, rows, |row| row.category_id))
            },
        },
        Relation {
            field: "form",
            load: |d, s, p, rows| Box::pin(to_one::<_, forms::Entity>(d, s, p, rows, |row| row.form_id)),
        },
    ];
}

impl Related for articles::Model {
    const RELATIONS: &'static [Relation<Self>] = &[];
}

impl Related for announcements::Model {
    const RELATIONS: &'static [Relation<Self>] = &[];
}
