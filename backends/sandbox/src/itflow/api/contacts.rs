//! Contacts: created, changed, put away and taken back.

use super::call::{Call, blank};
use super::tickets::text;
use crate::error::{Error, Result};
use crate::itflow::statement::{Cell, cell, run, words};
use crate::itflow::tables::parties;
use crate::world::model::Stamp;
use serde_json::{Map, Value};

/// Plain text, each with the name of its column.
const TEXTS: [&str; 5] = ["contact_name", "contact_title", "contact_department", "contact_email", "contact_notes"];
/// Digits only.
const PHONES: [&str; 3] = ["contact_phone", "contact_extension", "contact_mobile"];
const FLAGS: [&str; 5] =
    ["contact_primary", "contact_important", "contact_billing", "contact_technical", "contact_location_id"];

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

impl Call<'_> {
    /// The row that a create or an update writes: what was sent, else what was there, else nothing.
    fn contact_cells(&self, before: Option<&Map<String, Value>>) -> Result<Vec<Cell>> {
        let was = |name| before.map(|row| text(row, name).unwrap_or_default().to_owned());
        let sent = |name| self.params.plain(name);
        let texts = TEXTS.map(|name| cell(name, sent(name).or_else(|| was(name)).unwrap_or_default()));
        let phone = |name| self.params.posted(name).map(|text| digits(&text));
        let phones = PHONES.map(|name| cell(name, phone(name).or_else(|| was(name)).unwrap_or_default()));
        let mut cells: Vec<Cell> = texts.into_iter().chain(phones).collect();
        for name in FLAGS {
            let old = was(name).unwrap_or_else(|| "0".to_owned());
            // A flag that was never set comes back as empty text, which a number column refuses.
            let value = match self.params.number(name) {
                Some(value) => value,
                None => old.parse().map_err(|_| Error::TooLong { column: name.to_owned() })?,
            };
            cells.push(cell(name, value));
        }
        Ok(cells)
    }

    pub(super) async fn create_contact(&self) -> Result<Option<i32>> {
        let client = self.params.client();
        let given = |name| self.params.plain(name).filter(|text| !blank(text));
        let (Some(name), Some(email), true) = (given("contact_name"), given("contact_email"), client != 0) else {
            return Ok(None);
        };
        let sql = "SELECT contact_email FROM contacts WHERE contact_email = ? AND contact_client_id = ?";
        if !words(self.conn, sql, vec![email.into(), client.into()]).await?.is_empty() {
            return Ok(None);
        }
        let mut cells = self.contact_cells(None)?;
        self.one_primary(client, &cells).await?;
        cells.push(cell("contact_client_id", client));
        cells.push(cell("contact_created_at", self.now));
        let id = self.add(&parties::CONTACTS, cells).await?;
        self.log("Contact", "Create", &format!("{name} via API ({})", self.key), client, id).await?;
        self.log("API", "Success", &format!("Created contact {name} via API ({})", self.key), client, 0).await?;
        Ok(Some(id))
    }

    pub(super) async fn update_contact(&self) -> Result<u64> {
        let Some(id) = self.params.number("contact_id").filter(|id| *id != 0) else { return Ok(0) };
        let client = self.params.client();
        let columns: Vec<String> = parties::CONTACTS.columns.iter().map(|column| column.name.to_owned()).collect();
        let from = "FROM contacts WHERE contact_id = ? AND contact_client_id = ?";
        let before = self.rows(&columns, from, vec![id.into(), client.into()]).await?.into_iter().next();
        let cells = self.contact_cells(before.as_ref())?;
        self.one_primary(client, &cells).await?;
        let count = if before.is_some() { self.set(&parties::CONTACTS, id, cells).await? } else { 0 };
        self.log("Contact", "Edit", &format!("contact {id} via API ({})", self.key), client, id).await?;
        Ok(count)
    }

    /// Whoever is written as the primary contact is the only one.
    async fn one_primary(&self, client: i32, cells: &[Cell]) -> Result<()> {
        if cells.contains(&cell("contact_primary", 1)) {
            let sql = "UPDATE contacts SET contact_primary = 0 WHERE contact_client_id = ?";
            run(self.conn, sql, vec![client.into()]).await?;
        }
        Ok(())
    }

    /// Puts a contact and its sign-in away, or takes them back; its flags stay off.
    pub(super) async fn archive_contact(&self, away: bool) -> Result<u64> {
        let Some(id) = self.params.number("contact_id").filter(|id| *id != 0) else { return Ok(0) };
        let client = self.params.client();
        let state = if away { "IS NULL" } else { "IS NOT NULL" };
        let from =
            format!("FROM contacts WHERE contact_id = ? AND contact_client_id = ? AND contact_archived_at {state}");
        let columns = ["contact_name", "contact_user_id"].map(str::to_owned);
        let Some(row) = self.rows(&columns, &from, vec![id.into(), client.into()]).await?.into_iter().next() else {
            return Ok(0);
        };
        let at = if away { Stamp::At(self.now) } else { Stamp::Never };
        if let Some(user) = text(&row, "contact_user_id").filter(|user| *user != "0") {
            let sql = "UPDATE users SET user_archived_at = ? WHERE user_id = ?";
            run(self.conn, sql, vec![cell("", at).1, user.into()]).await?;
        }
        let flags = ["contact_important", "contact_billing", "contact_technical"];
        let mut cells: Vec<Cell> = flags.into_iter().filter(|_| away).map(|name| cell(name, 0)).collect();
        cells.push(cell("contact_archived_at", at));
        let count = self.set(&parties::CONTACTS, id, cells).await?;
        let (action, done) = if away { ("Archive", "archived") } else { ("Unarchive", "unarchived") };
        let name = text(&row, "contact_name").unwrap_or_default();
        self.log("Contact", action, &format!("{name} {done} via API ({})", self.key), client, id).await?;
        Ok(count)
    }
}
