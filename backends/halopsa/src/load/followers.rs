//! Who follows a ticket. Halo gives addresses: those of users of the ticket's own customer are followers that Portico
//! knows, and nobody else is one here, whose address it may be.

use crate::backend::Halo;
use crate::query::{Query, USERS};
use crate::wire::Row;
use crate::wire::parties::UserRow;
use portico_contract::{CallCx, ErrorKind, Kind, NativeId, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The users of a customer by their addresses, in lower case.
pub(crate) type Addresses = BTreeMap<String, i64>;

impl Halo {
    /// The followers of a ticket of this customer among these addresses.
    pub(super) async fn followers(&self, cx: &CallCx, client: i64, copied: &BTreeSet<String>) -> Result<Vec<NativeId>> {
        if copied.is_empty() || self.config.followers_field.is_none() {
            return Ok(Vec::new());
        }
        let known = self.addresses_at(cx, client).await?;
        let users: BTreeSet<i64> = copied.iter().filter_map(|address| known.get(address).copied()).collect();
        Ok(users.into_iter().map(|id| NativeId::new(Kind::Contact, id)).collect())
    }

    /// One list a customer, however many of its tickets are followed.
    pub(crate) async fn addresses_at(&self, cx: &CallCx, client: i64) -> Result<Arc<Addresses>> {
        self.lists.addresses.get(client, self.good_for(), self.load_addresses(cx, client)).await
    }

    /// Somebody new may follow what is written now.
    pub(crate) fn forget_addresses(&self, client: i64) {
        self.lists.addresses.forget(client);
    }

    async fn load_addresses(&self, cx: &CallCx, client: i64) -> Result<Addresses> {
        let query = Query::of(&USERS).with("client_id", client).with("includeactive", true);
        let query = query.with("includeinactive", false).with("order", "id").with("orderdesc", false);
        let users: Vec<UserRow> = match self.client.all(cx, query, self.config.page).await {
            Err(error) if error.kind == ErrorKind::Unsupported => Vec::new(),
            users => users?,
        };
        // A user of another customer: the parameter was ignored.
        let own = users.into_iter().filter(|user| user.client_id.0 == Some(client) && !user.inactive.yes());
        let mut known = Addresses::new();
        for user in own {
            let (Some(id), Some(address)) = (user.key(), user.emailaddress.words()) else { continue };
            known.entry(address.to_lowercase()).or_insert(id);
        }
        Ok(known)
    }
}
