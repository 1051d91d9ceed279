//! Filters and orders of what is on the shelf: articles, announcements, contracts, the catalogue.

use super::{DateFilter, DateTimeFilter, IdFilter, OrderDirection, StringFilter, group, list};
use crate::graphql::directive::reveals;
use crate::readmodel::Desk;
use crate::readmodel::entity::{announcements, articles, catalogue_items, contracts};
use crate::readmodel::page::Order;
use crate::readmodel::search::Terms;
use async_graphql::{Enum, InputObject};
use portico_contract::value as words;
use portico_contract::{Kind, Result};
use sea_orm::{ColumnTrait, Condition};

/// Narrows a list of articles.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ArticleFilter {
    /// By words, as the search finds them: in the title, the text, the topic and the department.
    #[graphql(directive = reveals::apply("Article.title".to_owned()))]
    text: Option<String>,
    /// By department.
    #[graphql(directive = reveals::apply("Article.department".to_owned()))]
    department: Option<StringFilter>,
    /// By topic.
    #[graphql(directive = reveals::apply("Article.topic".to_owned()))]
    topic: Option<StringFilter>,
    /// By time of publishing.
    #[graphql(directive = reveals::apply("Article.publishedAt".to_owned()))]
    published_at: Option<DateTimeFilter>,
    /// By time of last change.
    #[graphql(directive = reveals::apply("Article.updatedAt".to_owned()))]
    updated_at: Option<DateTimeFilter>,
}

impl ArticleFilter {
    pub fn condition(&self, desk: &Desk) -> Result<Condition> {
        use articles::Column as C;
        let terms = self.text.as_deref().map(Terms::read).transpose()?;
        Ok(Condition::all()
            .add_option(terms.map(|terms| C::Id.in_subquery(desk.holding::<articles::Entity>(&terms))))
            .add_option(self.department.as_ref().map(|f| f.on(C::Department)))
            .add_option(self.topic.as_ref().map(|f| f.on(C::Topic)))
            .add_option(self.published_at.as_ref().map(|f| f.on(C::PublishedAt)))
            .add_option(self.updated_at.as_ref().map(|f| f.on(C::UpdatedAt))))
    }
}

/// What a list of articles can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ArticleOrderField {
    /// Time of publishing.
    #[graphql(directive = reveals::apply("Article.publishedAt".to_owned()))]
    Published,
    /// How often it was read.
    #[graphql(directive = reveals::apply("Article.views".to_owned()))]
    Views,
    /// Title.
    #[graphql(directive = reveals::apply("Article.title".to_owned()))]
    Title,
}

/// Orders a list of articles.
#[derive(Debug, Clone, InputObject)]
pub struct ArticleOrder {
    /// By what.
    field: ArticleOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl ArticleOrder {
    #[must_use]
    pub fn order(this: Option<&Self>) -> Order<articles::Column> {
        use articles::Column as C;
        let (word, column) = match this.map_or(ArticleOrderField::Published, |order| order.field) {
            ArticleOrderField::Published => ("PUBLISHED", C::PublishedAt),
            ArticleOrderField::Views => ("VIEWS", C::Views),
            ArticleOrderField::Title => ("TITLE", C::Title),
        };
        Order { word, column, descending: this.is_none_or(|order| order.direction == OrderDirection::Desc) }
    }
}

/// Narrows a list of announcements.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AnnouncementFilter {
    /// Those that hold now, unless false: then also those that have not begun and those that are over.
    #[graphql(default = true, directive = reveals::apply("Announcement.startsAt".to_owned()))]
    current: bool,
}

impl AnnouncementFilter {
    #[must_use]
    pub fn condition(this: Option<&Self>, now: i64) -> Condition {
        use announcements::Column as C;
        if this.is_some_and(|filter| !filter.current) {
            return Condition::all();
        }
        let lasts = Condition::any().add(C::EndsAt.eq(0)).add(C::EndsAt.gt(now));
        Condition::all().add(C::StartsAt.lte(now)).add(lasts)
    }
}

/// A type of contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "words::ContractType", rename_items = "SCREAMING_SNAKE_CASE")]
pub enum ContractType {
    /// Billed as work is done.
    TimeAndMaterials,
    /// The same price in every period.
    Recurring,
    /// One price for all of it.
    FixedPrice,
    /// An amount that is paid ahead.
    RetainerByAmount,
    /// Time that is paid ahead.
    RetainerByHours,
    /// None of these.
    Other,
}

/// Compares a contract's type.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ContractTypeFilter {
    /// This one.
    eq: Option<ContractType>,
    /// One of these.
    #[graphql(name = "in")]
    any: Option<Vec<ContractType>>,
}

fn type_word(of: ContractType) -> &'static str {
    words::ContractType::from(of).as_str()
}

/// Narrows a list of contracts.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ContractFilter {
    /// By type.
    #[graphql(name = "type", directive = reveals::apply("Contract.type".to_owned()))]
    of_type: Option<ContractTypeFilter>,
    /// By whether it runs.
    #[graphql(directive = reveals::apply("Contract.active".to_owned()))]
    active: Option<bool>,
    /// By name.
    #[graphql(directive = reveals::apply("Contract.name".to_owned()))]
    name: Option<StringFilter>,
    /// By the last day.
    #[graphql(directive = reveals::apply("Contract.endsOn".to_owned()))]
    ends_on: Option<DateFilter>,
    /// By account.
    #[graphql(directive = reveals::apply("Contract.account".to_owned()))]
    account: Option<IdFilter>,
}

impl ContractFilter {
    #[must_use]
    pub fn condition(&self) -> Condition {
        use contracts::Column as C;
        let of = |f: &ContractTypeFilter| group(C::ContractType, f.eq.map(type_word), list(f.any.as_ref(), type_word));
        Condition::all()
            .add_option(self.of_type.as_ref().map(of))
            .add_option(self.active.map(|active| C::Active.eq(active)))
            .add_option(self.name.as_ref().map(|f| f.on(C::Name)))
            .add_option(self.ends_on.as_ref().map(|f| f.on(C::EndsOn)))
            .add_option(self.account.as_ref().map(|f| f.on(Kind::Account, C::AccountId)))
    }
}

/// What a list of contracts can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ContractOrderField {
    /// Name.
    #[graphql(directive = reveals::apply("Contract.name".to_owned()))]
    Name,
    /// The last day.
    #[graphql(directive = reveals::apply("Contract.endsOn".to_owned()))]
    EndsOn,
}

/// Orders a list of contracts.
#[derive(Debug, Clone, InputObject)]
pub struct ContractOrder {
    /// By what.
    field: ContractOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl ContractOrder {
    #[must_use]
    pub fn order(this: Option<&Self>) -> Order<contracts::Column> {
        use contracts::Column as C;
        let (word, column) = match this.map_or(ContractOrderField::Name, |order| order.field) {
            ContractOrderField::Name => ("NAME", C::Name),
            ContractOrderField::EndsOn => ("ENDS_ON", C::EndsOn),
        };
        Order { word, column, descending: this.is_some_and(|order| order.direction == OrderDirection::Desc) }
    }
}

/// Narrows a list of catalogue items.
#[derive(Debug, Clone, Default, InputObject)]
pub struct CatalogueItemFilter {
    /// By words, as the search finds them: in the name and the description.
    #[graphql(directive = reveals::apply("CatalogueItem.name".to_owned()))]
    text: Option<String>,
    /// By category.
    #[graphql(directive = reveals::apply("CatalogueItem.category".to_owned()))]
    category: Option<IdFilter>,
    /// By whether it is offered.
    #[graphql(directive = reveals::apply("CatalogueItem.active".to_owned()))]
    active: Option<bool>,
}

impl CatalogueItemFilter {
    pub fn condition(&self, desk: &Desk) -> Result<Condition> {
        use catalogue_items::Column as C;
        let terms = self.text.as_deref().map(Terms::read).transpose()?;
        Ok(Condition::all()
            .add_option(terms.map(|terms| C::Id.in_subquery(desk.holding::<catalogue_items::Entity>(&terms))))
            .add_option(self.category.as_ref().map(|f| f.on(Kind::CatalogueCategory, C::CategoryId)))
            .add_option(self.active.map(|active| C::Active.eq(active))))
    }
}
