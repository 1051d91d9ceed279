//! A request for an item of the catalogue: a ticket of the type that the service's card names.

use crate::backend::Halo;
use crate::config::needed;
use crate::map::knowledge::service_of;
use crate::query::{Query, SERVICES};
use crate::wire::knowledge::ServiceRow;
use portico_contract::command::{OpenTicket, RequestItem};
use portico_contract::{Applied, CallCx, Command, Error, ErrorKind, Html, Result};
use serde_json::Map;

/// No call of Halo's that is documented asks for one.
const SALES: &str = "Halo takes no requests for sales items. Open a ticket that says what you need, or ask your provider \
                     to offer it as a service.";

/// The ticket that a request is.
pub(crate) fn as_ticket(wish: &RequestItem, kind: Option<i64>) -> OpenTicket {
    let many = if wish.quantity > 1 { format!("<p>Quantity: {}</p>", wish.quantity) } else { String::new() };
    OpenTicket {
        account: wish.account.clone(),
        contact: Some(wish.contact.clone()),
        site: None,
        asset: None,
        subject: wish.subject.clone(),
        description: Html(many),
        priority: None,
        category: None,
        ticket_type: kind.map(|kind| kind.to_string()),
        urgency: None,
        impact: None,
        followers: Vec::new(),
        custom: wish.values.clone(),
        attachments: Vec::new(),
    }
}

impl Halo {
    pub(super) async fn request_item(&self, cx: &CallCx, command: &Command, wish: &RequestItem) -> Result<Applied> {
        needed(self.config.field_optional, "field_optional", "requests")?;
        needed(self.config.field_required, "field_required", "requests")?;
        let (service, card) = service_of(&wish.item.key).ok_or_else(|| Error::new(ErrorKind::Unsupported, SALES))?;
        let (kind, card) = self.request_type(cx, service, card).await?;
        let mut more = Map::new();
        more.insert("service_id".to_owned(), service.into());
        more.extend(card.map(|card| ("service_request_detail_id".to_owned(), card.into())));
        self.write_ticket(cx, command, &as_ticket(wish, Some(kind)), None, more).await
    }

    /// The type of ticket that a service opens, and its card: the one that is meant, else the first.
    async fn request_type(&self, cx: &CallCx, service: i64, meant: Option<i64>) -> Result<(i64, Option<i64>)> {
        let gone = || Error::invalid("This item cannot be asked for any more. Read it again.");
        let cards = self.cards(cx, service).await?;
        let card = cards.iter().find(|card| meant.is_none() || card.id.key() == meant);
        if let Some((kind, card)) =
            card.and_then(|card| Some((card.servicedetail_requesttypeid.key()?, card.id.key()?)))
        {
            return Ok((kind, Some(card)));
        }
        if meant.is_some() {
            return Err(gone());
        }
        let rows = self.client.all::<ServiceRow>(cx, Query::of(&SERVICES), self.config.page).await?;
        let found = rows.iter().find(|row| row.id.0 == Some(service));
        let kind = found.filter(|row| row.allowservicerequests.yes()).and_then(|row| row.service_tickettype_id.key());
        kind.map(|kind| (kind, None)).ok_or_else(gone)
    }
}
