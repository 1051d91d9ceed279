//! The policy table, read from the printed schema: what each field needs, and what each search key reveals.

use super::permission::{Permission, PermissionSet};
use super::realm::Coordinate;
use super::scope::Realm;
use async_graphql_parser::Positioned;
use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    BaseType, ConstDirective, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql_value::ConstValue;
use portico_contract::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a field needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Public,
    SignedIn,
    Requires(Permission),
    /// Allowed when the object that holds it was.
    Inherits,
    /// Nothing is written: nobody.
    Denied,
}

#[derive(Debug)]
pub struct FieldPolicy {
    pub rule: Rule,
    /// Whether the rule stands on the field itself rather than on its type.
    pub own_rule: bool,
    /// Name of the type it gives, lists and non-null taken off.
    pub gives: String,
    pub nullable: bool,
    pub composite: bool,
    /// Argument name → type name.
    pub arguments: BTreeMap<String, String>,
}

/// A field of an input object or a value of an enum.
#[derive(Debug, Default)]
pub struct KeyPolicy {
    /// Type name of an input field's value.
    pub takes: String,
    /// The output field it reveals, `Type.field`.
    pub reveals: Option<String>,
}

#[derive(Debug, Default)]
pub struct Policy {
    pub types: BTreeMap<String, BTreeMap<String, FieldPolicy>>,
    pub interfaces: BTreeMap<String, Vec<String>>,
    /// Input objects and enums.
    pub inputs: BTreeMap<String, BTreeMap<String, KeyPolicy>>,
    unions: BTreeSet<String>,
    kinds: HashMap<String, Kind>,
}

/// Fields whose value is worked out over all rows of some kinds.
const FIGURES: &[(&str, &str, &[Kind])] = &[
    ("Dashboard", "ticketCounts", &[Kind::Ticket]),
    ("Dashboard", "balance", &[Kind::Invoice, Kind::Payment]),
    ("Dashboard", "recurringMonthly", &[Kind::RecurringInvoice]),
    ("Query", "search", &SEARCHED),
];

/// What a search goes through.
const SEARCHED: [Kind; 14] = [
    Kind::Account,
    Kind::Contact,
    Kind::Site,
    Kind::Ticket,
    Kind::Invoice,
    Kind::RecurringInvoice,
    Kind::Quote,
    Kind::Asset,
    Kind::Document,
    Kind::Domain,
    Kind::Certificate,
    Kind::Contract,
    Kind::CatalogueItem,
    Kind::Article,
];

pub const ROOTS: &[&str] = &["Query", "Mutation"];

/// The schema's annotations do not hold together.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the schema does not parse: {0}")]
    Sdl(#[from] async_graphql_parser::Error),
    #[error("{0}")]
    Broken(String),
}

impl Policy {
    /// Reads the table and checks that it holds together.
    pub fn read(sdl: &str) -> Result<Self, PolicyError> {
        let mut policy =
            Self { kinds: Kind::ALL.iter().map(|kind| (type_name(*kind), *kind)).collect(), ..Self::default() };
        let document = parse_schema(sdl)?;
        for definition in document.definitions {
            if let TypeSystemDefinition::Type(definition) = definition {
                policy.add(definition.node);
            }
        }
        policy.name_implementers();
        let broken = policy.faults();
        if broken.is_empty() { Ok(policy) } else { Err(PolicyError::Broken(broken.join("; "))) }
    }

    /// What implements the type of a kind shows that kind too.
    fn name_implementers(&mut self) {
        for (interface, implementers) in &self.interfaces {
            if let Some(kind) = self.kinds.get(interface).copied() {
                self.kinds.extend(implementers.iter().map(|name| (name.clone(), kind)));
            }
        }
    }

    fn add(&mut self, definition: TypeDefinition) {
        let name = definition.name.node.to_string();
        let default = rule_of(&definition.directives);
        match definition.kind {
            TypeKind::Object(object) => {
                for interface in object.implements {
                    self.interfaces.entry(interface.node.to_string()).or_default().push(name.clone());
                }
                self.add_fields(name, default, object.fields);
            }
            TypeKind::Interface(interface) => self.add_fields(name, default, interface.fields),
            TypeKind::InputObject(input) => {
                let keys = input.fields.into_iter().map(|field| key(&field.node)).collect();
                self.inputs.insert(name, keys);
            }
            TypeKind::Enum(items) => {
                let keys = items.values.into_iter().map(|item| {
                    let reveals = reveals(&item.node.directives);
                    (item.node.value.node.to_string(), KeyPolicy { takes: String::new(), reveals })
                });
                self.inputs.insert(name, keys.collect());
            }
            TypeKind::Union(_) => {
                self.unions.insert(name);
            }
            TypeKind::Scalar => {}
        }
    }

    fn add_fields(&mut self, name: String, default: Option<Rule>, fields: Vec<Positioned<FieldDefinition>>) {
        let fields = fields.into_iter().map(|field| {
            let own = rule_of(&field.node.directives);
            let policy = FieldPolicy {
                rule: own.or(default).unwrap_or(Rule::Denied),
                own_rule: own.is_some(),
                gives: base(&field.node.ty.node),
                nullable: field.node.ty.node.nullable,
                composite: false,
                arguments: field
                    .node
                    .arguments
                    .iter()
                    .map(|argument| (argument.node.name.node.to_string(), base(&argument.node.ty.node)))
                    .collect(),
            };
            (field.node.name.node.to_string(), policy)
        });
        self.types.insert(name, fields.collect());
    }

    fn faults(&mut self) -> Vec<String> {
        let composite: Vec<String> = self.types.keys().chain(&self.unions).cloned().collect();
        let mut faults = Vec::new();
        for (owner, fields) in &mut self.types {
            for (name, field) in fields {
                field.composite = composite.contains(&field.gives);
                match field.rule {
                    Rule::Denied => faults.push(format!("{owner}.{name} carries no annotation")),
                    Rule::Inherits if ROOTS.contains(&owner.as_str()) => {
                        faults.push(format!("{owner}.{name} is a root field and has nothing to inherit from"));
                    }
                    Rule::Requires(_) if field.own_rule && !field.nullable => {
                        faults.push(format!("{owner}.{name} needs a permission and is not nullable"));
                    }
                    _ => {}
                }
            }
        }
        for (interface, implementers) in &self.interfaces {
            for (name, field) in self.types.get(interface).into_iter().flatten() {
                for implementer in implementers {
                    if self.rule(implementer, name) != Some(field.rule) {
                        faults.push(format!("{implementer}.{name} and {interface}.{name} carry different annotations"));
                    }
                }
            }
        }
        for (input, keys) in &self.inputs {
            for (name, key) in keys {
                if key.reveals.as_deref().is_some_and(|field| self.coordinate(field).is_none()) {
                    faults.push(format!("{input}.{name} reveals a field that does not exist"));
                }
            }
        }
        faults
    }

    #[must_use]
    pub fn field(&self, owner: &str, name: &str) -> Option<&FieldPolicy> {
        self.types.get(owner)?.get(name)
    }

    #[must_use]
    pub fn rule(&self, owner: &str, name: &str) -> Option<Rule> {
        self.field(owner, name).map(|field| field.rule)
    }

    /// The rule of `Type.field`.
    #[must_use]
    pub fn coordinate(&self, coordinate: &str) -> Option<Rule> {
        let (owner, name) = coordinate.split_once('.')?;
        self.rule(owner, name)
    }

    /// The kind of record that a type shows.
    #[must_use]
    pub fn kind(&self, type_name: &str) -> Option<Kind> {
        self.kinds.get(type_name).copied()
    }

    /// The kinds over whose rows a field is worked out.
    #[must_use]
    pub fn figure(&self, owner: &str, name: &str) -> &'static [Kind] {
        FIGURES.iter().find(|(of, field, _)| *of == owner && *field == name).map_or(&[], |(_, _, kinds)| kinds)
    }

    /// Whether a viewer with these permissions may see rows of a kind at all: what its fields need by default.
    #[must_use]
    pub fn sees(&self, kind: Kind, allowed: Option<PermissionSet>) -> bool {
        let fields = self.types.get(&type_name(kind)).into_iter().flatten();
        fields.filter(|(_, field)| !field.own_rule).all(|(_, field)| self.allows(field.rule, allowed))
    }

    /// Whether a realm may know that something with this rule exists.
    #[must_use]
    pub fn visible(&self, rule: Rule, realm: Option<Realm>) -> bool {
        match rule {
            Rule::Public | Rule::Inherits => true,
            Rule::SignedIn => realm.is_some(),
            Rule::Requires(permission) => match realm {
                None => false,
                Some(Realm::Customer) => !permission.facts().staff_only,
                Some(Realm::Staff) => true,
            },
            Rule::Denied => false,
        }
    }

    /// Whether a realm may know a name of the schema.
    #[must_use]
    pub fn shows(&self, coordinate: &Coordinate<'_>, realm: Option<Realm>) -> bool {
        match coordinate {
            Coordinate::Member("Permission", word) => {
                Permission::from_word(word).is_none_or(|p| realm == Some(Realm::Staff) || !p.facts().staff_only)
            }
            Coordinate::Member(owner, name) => {
                let rule = self.rule(owner, name);
                let revealed = || self.inputs.get(*owner)?.get(*name)?.reveals.as_deref();
                let rule = rule.or_else(|| revealed().and_then(|field| self.coordinate(field)));
                rule.is_none_or(|rule| self.visible(rule, realm))
            }
            // How fields are annotated is for those who run Portico.
            Coordinate::Directive(name) => {
                realm == Some(Realm::Staff)
                    || matches!(*name, "include" | "skip" | "deprecated" | "specifiedBy" | "oneOf")
            }
            Coordinate::Type(_) | Coordinate::Argument(..) => true,
        }
    }

    /// Whether a viewer with these permissions is allowed what a rule guards.
    #[must_use]
    pub fn allows(&self, rule: Rule, allowed: Option<PermissionSet>) -> bool {
        match (rule, allowed) {
            (Rule::Public | Rule::Inherits, _) | (Rule::SignedIn, Some(_)) => true,
            (Rule::Requires(permission), Some(allowed)) => allowed.contains(permission),
            (Rule::Denied, _) | (Rule::SignedIn | Rule::Requires(_), None) => false,
        }
    }
}

/// The GraphQL type that shows a kind: `TimeEntry` for `time_entry`.
#[must_use]
pub fn type_name(kind: Kind) -> String {
    kind.as_str()
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

fn base(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(item) => base(item),
    }
}

fn key(field: &InputValueDefinition) -> (String, KeyPolicy) {
    (field.name.node.to_string(), KeyPolicy { takes: base(&field.ty.node), reveals: reveals(&field.directives) })
}

fn argument<'a>(directive: &'a ConstDirective, name: &str) -> Option<&'a ConstValue> {
    directive.arguments.iter().find(|(key, _)| key.node == name).map(|(_, value)| &value.node)
}

fn reveals(directives: &[Positioned<ConstDirective>]) -> Option<String> {
    let directive = directives.iter().find(|directive| directive.node.name.node == "reveals")?;
    match argument(&directive.node, "field") {
        Some(ConstValue::String(field)) => Some(field.clone()),
        _ => None,
    }
}

fn rule_of(directives: &[Positioned<ConstDirective>]) -> Option<Rule> {
    directives.iter().find_map(|directive| match directive.node.name.node.as_str() {
        "public" => Some(Rule::Public),
        "signedIn" => Some(Rule::SignedIn),
        "inherits" => Some(Rule::Inherits),
        // An unknown word denies.
        "requiresPermission" => Some(match argument(&directive.node, "permission") {
            Some(ConstValue::Enum(word)) => Permission::from_word(word).map_or(Rule::Denied, Rule::Requires),
            _ => Rule::Denied,
        }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "directive @public on FIELD_DEFINITION | OBJECT
        directive @signedIn on FIELD_DEFINITION
        directive @inherits on FIELD_DEFINITION | OBJECT
        directive @requiresPermission(permission: String!) on FIELD_DEFINITION\n";

    fn fault(sdl: &str) -> String {
        Policy::read(&format!("{HEAD}{sdl}")).unwrap_err().to_string()
    }

    #[test]
    fn what_carries_no_annotation_stops_the_start() {
        assert!(fault("type Query { a: Int @public b: Int }").contains("Query.b carries no annotation"));
        assert!(fault("type Query { a: Int @inherits }").contains("nothing to inherit"));
        assert!(fault("type Query { a: Int! @requiresPermission(permission: TICKETS_READ) }").contains("not nullable"));
        assert!(fault("type Query { a: Int @requiresPermission(permission: NO_SUCH) }").contains("no annotation"));
        let interface = "interface N { id: ID @signedIn } type Query implements N { id: ID @public }";
        assert!(fault(interface).contains("different annotations"));
    }

    #[test]
    fn a_type_gives_its_fields_their_default() {
        let policy = Policy::read(&format!("{HEAD}type Query @public {{ a: Int b: Int @signedIn }}")).unwrap();
        assert_eq!(policy.rule("Query", "a"), Some(Rule::Public));
        assert_eq!(policy.rule("Query", "b"), Some(Rule::SignedIn));
    }

    #[test]
    fn a_search_goes_through_what_is_indexed() {
        let sorted = |mut kinds: Vec<Kind>| {
            kinds.sort();
            kinds
        };
        let indexed = crate::readmodel::search::KINDS.iter().map(|entry| entry.kind).collect();
        assert_eq!(sorted(SEARCHED.to_vec()), sorted(indexed));
    }

    #[test]
    fn kinds_have_types() {
        assert_eq!(type_name(Kind::TimeEntry), "TimeEntry");
        assert_eq!(type_name(Kind::Ticket), "Ticket");
    }
}
