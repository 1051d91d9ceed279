//! Fields of a ticket type → the form of the services that open such tickets.
//!
//! What the numbers of `endusernew` mean is not published: settings say it, and without them no field is shown. Fields that
//! are no custom fields are Halo's own, such as the summary, and are filled by Portico.

use crate::config::HaloConfig;
use crate::wire::choice::{FieldInfoRow, FieldRow, TypeFieldsRow};
use portico_contract::Kind;
use portico_contract::record::{Form, FormField, FormOption, Record};

/// Names of custom fields begin so.
const CUSTOM: &str = "CF";

/// `None` for a row without an id.
pub(crate) fn form(row: &TypeFieldsRow, config: &HaloConfig) -> Option<Record> {
    let mut rows: Vec<&FieldRow> = row.fields.all().iter().collect();
    rows.sort_by_key(|field| field.seq.0.unwrap_or(i64::MAX));
    Some(Record::Form(Form {
        id: row.id.id(Kind::Form)?,
        name: row.name.or(|| format!("Type {}", row.id.0.unwrap_or_default())),
        fields: rows.into_iter().filter_map(|row| field(row, config)).collect(),
        active: true,
    }))
}

fn field(row: &FieldRow, config: &HaloConfig) -> Option<FormField> {
    let shown = row.endusernew.0?;
    let required = config.field_required == Some(shown);
    if !required && config.field_optional != Some(shown) {
        return None;
    }
    let info = row.fieldinfo.clone().unwrap_or_default();
    let name = info.name.words().or_else(|| row.fieldname.words())?;
    if !name.starts_with(CUSTOM) {
        return None;
    }
    Some(FormField {
        key: row.fieldid.key()?.to_string(),
        label: row.override_fieldname.words().or_else(|| info.label.words()).unwrap_or(name),
        field_type: kind(&info, config).to_owned(),
        required,
        options: options(&info),
        depends_on: None,
        default: None,
        help: info.hint.words(),
    })
}

/// What has values is chosen from; what nobody has named is text.
fn kind(info: &FieldInfoRow, config: &HaloConfig) -> &'static str {
    if !info.values.all().is_empty() {
        "choice"
    } else if info.kind.0.is_some_and(|kind| config.date_fields.contains(&kind)) {
        "date"
    } else {
        "text"
    }
}

fn options(info: &FieldInfoRow) -> Vec<FormOption> {
    let option = |row: &crate::wire::choice::NamedRow| {
        let value = row.id.0?.to_string();
        Some(FormOption { label: row.name.or(|| value.clone()), value })
    };
    info.values.all().iter().filter_map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn a_form_asks_what_users_may_fill_in_and_nothing_else() {
        let field = |id: i64, shown: i64, name: &str, more: serde_json::Value| {
            let mut info = json!({ "name": name, "label": name, "type": 0 });
            info.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
            json!({ "fieldid": id, "fieldname": name, "seq": id, "endusernew": shown, "fieldinfo": info })
        };
        let row = json!({ "id": 3, "name": "Service Request", "fields": [
            field(9, 1, "CFModel", json!({ "values": [{ "id": 1, "name": "Small" }] })),
            field(1, 2, "symptom", json!({})),
            field(7, 2, "CFStart", json!({ "type": 4 })),
            field(8, 0, "CFMargin", json!({})),
        ]});
        let read = |config: &HaloConfig| match form(&from_value(row.clone()).unwrap(), config) {
            Some(Record::Form(form)) => form.fields,
            _ => panic!(),
        };
        let config = HaloConfig {
            field_optional: Some(1),
            field_required: Some(2),
            date_fields: vec![4],
            ..HaloConfig::default()
        };
        let fields = read(&config);
        let said: Vec<_> = fields.iter().map(|it| (it.key.as_str(), it.field_type.as_str(), it.required)).collect();
        assert_eq!(said, [("7", "date", true), ("9", "choice", false)]);
        assert_eq!(fields[1].options, [FormOption { value: "1".into(), label: "Small".into() }]);
        assert!(read(&HaloConfig::default()).is_empty(), "nothing is guessed");
    }
}
