//! Normalised records: what Portico knows of a thing, whichever PSA it came from.
//!
//! References to other records are native ids; the read model turns them into global ids. A
//! reference to a record that does not exist is allowed (PSAs have dangling ids) and reads as none.

use crate::Timestamp;
use crate::id::{Kind, NativeId};
use crate::value::{
    ApprovalGroup, ChoiceList, ContractType, CustomValue, Html, InvoiceGroup, Label, Money, PriorityGroup, QuoteGroup,
    StatusGroup, TicketSource, Visibility,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// One normalised thing of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Record {
    Account(Account),
    Site(Site),
    Contact(Contact),
    Agent(Agent),
    Team(Team),
    Choice(Choice),
    Form(Form),
    Ticket(Box<Ticket>),
    Comment(Comment),
    Attachment(Attachment),
    TimeEntry(TimeEntry),
    Approval(Approval),
    Asset(Box<Asset>),
    Contract(Box<Contract>),
    Invoice(Box<Invoice>),
    Payment(Payment),
    RecurringInvoice(RecurringInvoice),
    Quote(Quote),
    CatalogueCategory(CatalogueCategory),
    CatalogueItem(CatalogueItem),
    Article(Article),
    Document(Document),
    Domain(Domain),
    Certificate(Certificate),
    Announcement(Announcement),
}

macro_rules! ids {
    ($($variant:ident),+ $(,)?) => {
        impl Record {
            #[must_use]
            pub fn id(&self) -> &NativeId {
                match self { $(Record::$variant(record) => &record.id),+ }
            }

            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Record::$variant(_) => Kind::$variant),+ }
            }
        }
    };
}
ids!(
    Account,
    Site,
    Contact,
    Agent,
    Team,
    Choice,
    Form,
    Ticket,
    Comment,
    Attachment,
    TimeEntry,
    Approval,
    Asset,
    Contract,
    Invoice,
    Payment,
    RecurringInvoice,
    Quote,
    CatalogueCategory,
    CatalogueItem,
    Article,
    Document,
    Domain,
    Certificate,
    Announcement,
);

/// A customer organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: NativeId,
    pub name: String,
    pub currency: Option<String>,
    pub website: Option<String>,
    pub phone: Option<String>,
    /// Internal: never shown to customers.
    pub notes: Option<String>,
    pub active: bool,
    pub created_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    pub id: NativeId,
    pub account: NativeId,
    pub name: String,
    pub address: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
    pub phone: Option<String>,
    pub primary: bool,
    pub notes: Option<String>,
    pub active: bool,
}

/// A person of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub id: NativeId,
    pub account: NativeId,
    pub site: Option<NativeId>,
    pub name: String,
    pub title: Option<String>,
    pub department: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub mobile: Option<String>,
    pub access: AccessFacts,
    /// Internal: never shown to customers.
    pub notes: Option<String>,
    pub active: bool,
    pub created_at: Option<Timestamp>,
}

/// What a PSA says about a contact's rights, in the vendor's words. The backend's role map turns
/// each fact into a role; a fact that no map names grants nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessFacts {
    /// Whether the PSA lets this contact into a portal; `None` where it does not say.
    pub portal: Option<bool>,
    pub user_name: Option<String>,
    /// Sorted, without repeats: `["billing", "technical"]`.
    pub facts: Vec<String>,
}

/// A person of the provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    pub id: NativeId,
    pub name: String,
    pub email: Option<String>,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Team {
    pub id: NativeId,
    pub name: String,
    pub agents: Vec<NativeId>,
    pub active: bool,
}

/// One value of a pick list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub id: NativeId,
    pub list: ChoiceList,
    /// The value that other records carry for this choice.
    pub value: String,
    pub label: String,
    /// The word of the group this list normalises to, such as a [`StatusGroup`].
    pub group: Option<String>,
    pub parent: Option<NativeId>,
    pub colour: Option<String>,
    pub order: i32,
    pub active: bool,
}

/// The fields of a layout, template or catalogue item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    pub id: NativeId,
    pub name: String,
    pub fields: Vec<FormField>,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormField {
    pub key: String,
    pub label: String,
    /// `text html number boolean date choice contact asset site file`.
    pub field_type: String,
    pub required: bool,
    pub options: Vec<FormOption>,
    pub depends_on: Option<FormDependency>,
    pub default: Option<Json>,
    pub help: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormOption {
    pub value: String,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormDependency {
    pub key: String,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: NativeId,
    pub account: NativeId,
    pub contact: Option<NativeId>,
    pub site: Option<NativeId>,
    pub asset: Option<NativeId>,
    pub contract: Option<NativeId>,
    pub assignee: Option<NativeId>,
    pub team: Option<NativeId>,
    pub number: String,
    pub subject: String,
    pub description: Html,
    pub status: Label<StatusGroup>,
    pub priority: Option<Label<PriorityGroup>>,
    pub category: Option<Label<()>>,
    pub ticket_type: Option<Label<()>>,
    pub urgency: Option<Label<()>>,
    pub impact: Option<Label<()>>,
    pub source: TicketSource,
    pub sla: Sla,
    pub feedback: Option<String>,
    pub followers: Vec<NativeId>,
    pub custom: Vec<CustomValue>,
    /// Command id found in the text or field that carries markers; stripped from the text.
    pub marker: Option<String>,
    /// Internal remarks of the provider.
    pub internal_note: Option<String>,
    pub billable: Option<bool>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub due_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
}

/// Service-level targets and how they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    pub name: Option<String>,
    pub response_due_at: Option<Timestamp>,
    pub resolution_due_at: Option<Timestamp>,
    pub first_response_at: Option<Timestamp>,
    pub response_met: Option<bool>,
    pub resolution_met: Option<bool>,
    pub paused: Option<bool>,
}

/// Who did something: at most one of the two is set; the name is what the vendor shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    pub contact: Option<NativeId>,
    pub agent: Option<NativeId>,
    pub name: Option<String>,
}

/// A public reply or an internal note on a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    pub id: NativeId,
    pub ticket: NativeId,
    pub author: Author,
    pub body: Html,
    pub visibility: Visibility,
    pub requires_action: bool,
    pub marker: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: NativeId,
    pub ticket: NativeId,
    pub comment: Option<NativeId>,
    pub name: String,
    pub media_type: Option<String>,
    pub size: Option<i64>,
    pub reference: String,
    pub visibility: Visibility,
    pub created_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeEntry {
    pub id: NativeId,
    pub ticket: NativeId,
    pub comment: Option<NativeId>,
    pub agent: Option<NativeId>,
    pub seconds: i64,
    pub note: Html,
    pub visibility: Visibility,
    pub billable: Option<bool>,
    pub started_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub id: NativeId,
    pub ticket: NativeId,
    pub subject: String,
    pub status: Label<ApprovalGroup>,
    /// Contacts who may decide; empty with `any_with` set means "whoever holds that fact".
    pub approvers: Vec<NativeId>,
    pub any_with: Option<String>,
    pub requested_by: Author,
    pub decided_by: Option<Author>,
    pub visibility: Visibility,
    pub created_at: Option<Timestamp>,
    pub decided_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    pub id: NativeId,
    pub account: NativeId,
    pub site: Option<NativeId>,
    pub contact: Option<NativeId>,
    pub number: Option<String>,
    pub name: String,
    pub asset_type: Option<String>,
    pub status: Option<String>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub operating_system: Option<String>,
    pub url: Option<String>,
    pub key_fields: Vec<CustomValue>,
    pub notes: Option<String>,
    pub installed_on: Option<NaiveDate>,
    pub purchased_on: Option<NaiveDate>,
    pub warranty_expires_on: Option<NaiveDate>,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    pub id: NativeId,
    pub account: NativeId,
    pub site: Option<NativeId>,
    pub name: String,
    pub number: Option<String>,
    pub contract_type: Label<ContractType>,
    pub status: Option<String>,
    pub active: bool,
    pub is_default: bool,
    pub description: Option<Html>,
    pub billing_info: Option<String>,
    pub sla: Option<String>,
    pub setup_fee: Option<Money>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub billing_cycle: Option<String>,
    pub billing_price: Option<Money>,
    pub billed: Option<Money>,
    pub remaining: Option<Money>,
    pub consumed: Option<Money>,
    pub prepaid_seconds: Option<i64>,
    pub used_seconds: Option<i64>,
    pub history: Vec<ContractPeriod>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContractPeriod {
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub amount: Option<Money>,
    pub seconds: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invoice {
    pub id: NativeId,
    pub account: NativeId,
    pub recurring: Option<NativeId>,
    pub number: String,
    pub status: Label<InvoiceGroup>,
    /// Hidden while the provider has not issued it.
    pub visibility: Visibility,
    pub title: Option<String>,
    pub purchase_order: Option<String>,
    pub currency: String,
    /// As stored by the vendor; never recomputed. `None` where the vendor keeps no such figure.
    pub subtotal: Option<Decimal>,
    pub tax: Option<Decimal>,
    pub discount: Option<Decimal>,
    pub total: Decimal,
    pub paid: Option<Decimal>,
    pub balance: Option<Decimal>,
    pub note: Option<Html>,
    pub internal_note: Option<String>,
    pub sales_representative: Option<String>,
    pub project: Option<String>,
    pub terms: Option<String>,
    pub period_from: Option<NaiveDate>,
    pub period_to: Option<NaiveDate>,
    pub issued_on: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
    pub sent_at: Option<Timestamp>,
    pub lines: Vec<InvoiceLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// Native key, unique within the invoice.
    pub key: String,
    pub name: String,
    pub description: Option<String>,
    pub quantity: Decimal,
    pub unit_price: Decimal,
    pub subtotal: Option<Decimal>,
    pub tax: Option<Decimal>,
    pub total: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    pub id: NativeId,
    pub invoice: NativeId,
    pub amount: Money,
    pub method: Option<String>,
    /// A vendor or processor reference; internal, it may name a charge.
    pub reference: Option<String>,
    pub paid_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecurringInvoice {
    pub id: NativeId,
    pub account: NativeId,
    pub number: Option<String>,
    pub title: Option<String>,
    pub amount: Money,
    pub frequency: Option<String>,
    pub next_on: Option<NaiveDate>,
    pub last_on: Option<NaiveDate>,
    pub autopay: Option<bool>,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    pub id: NativeId,
    pub account: NativeId,
    pub number: String,
    pub title: Option<String>,
    pub status: Label<QuoteGroup>,
    pub visibility: Visibility,
    pub total: Money,
    pub discount: Option<Decimal>,
    pub note: Option<Html>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub lines: Vec<InvoiceLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogueCategory {
    pub id: NativeId,
    pub parent: Option<NativeId>,
    pub name: String,
    pub description: Option<String>,
    pub order: i32,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogueItem {
    pub id: NativeId,
    pub category: Option<NativeId>,
    pub form: Option<NativeId>,
    pub name: String,
    pub description: Option<Html>,
    pub icon: Option<String>,
    pub price: Option<Money>,
    pub needs_approval: Option<bool>,
    /// `None`: offered to every account.
    pub account: Option<NativeId>,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    pub id: NativeId,
    pub account: Option<NativeId>,
    pub title: String,
    pub body: Html,
    pub topic: Option<String>,
    pub department: Option<String>,
    pub visibility: Visibility,
    pub views: Option<i64>,
    pub published_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub id: NativeId,
    pub account: NativeId,
    pub name: String,
    pub folder: Option<String>,
    pub description: Option<String>,
    pub body: Html,
    pub visibility: Visibility,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    pub id: NativeId,
    pub account: NativeId,
    pub name: String,
    pub registrar: Option<String>,
    pub name_servers: Option<String>,
    pub records: Option<String>,
    pub notes: Option<String>,
    pub expires_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    pub id: NativeId,
    pub account: NativeId,
    pub domain: Option<NativeId>,
    pub name: String,
    pub host: Option<String>,
    pub issuer: Option<String>,
    pub notes: Option<String>,
    pub expires_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    pub id: NativeId,
    pub account: Option<NativeId>,
    pub title: String,
    pub body: Html,
    pub visibility: Visibility,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
}
