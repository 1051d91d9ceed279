//! What a backend can do. What is not here is refused; what is here works. Both are tested.

use crate::command::CommandKind;
use crate::id::{Stream, words};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

words! {
    /// Groups of fields that some PSAs cannot carry.
    FieldGroup {
        TicketSla = "TICKET_SLA", TicketTeam = "TICKET_TEAM", TicketCustomValues = "TICKET_CUSTOM_VALUES",
        TicketFollowers = "TICKET_FOLLOWERS", TicketUrgencyImpact = "TICKET_URGENCY_IMPACT",
        TimeEntries = "TIME_ENTRIES", InvoiceTax = "INVOICE_TAX", InvoicePeriod = "INVOICE_PERIOD",
        InvoicePdf = "INVOICE_PDF",
        ContactPortalAccess = "CONTACT_PORTAL_ACCESS", AttachmentBytes = "ATTACHMENT_BYTES",
        /// Passwords of contacts can be checked: the verb is [`vouch`](crate::Backend::vouch).
        Passwords = "PASSWORDS",
    }
}

words! {
    /// Where a create can carry the command's id.
    Marker { Field = "FIELD", Body = "BODY", None = "NONE" }
}

words! {
    /// How a stream is followed.
    Follows { UpdatedSince = "UPDATED_SINCE", AscendingIds = "ASCENDING_IDS", PerParent = "PER_PARENT", FullScan = "FULL_SCAN" }
}

/// How one stream can be pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamCapability {
    pub follows: Follows,
    /// Whether a pass of ids alone is cheaper than a full one.
    pub id_sweep: bool,
    /// Whether every snapshot of a pull carries its children.
    pub whole: bool,
    /// Calls that one beat with nothing new costs: the budget derives the beat from it.
    pub calls_per_beat: u32,
    /// Calls that reading one thing of it with its children takes.
    pub calls_per_read: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Calls the PSA allows in a window; `None` for a database of our own reach.
    pub calls: Option<(u32, Duration)>,
    pub max_subject: usize,
    /// The largest file that a command may have; 0: commands take none.
    pub max_attachment: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    pub streams: BTreeMap<Stream, StreamCapability>,
    pub commands: BTreeSet<CommandKind>,
    pub marker: Marker,
    /// How long after an unclear answer the PSA may still show the write.
    pub settle: Duration,
    pub carries: BTreeSet<FieldGroup>,
    pub limits: Limits,
    pub webhooks: bool,
}

impl Capabilities {
    #[must_use]
    pub fn stream(&self, stream: Stream) -> Option<&StreamCapability> {
        self.streams.get(&stream)
    }
}

/// What the capabilities name and this installation was found not to have: an older build lacks lists of newer ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absent {
    #[serde(default)]
    pub streams: BTreeSet<Stream>,
    #[serde(default)]
    pub commands: BTreeSet<CommandKind>,
}

impl Absent {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty() && self.commands.is_empty()
    }
}
