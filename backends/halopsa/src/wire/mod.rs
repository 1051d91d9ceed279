//! The vendor's shape: one struct per row, in the vendor's spelling, with the fields that are used and no others. Every
//! field may be missing; unknown ones are passed over.

pub(crate) mod books;
pub(crate) mod choice;
pub(crate) mod desk;
pub(crate) mod estate;
pub(crate) mod knowledge;
pub(crate) mod lenient;
pub(crate) mod parties;

pub(crate) use lenient::{Flag, Int, Many, Num, Text};

use serde::Deserialize;

/// A row of a list of which only the id is wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct IdRow {
    pub id: Int,
}

/// A row that can say which one it is.
pub(crate) trait Row {
    fn key(&self) -> Option<i64>;
}

macro_rules! rows {
    ($($row:ty),+ $(,)?) => {
        $(impl Row for $row {
            fn key(&self) -> Option<i64> {
                self.id.0
            }
        })+
    };
}
rows!(
    IdRow,
    parties::ClientRow,
    parties::SiteRow,
    parties::UserRow,
    parties::UserRoleRow,
    parties::AgentRow,
    parties::TeamRow,
    choice::StatusRow,
    choice::TypeRow,
    choice::CategoryRow,
    choice::LookupRow,
    choice::NamedRow,
    choice::CurrencyRow,
    choice::OutcomeRow,
    desk::TicketRow,
    desk::ActionRow,
    desk::AttachmentRow,
    estate::AssetRow,
    estate::AssetTypeRow,
    estate::ContractRow,
    books::InvoiceRow,
    books::PaymentRow,
    books::QuoteRow,
    knowledge::ServiceCategoryRow,
    knowledge::ServiceRow,
    knowledge::ItemRow,
    knowledge::ArticleRow,
    knowledge::PopupRow,
);
