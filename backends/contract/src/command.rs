//! Intended writes. A command carries who acts, a Portico id, and the whole intent, so that it can
//! be stored before it is sent and looked for after an unclear answer.

use crate::id::{NativeId, words};
use crate::value::{Html, Money, Visibility};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

/// On whose behalf a command runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    Contact(NativeId),
    Agent(NativeId),
}

words! {
    /// The closed list of commands.
    CommandKind {
        OpenTicket = "OPEN_TICKET", AddComment = "ADD_COMMENT", UpdateTicket = "UPDATE_TICKET",
        ResolveTicket = "RESOLVE_TICKET", CloseTicket = "CLOSE_TICKET",
        ReopenTicket = "REOPEN_TICKET", SetFollowers = "SET_FOLLOWERS",
        RequestItem = "REQUEST_ITEM", DecideApproval = "DECIDE_APPROVAL",
        DecideQuote = "DECIDE_QUOTE", UpsertContact = "UPSERT_CONTACT",
        RecordPayment = "RECORD_PAYMENT", SetAutopay = "SET_AUTOPAY", RateTicket = "RATE_TICKET",
    }
}

/// One intended write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// The journal's id; also the id of the object that a create makes, and the marker's text.
    pub id: Uuid,
    pub actor: Actor,
    pub intent: Intent,
}

macro_rules! intents {
    ($($variant:ident),+ $(,)?) => {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub enum Intent { $($variant($variant)),+ }

        impl Intent {
            #[must_use]
            pub const fn kind(&self) -> CommandKind {
                match self { $(Intent::$variant(_) => CommandKind::$variant),+ }
            }
        }
    };
}
intents!(
    OpenTicket,
    AddComment,
    UpdateTicket,
    ResolveTicket,
    CloseTicket,
    ReopenTicket,
    SetFollowers,
    RequestItem,
    DecideApproval,
    DecideQuote,
    UpsertContact,
    RecordPayment,
    SetAutopay,
    RateTicket,
);

impl Intent {
    /// The files that go along with it.
    #[must_use]
    pub fn uploads(&self) -> &[Upload] {
        match self {
            Intent::OpenTicket(it) => &it.attachments,
            Intent::AddComment(it) => &it.attachments,
            _ => &[],
        }
    }
}

/// A file whose bytes Portico holds and the adapter sends along. See [`Files`](crate::Files).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub file: Uuid,
    pub name: String,
    pub media_type: String,
    pub size: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenTicket {
    pub account: NativeId,
    pub contact: Option<NativeId>,
    pub site: Option<NativeId>,
    pub asset: Option<NativeId>,
    pub subject: String,
    pub description: Html,
    pub priority: Option<String>,
    pub category: Option<String>,
    pub ticket_type: Option<String>,
    pub urgency: Option<String>,
    pub impact: Option<String>,
    pub followers: Vec<NativeId>,
    pub custom: Vec<(String, Json)>,
    pub attachments: Vec<Upload>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddComment {
    pub ticket: NativeId,
    pub body: Html,
    pub visibility: Visibility,
    pub attachments: Vec<Upload>,
    pub seconds_worked: Option<i64>,
}

/// `None` leaves a value as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdateTicket {
    pub ticket: NativeId,
    pub assignee: Option<NativeId>,
    pub team: Option<NativeId>,
    pub priority: Option<String>,
    pub status: Option<String>,
    pub category: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResolveTicket {
    pub ticket: NativeId,
    pub note: Option<Html>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloseTicket {
    pub ticket: NativeId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReopenTicket {
    pub ticket: NativeId,
    pub note: Option<Html>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetFollowers {
    pub ticket: NativeId,
    pub followers: Vec<NativeId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestItem {
    pub item: NativeId,
    pub account: NativeId,
    pub contact: NativeId,
    /// What the item is called: a request has a subject.
    pub subject: String,
    pub quantity: u32,
    pub values: Vec<(String, Json)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecideApproval {
    pub approval: NativeId,
    pub approve: bool,
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecideQuote {
    pub quote: NativeId,
    pub accept: bool,
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpsertContact {
    /// `None` creates.
    pub contact: Option<NativeId>,
    pub account: NativeId,
    pub name: Option<String>,
    pub title: Option<String>,
    pub department: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub mobile: Option<String>,
    pub facts: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordPayment {
    pub invoice: NativeId,
    pub amount: Money,
    pub method: String,
    pub reference: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetAutopay {
    pub recurring: NativeId,
    pub payment_method: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RateTicket {
    pub ticket: NativeId,
    pub positive: bool,
    pub note: Option<String>,
}

/// What a write led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The object that the command made or changed, to be read back.
    pub target: NativeId,
    /// Set when the object was found rather than made: an earlier try had reached the PSA.
    pub found: bool,
}

/// What a look-up after an unclear answer found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// The write is there: its object.
    Found(NativeId),
    /// The write is not there, and would be if it had happened.
    Absent,
    /// It cannot be told: there is nothing to know it by, or more than one thing looks like it.
    Unclear,
}
