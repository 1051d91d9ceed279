//! The plain things a world is made of. Ids are native numbers; 0 means "none", and an id may point
//! at nothing, as in real installations.

mod books;
mod desk;
mod estate;
mod firm;
mod parties;

pub use books::{
    Card, CardRule, Frequency, Invoice, InvoiceStatus, Line, LineOwner, Payment, Provider, Quote, Recurring, Tax,
};
pub use desk::{Approval, Attachment, History, Reply, ReplyType, Task, Ticket, Watcher};
pub use estate::{Asset, Certificate, Document, Domain, File, Folder, Interface, Link, Vendor};
pub use firm::{Category, Firm, Role, Sla, SlaRule, Status, User, UserType};
pub use parties::{Client, Contact, Location};

use chrono::NaiveDateTime;
use serde::Serialize;

/// A moment as a PSA keeps it, which may be nothing at all or the zero date of old imports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "Option<NaiveDateTime>")]
pub enum Stamp {
    #[default]
    Never,
    Zero,
    At(NaiveDateTime),
}

impl Stamp {
    #[must_use]
    pub fn is_set(self) -> bool {
        matches!(self, Self::At(_))
    }
}

impl From<NaiveDateTime> for Stamp {
    fn from(at: NaiveDateTime) -> Self {
        Self::At(at)
    }
}

impl From<Stamp> for Option<NaiveDateTime> {
    fn from(stamp: Stamp) -> Self {
        if let Stamp::At(at) = stamp { Some(at) } else { None }
    }
}
