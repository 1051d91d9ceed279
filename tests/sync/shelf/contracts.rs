//! Contracts and their types.

use super::*;

/// Acceptance: K01 (Query.contracts, Contract.name)
/// Acceptance in part: K02, K08 (Contract.type, RecurringContract.history)
#[tokio::test]
async fn contracts_are_an_accounts_own_and_of_their_type() -> Result<()> {
    let shelf = shelf().await?;
    let plans = |client: i32, all: bool| -> BTreeSet<String> {
        let own = shelf.house.world.recurring.iter().filter(|it| it.client == client && (all || it.active));
        own.filter_map(|it| shelf.id(Kind::Contract, i64::from(it.id) + SHIFT.contract).ok()).collect()
    };
    for who in [&shelf.primary, &shelf.stranger] {
        assert_eq!(shelf.names(who.who(), "contracts", "id").await?, plans(who.client, false));
    }
    let answer = shelf.house.ask(shelf.user.who(), "{ contracts(first: 5) { nodes { id } } }").await?;
    assert_eq!(at(&answer, "/errors/0/extensions/code"), "FORBIDDEN", "{answer}");
    let everything: BTreeSet<i32> = shelf.house.world.recurring.iter().map(|it| it.client).collect();
    let every: BTreeSet<String> = everything.into_iter().filter(|it| *it != 0).flat_map(|it| plans(it, true)).collect();
    assert_eq!(shelf.names(ADMINISTRATOR, "contracts", "id").await?, every);

    let query = "{ contracts(first: 100, filter: { type: { eq: RECURRING } }, orderBy: { field: ENDS_ON }) { nodes { \
        __typename id name type active sla account { id } startsOn endsOn ... on RecurringContract { billingCycle \
        billingPrice { amount currency } history { amount { amount } } } } } }";
    let data = shelf.house.data(shelf.primary.who(), query).await?;
    let rows = at(&data, "/contracts/nodes").as_array().cloned().unwrap_or_default();
    ensure!(!rows.is_empty(), "{data}");
    for row in &rows {
        assert_eq!(row["__typename"], "RecurringContract");
        assert_eq!(row["account"]["id"], shelf.primary.account.as_str());
        assert_eq!(row["billingPrice"]["currency"], "USD");
        ensure!(row["billingCycle"].is_string() && row["history"].is_array(), "{row}");
        let node = format!("{{ node(id: {}) {{ __typename ... on Contract {{ name }} }} }}", row["id"]);
        let node = shelf.house.data(shelf.primary.who(), &node).await?;
        assert_eq!((&at(&node, "/node/__typename"), &at(&node, "/node/name")), (&row["__typename"], &row["name"]));
        let node = format!("{{ node(id: {}) {{ id }} }}", row["id"]);
        assert!(at(&shelf.house.ask(shelf.stranger.who(), &node).await?, "/data/node").is_null());
    }
    Ok(())
}

/// Acceptance: K03, K04, K05, K07, K09 (RecurringContract.billingCycle, RetainerByHoursContract.billingCycle, RetainerByHoursContract.prepaidTime, RecurringContract.billingPrice, FixedPriceContract.billingPrice, RetainerByAmountContract.billingPrice, RetainerByAmountContract.consumedAmount)
/// Acceptance in part: K06 (FixedPriceContract.billAmount, FixedPriceContract.remainingAmount)
#[tokio::test]
async fn each_type_of_contract_says_what_is_its_own() -> Result<()> {
    let shelf = shelf().await?;
    let plan = shelf.house.world.recurring.iter().find(|it| it.client == shelf.primary.client && it.active);
    let key = i64::from(plan.context("no plan")?.id) + SHIFT.contract;
    let id = shelf.id(Kind::Contract, key)?;
    let usual = json!({ "periodchargeamount": 120.0, "billing_period_string": "Monthly" });
    shelf.halo.update("ClientContract", key, usual)?;
    let price = json!({ "amount": "120.00" });
    for (change, name, fields, expected) in [
        (
            json!({}),
            "RecurringContract",
            "billingCycle billingPrice { amount }",
            json!({ "billingCycle": "Monthly", "billingPrice": price }),
        ),
        (
            json!({ "contracttype_name": "Time and materials" }),
            "TimeAndMaterialsContract",
            "type",
            json!({ "type": "Time and materials" }),
        ),
        (
            json!({ "contracttype_name": "Fixed price" }),
            "FixedPriceContract",
            "billingPrice { amount } billAmount { amount } remainingAmount { amount }",
            json!({ "billingPrice": price, "billAmount": null, "remainingAmount": null }),
        ),
        (
            json!({ "contracttype_name": "Bundle", "contract_prepaytotal": 10.0, "contract_prepayused": 4.0 }),
            "RetainerByHoursContract",
            "billingCycle prepaidTime { total used remaining }",
            json!({ "billingCycle": "Monthly", "prepaidTime": { "total": 36_000, "used": 14_400, "remaining": 21_600 } }),
        ),
        (
            json!({ "contract_prepayasamount": true, "contract_prepaybalance": 6.0 }),
            "RetainerByAmountContract",
            "billingPrice { amount } consumedAmount { amount } remainingAmount { amount }",
            json!({ "billingPrice": price, "consumedAmount": { "amount": "4.00" }, "remainingAmount": { "amount": "6.00" } }),
        ),
    ] {
        shelf.halo.update("ClientContract", key, change)?;
        shelf.sweep(Stream::Contracts).await?;
        let query = format!("{{ contract(id: \"{id}\") {{ __typename ... on {name} {{ {fields} }} }} }}");
        let mut data = shelf.house.data(shelf.primary.who(), &query).await?;
        let contract = data["contract"].as_object_mut().context("no contract")?;
        assert_eq!(contract.remove("__typename"), Some(json!(name)));
        assert_eq!(Value::Object(contract.clone()), expected, "{name}");
    }
    Ok(())
}
