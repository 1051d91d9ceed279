//! Contracts: what all of them have, and what only one of the five types has.
//!
//! Each type is its terms and what is special about it, merged; the interface names the terms.

use super::account::Account;
use super::context::{id, related};
use super::directive::{inherits, requiresPermission, signedIn};
use super::invoice::Money;
use super::row::Row;
use super::scalar::{Date, Html};
use super::site::Site;
use crate::authz::permission::Permission;
use crate::readmodel::entity::{accounts, contracts, sites};
use async_graphql::{Context, ID, Interface, MergedObject, Object, SimpleObject};
use portico_contract::value::ContractType;
use portico_contract::{Kind, record};
use std::ops::Deref;
use std::sync::Arc;

type Stored = Arc<contracts::Model>;

fn money(row: &contracts::Model, amount: Option<i64>) -> Option<Money> {
    Some(Money::stored(amount?, row.currency.as_deref()?))
}

/// What every contract has.
#[derive(Debug, Clone)]
pub struct Terms(Stored);

/// What every contract has.
#[Object]
impl Terms {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::Contract, self.0.id)
    }

    /// Name.
    async fn name(&self) -> String {
        self.0.name.clone()
    }

    /// The reference number that people use.
    async fn number(&self) -> Option<String> {
        self.0.number.clone()
    }

    /// The PSA's own word for its type.
    #[graphql(name = "type")]
    async fn type_label(&self) -> String {
        self.0.type_label.clone()
    }

    /// Where it stands, in the words of the PSA.
    async fn status(&self) -> Option<String> {
        self.0.status.clone()
    }

    /// Whether it runs.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// Whether work belongs to it unless something else is said.
    async fn is_default(&self) -> bool {
        self.0.is_default
    }

    /// What was agreed, safe to show.
    async fn description(&self) -> Option<Html> {
        self.0.description.as_deref().map(Html::stored)
    }

    /// How it is billed, in the words of the PSA.
    async fn billing_info(&self) -> Option<String> {
        self.0.billing_info.clone()
    }

    /// Name of the service-level agreement.
    async fn sla(&self) -> Option<String> {
        self.0.sla.clone()
    }

    /// What setting it up costs.
    async fn setup_fee(&self) -> Option<Money> {
        money(&self.0, self.0.setup_fee)
    }

    /// The first day.
    async fn starts_on(&self) -> Option<Date> {
        Date::stored(&self.0.starts_on)
    }

    /// The last day.
    async fn ends_on(&self) -> Option<Date> {
        Date::stored(&self.0.ends_on)
    }

    /// The organisation it belongs to. Requires ACCOUNTS_READ.
    #[graphql(directive = requiresPermission::apply(Permission::AccountsRead))]
    async fn account(&self, ctx: &Context<'_>) -> Option<Row<Account>> {
        related::<accounts::Entity>(ctx, Some(self.0.account_id)).map(Account).map(Row)
    }

    /// The place it is for, where it is for one. Requires SITES_READ.
    #[graphql(directive = requiresPermission::apply(Permission::SitesRead))]
    async fn site(&self, ctx: &Context<'_>) -> Option<Row<Site>> {
        related::<sites::Entity>(ctx, self.0.site_id).map(Site).map(Row)
    }
}

/// A period that a contract has had.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct ContractPeriod {
    /// Its first day.
    starts_on: Option<Date>,
    /// Its last day.
    ends_on: Option<Date>,
    /// What was billed or put in.
    amount: Option<Money>,
    /// Time that was put in, in seconds.
    seconds: Option<i64>,
}

impl ContractPeriod {
    fn new(period: record::ContractPeriod) -> Self {
        Self {
            starts_on: period.starts_on.map(Date),
            ends_on: period.ends_on.map(Date),
            amount: period.amount.map(Money::from),
            seconds: period.seconds,
        }
    }
}

/// Time that was paid ahead, in seconds.
#[derive(Debug, Clone, Copy, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct PrepaidTime {
    /// What was paid.
    total: i64,
    /// What was used of it.
    used: Option<i64>,
    /// What is left of it; less than nothing where more was used than was paid.
    remaining: Option<i64>,
}

/// A price for each period.
#[derive(Debug, Clone)]
pub struct Price(Stored);

/// A price for each period.
#[Object]
impl Price {
    /// What is billed each time.
    async fn billing_price(&self) -> Option<Money> {
        money(&self.0, self.0.billing_price)
    }
}

/// How often something is billed.
#[derive(Debug, Clone)]
pub struct Cycle(Stored);

/// How often something is billed.
#[Object]
impl Cycle {
    /// How often it is billed, in the words of the PSA.
    async fn billing_cycle(&self) -> Option<String> {
        self.0.billing_cycle.clone()
    }
}

/// Past periods.
#[derive(Debug, Clone)]
pub struct Past(Stored);

/// Past periods.
#[Object]
impl Past {
    /// The periods it has had, in the PSA's order.
    async fn history(&self) -> Vec<ContractPeriod> {
        let periods: Vec<record::ContractPeriod> = serde_json::from_str(&self.0.history).unwrap_or_default();
        periods.into_iter().map(ContractPeriod::new).collect()
    }
}

/// What was billed and what is left.
#[derive(Debug, Clone)]
pub struct Progress(Stored);

/// What was billed and what is left.
#[Object]
impl Progress {
    /// What was billed so far.
    async fn bill_amount(&self) -> Option<Money> {
        money(&self.0, self.0.billed)
    }

    /// What is still to be billed.
    async fn remaining_amount(&self) -> Option<Money> {
        money(&self.0, self.0.remaining)
    }
}

/// What was used of an amount.
#[derive(Debug, Clone)]
pub struct Consumption(Stored);

/// What was used of an amount.
#[Object]
impl Consumption {
    /// What was used of what was paid ahead.
    async fn consumed_amount(&self) -> Option<Money> {
        money(&self.0, self.0.consumed)
    }

    /// What is left of what was paid ahead.
    async fn remaining_amount(&self) -> Option<Money> {
        money(&self.0, self.0.remaining)
    }
}

/// What was used of some time.
#[derive(Debug, Clone)]
pub struct Hours(Stored);

/// What was used of some time.
#[Object]
impl Hours {
    /// Time that was paid ahead, and what was used of it.
    async fn prepaid_time(&self) -> Option<PrepaidTime> {
        let (total, used) = (self.0.prepaid_seconds?, self.0.used_seconds);
        Some(PrepaidTime { total, used, remaining: used.map(|used| total - used) })
    }
}

/// A contract by which work is billed as it is done.
#[derive(Debug, Clone, MergedObject)]
#[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
pub struct TimeAndMaterialsContract(Terms);

/// A contract with the same price in every period.
#[derive(Debug, Clone, MergedObject)]
#[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
pub struct RecurringContract(Terms, Cycle, Price, Past);

/// A contract with one price for all of it.
#[derive(Debug, Clone, MergedObject)]
#[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
pub struct FixedPriceContract(Terms, Price, Progress);

/// A contract of an amount that is paid ahead and used up.
#[derive(Debug, Clone, MergedObject)]
#[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
pub struct RetainerByAmountContract(Terms, Price, Consumption);

/// A contract of time that is paid ahead and used up.
#[derive(Debug, Clone, MergedObject)]
#[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
pub struct RetainerByHoursContract(Terms, Cycle, Hours);

/// A contract of a type that has no common meaning.
#[derive(Debug, Clone, MergedObject)]
#[graphql(directive = requiresPermission::apply(Permission::ContractsRead))]
pub struct OtherContract(Terms, Cycle, Price);

/// The interface asks each type for the terms.
macro_rules! has_terms {
    ($($of:ident),+) => {
        $(impl Deref for $of {
            type Target = Terms;

            fn deref(&self) -> &Terms {
                &self.0
            }
        })+
    };
}
has_terms!(
    TimeAndMaterialsContract,
    RecurringContract,
    FixedPriceContract,
    RetainerByAmountContract,
    RetainerByHoursContract,
    OtherContract
);

/// What was agreed with an account.
#[derive(Debug, Clone, Interface)]
#[graphql(
    directive = requiresPermission::apply(Permission::ContractsRead),
    field(name = "id", ty = "ID", desc = "Opaque and stable.", directive = signedIn::apply()),
    field(name = "name", ty = "String", desc = "Name."),
    field(name = "number", ty = "Option<String>", desc = "The reference number that people use."),
    field(name = "type", method = "type_label", ty = "String", desc = "The PSA's own word for its type."),
    field(name = "status", ty = "Option<String>", desc = "Where it stands, in the words of the PSA."),
    field(name = "active", ty = "bool", desc = "Whether it runs."),
    field(name = "isDefault", method = "is_default", ty = "bool", desc = "Whether work belongs to it unless something else is said."),
    field(name = "description", ty = "Option<Html>", desc = "What was agreed, safe to show."),
    field(name = "billingInfo", method = "billing_info", ty = "Option<String>", desc = "How it is billed, in the words of the PSA."),
    field(name = "sla", ty = "Option<String>", desc = "Name of the service-level agreement."),
    field(name = "setupFee", method = "setup_fee", ty = "Option<Money>", desc = "What setting it up costs."),
    field(name = "startsOn", method = "starts_on", ty = "Option<Date>", desc = "The first day."),
    field(name = "endsOn", method = "ends_on", ty = "Option<Date>", desc = "The last day."),
    field(
        name = "account",
        ty = "Option<Row<Account>>",
        desc = "The organisation it belongs to. Requires ACCOUNTS_READ.",
        directive = requiresPermission::apply(Permission::AccountsRead)
    ),
    field(
        name = "site",
        ty = "Option<Row<Site>>",
        desc = "The place it is for, where it is for one. Requires SITES_READ.",
        directive = requiresPermission::apply(Permission::SitesRead)
    )
)]
pub enum Contract {
    /// Billed as work is done.
    TimeAndMaterials(TimeAndMaterialsContract),
    /// The same price in every period.
    Recurring(RecurringContract),
    /// One price for all of it.
    FixedPrice(FixedPriceContract),
    /// An amount that is paid ahead.
    RetainerByAmount(RetainerByAmountContract),
    /// Time that is paid ahead.
    RetainerByHours(RetainerByHoursContract),
    /// None of these.
    Other(OtherContract),
}

impl Contract {
    #[must_use]
    pub fn new(row: Stored) -> Self {
        let some = || Arc::clone(&row);
        let terms = Terms(some());
        match row.contract_type.parse().unwrap_or(ContractType::Other) {
            ContractType::TimeAndMaterials => TimeAndMaterialsContract(terms).into(),
            ContractType::Recurring => RecurringContract(terms, Cycle(some()), Price(some()), Past(some())).into(),
            ContractType::FixedPrice => FixedPriceContract(terms, Price(some()), Progress(some())).into(),
            ContractType::RetainerByAmount => {
                RetainerByAmountContract(terms, Price(some()), Consumption(some())).into()
            }
            ContractType::RetainerByHours => RetainerByHoursContract(terms, Cycle(some()), Hours(some())).into(),
            ContractType::Other => OtherContract(terms, Cycle(some()), Price(some())).into(),
        }
    }
}

/// Hands a contract on to another type that holds the same six.
macro_rules! held_by {
    ($of:ty) => {
        impl From<Contract> for $of {
            fn from(contract: Contract) -> Self {
                match contract {
                    Contract::TimeAndMaterials(it) => it.into(),
                    Contract::Recurring(it) => it.into(),
                    Contract::FixedPrice(it) => it.into(),
                    Contract::RetainerByAmount(it) => it.into(),
                    Contract::RetainerByHours(it) => it.into(),
                    Contract::Other(it) => it.into(),
                }
            }
        }
    };
}
held_by!(super::node::Node);
held_by!(super::search::SearchResult);
