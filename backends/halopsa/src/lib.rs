//! The HaloPSA adapter: reads and writes one Halo tenant over its REST API and says what it found in the words of the
//! contract. HaloITSM and HaloCRM have the same API.
//!
//! # Rooms
//!
//! * [`config`]: the settings, and the named failure of each that a command needs and nobody has set.
//! * [`query`]: which parameters each endpoint takes. Halo ignores a parameter it does not know and answers with the
//!   whole tenant, so nothing else can be sent.
//! * [`client`]: the one door to Halo, on the shared transport; [`fault`]: its error shapes; [`envelope`]: its lists.
//! * [`wire`]: the vendor's shape, in the vendor's spelling. Everything may be missing.
//! * [`map`]: pure functions from rows to records. Tables as data, no I/O.
//! * [`lists`]: statuses, priorities, types and the like, by which rows with bare ids get their words; kept for minutes.
//! * [`feed`]: the endpoints of each stream; [`place`], [`pull`]: how a pass walks over them, one call a page.
//! * [`load`]: one thing with its children; [`files`]: bytes; [`hints`], [`signed`]: webhooks; [`probe`]: who is there;
//!   [`report`]: what only a tenant can answer.
//! * [`write`]: commands; [`seek`]: what an unclear one left behind.
//!
//! # Rules that hold everywhere
//!
//! * **Every row is checked** against what was asked for: a row of another ticket in a ticket's thread is an error, not a
//!   comment.
//! * **A row of a list and the thing itself give the same record**, but for what a snapshot names as unknown (the HTML of
//!   a ticket, its asset, contract and custom fields); children, contacts, contracts and articles are read one by one.
//!   Otherwise each pass over the lists would undo what an opening had found.
//! * **Fields are picked, never passed on.** Costs, billing, provider payloads and tokens ride along in the same objects.
//! * **What the vendor's documentation leaves open is a setting**, never a number in the code.

mod backend;
mod client;
mod config;
mod envelope;
mod fault;
mod feed;
mod files;
mod hints;
mod lists;
mod load;
mod map;
mod place;
mod probe;
mod pull;
mod query;
mod report;
mod seek;
mod signed;
mod wire;
mod write;

#[cfg(test)]
mod tests;

pub use config::HaloConfig;

use portico_contract::{Backend, Clock, Result};
use std::sync::Arc;

/// The configuration's word for this adapter.
pub const KIND: &str = "halopsa";

/// Makes the backend without touching the network: a PSA that is down must not stop the gateway.
pub fn build(instance: &str, config: HaloConfig, clock: Clock) -> Result<Arc<dyn Backend>> {
    Ok(Arc::new(backend::Halo::new(instance, config, clock)?))
}
