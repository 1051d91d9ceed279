//! The request cards of a service. Each is a request of its own, with the form of its type of ticket: a service with
//! several is as many items of the catalogue. The first keeps the service's key, so that a service may come to have more.

use crate::backend::Halo;
use crate::map::knowledge;
use crate::query::{Query, SERVICE_CARDS};
use crate::wire::knowledge::{CardRow, ServiceRow};
use portico_contract::record::Record;
use portico_contract::{CallCx, Result};

impl Halo {
    /// The items that a service is.
    pub(super) async fn items_of(&self, cx: &CallCx, row: &ServiceRow) -> Result<Vec<Record>> {
        let Some(item) = knowledge::service(row, &self.restrictions(cx).await?) else { return Ok(Vec::new()) };
        let (Some(id), true) = (row.id.key(), row.requestdetails_count.0.is_some_and(|count| count > 1)) else {
            return Ok(vec![Record::CatalogueItem(item)]);
        };
        let cards = self.lists.cards.get(id, self.good_for(), self.cards(cx, id)).await?;
        Ok(knowledge::of_cards(&item, &cards).into_iter().map(Record::CatalogueItem).collect())
    }

    /// Those that open a ticket, in their order; others lead to pages elsewhere.
    pub(crate) async fn cards(&self, cx: &CallCx, service: i64) -> Result<Vec<CardRow>> {
        let mut cards: Vec<CardRow> = self.rows_of(cx, Query::of(&SERVICE_CARDS).with("service_id", service)).await?;
        cards.retain(|card| {
            card.servicedetail_servsiteid.0 == Some(service) && card.servicedetail_requesttypeid.key().is_some()
        });
        cards.sort_by_key(|card| (card.sequenceid.0.unwrap_or(i64::MAX), card.id.0));
        Ok(cards)
    }
}
