//! Clients and contacts.

use super::{Editor, stamped};
use crate::error::Result;
use crate::itflow::statement::{cell, change, number, run};
use crate::world::model::Stamp;
use chrono::NaiveDateTime;

/// What a contact is to its client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    pub primary: bool,
    pub billing: bool,
    pub technical: bool,
}

/// A contact that somebody adds.
#[derive(Debug, Clone, Default)]
pub struct NewContact {
    pub client: i32,
    pub name: String,
    pub email: Option<String>,
    pub flags: Flags,
    /// Whether a sign-in for the vendor's portal is made too.
    pub sign_in: bool,
}

const CONTACT_UPDATED: &str = "contact_updated_at";
const CLIENT_UPDATED: &str = "client_updated_at";

impl Editor {
    pub async fn add_client(&self, name: &str, currency: &str, at: NaiveDateTime) -> Result<i32> {
        let cells = vec![
            cell("client_name", name),
            cell("client_currency_code", currency),
            cell("client_net_terms", 30),
            cell("client_created_at", at),
        ];
        self.add("clients", cells).await
    }

    pub async fn rename_client(&self, id: i32, name: &str, at: NaiveDateTime) -> Result<()> {
        self.client(id, vec![cell("client_name", name), stamped(CLIENT_UPDATED, at)]).await
    }

    pub async fn archive_client(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        self.client(id, vec![cell("client_archived_at", at), stamped(CLIENT_UPDATED, at)]).await
    }

    pub async fn unarchive_client(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        self.client(id, vec![cell("client_archived_at", Stamp::Never), stamped(CLIENT_UPDATED, at)]).await
    }

    pub async fn add_contact(&self, new: &NewContact, at: NaiveDateTime) -> Result<i32> {
        let mut user = 0;
        if new.sign_in {
            let cells = vec![
                cell("user_name", &new.name),
                cell("user_email", new.email.as_deref().unwrap_or_default()),
                cell("user_password", "!"),
                cell("user_type", 2),
                cell("user_created_at", at),
            ];
            user = self.add("users", cells).await?;
        }
        let cells = vec![
            cell("contact_name", &new.name),
            cell("contact_email", &new.email),
            cell("contact_primary", new.flags.primary),
            cell("contact_billing", new.flags.billing),
            cell("contact_technical", new.flags.technical),
            cell("contact_created_at", at),
            cell("contact_user_id", user),
            cell("contact_client_id", new.client),
        ];
        self.add("contacts", cells).await
    }

    /// The contact goes to another client; what it wrote stays where it is.
    pub async fn move_contact(&self, id: i32, client: i32, at: NaiveDateTime) -> Result<()> {
        self.contact(id, vec![cell("contact_client_id", client), stamped(CONTACT_UPDATED, at)]).await
    }

    pub async fn set_contact_flags(&self, id: i32, flags: Flags, at: NaiveDateTime) -> Result<()> {
        let cells = vec![
            cell("contact_primary", flags.primary),
            cell("contact_billing", flags.billing),
            cell("contact_technical", flags.technical),
            stamped(CONTACT_UPDATED, at),
        ];
        self.contact(id, cells).await
    }

    /// Changes the e-mail address of the contact and, as the vendor does, of its sign-in.
    pub async fn set_contact_email(&self, id: i32, email: &str, at: NaiveDateTime) -> Result<()> {
        self.contact(id, vec![cell("contact_email", email), stamped(CONTACT_UPDATED, at)]).await?;
        let user = self.user_of(id).await?;
        if user == 0 {
            return Ok(());
        }
        let cells = vec![cell("user_email", email), stamped("user_updated_at", at)];
        change(&self.conn, "users", "user_id", user, cells).await
    }

    /// Puts the contact away: its rights go, and its sign-in with it.
    pub async fn archive_contact(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        let cells = vec![
            cell("contact_important", false),
            cell("contact_billing", false),
            cell("contact_technical", false),
            cell("contact_archived_at", at),
            stamped(CONTACT_UPDATED, at),
        ];
        self.contact(id, cells).await?;
        self.archive_user(self.user_of(id).await?, Stamp::At(at), at).await
    }

    pub async fn unarchive_contact(&self, id: i32, at: NaiveDateTime) -> Result<()> {
        self.contact(id, vec![cell("contact_archived_at", Stamp::Never), stamped(CONTACT_UPDATED, at)]).await?;
        self.archive_user(self.user_of(id).await?, Stamp::Never, at).await
    }

    pub async fn delete_contact(&self, id: i32) -> Result<()> {
        self.remove("contacts", "contact_id", id).await
    }

    /// Lets the contact into the vendor's portal, or not. Without a sign-in this does nothing.
    pub async fn set_sign_in(&self, contact: i32, enabled: bool, at: NaiveDateTime) -> Result<()> {
        let user = self.user_of(contact).await?;
        let sql = "UPDATE users SET user_status = ?, user_updated_at = ? WHERE user_id = ? AND user_type = 2";
        let values = vec![cell("", enabled).1, cell("", at).1, user.into()];
        run(&self.conn, sql, values).await?;
        Ok(())
    }

    /// Gives the contact's sign-in this hash of a password, and says how it signs in: `local` or `azure`.
    pub async fn set_password_hash(&self, contact: i32, hash: &str, method: &str, at: NaiveDateTime) -> Result<()> {
        let cells = vec![cell("user_password", hash), cell("user_auth_method", method), stamped("user_updated_at", at)];
        change(&self.conn, "users", "user_id", self.user_of(contact).await?, cells).await
    }

    async fn archive_user(&self, user: i32, archived: Stamp, at: NaiveDateTime) -> Result<()> {
        let sql = "UPDATE users SET user_archived_at = ?, user_updated_at = ? WHERE user_id = ? AND user_type = 2";
        run(&self.conn, sql, vec![cell("", archived).1, cell("", at).1, user.into()]).await?;
        Ok(())
    }

    async fn user_of(&self, contact: i32) -> Result<i32> {
        let sql = "SELECT CAST(contact_user_id AS SIGNED) FROM contacts WHERE contact_id = ?";
        Ok(i32::try_from(number(&self.conn, sql, vec![contact.into()]).await?).unwrap_or(0))
    }
}
