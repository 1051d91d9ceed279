//! Devices and contract headers → assets and contracts.

use super::value::Zone;
use super::words as known;
use crate::wire::Text;
use crate::wire::estate::{AssetRow, AssetTypeRow, ContractRow, PeriodRow};
use portico_contract::Kind;
use portico_contract::record::{Asset, Contract, ContractPeriod, Record};
use portico_contract::value::{ContractType, CustomValue, Label, Money, Visibility};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// The names of key fields where a type gives them none.
const KEY_FIELDS: [&str; 3] = ["Key Field", "Key Field 2", "Key Field 3"];

/// `None` for an asset of nobody, and for one that was put away: Halo's portal shows none of these. Whether its type is shown to users decides about the type's choice, not about assets
/// that agents see as well.
pub(crate) fn asset(row: &AssetRow, types: &BTreeMap<i64, AssetTypeRow>, zone: Zone) -> Option<Record> {
    if row.inactive.yes() {
        return None;
    }
    let kind = row.assettype_id.key().and_then(|id| types.get(&id));
    let type_name = row.assettype_name.words().or_else(|| kind.and_then(|kind| kind.name.words()));
    let name = row.key_field.words().or_else(|| row.inventory_number.words());
    Some(Record::Asset(Box::new(Asset {
        id: row.id.id(Kind::Asset)?,
        account: row.client_id.id(Kind::Account)?,
        site: row.site_id.id(Kind::Site),
        contact: row.first_user_id.id(Kind::Contact),
        number: row.inventory_number.words(),
        name: name.unwrap_or_else(|| format!("Asset {}", row.id.0.unwrap_or_default())),
        asset_type: type_name,
        status: row.status_name.words(),
        make: None,
        model: None,
        serial: None,
        operating_system: None,
        url: None,
        key_fields: key_fields(row, kind),
        notes: None,
        installed_on: zone.day(&row.commissiondate),
        purchased_on: zone.day(&row.supplier_purchasedate),
        warranty_expires_on: zone.day(&row.warranty_end),
        active: true,
    })))
}

/// The three columns of the asset picker, under the names that their type gives them.
fn key_fields(row: &AssetRow, kind: Option<&AssetTypeRow>) -> Vec<CustomValue> {
    let values = [&row.key_field, &row.key_field2, &row.key_field3];
    let nothing = Text::default();
    let names = kind.map_or([&nothing; 3], |kind| [&kind.keyfield_name, &kind.keyfield2_name, &kind.keyfield3_name]);
    let keys = ["key_field", "key_field2", "key_field3"];
    let columns = keys.into_iter().zip(KEY_FIELDS).zip(names).zip(values);
    columns
        .filter_map(|(((key, usual), name), value)| {
            let value = Value::String(value.words()?);
            let label = name.or(|| usual.to_owned());
            Some(CustomValue { key: key.to_owned(), label, value, visibility: Visibility::Public })
        })
        .collect()
}

/// `None` for a contract of nobody. Amounts without a currency are left out: none is guessed.
pub(crate) fn contract(row: &ContractRow, currency: Option<&str>, zone: Zone) -> Option<Record> {
    let money = |amount: Option<Decimal>| money(amount, currency);
    let by_amount = row.contract_prepayasamount.yes();
    let prepaid = row.contract_prepaytotal.0.is_some_and(|total| !total.is_zero());
    let figure = |amount: Option<Decimal>| amount.filter(|_| prepaid && by_amount);
    let hours = |hours: crate::wire::Num| hours.seconds().filter(|_| prepaid && !by_amount);
    Some(Record::Contract(Box::new(Contract {
        id: row.id.id(Kind::Contract)?,
        account: row.client_id.id(Kind::Account)?,
        site: row.site_id.id(Kind::Site),
        name: name(row),
        number: row.reference.words(),
        contract_type: contract_type(row, prepaid, by_amount),
        status: row.contract_status.words(),
        active: !row.expired.yes() && !row.active.no(),
        is_default: false,
        description: None,
        billing_info: row.billing_description_string.words(),
        sla: row.sla_name.words(),
        setup_fee: None,
        starts_on: zone.day(&row.start_date),
        ends_on: zone.day(&row.end_date),
        billing_cycle: row.billing_period_string.words(),
        billing_price: money(row.periodchargeamount.0),
        billed: None,
        remaining: money(figure(row.contract_prepaybalance.0)),
        consumed: money(figure(row.contract_prepayused.0)),
        prepaid_seconds: hours(row.contract_prepaytotal),
        used_seconds: hours(row.contract_prepayused),
        history: row.prepay_periods.all().iter().map(|period| past(period, by_amount, currency, zone)).collect(),
    })))
}

fn money(amount: Option<Decimal>, currency: Option<&str>) -> Option<Money> {
    Some(Money { amount: amount?, currency: currency?.to_owned() })
}

fn name(row: &ContractRow) -> String {
    let texts = [&row.refextra, &row.reference];
    let name = texts.iter().find_map(|text| text.words());
    name.unwrap_or_else(|| format!("Contract {}", row.id.0.unwrap_or_default()))
}

/// By the name of the type, else by how it is billed.
fn contract_type(row: &ContractRow, prepaid: bool, by_amount: bool) -> Label<ContractType> {
    let name = row.contracttype_name.as_str();
    let recurring = row.periodchargeamount.0.is_some_and(|amount| !amount.is_zero());
    let by_billing = match (prepaid, by_amount, recurring) {
        (true, true, _) => ContractType::RetainerByAmount,
        (true, false, _) => ContractType::RetainerByHours,
        (false, _, true) => ContractType::Recurring,
        (false, _, false) => ContractType::Other,
    };
    let label = name.unwrap_or("Contract").to_owned();
    Label { group: name.and_then(known::contract).unwrap_or(by_billing), native_id: label.clone(), label }
}

fn past(row: &PeriodRow, by_amount: bool, currency: Option<&str>, zone: Zone) -> ContractPeriod {
    ContractPeriod {
        starts_on: zone.day(&row.start_date),
        ends_on: zone.day(&row.end_date),
        amount: money(row.amount_used_this_period.0.filter(|_| by_amount), currency),
        seconds: row.hours_used_this_period.seconds().filter(|_| !by_amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    const ZONE: Zone = Zone(chrono_tz::UTC);

    #[test]
    fn the_picker_columns_carry_the_names_of_their_type() {
        let kind: AssetTypeRow =
            from_value(json!({"id": 4, "name": "Laptop", "keyfield_name": "Serial", "keyfield2_name": ""})).unwrap();
        let row = from_value(json!({"id": 77, "client_id": 12, "assettype_id": 4, "inventory_number": "A-1",
            "key_field": "SN7", "key_field2": "x", "warranty_end": "2027-01-01T00:00:00"}))
        .unwrap();
        let Some(Record::Asset(asset)) = asset(&row, &BTreeMap::from([(4, kind)]), ZONE) else { panic!() };
        let columns: Vec<_> = asset.key_fields.iter().map(|field| (field.label.as_str(), &field.value)).collect();
        assert_eq!(columns, [("Serial", &json!("SN7")), ("Key Field 2", &json!("x"))]);
        assert_eq!((asset.asset_type.as_deref(), asset.number.as_deref()), (Some("Laptop"), Some("A-1")));
        assert_eq!(asset.warranty_expires_on.unwrap().to_string(), "2027-01-01");
        let away = from_value(json!({"id": 77, "client_id": 12, "inactive": true})).unwrap();
        assert_eq!(super::asset(&away, &BTreeMap::new(), ZONE), None);
    }

    #[test]
    fn amounts_depend_on_the_type_and_none_is_guessed_a_currency() {
        let read = |value, currency| {
            let row: ContractRow = from_value(value).unwrap();
            let Some(Record::Contract(contract)) = contract(&row, currency, ZONE) else { panic!() };
            *contract
        };
        let base =
            json!({"id": 1, "client_id": 12, "ref": "C-1", "contract_prepaytotal": 10.5, "contract_prepayused": 2});
        let hours = read(base.clone(), Some("EUR"));
        assert_eq!(
            (hours.contract_type.group, hours.prepaid_seconds, hours.used_seconds),
            (ContractType::RetainerByHours, Some(37_800), Some(7_200))
        );
        assert_eq!(hours.consumed, None);
        let mut by_amount = base;
        by_amount["contract_prepayasamount"] = true.into();
        let amount = read(by_amount.clone(), Some("EUR"));
        assert_eq!((amount.contract_type.group, amount.prepaid_seconds), (ContractType::RetainerByAmount, None));
        assert_eq!(amount.consumed.unwrap().amount, Decimal::from(2));
        assert_eq!(read(by_amount, None).consumed, None);
    }
}
