//! The walk: once over a document, before it runs.
//!
//! A denied field is replaced by `__typename` under a key of its own, directives kept, arguments
//! and children gone; after execution that key becomes the field's own key with null. Denied
//! arguments, input fields, enum values and root mutation fields refuse the operation.

use super::permission::{Permission, PermissionSet};
use super::policy::{FieldPolicy, Policy, Rule};
use crate::executor::cost;
use crate::graphql::scalar;
use async_graphql::{Name, Variables};
use async_graphql_parser::Positioned;
use async_graphql_parser::types::{
    ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql_value::Value;
use indexmap::IndexMap;
use portico_contract::Kind;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Response keys that begin like this are the walk's own.
pub const RESERVED: &str = "__portico";

/// Root fields that open one object, and the argument that names it.
const OPENERS: &[(&str, &str)] = &[("ticket", "id"), ("invoice", "id"), ("node", "id")];

/// What a denied position becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// Null under this key.
    Null(String),
    /// What introspection answers for this key.
    Introspection(String),
}

/// A field the viewer may not see, or a search key that would reveal one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    pub coordinate: String,
    pub permission: Option<Permission>,
}

/// What is wrong with an operation as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Denied(Denied),
    /// A value that its scalar does not take.
    Invalid(String),
}

/// What the walk found: kept with the document, per set of permissions.
#[derive(Debug, Default)]
pub struct Plan {
    pub document: Option<Arc<ExecutableDocument>>,
    pub operation: OperationKind,
    pub stands: HashMap<String, Stand>,
    /// In the order they were met, each coordinate once.
    pub denied: Vec<Denied>,
    /// What refuses the whole operation.
    pub refused: Option<Fault>,
    pub kinds: BTreeSet<Kind>,
    /// Ids of opened objects: literals, or variables to be looked up.
    pub opens: Vec<Value>,
    pub introspects: bool,
    /// Whether two root fields share a key: each of them reads for both.
    pub repeats: bool,
    /// Variables used as arguments, with the type they are used as.
    variables: Vec<(Name, String)>,
    /// Known when no variable is a page size.
    pub cost: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OperationKind {
    #[default]
    Query,
    Mutation,
    Subscription,
}

/// The rights a walk is made for; `None` for a stranger.
pub type Rights = Option<PermissionSet>;

struct Walk<'a> {
    policy: &'a Policy,
    rights: Rights,
    fragments: HashMap<Name, Positioned<FragmentDefinition>>,
    walked: HashSet<Name>,
    met: HashSet<String>,
    plan: Plan,
}

/// Walks the operation of a valid document.
#[must_use]
pub fn walk(policy: &Policy, rights: Rights, document: &ExecutableDocument, name: Option<&str>) -> Option<Plan> {
    let mut document = document.clone();
    let fragments = std::mem::take(&mut document.fragments);
    let operation = pick(&mut document, name)?;
    let (root, kind) = match operation.ty {
        OperationType::Query => ("Query", OperationKind::Query),
        OperationType::Mutation => ("Mutation", OperationKind::Mutation),
        OperationType::Subscription => ("Subscription", OperationKind::Subscription),
    };
    let plan = Plan { operation: kind, ..Plan::default() };
    let mut walk = Walk { policy, rights, fragments, walked: HashSet::new(), met: HashSet::new(), plan };
    walk.set(root, &mut operation.selection_set.node);
    let sizes = cost::uses_variables(&operation.selection_set.node, &walk.fragments);
    let cost = cost::of(policy, root, &operation.selection_set.node, &walk.fragments, &Variables::default());
    walk.plan.repeats = repeats(&operation.selection_set.node, &walk.fragments, &mut HashSet::new());
    document.fragments = walk.fragments;
    walk.plan.cost = (!sizes).then_some(cost);
    walk.plan.document = Some(Arc::new(document));
    Some(walk.plan)
}

/// Whether a key comes twice among the fields of a set, fragments resolved.
fn repeats(
    set: &SelectionSet,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
    met: &mut HashSet<Name>,
) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => !met.insert(field.node.response_key().node.clone()),
        Selection::InlineFragment(inline) => repeats(&inline.node.selection_set.node, fragments, met),
        Selection::FragmentSpread(spread) => fragments
            .get(&spread.node.fragment_name.node)
            .is_some_and(|fragment| repeats(&fragment.node.selection_set.node, fragments, met)),
    })
}

fn pick<'a>(document: &'a mut ExecutableDocument, name: Option<&str>) -> Option<&'a mut OperationDefinition> {
    use async_graphql_parser::types::DocumentOperations::{Multiple, Single};
    match (&mut document.operations, name) {
        (Single(operation), _) => Some(&mut operation.node),
        (Multiple(operations), Some(name)) => operations.get_mut(name).map(|operation| &mut operation.node),
        (Multiple(operations), None) if operations.len() == 1 => {
            operations.values_mut().next().map(|operation| &mut operation.node)
        }
        (Multiple(_), None) => None,
    }
}

impl Walk<'_> {
    fn set(&mut self, owner: &str, set: &mut SelectionSet) {
        for item in &mut set.items {
            match &mut item.node {
                Selection::Field(field) => self.field(owner, &mut field.node),
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map(|on| on.node.on.node.to_string());
                    self.touch(on.as_deref());
                    self.set(on.as_deref().unwrap_or(owner), &mut inline.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node.clone()),
            }
        }
    }

    /// A fragment is walked once: what is denied in it hangs on its own type condition.
    fn fragment(&mut self, name: &Name) {
        if !self.walked.insert(name.clone()) {
            return;
        }
        let Some(mut fragment) = self.fragments.remove(name) else { return };
        let on = fragment.node.type_condition.node.on.node.to_string();
        self.touch(Some(&on));
        self.set(&on, &mut fragment.node.selection_set.node);
        self.fragments.insert(name.clone(), fragment);
    }

    fn touch(&mut self, type_name: Option<&str>) {
        self.plan.kinds.extend(type_name.and_then(|name| self.policy.kind(name)));
    }

    fn field(&mut self, owner: &str, field: &mut Field) {
        let name = field.name.node.to_string();
        let key = field.alias.as_ref().map_or_else(|| name.clone(), |alias| alias.node.to_string());
        if key.starts_with(RESERVED) {
            let text = format!("Names in the answer that begin with {RESERVED} are taken. Choose another alias.");
            self.plan.refused.get_or_insert(Fault::Invalid(text));
        }
        match name.as_str() {
            "__typename" => return,
            "__schema" | "__type" => {
                self.plan.introspects = true;
                self.stand_in(field, Stand::Introspection(key));
                return;
            }
            _ => {}
        }
        let policy = self.policy;
        let Some(known) = policy.field(owner, &name) else {
            // Validation has passed it, so this cannot be; if it is, nobody may see it.
            self.deny(format!("{owner}.{name}"), Rule::Denied);
            self.stand_in(field, Stand::Null(key));
            return;
        };
        if !policy.allows(known.rule, self.rights) {
            let coordinate = format!("{owner}.{name}");
            if owner == "Mutation" {
                self.plan.refused.get_or_insert(Fault::Denied(denied(coordinate.clone(), known.rule)));
            }
            self.deny(coordinate, known.rule);
            self.stand_in(field, Stand::Null(key));
            return;
        }
        self.touch(Some(&known.gives));
        let rights = self.rights;
        let figure = policy.figure(owner, &name).iter().filter(|kind| policy.sees(**kind, rights));
        self.plan.kinds.extend(figure);
        self.arguments(owner, known, field);
        let gives = known.gives.clone();
        self.set(&gives, &mut field.selection_set.node);
    }

    fn deny(&mut self, coordinate: String, rule: Rule) {
        if self.met.insert(coordinate.clone()) {
            self.plan.denied.push(denied(coordinate, rule));
        }
    }

    fn stand_in(&mut self, field: &mut Field, stand: Stand) {
        let key = format!("{RESERVED}{}", self.plan.stands.len());
        self.plan.stands.insert(key.clone(), stand);
        let pos = field.name.pos;
        field.alias = Some(Positioned::new(Name::new(key), pos));
        field.name = Positioned::new(Name::new("__typename"), pos);
        field.arguments.clear();
        field.selection_set.node.items.clear();
    }

    fn arguments(&mut self, owner: &str, known: &FieldPolicy, field: &Field) {
        let opener = OPENERS.iter().find(|(name, _)| owner == "Query" && field.name.node == *name);
        for (name, value) in &field.arguments {
            if opener.is_some_and(|(_, argument)| name.node == *argument) {
                self.plan.opens.push(value.node.clone());
            }
            if let Some(takes) = known.arguments.get(name.node.as_str()) {
                let found = input(self.policy, self.rights, takes, &value.node, &mut self.plan.variables);
                if let (Some(fault), None) = (found, &self.plan.refused) {
                    self.plan.refused = Some(fault);
                }
            }
        }
    }
}

fn denied(coordinate: String, rule: Rule) -> Denied {
    let permission = if let Rule::Requires(permission) = rule { Some(permission) } else { None };
    Denied { coordinate, permission }
}

/// The first search key in an input value that would reveal a denied field, or the first value that
/// its scalar does not take.
fn input(
    policy: &Policy,
    rights: Rights,
    type_name: &str,
    value: &Value,
    variables: &mut Vec<(Name, String)>,
) -> Option<Fault> {
    let keys = policy.inputs.get(type_name);
    let revealed = |name: &str| {
        let field = keys?.get(name)?.reveals.as_deref()?;
        let rule = policy.coordinate(field).unwrap_or(Rule::Denied);
        (!policy.allows(rule, rights)).then(|| Fault::Denied(denied(field.to_owned(), rule)))
    };
    match value {
        Value::Variable(name) => {
            variables.push((name.clone(), type_name.to_owned()));
            None
        }
        Value::List(items) => items.iter().find_map(|item| input(policy, rights, type_name, item, variables)),
        Value::Enum(word) => revealed(word.as_str()),
        // In variables, enum values are strings.
        Value::String(word) => revealed(word).or_else(|| scalar::fault(type_name, word).map(Fault::Invalid)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            revealed(name.as_str()).or_else(|| {
                let takes = &keys?.get(name.as_str())?.takes;
                input(policy, rights, takes, value, variables)
            })
        }),
        _ => None,
    }
}

impl Plan {
    /// The first fault of the variables, defaults included.
    #[must_use]
    pub fn check_variables(
        &self,
        policy: &Policy,
        rights: Rights,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Option<Fault> {
        self.variables.iter().find_map(|(name, type_name)| {
            let value = lookup(operation, variables, name)?;
            input(policy, rights, type_name, &value, &mut Vec::new())
        })
    }

    /// The ids of the objects that this operation opens.
    #[must_use]
    pub fn opened_ids(&self, operation: &OperationDefinition, variables: &Variables) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::String(id) => Some(id.clone()),
            Value::Variable(name) => match lookup(operation, variables, name) {
                Some(Value::String(id)) => Some(id),
                _ => None,
            },
            _ => None,
        };
        self.opens.iter().filter_map(text).collect()
    }
}

/// A variable's value, or its default.
fn lookup(operation: &OperationDefinition, variables: &Variables, name: &Name) -> Option<Value> {
    if let Some(value) = variables.get(name) {
        return Some(value.clone().into_value());
    }
    let definition = operation.variable_definitions.iter().find(|definition| definition.node.name.node == *name)?;
    definition.node.default_value.as_ref().map(|value| value.node.clone().into_value())
}

/// Puts nulls and introspection answers where the stand-ins are.
pub fn restore(
    value: async_graphql::Value,
    stands: &HashMap<String, Stand>,
    introspection: &IndexMap<Name, async_graphql::Value>,
) -> async_graphql::Value {
    use async_graphql::Value as Const;
    match value {
        Const::List(items) => Const::List(items.into_iter().map(|item| restore(item, stands, introspection)).collect()),
        Const::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| match stands.get(key.as_str()) {
                Some(Stand::Null(original)) => (Name::new(original), Const::Null),
                Some(Stand::Introspection(original)) => {
                    let answer = introspection.get(original.as_str()).cloned().unwrap_or_default();
                    (Name::new(original), answer)
                }
                None => (key, restore(value, stands, introspection)),
            });
            Const::Object(fields.collect())
        }
        other => other,
    }
}
