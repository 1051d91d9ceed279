//! Who follows a ticket. No field for it is documented: which one a tenant takes is a setting, and the addresses are kept
//! in `emailcclist` either way, and read from there. Addresses of nobody at the customer stay on the ticket: who sets
//! followers does not see them.

use super::number;
use crate::backend::Halo;
use crate::config::{BY_USER, needed};
use crate::query::{ACTIONS, TICKETS};
use crate::wire::desk::{TicketDetail, TicketRow};
use portico_contract::command::SetFollowers;
use portico_contract::{Applied, CallCx, Error, NativeId, Result};
use portico_transport::Safety;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Halo {
    pub(super) fn follows_by(&self) -> Result<&str> {
        needed(self.config.followers_field.as_deref(), "followers_field", "followers")
    }

    pub(super) async fn follow(&self, cx: &CallCx, wish: &SetFollowers) -> Result<Applied> {
        let by = self.follows_by()?;
        let (id, head, value) = self.standing(cx, &wish.ticket).await?;
        let wanted = self.copies(cx, &head, &value, &wish.followers).await?;
        let target = wish.ticket.clone();
        if addresses(&value) == split(&wanted) {
            return Ok(Applied { target, found: true });
        }
        if by == BY_USER && !wish.followers.is_empty() {
            let outcome = needed(self.config.note_outcome, "note_outcome", "followers")?;
            let users: Vec<Value> =
                wish.followers.iter().map(|id| Ok(json!({ "id": number(id)? }))).collect::<Result<_>>()?;
            let action = json!({ "ticket_id": id, "outcome_id": outcome, "hiddenfromuser": true,
                "note_html": "<p>Followers were set.</p>", "followers_user": users });
            self.client.post(cx, &ACTIONS, action, Safety::Write).await?;
        }
        // Last, so that a repeat after an unclear answer still finds something to do.
        self.client.post(cx, &TICKETS, json!({ "id": id, "emailcclist": wanted }), Safety::Idempotent).await?;
        Ok(Applied { target, found: false })
    }

    /// What the list of copies is to be: these contacts, and whoever on it is nobody at the customer.
    pub(crate) async fn copies(
        &self,
        cx: &CallCx,
        head: &TicketRow,
        ticket: &Value,
        followers: &[NativeId],
    ) -> Result<String> {
        let client = head.client_id.key().unwrap_or_default();
        self.forget_addresses(client);
        let wanted = self.addresses_of(cx, followers).await?;
        let (known, own) = (self.addresses_at(cx, client).await?, split(&wanted));
        let others = addresses(ticket).into_iter().filter(|it| !known.contains_key(it) && !own.contains(it));
        let all: Vec<String> = wanted.split(';').filter(|it| !it.is_empty()).map(str::to_owned).chain(others).collect();
        Ok(all.join(";"))
    }

    /// The addresses of contacts, with semicolons between. One without an address cannot follow.
    pub(crate) async fn addresses_of(&self, cx: &CallCx, contacts: &[NativeId]) -> Result<String> {
        let mut addresses = Vec::new();
        for contact in contacts {
            let user = self.user(cx, contact).await?;
            let address = user.emailaddress.words();
            addresses
                .push(address.ok_or_else(|| Error::invalid("A contact without an e-mail address cannot follow."))?);
        }
        Ok(addresses.join(";"))
    }
}

/// The addresses on a ticket.
pub(crate) fn addresses(ticket: &Value) -> BTreeSet<String> {
    let detail: TicketDetail = serde_json::from_value(ticket.clone()).unwrap_or_default();
    split(detail.emailcclist.as_str().unwrap_or_default())
}

pub(crate) fn split(list: &str) -> BTreeSet<String> {
    list.split([';', ',']).map(|address| address.trim().to_lowercase()).filter(|address| !address.is_empty()).collect()
}
