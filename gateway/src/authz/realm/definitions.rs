//! Puts definitions of the schema language into the engine's registry.

use super::cut::Kept;
use async_graphql::indexmap::{IndexMap, IndexSet};
use async_graphql::registry::{
    __DirectiveLocation as Place, Deprecation, EnumBuilder, InputObjectBuilder, MetaDirective, MetaDirectiveInvocation,
    MetaEnumValue, MetaField, MetaInputValue, MetaType, ObjectBuilder, Registry,
};
use async_graphql_parser::Positioned;
use async_graphql_parser::types::{
    ConstDirective, DirectiveDefinition, DirectiveLocation, EnumType, FieldDefinition, InputObjectType,
    InputValueDefinition, TypeDefinition, TypeKind,
};
use async_graphql_value::{ConstValue, Name, Number};
use std::sync::Arc;

/// Directives of the language that the registry holds in a form of its own.
const BUILT_IN: [&str; 3] = ["deprecated", "specifiedBy", "oneOf"];

/// Replaces the stand-in root by the kept definitions.
pub fn register(kept: &Kept, registry: &mut Registry) {
    let stand_in = registry.types.remove(&registry.query_type);
    for (name, ty) in &kept.types {
        registry.types.insert(name.clone(), meta_type(kept, ty));
        let claims = implemented(ty);
        if !claims.is_empty() {
            registry.implements.insert(name.clone(), claims);
        }
    }
    if let Some(MetaType::Object { fields, .. }) = registry.types.get_mut(&kept.query) {
        // `__schema` and `__type`
        fields.extend(
            stand_in
                .iter()
                .filter_map(MetaType::fields)
                .flatten()
                .filter(|(name, _)| name.starts_with("__"))
                .map(|(name, field)| (name.clone(), field.clone())),
        );
    }
    for directive in &kept.directives {
        if !registry.directives.contains_key(directive.name.node.as_str()) {
            registry.add_directive(meta_directive(kept, directive));
        }
    }
    hold_integers(registry);
    registry.query_type.clone_from(&kept.query);
    registry.mutation_type.clone_from(&kept.mutation);
    registry.subscription_type.clone_from(&kept.subscription);
}

/// An `Int` has 32 bits. The engine takes 64 for one until it runs, when it is too late to refuse.
fn hold_integers(registry: &mut Registry) {
    if let Some(MetaType::Scalar { is_valid, .. }) = registry.types.get_mut("Int") {
        let fits = |number: &Number| number.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
        *is_valid = Some(Arc::new(move |value| matches!(value, ConstValue::Number(number) if fits(number))));
    }
}

fn meta_type(kept: &Kept, ty: &TypeDefinition) -> MetaType {
    let name = ty.name.node.to_string();
    let description = text(ty.description.as_ref());
    let directives = invocations(kept, &ty.directives);
    match &ty.kind {
        TypeKind::Object(kind) => ObjectBuilder::new(name, fields(kept, &kind.fields))
            .description(description)
            .directive_invocations(directives)
            .build(),
        TypeKind::Enum(kind) => EnumBuilder::new(name, values(kept, kind))
            .description(description)
            .directive_invocations(directives)
            .build(),
        TypeKind::InputObject(kind) => InputObjectBuilder::new(name, input_fields(kept, kind))
            .description(description)
            .oneof(ty.directives.iter().any(|directive| directive.node.name.node == "oneOf"))
            .directive_invocations(directives)
            .build(),
        TypeKind::Scalar => scalar(name, description, directives, &ty.directives),
        TypeKind::Interface(kind) => MetaType::Interface {
            possible_types: implementers(kept, &name),
            name,
            description,
            fields: fields(kept, &kind.fields),
            extends: false,
            keys: None,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: None,
            directive_invocations: directives,
            requires_scopes: Vec::new(),
        },
        TypeKind::Union(kind) => MetaType::Union {
            name,
            description,
            possible_types: kind.members.iter().map(|member| member.node.to_string()).collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: None,
            directive_invocations: directives,
        },
    }
}

fn scalar(
    name: String,
    description: Option<String>,
    directive_invocations: Vec<MetaDirectiveInvocation>,
    directives: &[Positioned<ConstDirective>],
) -> MetaType {
    MetaType::Scalar {
        name,
        description,
        is_valid: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        specified_by_url: argument(directives, "specifiedBy", "url").flatten(),
        directive_invocations,
        requires_scopes: Vec::new(),
    }
}

fn implemented(ty: &TypeDefinition) -> IndexSet<String> {
    match &ty.kind {
        TypeKind::Object(kind) => kind.implements.iter().map(|claim| claim.node.to_string()).collect(),
        TypeKind::Interface(kind) => kind.implements.iter().map(|claim| claim.node.to_string()).collect(),
        TypeKind::Scalar | TypeKind::Union(_) | TypeKind::Enum(_) | TypeKind::InputObject(_) => IndexSet::new(),
    }
}

fn implementers(kept: &Kept, interface: &str) -> IndexSet<String> {
    let claims = |ty: &TypeDefinition| matches!(ty.kind, TypeKind::Object(_)) && implemented(ty).contains(interface);
    kept.types.iter().filter(|(_, ty)| claims(ty)).map(|(name, _)| name.clone()).collect()
}

fn fields(kept: &Kept, fields: &[Positioned<FieldDefinition>]) -> IndexMap<String, MetaField> {
    fields.iter().map(|field| (field.node.name.node.to_string(), meta_field(kept, &field.node))).collect()
}

fn meta_field(kept: &Kept, field: &FieldDefinition) -> MetaField {
    let mut meta = MetaField::new(field.name.node.to_string(), field.ty.node.to_string());
    meta.description = text(field.description.as_ref());
    meta.args = inputs(kept, &field.arguments);
    meta.deprecation = deprecation(&field.directives);
    meta.directive_invocations = invocations(kept, &field.directives);
    meta
}

fn input_fields(kept: &Kept, kind: &InputObjectType) -> IndexMap<String, MetaInputValue> {
    inputs(kept, &kind.fields)
}

fn inputs(kept: &Kept, inputs: &[Positioned<InputValueDefinition>]) -> IndexMap<String, MetaInputValue> {
    inputs.iter().map(|input| (input.node.name.node.to_string(), meta_input(kept, &input.node))).collect()
}

fn meta_input(kept: &Kept, input: &InputValueDefinition) -> MetaInputValue {
    let mut meta = MetaInputValue::new(input.name.node.to_string(), input.ty.node.to_string());
    meta.description = text(input.description.as_ref());
    meta.default_value = input.default_value.as_ref().map(|value| value.node.to_string());
    meta.deprecation = deprecation(&input.directives);
    meta.directive_invocations = invocations(kept, &input.directives);
    meta
}

fn values(kept: &Kept, kind: &EnumType) -> IndexMap<String, MetaEnumValue> {
    let meta = |value: &Positioned<async_graphql_parser::types::EnumValueDefinition>| {
        let mut meta = MetaEnumValue::new(value.node.value.node.to_string());
        meta.description = text(value.node.description.as_ref());
        meta.deprecation = deprecation(&value.node.directives);
        meta.directive_invocations = invocations(kept, &value.node.directives);
        (meta.name.clone(), meta)
    };
    kind.values.iter().map(meta).collect()
}

fn meta_directive(kept: &Kept, directive: &DirectiveDefinition) -> MetaDirective {
    MetaDirective {
        name: directive.name.node.to_string(),
        description: text(directive.description.as_ref()),
        locations: directive.locations.iter().map(|location| place(location.node)).collect(),
        args: inputs(kept, &directive.arguments),
        is_repeatable: directive.is_repeatable,
        visible: None,
        composable: None,
    }
}

/// Directives that the realm sees, as they are written on a definition.
fn invocations(kept: &Kept, directives: &[Positioned<ConstDirective>]) -> Vec<MetaDirectiveInvocation> {
    let defined = |name: &Name| kept.directives.iter().any(|directive| directive.name.node == *name);
    directives
        .iter()
        .map(|directive| &directive.node)
        .filter(|directive| !BUILT_IN.contains(&directive.name.node.as_str()) && defined(&directive.name.node))
        .map(|directive| MetaDirectiveInvocation {
            name: directive.name.node.to_string(),
            args: directive.arguments.iter().map(|(name, value)| (name.node.to_string(), value.node.clone())).collect(),
        })
        .collect()
}

fn deprecation(directives: &[Positioned<ConstDirective>]) -> Deprecation {
    match argument(directives, "deprecated", "reason") {
        Some(reason) => Deprecation::Deprecated { reason },
        None => Deprecation::NoDeprecated,
    }
}

/// The text argument of a directive, if that is there, if it has one.
fn argument(directives: &[Positioned<ConstDirective>], directive: &str, name: &str) -> Option<Option<String>> {
    let found = directives.iter().find(|found| found.node.name.node == directive)?;
    Some(match found.node.get_argument(name).map(|value| &value.node) {
        Some(ConstValue::String(text)) => Some(text.clone()),
        _ => None,
    })
}

fn text(description: Option<&Positioned<String>>) -> Option<String> {
    description.map(|text| text.node.clone())
}

fn place(location: DirectiveLocation) -> Place {
    match location {
        DirectiveLocation::Query => Place::QUERY,
        DirectiveLocation::Mutation => Place::MUTATION,
        DirectiveLocation::Subscription => Place::SUBSCRIPTION,
        DirectiveLocation::Field => Place::FIELD,
        DirectiveLocation::FragmentDefinition => Place::FRAGMENT_DEFINITION,
        DirectiveLocation::FragmentSpread => Place::FRAGMENT_SPREAD,
        DirectiveLocation::InlineFragment => Place::INLINE_FRAGMENT,
        DirectiveLocation::Schema => Place::SCHEMA,
        DirectiveLocation::Scalar => Place::SCALAR,
        DirectiveLocation::Object => Place::OBJECT,
        DirectiveLocation::FieldDefinition => Place::FIELD_DEFINITION,
        DirectiveLocation::ArgumentDefinition => Place::ARGUMENT_DEFINITION,
        DirectiveLocation::Interface => Place::INTERFACE,
        DirectiveLocation::Union => Place::UNION,
        DirectiveLocation::Enum => Place::ENUM,
        DirectiveLocation::EnumValue => Place::ENUM_VALUE,
        DirectiveLocation::InputObject => Place::INPUT_OBJECT,
        DirectiveLocation::InputFieldDefinition => Place::INPUT_FIELD_DEFINITION,
        DirectiveLocation::VariableDefinition => Place::VARIABLE_DEFINITION,
    }
}
