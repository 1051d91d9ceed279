//! What is searched of each kind: which fields, and who may read them.
//!
//! `public` is what everybody who sees the row may read of it, `internal` what needs one permission more. A field that
//! needs a permission of its own belongs to neither, and is not searched. Threads are part of their ticket, so that
//! words of its subject and of a reply find it together, and it is found once.

use super::words::Words;
use crate::authz::permission::Permission;
use crate::readmodel::entity::{
    accounts, articles, assets, catalogue_items, certificates, comments, contacts, contracts, documents, domains,
    invoices, quotes, recurring_invoices, sites, tickets,
};
use crate::readmodel::fence::Fenced;
use crate::readmodel::store::db;
use chrono::NaiveDate;
use portico_contract::record::InvoiceLine;
use portico_contract::value::CustomValue;
use portico_contract::{Result, Visibility};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// What the index holds of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    pub id: Uuid,
    /// When it last changed or was made, in epoch milliseconds: newest hits come first.
    pub at: i64,
    pub account: Option<Uuid>,
    pub contact: Option<Uuid>,
    pub site: Option<Uuid>,
    pub public: Words,
    pub internal: Words,
}

/// Whose a record is that is everybody's: no account's id.
pub const SHARED: Uuid = Uuid::nil();

impl Text {
    fn new(id: Uuid, at: i64, account: Uuid) -> Self {
        Self { id, at, account: Some(account), ..Self::default() }
    }

    fn public<'a>(mut self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        texts.into_iter().for_each(|text| self.public.text(text));
        self
    }

    fn internal(mut self, text: Option<&str>) -> Self {
        self.internal.text(text.unwrap_or_default());
        self
    }

    /// Added values go where their own visibility says.
    fn custom(mut self, stored: &str) -> Self {
        let values: Vec<CustomValue> = serde_json::from_str(stored).unwrap_or_default();
        for custom in values {
            let to = if custom.visibility == Visibility::Public { &mut self.public } else { &mut self.internal };
            match &custom.value {
                serde_json::Value::Null => {}
                serde_json::Value::String(text) => to.text(text),
                other => to.text(&other.to_string()),
            }
        }
        self
    }

    fn lines(mut self, stored: &str) -> Self {
        let lines: Vec<InvoiceLine> = serde_json::from_str(stored).unwrap_or_default();
        for line in &lines {
            self.public.text(&line.name);
            self.public.text(line.description.as_deref().unwrap_or_default());
        }
        self
    }
}

/// Midnight of a stored date; records without one are the oldest.
fn midnight(date: &str) -> i64 {
    let date: Option<NaiveDate> = date.parse().ok();
    date.and_then(|date| date.and_hms_opt(0, 0, 0)).map_or(0, |at| at.and_utc().timestamp_millis())
}

fn some<const N: usize>(texts: [&Option<String>; N]) -> impl Iterator<Item = &str> {
    texts.into_iter().flatten().map(String::as_str)
}

/// A kind that can be searched.
pub trait Searched: Fenced {
    /// Who may also search what is internal, if anything is.
    const INTERNAL: Option<Permission>;

    fn text(row: &Self::Model) -> Text;
}

impl Searched for tickets::Entity {
    const INTERNAL: Option<Permission> = Some(Permission::TicketsInternalRead);

    fn text(row: &tickets::Model) -> Text {
        let text =
            Text { contact: row.contact_id, site: row.site_id, ..Text::new(row.id, row.updated_at, row.account_id) };
        let mut text = text.public([row.number.as_str(), row.subject.as_str()]).public(some([&row.category_label]));
        text.public.html(&row.description);
        text.custom(&row.custom).internal(row.internal_note.as_deref())
    }
}

impl Searched for accounts::Entity {
    const INTERNAL: Option<Permission> = Some(Permission::AccountsInternalRead);

    fn text(row: &accounts::Model) -> Text {
        let text = Text::new(row.id, row.created_at.unwrap_or_default(), row.id);
        text.public([row.name.as_str()]).public(some([&row.website])).internal(row.notes.as_deref())
    }
}

impl Searched for contacts::Entity {
    const INTERNAL: Option<Permission> = Some(Permission::ContactsInternalRead);

    fn text(row: &contacts::Model) -> Text {
        let text = Text::new(row.id, row.created_at.unwrap_or_default(), row.account_id);
        let text = Text { contact: Some(row.id), site: row.site_id, ..text };
        let more = some([&row.title, &row.department, &row.email, &row.phone, &row.mobile]);
        text.public([row.name.as_str()]).public(more).internal(row.notes.as_deref())
    }
}

impl Searched for sites::Entity {
    const INTERNAL: Option<Permission> = Some(Permission::AccountsInternalRead);

    fn text(row: &sites::Model) -> Text {
        let text = Text { site: Some(row.id), ..Text::new(row.id, 0, row.account_id) };
        let more = some([&row.address, &row.city, &row.region, &row.postal_code, &row.country, &row.phone]);
        text.public([row.name.as_str()]).public(more).internal(row.notes.as_deref())
    }
}

impl Searched for assets::Entity {
    const INTERNAL: Option<Permission> = Some(Permission::AssetsInternalRead);

    fn text(row: &assets::Model) -> Text {
        let at = midnight(&row.installed_on).max(midnight(&row.purchased_on));
        let text = Text { contact: row.contact_id, site: row.site_id, ..Text::new(row.id, at, row.account_id) };
        let what = some([&row.number, &row.asset_type, &row.make, &row.model, &row.serial, &row.operating_system]);
        let text = text.public([row.name.as_str()]).public(what).public(some([&row.url]));
        text.custom(&row.key_fields).internal(row.notes.as_deref())
    }
}

impl Searched for invoices::Entity {
    const INTERNAL: Option<Permission> = Some(Permission::InvoicesInternalRead);

    fn text(row: &invoices::Model) -> Text {
        let text = Text::new(row.id, midnight(&row.issued_on), row.account_id);
        let more = some([&row.title, &row.purchase_order, &row.project]);
        let mut text = text.public([row.number.as_str()]).public(more).lines(&row.lines);
        text.public.html(row.note.as_deref().unwrap_or_default());
        text.internal(row.internal_note.as_deref())
    }
}

impl Searched for recurring_invoices::Entity {
    const INTERNAL: Option<Permission> = None;

    fn text(row: &recurring_invoices::Model) -> Text {
        let text = Text::new(row.id, midnight(&row.last_on), row.account_id);
        text.public(some([&row.number, &row.title]))
    }
}

impl Searched for quotes::Entity {
    const INTERNAL: Option<Permission> = None;

    fn text(row: &quotes::Model) -> Text {
        let text = Text::new(row.id, midnight(&row.issued_on), row.account_id);
        let mut text = text.public([row.number.as_str()]).public(some([&row.title])).lines(&row.lines);
        text.public.html(row.note.as_deref().unwrap_or_default());
        text
    }
}

impl Searched for documents::Entity {
    const INTERNAL: Option<Permission> = None;

    fn text(row: &documents::Model) -> Text {
        let text = Text::new(row.id, row.updated_at, row.account_id);
        let mut text = text.public([row.name.as_str()]).public(some([&row.folder, &row.description]));
        text.public.html(&row.body);
        text
    }
}

impl Searched for domains::Entity {
    const INTERNAL: Option<Permission> = Some(Permission::AssetsInternalRead);

    fn text(row: &domains::Model) -> Text {
        let text = Text::new(row.id, 0, row.account_id);
        let more = some([&row.registrar, &row.name_servers, &row.records]);
        text.public([row.name.as_str()]).public(more).internal(row.notes.as_deref())
    }
}

impl Searched for certificates::Entity {
    const INTERNAL: Option<Permission> = Some(Permission::AssetsInternalRead);

    fn text(row: &certificates::Model) -> Text {
        let text = Text::new(row.id, 0, row.account_id);
        text.public([row.name.as_str()]).public(some([&row.host, &row.issuer])).internal(row.notes.as_deref())
    }
}

impl Searched for contracts::Entity {
    const INTERNAL: Option<Permission> = None;

    fn text(row: &contracts::Model) -> Text {
        let text = Text { site: row.site_id, ..Text::new(row.id, midnight(&row.starts_on), row.account_id) };
        let mut text = text.public([row.name.as_str()]).public(some([&row.number]));
        text.public.html(row.description.as_deref().unwrap_or_default());
        text
    }
}

impl Searched for catalogue_items::Entity {
    const INTERNAL: Option<Permission> = None;

    fn text(row: &catalogue_items::Model) -> Text {
        let mut text = Text::new(row.id, 0, row.account_id.unwrap_or(SHARED)).public([row.name.as_str()]);
        text.public.html(row.description.as_deref().unwrap_or_default());
        text
    }
}

impl Searched for articles::Entity {
    const INTERNAL: Option<Permission> = None;

    fn text(row: &articles::Model) -> Text {
        let text = Text::new(row.id, row.updated_at, row.account_id.unwrap_or(SHARED));
        let mut text = text.public([row.title.as_str()]).public(some([&row.topic, &row.department]));
        text.public.html(&row.body);
        text
    }
}

/// Adds what hangs on these tickets: public replies to what is public, everything else to what is internal.
pub async fn threads(tx: &DatabaseTransaction, texts: &mut HashMap<Uuid, Text>) -> Result<()> {
    use comments::Column as C;
    let rows: Vec<(Uuid, String, String)> = comments::Entity::find()
        .select_only()
        .columns([C::TicketId, C::Visibility, C::Body])
        .filter(C::TicketId.is_in(texts.keys().copied()))
        .order_by_desc(C::CreatedAt)
        .order_by_desc(C::Id)
        .into_tuple()
        .all(tx)
        .await
        .map_err(db)?;
    for (ticket, visibility, body) in rows {
        if let Some(text) = texts.get_mut(&ticket) {
            let public = visibility == Visibility::Public.as_str();
            if public { &mut text.public } else { &mut text.internal }.html(&body);
        }
    }
    Ok(())
}
