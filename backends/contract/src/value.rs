//! Values that several records share.

use crate::id::words;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount with its ISO 4217 currency. Never guessed: a PSA that names no currency gets it from a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub amount: Decimal,
    pub currency: String,
}

/// HTML as the vendor stores it: **not** sanitised. It is made safe on output, in one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Html(pub String);

/// The vendor's own word for a pick-list value, beside what Portico makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label<G> {
    pub group: G,
    pub label: String,
    /// Native id or, where the vendor has none, the label itself.
    pub native_id: String,
}

words! {
    /// Who may see a child record. What the vendor does not call public is hidden.
    Visibility { Public = "PUBLIC", Hidden = "HIDDEN" }
}

words! {
    /// What a ticket's status means. `Other` is never taken for an end state.
    StatusGroup {
        New = "NEW", Open = "OPEN", InProgress = "IN_PROGRESS",
        WaitingOnCustomer = "WAITING_ON_CUSTOMER", WaitingOnThirdParty = "WAITING_ON_THIRD_PARTY",
        OnHold = "ON_HOLD", Resolved = "RESOLVED", Closed = "CLOSED", Other = "OTHER",
    }
}

words! {
    /// How urgent a ticket is, over all vendors.
    PriorityGroup { Low = "LOW", Medium = "MEDIUM", High = "HIGH", Urgent = "URGENT", Other = "OTHER" }
}

words! {
    /// What an invoice's status means.
    InvoiceGroup {
        Draft = "DRAFT", Unpaid = "UNPAID", Partial = "PARTIAL", Paid = "PAID",
        Cancelled = "CANCELLED", NonBillable = "NON_BILLABLE", Other = "OTHER",
    }
}

words! {
    /// What a quote's status means.
    QuoteGroup {
        Draft = "DRAFT", Open = "OPEN", Accepted = "ACCEPTED", Declined = "DECLINED",
        Invoiced = "INVOICED", Other = "OTHER",
    }
}

words! {
    /// Where an approval stands.
    ApprovalGroup { Pending = "PENDING", Approved = "APPROVED", Declined = "DECLINED", Other = "OTHER" }
}

words! {
    /// The five contract types that billing knows.
    ContractType {
        TimeAndMaterials = "TIME_AND_MATERIALS", Recurring = "RECURRING",
        FixedPrice = "FIXED_PRICE", RetainerByAmount = "RETAINER_BY_AMOUNT",
        RetainerByHours = "RETAINER_BY_HOURS", Other = "OTHER",
    }
}

words! {
    /// How a ticket came in.
    TicketSource { Portal = "PORTAL", Email = "EMAIL", Phone = "PHONE", Api = "API", Agent = "AGENT", Recurring = "RECURRING", Other = "OTHER" }
}

words! {
    /// The list a choice belongs to.
    ChoiceList {
        TicketStatus = "TICKET_STATUS", TicketPriority = "TICKET_PRIORITY",
        TicketCategory = "TICKET_CATEGORY", TicketType = "TICKET_TYPE",
        TicketUrgency = "TICKET_URGENCY", TicketImpact = "TICKET_IMPACT",
        AssetType = "ASSET_TYPE", AssetStatus = "ASSET_STATUS", Other = "OTHER",
    }
}

/// A value that a provider added to the vendor's form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomValue {
    pub key: String,
    pub label: String,
    pub value: serde_json::Value,
    pub visibility: Visibility,
}
