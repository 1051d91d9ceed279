//! What Portico asks of a PSA, and the words both sides use for the answer.
//!
//! A **backend** is one configured PSA and the adapter that speaks to it. The adapter implements
//! [`Backend`]; the gateway knows nothing else about the vendor. There is no web framework and no
//! GraphQL in this crate.
//!
//! # How to add …
//!
//! * **a record**: a struct in [`record`], a variant of [`Record`] and of [`Kind`], the kind's
//!   [`Stream`] in [`Kind::stream`]. The compiler then points at the read model's mapping.
//! * **a field**: one field on the record's struct; `None`, [`Visibility::Hidden`] or `OTHER` is
//!   what an adapter says that does not know. Adapters that fill it set it in their `map`.
//! * **a stream**: a variant of [`Stream`] and the kinds that travel with it.
//! * **a command**: a struct in [`command`], a variant of [`Command`], its [`CommandKind`]. Every
//!   adapter refuses it until its capabilities name it.
//! * **a backend**: one crate beside the others, one line in the gateway's registry. See
//!   `docs/adding-a-backend.md`.

pub mod backend;
pub mod capability;
pub mod clock;
pub mod command;
pub mod error;
pub mod files;
pub mod id;
pub mod marker;
pub mod record;
pub mod report;
pub mod traffic;
pub mod value;

pub use backend::{
    Backend, BackendInfo, Batch, ByteStream, CallCx, Checkpoint, Delivery, FileBytes, Health, HealthState, Hint, Lane,
    PROBE_CALLS, Part, Pass, RoleMap, Snapshot,
};
pub use capability::{Absent, Capabilities, FieldGroup, Follows, Limits, Marker, StreamCapability};
pub use clock::{Clock, Timestamp};
pub use command::{Actor, Applied, Command, CommandKind, Intent, Sought};
pub use error::{Error, ErrorKind, Result, Sent};
pub use files::Files;
pub use id::{Kind, NativeFile, NativeId, Stream};
pub use record::Record;
pub use report::Finding;
pub use traffic::{BreakerState, Figures};
pub use value::{Html, Label, Money, Visibility};
