//! A decision about a quote.

use super::{gone, number};
use crate::backend::Halo;
use crate::client::row;
use crate::map::books::quote_group;
use crate::query::{QUOTE, QUOTE_APPROVAL, Query};
use crate::wire::books::QuoteRow;
use portico_contract::command::DecideQuote;
use portico_contract::value::QuoteGroup;
use portico_contract::{Actor, Applied, CallCx, Command, Error, ErrorKind, NativeId, Result};
use portico_transport::Safety;
use serde_json::{Map, Value};

impl Halo {
    pub(super) async fn decide_quote(&self, cx: &CallCx, command: &Command, wish: &DecideQuote) -> Result<Applied> {
        let target = wish.quote.clone();
        let (id, row) = self.quote_row(cx, &wish.quote).await?;
        match decided(&row, wish.accept) {
            Some(true) => return Ok(Applied { target, found: true }),
            Some(false) => return Err(Error::new(ErrorKind::Conflict, "This quote was decided already. Read again.")),
            None => {}
        }
        let mut decision = Map::new();
        decision.insert("id".into(), id.into());
        decision.insert("result".into(), wish.accept.into());
        if let Some(note) = &wish.note {
            decision.insert("approvalnote".into(), note.clone().into());
        }
        if let Actor::Contact(contact) = &command.actor {
            let user = self.user(cx, contact).await?;
            decision.insert("approvalname".into(), user.name.as_str().into());
            decision.insert("approvalemailaddress".into(), user.emailaddress.as_str().into());
        }
        self.client.post(cx, &QUOTE_APPROVAL, Value::Object(decision), Safety::Idempotent).await?;
        Ok(Applied { target, found: false })
    }

    pub(crate) async fn quote_row(&self, cx: &CallCx, id: &NativeId) -> Result<(i64, QuoteRow)> {
        let id = number(id)?;
        let query = Query::of(&QUOTE).with("includedetails", true);
        let value = self.client.one(cx, &query, id).await?.ok_or_else(|| gone("quote"))?;
        Ok((id, row(&QUOTE, value)?))
    }
}

/// Whether a quote was decided, and then in this way.
pub(crate) fn decided(row: &QuoteRow, accept: bool) -> Option<bool> {
    match quote_group(row) {
        QuoteGroup::Accepted | QuoteGroup::Invoiced => Some(accept),
        QuoteGroup::Declined => Some(!accept),
        QuoteGroup::Draft | QuoteGroup::Open | QuoteGroup::Other => None,
    }
}
