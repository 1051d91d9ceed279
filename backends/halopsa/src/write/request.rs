//! A request for an item of the catalogue: a ticket of the type that the service's card names.

use crate::backend::Halo;
use crate::config::needed;
use crate::query::{Query, SERVICE_CARDS, SERVICES};
use crate::wire::knowledge::{CardRow, ServiceRow};
use portico_contract::command::{OpenTicket, RequestItem};
use portico_contract::{Applied, CallCx, Command, Error, Html, Result};
use serde_json::Map;

/// What the key of a service begins with; sales items are asked for by an order, which nobody can place here.
const SERVICE: &str = "service:";

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
        let service = wish.item.key.strip_prefix(SERVICE).and_then(|id| id.parse::<i64>().ok());
        let service = service.ok_or_else(|| Error::unsupported("requesting sales items"))?;
        let (kind, card) = self.request_type(cx, service).await?;
        let mut more = Map::new();
        more.insert("service_id".to_owned(), service.into());
        more.extend(card.map(|card| ("service_request_detail_id".to_owned(), card.into())));
        self.write_ticket(cx, command, &as_ticket(wish, Some(kind)), None, more).await
    }

    /// The type of ticket that a service opens, and its card: the first one.
    async fn request_type(&self, cx: &CallCx, service: i64) -> Result<(i64, Option<i64>)> {
        let cards: Vec<CardRow> = self.rows_of(cx, Query::of(&SERVICE_CARDS).with("service_id", service)).await?;
        let own = cards.iter().filter(|card| card.servicedetail_servsiteid.0 == Some(service));
        let card = own.min_by_key(|card| card.sequenceid.0.unwrap_or(i64::MAX));
        if let Some((kind, card)) =
            card.and_then(|card| Some((card.servicedetail_requesttypeid.key()?, card.id.key()?)))
        {
            return Ok((kind, Some(card)));
        }
        let rows = self.client.all::<ServiceRow>(cx, Query::of(&SERVICES), self.config.page).await?;
        let found = rows.iter().find(|row| row.id.0 == Some(service));
        let kind = found.filter(|row| row.allowservicerequests.yes()).and_then(|row| row.service_tickettype_id.key());
        kind.map(|kind| (kind, None))
            .ok_or_else(|| Error::invalid("This item cannot be asked for any more. Read it again."))
    }
}
