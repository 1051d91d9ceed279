//! What an operation costs: rows it may touch, multiplied down the tree, aliases counted.

use crate::authz::policy::Policy;
use crate::readmodel::followers::MOST as MOST_FOLLOWERS;
use crate::readmodel::linked::MOST as MOST_LINKED;
use crate::readmodel::page::{DEFAULT_PAGE, MAX_PAGE};
use async_graphql::{Name, Variables};
use async_graphql_parser::Positioned;
use async_graphql_parser::types::{Field, FragmentDefinition, Selection, SelectionSet};
use async_graphql_value::Value;
use std::collections::HashMap;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Arguments that say how many rows a field gives.
const SIZES: &[&str] = &["first", "last", "ids"];

/// Fields that give all that is linked to a row, without a window, and how many there can be.
const LINKED: &[(&str, u64)] =
    &[("linkedAccounts", MOST_LINKED), ("linkedContacts", MOST_LINKED), ("followers", MOST_FOLLOWERS)];

/// Lists of a connection: the connection's own size has already been counted.
const ROWS: &[&str] = &["nodes", "edges"];

/// What a sum or a count over all rows of a kind costs.
const FIGURE: u64 = MAX_PAGE;

/// The cost of a selection set; saturates instead of wrapping.
#[must_use]
pub fn of(policy: &Policy, owner: &str, set: &SelectionSet, fragments: &Fragments, variables: &Variables) -> u64 {
    set.items.iter().fold(0_u64, |sum, item| {
        let cost = match &item.node {
            Selection::Field(field) => field_cost(policy, owner, &field.node, fragments, variables),
            Selection::InlineFragment(inline) => {
                let on = inline.node.type_condition.as_ref().map_or(owner, |on| on.node.on.node.as_str());
                of(policy, on, &inline.node.selection_set.node, fragments, variables)
            }
            Selection::FragmentSpread(spread) => fragments.get(&spread.node.fragment_name.node).map_or(0, |fragment| {
                let on = fragment.node.type_condition.node.on.node.as_str();
                of(policy, on, &fragment.node.selection_set.node, fragments, variables)
            }),
        };
        sum.saturating_add(cost)
    })
}

fn field_cost(policy: &Policy, owner: &str, field: &Field, fragments: &Fragments, variables: &Variables) -> u64 {
    let Some(known) = policy.field(owner, &field.name.node).filter(|known| known.composite) else { return 0 };
    let children = of(policy, &known.gives, &field.selection_set.node, fragments, variables);
    // What is worked out over all rows of some kinds, beside the rows it gives.
    let figure = if policy.figure(owner, &field.name.node).is_empty() { 0 } else { FIGURE };
    let sized = SIZES.iter().any(|name| known.arguments.contains_key(*name));
    if sized {
        // A row costs one, and what hangs on it.
        let rows = size(field, variables, known.arguments.contains_key("first"));
        rows.saturating_mul(children.saturating_add(1)).saturating_add(figure)
    } else if ROWS.contains(&field.name.node.as_str()) {
        children
    } else if let Some((_, most)) = LINKED.iter().find(|(name, _)| field.name.node == *name) {
        most.saturating_mul(children.saturating_add(1))
    } else {
        // A record of its own is a row; a value inside one is not.
        children.saturating_add(u64::from(policy.kind(&known.gives).is_some())).saturating_add(figure)
    }
}

fn size(field: &Field, variables: &Variables, connection: bool) -> u64 {
    let given = field.arguments.iter().find(|(name, _)| SIZES.contains(&name.node.as_str()));
    let count = |value: &async_graphql::Value| match value {
        async_graphql::Value::Number(number) => Some(number.as_u64().unwrap_or(MAX_PAGE)),
        async_graphql::Value::List(items) => u64::try_from(items.len()).ok(),
        _ => None,
    };
    let size = match given.map(|(_, value)| &value.node) {
        Some(Value::Variable(name)) => variables.get(name).and_then(count),
        Some(Value::Number(number)) => Some(number.as_u64().unwrap_or(MAX_PAGE)),
        Some(Value::List(items)) => u64::try_from(items.len()).ok(),
        _ => None,
    };
    // Larger pages are refused by name; here they must not look cheaper than they are.
    size.unwrap_or(if connection { DEFAULT_PAGE } else { 1 }).min(MAX_PAGE)
}

/// Whether the cost depends on variables.
#[must_use]
pub fn uses_variables(set: &SelectionSet, fragments: &Fragments) -> bool {
    let sized = |field: &Field| {
        let mut arguments = field.arguments.iter();
        arguments.any(|(name, value)| SIZES.contains(&name.node.as_str()) && matches!(value.node, Value::Variable(_)))
    };
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => sized(&field.node) || uses_variables(&field.node.selection_set.node, fragments),
        Selection::InlineFragment(inline) => uses_variables(&inline.node.selection_set.node, fragments),
        Selection::FragmentSpread(spread) => fragments
            .get(&spread.node.fragment_name.node)
            .is_some_and(|fragment| uses_variables(&fragment.node.selection_set.node, fragments)),
    })
}
