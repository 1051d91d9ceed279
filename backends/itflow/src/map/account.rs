//! `clients` → accounts.

use super::value::{Zone, is_set, words};
use crate::wire::account::ClientRow;
use portico_contract::record::{Account, Record};
use portico_contract::{Kind, NativeId};

/// `None` for a lead, which is no customer yet.
pub(crate) fn account(row: &ClientRow, zone: Zone) -> Option<Record> {
    if row.client_lead == Some(true) {
        return None;
    }
    Some(Record::Account(Account {
        id: NativeId::new(Kind::Account, row.client_id),
        name: row.client_name.trim().to_owned(),
        currency: words(row.client_currency_code.as_deref()),
        website: words(row.client_website.as_deref()),
        // A client's telephone numbers belong to its locations.
        phone: None,
        notes: words(row.client_notes.as_deref()),
        active: !is_set(row.client_archived_at.as_deref()),
        created_at: zone.moment(row.client_created_at.as_deref()),
    }))
}
