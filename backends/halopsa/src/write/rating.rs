//! The rating of a ticket. Which scores are good and bad is a tenant's own scale.

use crate::backend::Halo;
use crate::config::needed;
use crate::query::FEEDBACK;
use portico_contract::command::RateTicket;
use portico_contract::{Applied, CallCx, Result};
use portico_transport::Safety;
use serde_json::{Map, Value};

impl Halo {
    pub(super) async fn rate(&self, cx: &CallCx, wish: &RateTicket) -> Result<Applied> {
        let good = needed(self.config.score_good, "score_good", "ratings")?;
        let bad = needed(self.config.score_bad, "score_bad", "ratings")?;
        let (id, _, _) = self.standing(cx, &wish.ticket).await?;
        let mut feedback = Map::new();
        feedback.insert("ticket_id".into(), id.into());
        feedback.insert("score".into(), if wish.positive { good } else { bad }.into());
        if let Some(note) = &wish.note {
            feedback.insert("comment".into(), note.clone().into());
        }
        self.client.post(cx, &FEEDBACK, Value::Object(feedback), Safety::Write).await?;
        Ok(Applied { target: wish.ticket.clone(), found: false })
    }
}
