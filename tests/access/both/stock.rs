//! What a tenant needs so that everything the schema shows is there: contracts of every type at two accounts, a user
//! without rights, and what was done with it.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use super::Both;
use anyhow::{Context, Result, ensure};
use portico_sandbox::Halo;
use portico_sandbox::halopsa::SHIFT;
use portico_tests::house::ADMINISTRATOR;
use serde_json::{Value, json};

/// Clients of the world that get contracts.
const CLIENTS: [i64; 2] = [1, 2];

/// A month that is over.
fn period() -> Value {
    json!({ "start_date": "2026-01-01T00:00:00", "end_date": "2026-01-31T00:00:00",
        "hours_used_this_period": 2.5, "amount_used_this_period": 25.0 })
}

/// A contract of each type that the schema knows.
fn contracts() -> [(&'static str, Value); 6] {
    let prepaid = json!({ "contracttype_name": "Bundle", "contract_prepaytotal": 10.0, "contract_prepayused": 4.0,
        "prepay_periods": [period()] });
    let mut by_amount = prepaid.clone();
    by_amount["contract_prepayasamount"] = json!(true);
    [
        (
            "RecurringContract",
            json!({ "contracttype_name": "Managed services", "periodchargeamount": 120.0, "prepay_periods": [period()] }),
        ),
        ("TimeAndMaterialsContract", json!({ "contracttype_name": "Time and materials" })),
        ("FixedPriceContract", json!({ "contracttype_name": "Fixed price", "periodchargeamount": 120.0 })),
        ("RetainerByHoursContract", prepaid),
        ("RetainerByAmountContract", by_amount),
        ("OtherContract", json!({ "contracttype_name": "Friendship" })),
    ]
}

/// What Portico is told of the tenant's catalogue, forms and notes.
pub fn settings() -> toml::Table {
    let numbers = [("field_optional", 1), ("field_required", 2)];
    let numbers = numbers.map(|(key, value)| (key.to_owned(), toml::Value::Integer(value)));
    let switches = ["popups", "products"].map(|key| (key.to_owned(), toml::Value::Boolean(true)));
    numbers.into_iter().chain(switches).collect()
}

/// Before the tenant is read.
pub fn shelf(halo: &Halo, plain: i64) -> Result<()> {
    for (id, _) in halo.ids("ClientContract") {
        halo.update("ClientContract", id, json!({ "prepay_periods": [period()] }))?;
    }
    for client in CLIENTS {
        for (name, mut fields) in contracts() {
            let usual = json!({ "client_id": client + SHIFT.client, "ref": format!("{name} of {client}"),
                "active": true, "expired": false, "started": true, "contract_status": "Active",
                "start_date": "2026-01-01T00:00:00", "end_date": "2026-12-31T00:00:00" });
            let fields = fields.as_object_mut().context("no fields")?;
            fields.extend(usual.as_object().cloned().unwrap_or_default());
            halo.write("ClientContract", Value::Object(fields.clone()))?;
        }
    }
    Ok(halo.update_user(plain, json!({ "canaccesscatalog": false }))?)
}

/// After it: something written, and accounts that look alike.
pub async fn acts(both: &Both) -> Result<()> {
    let house = &both.house;
    let open = format!("filter: {{ open: true, account: {{ eq: \"{}\" }} }}", both.home()?);
    let tickets = house.data(ADMINISTRATOR, &format!("{{ tickets(first: 1, {open}) {{ nodes {{ id }} }} }}")).await?;
    let close =
        format!("closeTicket(id: {}) {{ delivery userErrors {{ message }} }}", tickets["tickets"]["nodes"][0]["id"]);
    let done = house.data(ADMINISTRATOR, &format!("mutation {{ {close} proposeAccountLinks {{ proposed }} }}")).await?;
    ensure!(done["closeTicket"]["delivery"].is_string(), "{done}");
    ensure!(done["proposeAccountLinks"]["proposed"] != 0, "{done}");
    Ok(())
}
