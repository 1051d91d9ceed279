//! The printed schema.

use super::generated;
use anyhow::{Context, Result};
use async_graphql_parser::types::{TypeKind, TypeSystemDefinition};
use std::collections::BTreeSet;

/// Every coordinate of the schema: `Type`, `Type.field`, `Enum.VALUE`.
pub fn coordinates() -> Result<BTreeSet<String>> {
    let document = async_graphql_parser::parse_schema(portico::graphql::sdl()).context("the schema does not parse")?;
    let mut found = BTreeSet::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = &definition.node.name.node;
        let members: Vec<&str> = match &definition.node.kind {
            TypeKind::Object(kind) => kind.fields.iter().map(|field| field.node.name.node.as_str()).collect(),
            TypeKind::Interface(kind) => kind.fields.iter().map(|field| field.node.name.node.as_str()).collect(),
            TypeKind::InputObject(kind) => kind.fields.iter().map(|field| field.node.name.node.as_str()).collect(),
            TypeKind::Enum(kind) => kind.values.iter().map(|value| value.node.value.node.as_str()).collect(),
            TypeKind::Scalar | TypeKind::Union(_) => Vec::new(),
        };
        found.extend(members.into_iter().map(|member| format!("{name}.{member}")));
        found.insert(name.to_string());
    }
    Ok(found)
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_code() -> Result<()> {
    generated::hold("schema.graphql", &portico::graphql::sdl())
}
