//! Good or bad: what a customer says of a closed ticket.

use super::people::Who;
use super::tx::cell;
use crate::backend::Itflow;
use portico_contract::command::RateTicket;
use portico_contract::{Applied, CallCx, Command, Error, ErrorKind, Result};

/// ITFlow's words for a rating.
pub(crate) fn word(positive: bool) -> &'static str {
    if positive { "Good" } else { "Bad" }
}

impl Itflow {
    pub(super) async fn rate(&self, cx: &CallCx, command: &Command, rating: &RateTicket) -> Result<Applied> {
        if rating.note.as_ref().is_some_and(|note| !note.trim().is_empty()) {
            return Err(Error::invalid("ITFlow keeps no words with a rating: leave them out."));
        }
        let tx = self.begin(cx).await?;
        let ticket = tx.ticket(&rating.ticket).await?;
        let Who::Contact(person) = tx.who(&command.actor, ticket.ticket_client_id).await? else {
            return Err(Error::new(ErrorKind::Forbidden, "Only the customer rates a ticket."));
        };
        let (target, word) = (rating.ticket.clone(), word(rating.positive));
        if ticket.ticket_feedback.as_deref().map(str::trim) == Some(word) {
            return Ok(Applied { target, found: true });
        }
        if !ticket.is_closed() {
            return Err(Error::new(ErrorKind::Conflict, "A ticket is rated when it is closed. This one is not yet."));
        }
        let cells = vec![cell("ticket_feedback", word), cell("ticket_updated_at", tx.now)];
        tx.change("tickets", cells, ticket.row()).await?;
        if !rating.positive {
            let (name, title) = (person.contact_name.trim(), ticket.title());
            let said = format!("{name} rated ticket {title} as bad (ID: {})", ticket.ticket_id);
            tx.notify_all("Feedback", &said, &ticket).await?;
        }
        tx.commit().await?;
        Ok(Applied { target, found: false })
    }
}
