//! The books: invoices, quotes, recurring invoices, payments and cards.

use super::Stamp;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum InvoiceStatus {
    #[default]
    Draft,
    Sent,
    Viewed,
    Partial,
    Paid,
    Cancelled,
    NonBillable,
}

impl InvoiceStatus {
    pub const ALL: [Self; 7] =
        [Self::Sent, Self::Partial, Self::Paid, Self::Draft, Self::Viewed, Self::Cancelled, Self::NonBillable];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Sent => "Sent",
            Self::Viewed => "Viewed",
            Self::Partial => "Partial",
            Self::Paid => "Paid",
            Self::Cancelled => "Cancelled",
            Self::NonBillable => "Non-Billable",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Invoice {
    pub id: i32,
    pub prefix: String,
    pub number: i32,
    pub scope: Option<String>,
    pub status: InvoiceStatus,
    pub date: NaiveDate,
    pub due: NaiveDate,
    pub discount: Decimal,
    pub credit: Decimal,
    pub amount: Decimal,
    pub currency: String,
    pub note: Option<String>,
    pub url_key: Option<String>,
    pub category: i32,
    pub recurring: i32,
    pub client: i32,
    pub created: Stamp,
    pub updated: Stamp,
    pub archived: Stamp,
}

/// What a line stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum LineOwner {
    Invoice(i32),
    Quote(i32),
    Recurring(i32),
}

impl LineOwner {
    #[must_use]
    pub fn id(self) -> i32 {
        match self {
            Self::Invoice(id) | Self::Quote(id) | Self::Recurring(id) => id,
        }
    }
}

/// One line. The stored parts need not add up: each column was rounded on its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Counted per kind of owner.
    pub id: i32,
    pub owner: LineOwner,
    pub name: String,
    pub description: Option<String>,
    pub quantity: Decimal,
    pub price: Decimal,
    pub subtotal: Decimal,
    pub tax: Decimal,
    pub total: Decimal,
    pub order: i32,
    pub tax_id: i32,
    pub created: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Payment {
    pub id: i32,
    pub invoice: i32,
    pub date: NaiveDate,
    pub amount: Decimal,
    pub currency: String,
    pub method: Option<String>,
    pub reference: Option<String>,
    pub created: Stamp,
    pub archived: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tax {
    pub id: i32,
    pub name: String,
    pub percent: Decimal,
    pub created: Stamp,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Frequency {
    #[default]
    Month,
    Year,
}

impl Frequency {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Recurring {
    pub id: i32,
    pub prefix: String,
    pub number: i32,
    pub scope: Option<String>,
    pub frequency: Frequency,
    pub last_sent: Option<NaiveDate>,
    pub next: NaiveDate,
    pub active: bool,
    pub amount: Decimal,
    pub currency: String,
    pub note: Option<String>,
    pub category: i32,
    pub client: i32,
    pub created: Stamp,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Quote {
    pub id: i32,
    pub prefix: String,
    pub number: i32,
    pub scope: Option<String>,
    pub status: String,
    pub date: NaiveDate,
    pub expires: Option<NaiveDate>,
    pub amount: Decimal,
    pub currency: String,
    pub note: Option<String>,
    pub url_key: Option<String>,
    pub category: i32,
    pub client: i32,
    pub created: Stamp,
}

/// Who takes cards for the provider.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Provider {
    pub id: i32,
    pub name: String,
    pub public_key: String,
    pub private_key: String,
    pub active: bool,
    pub created: Stamp,
}

/// A saved card of a client.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Card {
    pub id: i32,
    pub client: i32,
    pub provider: i32,
    /// The processor's handle of the card: a secret.
    pub method: String,
    pub description: String,
    pub created: Stamp,
}

/// Pay this recurring invoice with this card by itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CardRule {
    pub id: i32,
    pub recurring: i32,
    pub card: i32,
    pub currency: String,
    pub method: String,
    pub created: Stamp,
}
