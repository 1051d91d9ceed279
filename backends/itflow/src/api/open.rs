//! A new ticket.

use crate::backend::Itflow;
use crate::belongs::{ASSETS, CONTACTS, SITES};
use crate::map::words;
use crate::plain;
use portico_contract::command::OpenTicket;
use portico_contract::marker;
use portico_contract::{Applied, CallCx, Command, Error, Kind, NativeId, Result};
use portico_transport::Request;
use serde_json::{Value, json};

/// As long as ITFlow's column.
pub(crate) const LONGEST_SUBJECT: usize = 500;

const REFUSED: &str = "ITFlow did not take this ticket. Check what it says, and that its customer is still there.";

/// What a ticket of ITFlow cannot have.
type Lacks = (&'static str, fn(&OpenTicket) -> bool);
const LACKS: &[Lacks] = &[
    ("a type of ticket", |new| new.ticket_type.is_some()),
    ("an urgency", |new| new.urgency.is_some()),
    ("an impact", |new| new.impact.is_some()),
    ("followers of a new ticket", |new| !new.followers.is_empty()),
    ("fields of its own on a ticket", |new| !new.custom.is_empty()),
    ("files with a new ticket", |new| !new.attachments.is_empty()),
];

/// What is set by SQL afterwards.
#[derive(Debug, Default)]
pub(crate) struct Dress {
    pub(crate) category: Option<i64>,
    pub(crate) site: Option<i64>,
}

impl Dress {
    fn is_empty(&self) -> bool {
        self.category.is_none() && self.site.is_none()
    }
}

impl Itflow {
    pub(crate) async fn open_ticket(&self, cx: &CallCx, command: &Command, new: &OpenTicket) -> Result<Applied> {
        let api = self.api()?;
        let body = self.checked(cx, command, new).await?;
        let dress = self.dress_of(cx, new).await?;
        let request = Request::post("itflow.tickets.create", "tickets/create.php");
        let id = api.create(cx, request, body, REFUSED).await?;
        if !dress.is_empty()
            && let Err(error) = self.dress(cx, id, &dress).await
        {
            // The ticket is there; a category that is missing is no reason to open it again.
            tracing::warn!(error = %error.log(), ticket = id, "category or site could not be set");
        }
        Ok(Applied { target: NativeId::new(Kind::Ticket, id), found: false })
    }

    /// The body of the call, once everything in it is known to fit.
    async fn checked(&self, cx: &CallCx, command: &Command, new: &OpenTicket) -> Result<Value> {
        if let Some((what, _)) = LACKS.iter().find(|(_, asked)| asked(new)) {
            return Err(Error::unsupported(what));
        }
        let subject = plain::text(&new.subject, LONGEST_SUBJECT)?;
        // What PHP calls empty.
        if subject.is_empty() || subject == "0" {
            return Err(Error::invalid("A ticket needs a subject. Write one."));
        }
        let client = self.customer(cx, &new.account).await?;
        let mut body = json!({
            "client_id": client,
            "ticket_subject": subject,
            "ticket_details": marker::put(&new.description.0, command.id),
        });
        let mut put = |name: &str, value: Value| body.as_object_mut().map(|body| body.insert(name.to_owned(), value));
        if let Some(word) = &new.priority {
            put("ticket_priority", priority(word)?.into());
        }
        if let Some(contact) = &new.contact {
            put("ticket_contact_id", self.owned(cx, &CONTACTS, contact, client).await?.into());
        }
        if let Some(asset) = &new.asset {
            put("ticket_asset_id", self.owned(cx, &ASSETS, asset, client).await?.into());
        }
        Ok(body)
    }

    async fn dress_of(&self, cx: &CallCx, new: &OpenTicket) -> Result<Dress> {
        let mut dress = Dress::default();
        if (new.category.is_some() || new.site.is_some()) && self.writer.is_none() {
            let text = "This ITFlow takes no category and no site with a new ticket. Leave them out.";
            return Err(Error::invalid(text).with_detail("`write_url` is not set"));
        }
        if let Some(word) = &new.category {
            dress.category = Some(self.ticket_category(cx, word).await?);
        }
        if let Some(site) = &new.site {
            dress.site = Some(self.owned(cx, &SITES, site, crate::write::number(&new.account)?).await?);
        }
        Ok(dress)
    }
}

/// ITFlow stores any word; only its own four mean something to it.
pub(crate) fn priority(word: &str) -> Result<&'static str> {
    let word = word.trim().trim_start_matches("priority:");
    let known = words::PRIORITIES.iter().map(|(known, _)| *known);
    let found = known.clone().find(|known| known.eq_ignore_ascii_case(word));
    found.ok_or_else(|| {
        Error::invalid(format!("ITFlow has no such priority. Use one of: {}.", known.collect::<Vec<_>>().join(", ")))
    })
}
