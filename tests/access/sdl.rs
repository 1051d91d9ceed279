//! The schema as it is printed, read without the product's own reader.

use anyhow::{Context, Result};
use async_graphql_parser::types::{
    BaseType, ConstDirective, EnumType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql_parser::{Positioned, parse_schema};
use async_graphql_value::ConstValue;
use std::collections::BTreeMap;

/// What an annotation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    Public,
    SignedIn,
    Inherits,
    /// A permission, by its word.
    Needs(String),
    Missing,
}

/// An argument or a field of an input object.
#[derive(Debug, Clone)]
pub struct Input {
    pub name: String,
    /// The named type inside lists.
    pub takes: String,
    pub list: bool,
    pub required: bool,
    pub reveals: Option<String>,
    pub described: bool,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    /// The named type inside lists.
    pub gives: String,
    pub nullable: bool,
    pub rule: Rule,
    pub arguments: Vec<Input>,
    pub described: bool,
}

/// A value of an enum.
#[derive(Debug, Clone)]
pub struct Word {
    pub name: String,
    pub reveals: Option<String>,
    pub described: bool,
}

#[derive(Debug, Default)]
pub struct Sdl {
    /// Object types, interfaces, and unions, which have no fields of their own.
    pub types: BTreeMap<String, Vec<Field>>,
    /// Interface → implementers; union → members.
    pub interfaces: BTreeMap<String, Vec<String>>,
    pub inputs: BTreeMap<String, Vec<Input>>,
    pub enums: BTreeMap<String, Vec<Word>>,
    /// Scalar → whether it says where it is specified.
    pub scalars: BTreeMap<String, bool>,
    /// Type → whether it has a description.
    pub described: BTreeMap<String, bool>,
}

pub const ROOTS: [&str; 2] = ["Query", "Mutation"];

impl Sdl {
    /// The schema of the code.
    pub fn read() -> Result<Self> {
        let mut sdl = Self::default();
        for definition in parse_schema(portico::graphql::sdl()).context("the schema does not parse")?.definitions {
            if let TypeSystemDefinition::Type(definition) = definition {
                sdl.add(definition.node);
            }
        }
        Ok(sdl)
    }

    fn add(&mut self, definition: TypeDefinition) {
        let name = definition.name.node.to_string();
        let default = rule(&definition.directives);
        self.described.insert(name.clone(), definition.description.is_some());
        match definition.kind {
            TypeKind::Object(object) => {
                for interface in object.implements {
                    self.interfaces.entry(interface.node.to_string()).or_default().push(name.clone());
                }
                self.types.insert(name, object.fields.iter().map(|it| field(&it.node, &default)).collect());
            }
            TypeKind::Interface(interface) => {
                self.types.insert(name, interface.fields.iter().map(|it| field(&it.node, &default)).collect());
            }
            TypeKind::InputObject(object) => {
                self.inputs.insert(name, object.fields.iter().map(|it| input(&it.node)).collect());
            }
            TypeKind::Enum(words) => {
                self.enums.insert(name, self::words(&words));
            }
            TypeKind::Scalar => {
                let specified = definition.directives.iter().any(|it| it.node.name.node == "specifiedBy");
                self.scalars.insert(name, specified);
            }
            TypeKind::Union(union) => {
                let members = union.members.iter().map(|it| it.node.to_string()).collect();
                self.interfaces.insert(name.clone(), members);
                self.types.insert(name, Vec::new());
            }
        }
    }

    pub fn fields(&self, owner: &str) -> &[Field] {
        self.types.get(owner).map_or(&[], Vec::as_slice)
    }

    pub fn field(&self, owner: &str, name: &str) -> Option<&Field> {
        self.fields(owner).iter().find(|field| field.name == name)
    }

    pub fn is_composite(&self, type_name: &str) -> bool {
        self.types.contains_key(type_name)
    }

    /// The rule of `Type.field`.
    pub fn rule(&self, coordinate: &str) -> Rule {
        let field = coordinate.split_once('.').and_then(|(owner, name)| self.field(owner, name));
        field.map_or(Rule::Missing, |field| field.rule.clone())
    }
}

fn words(words: &EnumType) -> Vec<Word> {
    let word = |it: &async_graphql_parser::types::EnumValueDefinition| Word {
        name: it.value.node.to_string(),
        reveals: reveals(&it.directives),
        described: it.description.is_some(),
    };
    words.values.iter().map(|it| word(&it.node)).collect()
}

fn field(it: &FieldDefinition, default: &Rule) -> Field {
    let own = rule(&it.directives);
    Field {
        name: it.name.node.to_string(),
        gives: base(&it.ty.node),
        nullable: it.ty.node.nullable,
        rule: if own == Rule::Missing { default.clone() } else { own },
        arguments: it.arguments.iter().map(|it| input(&it.node)).collect(),
        described: it.description.is_some(),
    }
}

fn input(it: &InputValueDefinition) -> Input {
    Input {
        name: it.name.node.to_string(),
        takes: base(&it.ty.node),
        list: matches!(it.ty.node.base, BaseType::List(_)),
        required: !it.ty.node.nullable && it.default_value.is_none(),
        reveals: reveals(&it.directives),
        described: it.description.is_some(),
    }
}

fn base(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(item) => base(item),
    }
}

fn argument<'a>(directive: &'a ConstDirective, name: &str) -> Option<&'a ConstValue> {
    directive.arguments.iter().find(|(key, _)| key.node == name).map(|(_, value)| &value.node)
}

fn reveals(directives: &[Positioned<ConstDirective>]) -> Option<String> {
    let directive = directives.iter().find(|it| it.node.name.node == "reveals")?;
    match argument(&directive.node, "field") {
        Some(ConstValue::String(field)) => Some(field.clone()),
        _ => None,
    }
}

fn rule(directives: &[Positioned<ConstDirective>]) -> Rule {
    let word = |it: &ConstDirective| match argument(it, "permission") {
        Some(ConstValue::Enum(word)) => Rule::Needs(word.to_string()),
        _ => Rule::Missing,
    };
    let known = directives.iter().find_map(|it| match it.node.name.node.as_str() {
        "public" => Some(Rule::Public),
        "signedIn" => Some(Rule::SignedIn),
        "inherits" => Some(Rule::Inherits),
        "requiresPermission" => Some(word(&it.node)),
        _ => None,
    });
    known.unwrap_or(Rule::Missing)
}
