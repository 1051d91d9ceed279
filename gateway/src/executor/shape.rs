//! Measures the expanded shape of a parsed document, before it is validated.
//!
//! Validation and execution expand every fragment at every spread. This walk does not: each fragment is measured once
//! and its measure is added wherever it is spread, so a document that doubles thirty times costs thirty steps here.
//! Additions saturate. The measure of a fragment is relative to where it is spread, so a fragment that is first used
//! near the root and then deep down counts for its depth both times.
//!
//! What lies below the fields `__schema` and `__type` has its own depth, and may follow a list of members into another
//! one once: that is what playgrounds and code generators ask. Names of operations, fragments and aliases mean nothing.

use super::limits::Limits;
use super::refusal::Refusal;
use async_graphql::{Value, Variables};
use async_graphql_parser::Positioned;
use async_graphql_parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use std::collections::HashMap;

/// Fields of `__Type` that list members and so multiply when they are nested.
const MEMBER_LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Member lists on one path: those of the type asked for, and one hop further.
const MEMBER_LISTS_ON_A_PATH: usize = 2;

/// The size of an expanded selection tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// Fields of the tree. A spread of an unknown fragment counts as one.
    pub nodes: u64,
    /// Depth of data fields; a leaf at the root has depth 1.
    pub depth: usize,
    /// Depth below `__schema` and `__type`, these included.
    pub introspection_depth: usize,
    pub aliases: usize,
    /// Fields of the outermost level, those of fragments included.
    pub root_fields: usize,
    pub directives: usize,
    /// Member lists of types on one path, as if this were introspection.
    member_lists: usize,
}

impl Shape {
    /// Two sets of selections side by side.
    fn beside(self, other: Self) -> Self {
        Self {
            nodes: self.nodes.saturating_add(other.nodes),
            depth: self.depth.max(other.depth),
            introspection_depth: self.introspection_depth.max(other.introspection_depth),
            aliases: self.aliases.saturating_add(other.aliases),
            root_fields: self.root_fields.saturating_add(other.root_fields),
            directives: self.directives.saturating_add(other.directives),
            member_lists: self.member_lists.max(other.member_lists),
        }
    }

    /// This set of selections as the children of a field.
    fn below(self, field: &Field) -> Self {
        let name = field.name.node.as_str();
        let deeper = self.depth.saturating_add(1);
        let introspects = matches!(name, "__schema" | "__type");
        Self {
            nodes: self.nodes.saturating_add(1),
            depth: if introspects { 1 } else { deeper },
            introspection_depth: if introspects { deeper } else { self.introspection_depth },
            aliases: self.aliases.saturating_add(usize::from(field.alias.is_some())),
            root_fields: 1,
            directives: self.directives,
            member_lists: self.member_lists.saturating_add(usize::from(MEMBER_LISTS.contains(&name))),
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        if self.nodes > limits.nodes {
            return Err(Refusal::over("fields, fragments expanded", limits.nodes));
        }
        for (what, measured, limit) in [
            ("levels of fields", self.depth, limits.depth),
            ("levels of introspection", self.introspection_depth, limits.introspection_depth),
            ("aliases", self.aliases, limits.aliases),
            ("fields at the root", self.root_fields, limits.root_fields),
            ("directives", self.directives, limits.directives),
        ] {
            if measured > limit {
                return Err(Refusal::over(what, limit));
            }
        }
        Ok(())
    }
}

/// Measures `operation`, and refuses the document if that or anything else in it is over a limit: validation visits
/// the other operations and unused fragments as well.
pub fn measure(doc: &ExecutableDocument, operation: &OperationDefinition, limits: &Limits) -> Result<Shape, Refusal> {
    let mut walk = Walk { doc, limits, fragments: HashMap::with_capacity(doc.fragments.len()) };
    let shape = walk.operation(operation)?;
    shape.check(limits)?;
    let mut others = 0_u64;
    for (_, other) in doc.operations.iter().filter(|(_, other)| !std::ptr::eq(&raw const other.node, operation)) {
        let shape = walk.operation(&other.node)?;
        shape.check(limits)?;
        others = others.saturating_add(shape.nodes);
    }
    for name in doc.fragments.keys() {
        let shape = walk.fragment(name, 0)?;
        if shape.nodes > limits.nodes {
            return Err(Refusal::over("fields, fragments expanded", limits.nodes));
        }
    }
    if others > limits.nodes {
        return Err(Refusal::over("fields in operations that do not run", limits.nodes));
    }
    Ok(shape)
}

/// Refuses variables that nest too deep or hold too many values; the numbers are those of the document's text.
pub fn check_variables(variables: &Variables, limits: &Limits) -> Result<(), Refusal> {
    let mut open: Vec<(&Value, usize)> = variables.values().map(|value| (value, 1)).collect();
    let mut values = 0_usize;
    while let Some((value, depth)) = open.pop() {
        values += 1;
        if values > limits.tokens {
            return Err(Refusal::over("values in its variables", limits.tokens));
        }
        if depth > limits.nesting {
            return Err(Refusal::over("levels in its variables", limits.nesting));
        }
        match value {
            Value::List(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(fields) => open.extend(fields.values().map(|item| (item, depth + 1))),
            Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::Enum(_) => {}
        }
    }
    Ok(())
}

/// What is known of a fragment.
#[derive(Debug, Clone, Copy)]
enum Known {
    /// It is being measured: meeting it again is a cycle.
    Open,
    Done(Shape),
}

struct Walk<'a> {
    doc: &'a ExecutableDocument,
    limits: &'a Limits,
    fragments: HashMap<&'a str, Known>,
}

impl<'a> Walk<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Shape, Refusal> {
        let mut shape = self.set(&operation.selection_set.node, 0)?;
        let on_variables = operation.variable_definitions.iter().map(|variable| &variable.node.directives);
        for directives in on_variables.chain([&operation.directives]) {
            shape.directives = shape.directives.saturating_add(self.directives(directives)?);
        }
        Ok(shape)
    }

    /// `level` bounds the recursion of this walk; the depth that counts is in the shape.
    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Shape, Refusal> {
        if level > self.limits.nesting {
            return Err(Refusal::over("levels of fields and fragments", self.limits.nesting));
        }
        let mut sum = Shape::default();
        for item in &set.items {
            let mut shape = match &item.node {
                Selection::Field(field) => self.set(&field.node.selection_set.node, level + 1)?.below(&field.node),
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, level + 1)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, level + 1)?,
            };
            if let Selection::Field(field) = &item.node {
                check_introspection(&field.node, shape)?;
            }
            shape.directives = shape.directives.saturating_add(self.directives(item.node.directives())?);
            sum = sum.beside(shape);
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a str, level: usize) -> Result<Shape, Refusal> {
        match self.fragments.get(name) {
            Some(Known::Done(shape)) => return Ok(*shape),
            Some(Known::Open) => {
                return Err(Refusal::invalid(format!("Fragment \"{name}\" spreads itself.")));
            }
            None => {}
        }
        // Validation names an unknown fragment; until then it counts, so that expansions stay bounded.
        let Some(fragment) = self.doc.fragments.get(name) else {
            return Ok(Shape { nodes: 1, ..Shape::default() });
        };
        self.fragments.insert(name, Known::Open);
        let mut shape = self.set(&fragment.node.selection_set.node, level + 1)?;
        shape.directives = shape.directives.saturating_add(self.directives(&fragment.node.directives)?);
        self.fragments.insert(name, Known::Done(shape));
        Ok(shape)
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<usize, Refusal> {
        let limit = self.limits.directives_per_field;
        if directives.len() > limit {
            return Err(Refusal::over("directives in one place", limit));
        }
        Ok(directives.len())
    }
}

fn check_introspection(field: &Field, shape: Shape) -> Result<(), Refusal> {
    let introspects = matches!(field.name.node.as_str(), "__schema" | "__type");
    if introspects && shape.member_lists > MEMBER_LISTS_ON_A_PATH {
        return Err(Refusal::too_complex(
            "Introspection follows members of types too far: ask for `fields` of a type's `fields` at most.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
