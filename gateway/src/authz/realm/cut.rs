//! Cuts the definitions that a realm sees out of a whole schema.

use super::{Coordinate, RealmError};
use async_graphql_parser::types::{
    BaseType, DirectiveDefinition, FieldDefinition, InputValueDefinition, SchemaDefinition, ServiceDocument, Type,
    TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql_value::Name;
use std::collections::{BTreeMap, BTreeSet};

const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// What is left of a schema.
pub struct Kept {
    pub query: String,
    pub mutation: Option<String>,
    pub subscription: Option<String>,
    pub types: BTreeMap<String, TypeDefinition>,
    pub directives: Vec<DirectiveDefinition>,
}

type Visible<'v> = &'v dyn Fn(&Coordinate<'_>) -> bool;

pub fn cut(doc: ServiceDocument, visible: Visible<'_>) -> Result<Kept, RealmError> {
    let mut types = BTreeMap::new();
    let mut directives = Vec::new();
    let mut roots = None;
    for definition in doc.definitions {
        match definition {
            TypeSystemDefinition::Schema(schema) if !schema.node.extend => roots = Some(schema.node),
            TypeSystemDefinition::Schema(_) => {}
            TypeSystemDefinition::Directive(directive) => directives.push(directive.node),
            TypeSystemDefinition::Type(ty) => {
                types.insert(ty.node.name.node.to_string(), ty.node);
            }
        }
    }
    types.retain(|name, ty| visible(&Coordinate::Type(name)) && keep_visible(ty, visible));
    settle(&mut types);
    drop_broken_claims(&mut types);
    directives.retain(|directive| {
        visible(&Coordinate::Directive(&directive.name.node))
            && directive.arguments.iter().all(|argument| is_known(&types, &argument.node.ty.node))
    });
    let root = |chosen: Option<String>| chosen.filter(|name| types.contains_key(name));
    let [query, mutation, subscription] = root_names(roots.as_ref());
    let query = root(query).ok_or(RealmError::Empty)?;
    let (mutation, subscription) = (root(mutation), root(subscription));
    let starts = [Some(&query), mutation.as_ref(), subscription.as_ref()];
    let reached = reach(&types, starts.into_iter().flatten().map(String::as_str), &directives);
    types.retain(|name, _| reached.contains(name));
    Ok(Kept { query, mutation, subscription, types, directives })
}

fn root_names(schema: Option<&SchemaDefinition>) -> [Option<String>; 3] {
    match schema {
        Some(schema) => [&schema.query, &schema.mutation, &schema.subscription]
            .map(|root| root.as_ref().map(|name| name.node.to_string())),
        None => ["Query", "Mutation", "Subscription"].map(|name| Some(name.to_owned())),
    }
}

/// The type a reference leads to, without lists and bangs.
pub fn named(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

fn is_required(input: &InputValueDefinition) -> bool {
    !input.ty.node.nullable && input.default_value.is_none()
}

/// Drops the members that the predicate hides; false if the type itself has to go.
fn keep_visible(ty: &mut TypeDefinition, visible: Visible<'_>) -> bool {
    let owner = ty.name.node.clone();
    let sees = |member: &str| visible(&Coordinate::Member(&owner, member));
    match &mut ty.kind {
        TypeKind::Scalar | TypeKind::Union(_) => true,
        TypeKind::Object(kind) => keep_fields(&owner, &mut kind.fields, visible),
        TypeKind::Interface(kind) => keep_fields(&owner, &mut kind.fields, visible),
        TypeKind::Enum(kind) => {
            kind.values.retain(|value| sees(&value.node.value.node));
            true
        }
        TypeKind::InputObject(kind) => {
            let usable = kind.fields.iter().all(|field| !is_required(&field.node) || sees(&field.node.name.node));
            kind.fields.retain(|field| sees(&field.node.name.node));
            usable
        }
    }
}

fn keep_fields(
    owner: &str,
    fields: &mut Vec<async_graphql_parser::Positioned<FieldDefinition>>,
    visible: Visible<'_>,
) -> bool {
    fields.retain_mut(|field| {
        let name = field.node.name.node.clone();
        let sees = |argument: &str| visible(&Coordinate::Argument(owner, &name, argument));
        let arguments = &mut field.node.arguments;
        let usable = arguments.iter().all(|argument| !is_required(&argument.node) || sees(&argument.node.name.node));
        arguments.retain(|argument| sees(&argument.node.name.node));
        usable && visible(&Coordinate::Member(owner, &name))
    });
    true
}

/// Drops what refers to something dropped, until nothing changes.
fn settle(types: &mut BTreeMap<String, TypeDefinition>) {
    loop {
        let names: BTreeSet<String> = types.keys().cloned().collect();
        let known = |ty: &Type| is_name_known(&names, named(ty));
        types.retain(|_, ty| keep_referring(ty, &names, &known));
        if types.len() == names.len() {
            return;
        }
    }
}

fn is_name_known(names: &BTreeSet<String>, name: &str) -> bool {
    BUILT_IN.contains(&name) || names.contains(name)
}

fn is_known(types: &BTreeMap<String, TypeDefinition>, ty: &Type) -> bool {
    let name = named(ty).as_str();
    BUILT_IN.contains(&name) || types.contains_key(name)
}

/// Drops members whose types are not known; false if the type is empty or unusable then.
fn keep_referring(ty: &mut TypeDefinition, names: &BTreeSet<String>, known: &dyn Fn(&Type) -> bool) -> bool {
    match &mut ty.kind {
        TypeKind::Scalar => true,
        TypeKind::Enum(kind) => !kind.values.is_empty(),
        TypeKind::Union(kind) => {
            kind.members.retain(|member| names.contains(member.node.as_str()));
            !kind.members.is_empty()
        }
        TypeKind::Object(kind) => {
            kind.implements.retain(|interface| names.contains(interface.node.as_str()));
            kind.fields.retain_mut(|field| keep_arguments(&mut field.node, known));
            !kind.fields.is_empty()
        }
        TypeKind::Interface(kind) => {
            kind.implements.retain(|interface| names.contains(interface.node.as_str()));
            kind.fields.retain_mut(|field| keep_arguments(&mut field.node, known));
            !kind.fields.is_empty()
        }
        TypeKind::InputObject(kind) => {
            let usable = kind.fields.iter().all(|field| !is_required(&field.node) || known(&field.node.ty.node));
            kind.fields.retain(|field| known(&field.node.ty.node));
            usable && !kind.fields.is_empty()
        }
    }
}

fn keep_arguments(field: &mut FieldDefinition, known: &dyn Fn(&Type) -> bool) -> bool {
    let usable = field.arguments.iter().all(|argument| !is_required(&argument.node) || known(&argument.node.ty.node));
    field.arguments.retain(|argument| known(&argument.node.ty.node));
    usable && known(&field.ty.node)
}

/// An object that lost a field of an interface does not implement it any more.
fn drop_broken_claims(types: &mut BTreeMap<String, TypeDefinition>) {
    let promised: BTreeMap<String, Vec<Name>> = types
        .iter()
        .filter_map(|(name, ty)| match &ty.kind {
            TypeKind::Interface(kind) => {
                Some((name.clone(), kind.fields.iter().map(|field| field.node.name.node.clone()).collect()))
            }
            _ => None,
        })
        .collect();
    for ty in types.values_mut() {
        let TypeKind::Object(kind) = &mut ty.kind else { continue };
        let has = |name: &Name| kind.fields.iter().any(|field| field.node.name.node == *name);
        kind.implements
            .retain(|interface| promised.get(interface.node.as_str()).is_some_and(|fields| fields.iter().all(has)));
    }
}

/// Names of all types that can be met on the way from the roots and from arguments of directives.
fn reach<'a>(
    types: &'a BTreeMap<String, TypeDefinition>,
    roots: impl Iterator<Item = &'a str>,
    directives: &'a [DirectiveDefinition],
) -> BTreeSet<String> {
    let mut open: Vec<&str> = roots.collect();
    open.extend(directives.iter().flat_map(|directive| &directive.arguments).map(|a| named(&a.node.ty.node).as_str()));
    // An interface that only its implementers name leads to its own fields, and to none of the other implementers.
    let mut claimed = BTreeSet::new();
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        let Some(ty) = types.get(name) else { continue };
        if !reached.insert(name.to_owned()) {
            continue;
        }
        open.extend(referred(ty));
        match &ty.kind {
            TypeKind::Object(kind) => {
                for claim in kind.implements.iter().filter_map(|claim| types.get(claim.node.as_str())) {
                    if claimed.insert(claim.name.node.to_string()) {
                        open.extend(referred(claim));
                    }
                }
            }
            TypeKind::Interface(_) => {
                open.extend(types.values().filter(|ty| implements(ty, name)).map(|ty| ty.name.node.as_str()));
            }
            TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::Union(_) | TypeKind::InputObject(_) => {}
        }
    }
    reached.append(&mut claimed);
    reached
}

/// Names of the types that a definition refers to, those of interfaces left out.
fn referred(ty: &TypeDefinition) -> Vec<&str> {
    match &ty.kind {
        TypeKind::Scalar | TypeKind::Enum(_) => Vec::new(),
        TypeKind::Union(kind) => kind.members.iter().map(|member| member.node.as_str()).collect(),
        TypeKind::InputObject(kind) => kind.fields.iter().map(|field| named(&field.node.ty.node).as_str()).collect(),
        TypeKind::Object(kind) => kind.fields.iter().flat_map(|field| field_types(&field.node)).collect(),
        TypeKind::Interface(kind) => kind.fields.iter().flat_map(|field| field_types(&field.node)).collect(),
    }
}

fn field_types(field: &FieldDefinition) -> impl Iterator<Item = &str> {
    let arguments = field.arguments.iter().map(|argument| named(&argument.node.ty.node).as_str());
    arguments.chain([named(&field.ty.node).as_str()])
}

fn implements(ty: &TypeDefinition, interface: &str) -> bool {
    match &ty.kind {
        TypeKind::Object(kind) => kind.implements.iter().any(|claim| claim.node == interface),
        _ => false,
    }
}
