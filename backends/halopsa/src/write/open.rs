//! A new ticket.

use super::{code, number};
use crate::backend::Halo;
use crate::client::row;
use crate::map::marker;
use crate::map::parties::site_of;
use crate::query::{CATEGORIES, CLIENT, Query, TICKETS};
use crate::seek::{KEPT, LOST};
use crate::wire::choice::CategoryRow;
use crate::wire::desk::TicketRow;
use crate::wire::parties::ClientRow;
use portico_contract::command::OpenTicket;
use portico_contract::{Applied, CallCx, Command, Error, ErrorKind, Files, Kind, NativeId, Result, Sent};
use portico_transport::Safety;
use serde_json::{Map, Value, json};
use std::sync::atomic::Ordering;

/// `usertype` of a ticket whose user is a person of the customer.
const END_USER: i64 = 1;

impl Halo {
    pub(super) async fn open_ticket(
        &self,
        cx: &CallCx,
        command: &Command,
        new: &OpenTicket,
        files: Option<&dyn Files>,
    ) -> Result<Applied> {
        self.write_ticket(cx, command, new, files, Map::new()).await
    }

    /// Opens a ticket with fields beside its own.
    pub(super) async fn write_ticket(
        &self,
        cx: &CallCx,
        command: &Command,
        new: &OpenTicket,
        files: Option<&dyn Files>,
        more: Map<String, Value>,
    ) -> Result<Applied> {
        let enclosed = self.enclosed(&new.attachments, files).await?;
        let mut ticket = self.placed(cx, new).await?;
        ticket.extend(more);
        ticket.insert("summary".into(), new.subject.clone().into());
        ticket.insert("details_html".into(), new.description.0.clone().into());
        // Templates of the type may replace what the customer wrote.
        ticket.insert("donotapplytemplateintheapi".into(), true.into());
        if let Some(kind) = new.ticket_type.as_deref().map(code).transpose()?.or(self.config.ticket_type) {
            ticket.insert("tickettype_id".into(), kind.into());
        }
        for (field, value) in [("priority_id", &new.priority), ("urgency", &new.urgency), ("impact", &new.impact)] {
            if let Some(value) = value {
                ticket.insert(field.into(), code(value)?.into());
            }
        }
        if let Some(value) = &new.category {
            ticket.insert("category_1".into(), self.category(cx, value).await?.into());
        }
        if let Some(asset) = &new.asset {
            ticket.insert("assets".into(), json!([{ "id": number(asset)? }]));
        }
        if !new.followers.is_empty() {
            self.follows_by()?;
            ticket.insert("emailcclist".into(), self.addresses_of(cx, &new.followers).await?.into());
            self.forget_addresses(number(&new.account)?);
        }
        if !new.custom.is_empty() {
            ticket.insert("customfields".into(), new.custom.iter().map(custom).collect());
        }
        ticket.extend(enclosed);
        if self.config.mark_tickets {
            ticket.insert("third_party_id_string".into(), marker::field(command.id).into());
        }
        let written = self.client.post(cx, &TICKETS, Value::Object(ticket), Safety::Write).await?;
        self.made(&written, command, new)
    }

    /// Whose it is. A user goes with a site, and must be the account's own.
    async fn placed(&self, cx: &CallCx, new: &OpenTicket) -> Result<Map<String, Value>> {
        let account = number(&new.account)?;
        let mut ticket = Map::new();
        ticket.insert("client_id".into(), account.into());
        let mut site = new.site.as_ref().map(number).transpose()?;
        if let Some(contact) = &new.contact {
            let user = self.user(cx, contact).await?;
            if user.client_id.0 != Some(account) {
                return Err(Error::new(ErrorKind::Conflict, "This contact is at another account by now. Read again."));
            }
            site = site.or_else(|| site_of(&user));
            ticket.insert("user_id".into(), number(contact)?.into());
            ticket.insert("usertype".into(), END_USER.into());
        }
        if site.is_none() {
            site = self.main_site(cx, account).await?;
        }
        ticket.extend(site.map(|site| ("site_id".to_owned(), site.into())));
        Ok(ticket)
    }

    pub(super) async fn main_site(&self, cx: &CallCx, account: i64) -> Result<Option<i64>> {
        let query = Query::of(&CLIENT).with("includedetails", true);
        let value = self.client.one(cx, &query, account).await?.ok_or_else(|| super::gone("account"))?;
        let client: ClientRow = row(&CLIENT, value)?;
        Ok(client.main_site_id.key())
    }

    /// Halo takes the path of a category, not its number.
    pub(super) async fn category(&self, cx: &CallCx, value: &str) -> Result<String> {
        let id = code(value)?;
        let rows: Vec<CategoryRow> = self.small(cx, Query::of(&CATEGORIES).with("type_id", 1)).await?;
        let found = rows.iter().find(|row| row.id.0 == Some(id));
        let path = found.and_then(|row| row.value.words().or_else(|| row.category_name.words()));
        path.ok_or_else(|| Error::invalid("This category is none of the list. Read the list again."))
    }

    fn made(&self, written: &Value, command: &Command, new: &OpenTicket) -> Result<Applied> {
        let row: TicketRow = row(&TICKETS, written.clone()).map_err(|error| error.sent(Sent::Maybe))?;
        let Some(id) = row.id.key() else {
            return Err(Error::contract("a new ticket came back without its id").sent(Sent::Maybe));
        };
        if self.config.mark_tickets {
            let kept = marker::of_field(row.third_party_id_string.as_str()) == Some(command.id.to_string());
            if !kept {
                tracing::warn!(
                    "Halo does not keep the marker of new tickets: set `mark_tickets` of this backend to false"
                );
            }
            self.marker.store(if kept { KEPT } else { LOST }, Ordering::SeqCst);
        }
        if row.client_id.0.is_some_and(|client| client.to_string() != new.account.key) {
            tracing::warn!(ticket = id, "Halo made a ticket at another client than was asked for");
        }
        Ok(Applied { target: NativeId::new(Kind::Ticket, id), found: false })
    }
}

/// By number where the key is one, else by name.
fn custom((key, value): &(String, Value)) -> Value {
    match key.parse::<i64>() {
        Ok(id) => json!({ "id": id, "value": value }),
        Err(_) => json!({ "name": key, "value": value }),
    }
}
