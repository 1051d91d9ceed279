//! Contacts. A new one is never the primary one.

use super::envelope::{Said, reworded};
use crate::backend::Itflow;
use crate::belongs::CONTACTS;
use crate::contact::{Change, taken};
use crate::wire::IdRow;
use crate::write::people::{PERSON, Person};
use portico_contract::command::UpsertContact;
use portico_contract::{Applied, CallCx, Command, ErrorKind, Kind, NativeId, Result, Sought};
use portico_transport::Request;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::{Value, json};

const REFUSED: &str = "ITFlow did not take this contact. Check that nobody of this customer has its e-mail address.";
const UNCHANGED: &str = "ITFlow did not change this contact. Read it again.";

impl Itflow {
    pub(crate) async fn contact_by_api(&self, cx: &CallCx, command: &Command, wish: &UpsertContact) -> Result<Applied> {
        let api = self.api()?;
        let client = self.customer(cx, &wish.account).await?;
        let before = self.contact_before(cx, wish, client).await?;
        let change = Change::new(wish, before.as_ref())?;
        self.free_email(cx, &change, client, before.as_ref()).await?;
        let mut body = json!({ "client_id": client });
        let mut put = |name: &str, value: Value| body.as_object_mut().map(|body| body.insert(name.to_owned(), value));
        change.texts().for_each(|(column, text)| drop(put(column, text.into())));
        change.flags().for_each(|(column, flag)| drop(put(column, i64::from(flag).into())));
        let Some(person) = before else {
            let request = Request::post("itflow.contacts.create", "contacts/create.php");
            let id = api.create(cx, request, body, REFUSED).await?;
            return Ok(Applied { target: NativeId::new(Kind::Contact, id), found: false });
        };
        put("contact_id", person.contact_id.into());
        let request = Request::post("itflow.contacts.update", "contacts/update.php").json(body);
        let target = NativeId::new(Kind::Contact, person.contact_id);
        match api.send(cx, request).await? {
            Said::Changed => Ok(Applied { target, found: false }),
            // "No row changed" may mean that it says so already.
            Said::Refused(error) => match self.look_for(cx, command).await? {
                Sought::Found(target) => Ok(Applied { target, found: true }),
                _ => Err(reworded(error, ErrorKind::Conflict, UNCHANGED)),
            },
            said => Err(said.unexpected(UNCHANGED)),
        }
    }

    async fn contact_before(&self, cx: &CallCx, wish: &UpsertContact, client: i64) -> Result<Option<Person>> {
        let Some(id) = &wish.contact else { return Ok(None) };
        let key = self.owned(cx, &CONTACTS, id, client).await.map_err(|error| match error.kind {
            ErrorKind::Invalid => crate::write::gone("contacts"),
            _ => error,
        })?;
        let mut select = crate::wire::select("contacts", PERSON);
        select.and_where(Expr::col("contact_id").eq(key));
        Ok(self.client.rows(cx, "contacts", &select).await?.into_iter().next())
    }

    async fn free_email(&self, cx: &CallCx, change: &Change, client: i64, before: Option<&Person>) -> Result<()> {
        let Some(email) = change.email() else { return Ok(()) };
        let mut select = Query::select();
        select.expr_as(Expr::col("contact_id"), "id").from("contacts");
        select.and_where(Expr::col("contact_email").eq(email)).and_where(Expr::col("contact_client_id").eq(client));
        let rows: Vec<IdRow> = self.client.rows(cx, "contacts", &select).await?;
        let me = before.map(|person| person.contact_id);
        if rows.iter().any(|row| Some(row.id) != me) { Err(taken()) } else { Ok(()) }
    }
}
