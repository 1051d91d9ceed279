//! Contacts by SQL, where the HTTP API is not set up. ITFlow's own rules for what fits are in [`crate::contact`].

use super::people::{PERSON, Person};
use super::trace::Line;
use super::tx::{Cell, Tx, cell};
use super::{gone, number};
use crate::backend::Itflow;
use crate::contact::{Change, taken};
use crate::wire::Column::Text;
use portico_contract::command::UpsertContact;
use portico_contract::{Applied, CallCx, Command, Kind, NativeId, Result};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};

#[derive(Debug, FromQueryResult)]
struct Archived {
    client_archived_at: Option<String>,
}

impl Itflow {
    pub(super) async fn contact_by_sql(&self, cx: &CallCx, command: &Command, wish: &UpsertContact) -> Result<Applied> {
        let tx = self.begin(cx).await?;
        let client = number(&wish.account)?;
        let who = tx.who(&command.actor, client).await?;
        let before = match &wish.contact {
            Some(id) => Some(tx.contact(number(id)?, client).await?),
            None => None,
        };
        let change = Change::new(wish, before.as_ref())?;
        tx.live_client(client).await?;
        tx.unused_email(&change, client, before.as_ref()).await?;
        let mut cells: Vec<Cell> = change.texts().map(|(column, text)| cell(column, text)).collect();
        cells.extend(change.flags().map(|(column, flag)| cell(column, flag)));
        let (id, action) = match &before {
            Some(person) => {
                cells.push(cell("contact_updated_at", tx.now));
                tx.change("contacts", cells, Expr::col("contact_id").eq(person.contact_id)).await?;
                (person.contact_id, "Edit")
            }
            None => {
                cells.push(cell("contact_client_id", client));
                cells.push(cell("contact_created_at", tx.now));
                (tx.add("contacts", cells).await?, "Create")
            }
        };
        let done = if before.is_some() { "edited" } else { "created" };
        let said = format!("{} {done} contact {} in the customer portal", who.name(), change.name());
        tx.log(Line { kind: "Contact", action, said: &said, client, user: who.user(), entity: id }).await?;
        tx.commit().await?;
        Ok(Applied { target: NativeId::new(Kind::Contact, id), found: false })
    }
}

impl Tx<'_> {
    async fn contact(&self, id: i64, client: i64) -> Result<Person> {
        let mut select = crate::wire::select("contacts", PERSON);
        select.and_where(Expr::col("contact_id").eq(id)).and_where(Expr::col("contact_client_id").eq(client));
        let person: Person = self.one("contacts", &select.lock_exclusive().clone()).await?;
        if person.is_archived() { Err(gone("contacts")) } else { Ok(person) }
    }

    async fn live_client(&self, client: i64) -> Result<()> {
        let mut select = crate::wire::select("clients", &[Text("client_archived_at")]);
        select.and_where(Expr::col("client_id").eq(client));
        let row: Archived = self.one("clients", &select).await?;
        let archived = crate::map::value::is_set(row.client_archived_at.as_deref());
        if archived { Err(gone("clients")) } else { Ok(()) }
    }

    /// One address belongs to one contact of a customer.
    async fn unused_email(&self, change: &Change, client: i64, before: Option<&Person>) -> Result<()> {
        let Some(email) = change.email() else { return Ok(()) };
        let mut select = crate::wire::select("contacts", PERSON);
        select.and_where(Expr::col("contact_email").eq(email)).and_where(Expr::col("contact_client_id").eq(client));
        let same: Vec<Person> = self.rows("contacts", &select).await?;
        let me = before.map(|person| person.contact_id);
        if same.iter().any(|person| Some(person.contact_id) != me) { Err(taken()) } else { Ok(()) }
    }
}
