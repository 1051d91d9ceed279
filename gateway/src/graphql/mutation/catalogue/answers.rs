//! How a form is filled in, held against its fields: a table of what each type takes.

use super::super::write::{Checked, Field, Writer, Wrong};
use crate::graphql::catalogue::FormFieldType;
use crate::readmodel::entity::{assets, contacts, sites};
use crate::readmodel::fence::Fenced;
use crate::readmodel::relation::Related;
use async_graphql::InputObject;
use chrono::NaiveDate;
use portico_contract::ErrorKind;
use portico_contract::record::FormField;
use rust_decimal::Decimal;
use sea_orm::{FromQueryResult, ModelTrait, Value};
use serde_json::Value as Json;
use std::collections::HashSet;
use uuid::Uuid;

/// How one field is filled in.
#[derive(Debug, InputObject)]
pub struct FormAnswerInput {
    /// The field's key.
    key: String,
    /// Text; `true` or `false`; a number; a date such as 2026-01-31; the value of an option; the id of a contact, an
    /// asset or a site.
    value: String,
}

const ANSWERS: Field = &["input", "answers"];
/// Letters of an answer.
const LONGEST: usize = 4_000;

fn wrong(key: &str, text: impl Into<String>) -> Wrong {
    Wrong::invalid(ANSWERS, text).below(key)
}

/// Whether a field is asked at all: what it depends on was answered so.
fn is_asked(field: &FormField, answers: &[FormAnswerInput]) -> bool {
    field
        .depends_on
        .as_ref()
        .is_none_or(|on| answers.iter().any(|answer| answer.key == on.key && on.values.contains(&answer.value)))
}

/// The answers, as the PSA takes them, in the order of the form.
pub async fn checked(
    writer: &Writer<'_>,
    backend: &Uuid,
    account: Uuid,
    fields: &[FormField],
    answers: &[FormAnswerInput],
) -> Checked<Vec<(String, Json)>> {
    let mut keys = HashSet::new();
    for answer in answers {
        if !fields.iter().any(|field| field.key == answer.key) {
            return Err(wrong(&answer.key, "The form has no such field. Read it again."));
        }
        if !keys.insert(answer.key.as_str()) {
            return Err(wrong(&answer.key, "Is answered twice."));
        }
    }
    let mut values = Vec::with_capacity(answers.len());
    for field in fields.iter().filter(|field| is_asked(field, answers)) {
        let given = answers.iter().find(|answer| answer.key == field.key);
        let given = given.map(|answer| answer.value.trim()).filter(|value| !value.is_empty());
        let value = match (given, &field.default) {
            (Some(text), _) => value(writer, *backend, account, field, text).await?,
            (None, Some(default)) => default.clone(),
            (None, None) if field.required => return Err(wrong(&field.key, "Must be filled in.")),
            (None, None) => continue,
        };
        values.push((field.key.clone(), value));
    }
    Ok(values)
}

async fn value(writer: &Writer<'_>, backend: Uuid, account: Uuid, field: &FormField, text: &str) -> Checked<Json> {
    let key = &field.key;
    if text.chars().count() > LONGEST {
        return Err(wrong(key, format!("Must have at most {LONGEST} letters.")));
    }
    match FormFieldType::of(&field.field_type) {
        FormFieldType::Text => Ok(Json::from(text)),
        FormFieldType::Html => Ok(Json::from(crate::readmodel::html::written(text))),
        FormFieldType::Boolean => {
            text.parse::<bool>().map(Json::from).map_err(|_| wrong(key, "Must be true or false."))
        }
        FormFieldType::Number => {
            let number: Decimal = text.parse().map_err(|_| wrong(key, "Must be a number."))?;
            Ok(number.to_string().parse::<serde_json::Number>().map_or_else(|_| Json::from(text), Json::Number))
        }
        FormFieldType::Date => {
            let date: NaiveDate = text.parse().map_err(|_| wrong(key, "Must be a date such as 2026-01-31."))?;
            Ok(Json::from(date.to_string()))
        }
        FormFieldType::Choice => {
            let known = field.options.iter().any(|option| option.value == text);
            if known { Ok(Json::from(text)) } else { Err(wrong(key, "Is none of the options. Read the form again.")) }
        }
        FormFieldType::File => {
            Err(Wrong::at(ANSWERS, ErrorKind::Unsupported, "Files cannot be sent with it.").below(key))
        }
        named => person_or_thing(writer, backend, account, named, key, text).await,
    }
}

/// What an answer names must be seen by the viewer, and be the account's own.
async fn person_or_thing(
    writer: &Writer<'_>,
    backend: Uuid,
    account: Uuid,
    named: FormFieldType,
    key: &str,
    id: &str,
) -> Checked<Json> {
    let whose = match named {
        FormFieldType::Contact => whose::<contacts::Entity>(writer, id).await,
        FormFieldType::Asset => whose::<assets::Entity>(writer, id).await,
        _ => whose::<sites::Entity>(writer, id).await,
    };
    match whose.map_err(|error| error.below(key))?.as_slice() {
        [Value::Uuid(Some(of)), Value::Uuid(Some(at)), Value::String(Some(native))]
            if *of == backend && *at == account =>
        {
            Ok(Json::from(native.as_str()))
        }
        _ => Err(Wrong::missing(ANSWERS).below(key)),
    }
}

/// What is asked of a row that an answer names: its backend, its account, and what the PSA calls it.
const WHOSE: [&str; 3] = ["backend_id", "account_id", "native_key"];

async fn whose<E>(writer: &Writer<'_>, id: &str) -> Checked<Vec<Value>>
where
    E: Fenced,
    E::Model: Related + FromQueryResult,
{
    let columns: Vec<E::Column> = WHOSE.into_iter().filter_map(E::column).collect();
    let row = writer.row::<E>(ANSWERS, id, &columns).await?;
    Ok(columns.into_iter().map(|column| row.get(column)).collect())
}
