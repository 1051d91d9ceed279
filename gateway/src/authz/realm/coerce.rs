//! Whether the values of variables fit the types they were declared with.
//!
//! The engine looks at variables only where arguments use them, and not at all beside one that was left out.

use async_graphql::parser::types::{BaseType, Type, VariableDefinition};
use async_graphql::registry::{MetaInputValue, MetaType, MetaTypeName, Registry};
use async_graphql::{Positioned, ServerError, Value, Variables};

/// What one request declares and brings.
pub struct Given {
    pub definitions: Vec<Positioned<VariableDefinition>>,
    pub values: Variables,
}

impl Given {
    pub fn errors(&self, registry: &Registry) -> Vec<ServerError> {
        let refuse = |definition: &Positioned<VariableDefinition>, problem: String| {
            let name = &definition.node.name.node;
            ServerError::new(format!("Variable \"${name}\" {problem}"), Some(definition.pos))
        };
        self.definitions
            .iter()
            .filter_map(|definition| {
                let ty = &definition.node.var_type.node;
                match self.values.get(&definition.node.name.node) {
                    None if !ty.nullable && definition.node.default_value.is_none() => {
                        Some(refuse(definition, format!("of required type \"{ty}\" was not provided.")))
                    }
                    None => None,
                    Some(value) => misfit(registry, &printed(ty), value)
                        .map(|problem| refuse(definition, format!("got an invalid value: {problem}"))),
                }
            })
            .collect()
    }
}

fn printed(ty: &Type) -> String {
    let base = match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(item) => format!("[{}]", printed(item)),
    };
    if ty.nullable { base } else { base + "!" }
}

/// What is wrong with a value, if anything.
fn misfit(registry: &Registry, ty: &str, value: &Value) -> Option<String> {
    match (MetaTypeName::create(ty), value) {
        (MetaTypeName::NonNull(_), Value::Null) => Some(format!("expected a value of type \"{ty}\", found null.")),
        (MetaTypeName::NonNull(inner), _) => misfit(registry, inner, value),
        (_, Value::Null) => None,
        (MetaTypeName::List(item), Value::List(values)) => values
            .iter()
            .enumerate()
            .find_map(|(index, value)| misfit(registry, item, value).map(|problem| format!("[{index}]: {problem}"))),
        (MetaTypeName::List(item), value) => misfit(registry, item, value),
        (MetaTypeName::Named(name), value) => misfit_named(registry, name, value),
    }
}

fn misfit_named(registry: &Registry, name: &str, value: &Value) -> Option<String> {
    let fits = match registry.types.get(name)? {
        MetaType::Scalar { is_valid, .. } => is_valid.as_ref().is_none_or(|is_valid| is_valid(value)),
        MetaType::Enum { enum_values, .. } => match value {
            Value::Enum(word) => enum_values.contains_key(word.as_str()),
            Value::String(word) => enum_values.contains_key(word),
            _ => false,
        },
        MetaType::InputObject { input_fields, oneof, .. } => {
            let Value::Object(object) = value else { return Some(format!("expected an object of type \"{name}\".")) };
            let unknown = object.keys().find(|key| !input_fields.contains_key(key.as_str()));
            if let Some(unknown) = unknown {
                return Some(format!("field \"{unknown}\" is not defined by type \"{name}\"."));
            }
            if *oneof && (object.len() != 1 || object.values().any(|value| *value == Value::Null)) {
                return Some(format!("exactly one field of type \"{name}\" must be given."));
            }
            return input_fields
                .values()
                .find_map(|field| misfit_field(registry, field, object.get(field.name.as_str())));
        }
        // Validation has refused variables of output types.
        MetaType::Object { .. } | MetaType::Interface { .. } | MetaType::Union { .. } => true,
    };
    (!fits).then(|| format!("expected a value of type \"{name}\"."))
}

fn misfit_field(registry: &Registry, field: &MetaInputValue, value: Option<&Value>) -> Option<String> {
    let problem = match value {
        Some(value) => misfit(registry, &field.ty, value)?,
        None if field.ty.ends_with('!') && field.default_value.is_none() => {
            format!("a value of type \"{}\" is required.", field.ty)
        }
        None => return None,
    };
    Some(format!("{}: {problem}", field.name))
}
