//! An answer or a note on a ticket. Halo wants an outcome with it, which decides what else happens; whether the customer
//! sees it is said in so many words.

use crate::backend::Halo;
use crate::config::needed;
use crate::map::action::key;
use crate::map::value::escaped;
use crate::query::ACTIONS;
use crate::wire::desk::{ActionRow, TicketRow};
use portico_contract::command::AddComment;
use portico_contract::marker;
use portico_contract::value::{Html, Visibility};
use portico_contract::{Actor, Applied, CallCx, Command, Error, Files, Kind, NativeId, Result, Sent};
use portico_transport::Safety;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What is to be written.
pub(super) struct Said<'a> {
    pub(super) body: &'a Html,
    pub(super) visibility: Visibility,
    pub(super) seconds: Option<i64>,
    /// The files that go along.
    pub(super) enclosed: Option<(String, Value)>,
}

impl Halo {
    pub(super) async fn comment(
        &self,
        cx: &CallCx,
        command: &Command,
        new: &AddComment,
        files: Option<&dyn Files>,
    ) -> Result<Applied> {
        let enclosed = self.enclosed(&new.attachments, files).await?;
        let (id, ticket, _) = self.standing(cx, &new.ticket).await?;
        let said = Said { body: &new.body, visibility: new.visibility, seconds: new.seconds_worked, enclosed };
        let number = self.say(cx, command, id, &ticket, said).await?;
        Ok(Applied { target: NativeId::new(Kind::Comment, key(id, number)), found: false })
    }

    /// Writes one action; gives its number within the ticket.
    pub(super) async fn say(
        &self,
        cx: &CallCx,
        command: &Command,
        id: i64,
        ticket: &TicketRow,
        said: Said<'_>,
    ) -> Result<i64> {
        let hidden = said.visibility == Visibility::Hidden;
        let mut action = self.begun(cx, command, id, &said).await?;
        action.insert("hiddenfromuser".into(), hidden.into());
        action.extend(said.enclosed);
        if let Some(hours) = said.seconds.filter(|seconds| *seconds > 0).and_then(hours) {
            action.insert("timetaken".into(), hours.into());
        }
        // To Halo the service has spoken, not the user: what a user's answer does to the status is said here.
        if let (Actor::Contact(_), false) = (&command.actor, hidden) {
            let kind = ticket.tickettype_id.0;
            let desk = self.desk(cx).await?;
            let status = kind.and_then(|kind| desk.types.get(&kind)).and_then(|row| row.statusafteruserupdate.key());
            action.extend(status.map(|status| ("new_status".to_owned(), status.into())));
        }
        let written = self.client.post(cx, &ACTIONS, Value::Object(action), Safety::Write).await?;
        let row: ActionRow = crate::client::row(&ACTIONS, written).map_err(|error| error.sent(Sent::Maybe))?;
        let number = row.id.key().filter(|_| row.ticket_id.0.is_none_or(|found| found == id));
        let number =
            number.ok_or_else(|| Error::contract("a new action came back without its number").sent(Sent::Maybe))?;
        if hidden && row.hiddenfromuser.no() {
            self.hide(cx, id, number).await;
        }
        Ok(number)
    }

    async fn begun(&self, cx: &CallCx, command: &Command, id: i64, said: &Said<'_>) -> Result<Map<String, Value>> {
        let outcome = match said.visibility {
            Visibility::Public => needed(self.config.reply_outcome, "reply_outcome", "answers")?,
            Visibility::Hidden => needed(self.config.note_outcome, "note_outcome", "internal notes")?,
        };
        let mut action = Map::new();
        let mut text = said.body.0.clone();
        match &command.actor {
            Actor::Contact(contact) if self.config.act_as_users => {
                action.insert("actionby_user_id".into(), super::number(contact)?.into());
            }
            Actor::Contact(contact) => {
                let user = self.user(cx, contact).await?;
                let name =
                    user.name.words().or_else(|| user.emailaddress.words()).unwrap_or_else(|| "A contact".into());
                text = format!("<p><strong>{}:</strong></p>{text}", escaped(&name).0);
            }
            Actor::Agent(agent) => {
                action.insert("actionby_agent_id".into(), super::number(agent)?.into());
            }
        }
        action.insert("ticket_id".into(), id.into());
        action.insert("outcome_id".into(), outcome.into());
        action.insert("note_html".into(), marker::put(&text, command.id).into());
        Ok(action)
    }

    /// A note that came back visible although it was to be hidden is hidden now. It has been written, so nothing that
    /// happens here makes the command fail.
    async fn hide(&self, cx: &CallCx, ticket: i64, number: i64) {
        let hidden = json!({ "ticket_id": ticket, "id": number, "hiddenfromuser": true });
        match self.client.post(cx, &ACTIONS, hidden, Safety::Idempotent).await {
            Ok(_) => {
                tracing::warn!(ticket, "Halo showed an internal note to users; it was hidden. Check `note_outcome`")
            }
            Err(error) => {
                tracing::error!(ticket, error = %error.log(), "Halo shows an internal note to users. Check `note_outcome`");
            }
        }
    }
}

fn hours(seconds: i64) -> Option<f64> {
    (Decimal::from(seconds) / Decimal::from(3_600)).round_dp(4).to_f64()
}

/// Whether an action carries the marker of a command.
pub(crate) fn is_by(row: &ActionRow, command: Uuid) -> bool {
    let texts = [&row.note_html, &row.note];
    texts.iter().filter_map(|text| text.as_str()).any(|text| marker::take(text).1 == Some(command.to_string()))
}
