//! The ITFlow adapter: reads one ITFlow installation through its MariaDB (or, for the sandbox, a
//! SQLite file with the same tables) and says what it found in the words of the contract.
//!
//! # Rooms
//!
//! * [`wire`]: the vendor's shape. Row structs and the explicit column lists that fill them.
//! * [`map`]: pure functions from rows to records. Tables as data, no I/O.
//! * [`client`]: the one door to the database: pool, deadlines, errors.
//! * [`feed`]: what the tables of each stream are, and where a change of it can show.
//! * [`checkpoint`], [`pull`]: how a pass walks over a stream, page by page.
//! * [`load`]: ids in, whole snapshots out; pages and single reads share it.
//! * [`files`]: the bytes of attachments, where ITFlow's folder of uploads can be read.
//! * [`vouch`]: whose password this is, where the installation allows it.
//! * [`api`]: what goes in through ITFlow's HTTP API; [`belongs`]: what it does not check.
//! * [`write`]: what goes in by SQL; [`contact`], [`plain`]: what fits; [`seek`]: what an unclear write left behind.
//! * [`probe`]: who is there, and does the account have the rights it needs and no others.
//!
//! # Rules that hold everywhere
//!
//! * **Explicit columns.** Link keys (`*_url_key`), password hashes, reset tokens, PINs and mail
//!   credentials are never selected (password hashes only where `read_password_hashes` says so), so they can be left out of the account's grants:
//!   `fixtures/grants.sql` lists exactly what the adapter reads.
//! * **One code path for both databases.** Dates, datetimes, times and decimals are read as text by
//!   `CAST(… AS CHAR)` and parsed tolerantly: ITFlow writes "none" as NULL, as `''`, as 0 and as
//!   `0000-00-00`.
//! * **Two accounts.** The one that reads cannot write: its session refuses it. What writes is another, optional one.
//!
//! # Time
//!
//! ITFlow stores local times without a zone. Its web pages write in `settings.config_timezone`; its
//! HTTP API writes in the database server's zone. The adapter reads every column in the configured
//! zone, except the creation stamp of a ticket whose source is `API`, which it reads as UTC. Other
//! columns of rows that the API wrote (a technician's reply, a resolution) cannot be told apart and
//! are off by the difference of the two zones, unless the database server runs in ITFlow's zone.
//!
//! Following changes does not depend on it: the watermark is the raw stamp, taken back by
//! `overlap_hours`, which covers every zone, and new ids count whatever their stamp says.

mod api;
mod backend;
mod belongs;
mod checkpoint;
mod client;
mod config;
mod contact;
mod fault;
mod feed;
mod files;
mod load;
mod map;
mod plain;
mod probe;
mod pull;
mod seek;
mod vouch;
mod wire;
mod write;

#[cfg(test)]
mod tests;

pub use config::ItflowConfig;

use portico_contract::{Backend, Clock, Result};
use std::sync::Arc;

/// The configuration's word for this adapter.
pub const KIND: &str = "itflow";

/// Makes the backend without touching its database: a PSA that is down must not stop the gateway.
pub fn build(instance: &str, config: ItflowConfig, clock: Clock) -> Result<Arc<dyn Backend>> {
    Ok(Arc::new(backend::Itflow::new(instance, config, clock)?))
}
