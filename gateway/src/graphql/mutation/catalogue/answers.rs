//! How a form is filled in, held against its fields: a table of what each type takes.

use super::super::write::{Checked, Field, Writer, Wrong};
use crate::graphql::catalogue::FormFieldType;
use crate::readmodel::entity::{assets, contacts, sites};
use async_graphql::InputObject;
use chrono::NaiveDate;
use portico_contract::ErrorKind;
use portico_contract::record::FormField;
use rust_decimal::Decimal;
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
    let found = match named {
        FormFieldType::Contact => {
            use contacts::Column as C;
            let row = writer.row::<contacts::Entity>(ANSWERS, id, &[C::BackendId, C::AccountId, C::NativeKey]).await;
            row.map(|row| (row.backend_id, row.account_id, row.native_key.clone()))
        }
        FormFieldType::Asset => {
            use assets::Column as C;
            let row = writer.row::<assets::Entity>(ANSWERS, id, &[C::BackendId, C::AccountId, C::NativeKey]).await;
            row.map(|row| (row.backend_id, row.account_id, row.native_key.clone()))
        }
        _ => {
            use sites::Column as C;
            let row = writer.row::<sites::Entity>(ANSWERS, id, &[C::BackendId, C::AccountId, C::NativeKey]).await;
            row.map(|row| (row.backend_id, row.account_id, row.native_key.clone()))
        }
    };
    match found.map_err(|error| error.below(key))? {
        (of, at, native) if of == backend && at == account => Ok(Json::from(native)),
        _ => Err(Wrong::missing(ANSWERS).below(key)),
    }
}
