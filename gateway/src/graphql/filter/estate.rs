//! Filters and orders of what the provider looks after: sites, assets, documents, domains, certificates.

use super::{DateFilter, DateTimeFilter, IdFilter, OrderDirection, StringFilter, in_any, within_option};
use crate::graphql::directive::reveals;
use crate::readmodel::entity::{assets, certificates, documents, domains, sites};
use crate::readmodel::page::Order;
use async_graphql::{Enum, InputObject};
use chrono::NaiveDate;
use portico_contract::{Kind, Result};
use sea_orm::{ColumnTrait, Condition};

/// Narrows a list of sites.
#[derive(Debug, Clone, Default, InputObject)]
pub struct SiteFilter {
    /// By name.
    #[graphql(directive = reveals::apply("Site.name".to_owned()))]
    name: Option<StringFilter>,
    /// By whether it is still in use.
    #[graphql(directive = reveals::apply("Site.active".to_owned()))]
    active: Option<bool>,
    /// By account.
    #[graphql(directive = reveals::apply("Site.account".to_owned()))]
    account: Option<IdFilter>,
}

impl SiteFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use sites::Column as C;
        Condition::all()
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.active.map(|active| C::Active.eq(active)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
    }
}

/// Narrows a list of assets.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AssetFilter {
    /// By type, in the words of the PSA.
    #[graphql(directive = reveals::apply("Asset.type".to_owned()))]
    #[graphql(name = "type")]
    asset_type: Option<StringFilter>,
    /// By status, in the words of the PSA.
    #[graphql(directive = reveals::apply("Asset.status".to_owned()))]
    status: Option<StringFilter>,
    /// By name.
    #[graphql(directive = reveals::apply("Asset.name".to_owned()))]
    name: Option<StringFilter>,
    /// By serial number.
    #[graphql(directive = reveals::apply("Asset.serial".to_owned()))]
    serial: Option<StringFilter>,
    /// By words in the name, number, make, model or serial number.
    #[graphql(directive = reveals::apply("Asset.name".to_owned()))]
    text: Option<String>,
    /// By the day its warranty ends.
    #[graphql(directive = reveals::apply("Asset.warrantyExpiresOn".to_owned()))]
    warranty_expires_on: Option<DateFilter>,
    /// Its warranty ends after today and before the day so many days ahead: 1 to 3650.
    #[graphql(directive = reveals::apply("Asset.warrantyExpiresOn".to_owned()))]
    warranty_expires_within_days: Option<i32>,
    /// By whether it is still in use.
    #[graphql(directive = reveals::apply("Asset.active".to_owned()))]
    active: Option<bool>,
    /// By whom it is assigned to.
    #[graphql(directive = reveals::apply("Asset.assignedTo".to_owned()))]
    contact: Option<IdFilter>,
    /// By account.
    #[graphql(directive = reveals::apply("Asset.account".to_owned()))]
    account: Option<IdFilter>,
}

impl AssetFilter {
    pub fn condition(&self, today: NaiveDate) -> Result<Condition> {
        use assets::Column as C;
        Ok(Condition::all()
            .add_option(self.asset_type.as_ref().map(|f| f.on(C::AssetType)))
            .add_option(self.status.as_ref().map(|f| f.on(C::Status)))
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.serial.as_ref().map(|f| f.on(C::Serial)))
            .add_option(
                self.text.as_ref().map(|text| in_any(&[C::Name, C::Number, C::Make, C::Model, C::Serial], text)),
            )
            .add_option(self.warranty_expires_on.as_ref().map(|f| f.on(C::WarrantyExpiresOn)))
            .add_option(within_option(C::WarrantyExpiresOn, today, self.warranty_expires_within_days)?)
            .add_option(self.active.map(|active| C::Active.eq(active)))
            .add_option(self.contact.as_ref().map(|f| f.on(Kind::Contact, C::ContactId)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId))))
    }
}

/// What a list of assets can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AssetOrderField {
    /// Name.
    #[graphql(directive = reveals::apply("Asset.name".to_owned()))]
    Name,
    /// The day its warranty ends.
    #[graphql(directive = reveals::apply("Asset.warrantyExpiresOn".to_owned()))]
    WarrantyExpiresOn,
    /// The day it was installed.
    #[graphql(directive = reveals::apply("Asset.installedOn".to_owned()))]
    InstalledOn,
}

/// Orders a list of assets.
#[derive(Debug, Clone, InputObject)]
pub struct AssetOrder {
    /// By what.
    field: AssetOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl AssetOrder {
    #[must_use]
    pub fn order(this: Option<&Self>) -> Order<assets::Column> {
        use assets::Column as C;
        let (word, column) = match this.map_or(AssetOrderField::Name, |order| order.field) {
            AssetOrderField::Name => ("NAME", C::Name),
            AssetOrderField::WarrantyExpiresOn => ("WARRANTY_EXPIRES_ON", C::WarrantyExpiresOn),
            AssetOrderField::InstalledOn => ("INSTALLED_ON", C::InstalledOn),
        };
        Order { word, column, descending: this.is_some_and(|order| order.direction == OrderDirection::Desc) }
    }
}

/// Narrows a list of documents.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DocumentFilter {
    /// By name.
    #[graphql(directive = reveals::apply("Document.name".to_owned()))]
    name: Option<StringFilter>,
    /// By folder.
    #[graphql(directive = reveals::apply("Document.folder".to_owned()))]
    folder: Option<StringFilter>,
    /// By words in the name or the description.
    #[graphql(directive = reveals::apply("Document.name".to_owned()))]
    text: Option<String>,
    /// By time of last change.
    #[graphql(directive = reveals::apply("Document.updatedAt".to_owned()))]
    updated_at: Option<DateTimeFilter>,
    /// By account.
    #[graphql(directive = reveals::apply("Document.account".to_owned()))]
    account: Option<IdFilter>,
}

impl DocumentFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use documents::Column as C;
        Condition::all()
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.folder.as_ref().map(|f| f.on(C::Folder)))
            .add_option(self.text.as_ref().map(|text| in_any(&[C::Name, C::Description], text)))
            .add_option(self.updated_at.as_ref().map(|f| f.on(C::UpdatedAt)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
    }
}

/// Narrows a list of domains.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DomainFilter {
    /// By name.
    #[graphql(directive = reveals::apply("Domain.name".to_owned()))]
    name: Option<StringFilter>,
    /// By the day it expires.
    #[graphql(directive = reveals::apply("Domain.expiresOn".to_owned()))]
    expires_on: Option<DateFilter>,
    /// Expires after today and before the day so many days ahead: 1 to 3650.
    #[graphql(directive = reveals::apply("Domain.expiresOn".to_owned()))]
    expires_within_days: Option<i32>,
    /// By account.
    #[graphql(directive = reveals::apply("Domain.account".to_owned()))]
    account: Option<IdFilter>,
}

impl DomainFilter {
    pub fn condition(&self, today: NaiveDate) -> Result<Condition> {
        use domains::Column as C;
        Ok(Condition::all()
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.expires_on.as_ref().map(|f| f.on(C::ExpiresOn)))
            .add_option(within_option(C::ExpiresOn, today, self.expires_within_days)?)
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId))))
    }
}

/// Narrows a list of certificates.
#[derive(Debug, Clone, Default, InputObject)]
pub struct CertificateFilter {
    /// By name.
    #[graphql(directive = reveals::apply("Certificate.name".to_owned()))]
    name: Option<StringFilter>,
    /// By the day it expires.
    #[graphql(directive = reveals::apply("Certificate.expiresOn".to_owned()))]
    expires_on: Option<DateFilter>,
    /// Expires after today and before the day so many days ahead: 1 to 3650.
    #[graphql(directive = reveals::apply("Certificate.expiresOn".to_owned()))]
    expires_within_days: Option<i32>,
    /// By domain.
    #[graphql(directive = reveals::apply("Certificate.domain".to_owned()))]
    domain: Option<IdFilter>,
    /// By account.
    #[graphql(directive = reveals::apply("Certificate.account".to_owned()))]
    account: Option<IdFilter>,
}

impl CertificateFilter {
    pub fn condition(&self, today: NaiveDate) -> Result<Condition> {
        use certificates::Column as C;
        Ok(Condition::all()
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.expires_on.as_ref().map(|f| f.on(C::ExpiresOn)))
            .add_option(within_option(C::ExpiresOn, today, self.expires_within_days)?)
            .add_option(self.domain.as_ref().map(|f| f.on(Kind::Domain, C::DomainId)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId))))
    }
}

/// What a list of domains can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DomainOrderField {
    /// Name.
    #[graphql(directive = reveals::apply("Domain.name".to_owned()))]
    Name,
    /// The day it expires.
    #[graphql(directive = reveals::apply("Domain.expiresOn".to_owned()))]
    ExpiresOn,
}

/// Orders a list of domains.
#[derive(Debug, Clone, InputObject)]
pub struct DomainOrder {
    /// By what.
    field: DomainOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl DomainOrder {
    #[must_use]
    pub fn order(this: Option<&Self>) -> Order<domains::Column> {
        use domains::Column as C;
        let (word, column) = match this.map_or(DomainOrderField::Name, |order| order.field) {
            DomainOrderField::Name => ("NAME", C::Name),
            DomainOrderField::ExpiresOn => ("EXPIRES_ON", C::ExpiresOn),
        };
        Order { word, column, descending: this.is_some_and(|order| order.direction == OrderDirection::Desc) }
    }
}

/// What a list of certificates can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CertificateOrderField {
    /// Name.
    #[graphql(directive = reveals::apply("Certificate.name".to_owned()))]
    Name,
    /// The day it expires.
    #[graphql(directive = reveals::apply("Certificate.expiresOn".to_owned()))]
    ExpiresOn,
}

/// Orders a list of certificates.
#[derive(Debug, Clone, InputObject)]
pub struct CertificateOrder {
    /// By what.
    field: CertificateOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl CertificateOrder {
    #[must_use]
    pub fn order(this: Option<&Self>) -> Order<certificates::Column> {
        use certificates::Column as C;
        let (word, column) = match this.map_or(CertificateOrderField::Name, |order| order.field) {
            CertificateOrderField::Name => ("NAME", C::Name),
            CertificateOrderField::ExpiresOn => ("EXPIRES_ON", C::ExpiresOn),
        };
        Order { word, column, descending: this.is_some_and(|order| order.direction == OrderDirection::Desc) }
    }
}
