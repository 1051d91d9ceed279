//! What customers and staff do with the rest of it.

use super::*;

#[tokio::test]
async fn quotes_payments_and_followers_reach_the_psa() -> Result<()> {
    let shelf = shelf().await?;
    let (house, primary) = (&shelf.house, shelf.primary.who());
    let decide = "mutation($id: ID!, $yes: Boolean!) { decideQuote(id: $id, input: { accept: $yes }) { \
        quote { status { group } } delivery userErrors { code } } }";
    let open = "{ quotes(first: 100, filter: { status: { eq: OPEN } }) { nodes { id availableActions } } }";
    let rows = house.data(primary, open).await?;
    for quote in at(&rows, "/quotes/nodes").as_array().into_iter().flatten() {
        assert_eq!(quote["availableActions"], json!(["DECIDE"]), "{quote}");
        let refused = shelf.run(shelf.stranger.who(), decide, json!({ "id": quote["id"], "yes": true })).await?;
        assert_eq!(refused["userErrors"][0]["code"], "NOT_FOUND", "{refused}");
    }
    let (mut seen, mut expected) = (0, [true, false].into_iter().cycle());
    for quote in at(&rows, "/quotes/nodes").as_array().into_iter().flatten() {
        let yes = expected.next().unwrap_or_default();
        let done = shelf.run(primary, decide, json!({ "id": quote["id"], "yes": yes })).await?;
        assert_eq!(done["delivery"], "APPLIED", "{done}");
        assert_eq!(done["quote"]["status"]["group"], if yes { "ACCEPTED" } else { "DECLINED" }, "{done}");
        let again = shelf.run(primary, decide, json!({ "id": quote["id"], "yes": !yes })).await?;
        assert_eq!(again["userErrors"][0]["code"], "CONFLICT", "{again}");
        seen += 1;
    }
    ensure!(seen > 0, "no quote waits for an answer");
    let standard = house.data(primary, "{ tickets(first: 1, filter: { open: true }) { nodes { id } } }").await?;
    if let Some(ticket) = at(&standard, "/tickets/nodes/0/id").as_str() {
        let follow = "mutation($id: ID!, $who: [ID!]!) { setTicketFollowers(id: $id, input: { followerIds: $who }) { \
            delivery userErrors { code field } } }";
        let done = shelf.run(primary, follow, json!({ "id": ticket, "who": [shelf.user.contact] })).await?;
        assert_eq!(done["delivery"], "APPLIED", "{done}");
        let done = shelf.run(primary, follow, json!({ "id": ticket, "who": [shelf.stranger.contact] })).await?;
        assert_eq!(done["userErrors"][0]["code"], "NOT_FOUND", "{done}");
    }
    let pay = "mutation($id: ID!, $amount: Decimal!) { recordPayment(id: $id, input: { amount: $amount, \
        method: \"card\", reference: \"ch_1\" }) { invoice { paid { amount } payments(first: 9) { nodes { amount { amount } } } } \
        delivery userErrors { code field } } }";
    let backend = house.other()?.id;
    let query = "query($a: ID!) { invoices(first: 1, filter: { status: { eq: UNPAID }, account: { eq: $a } }) { \
        nodes { id payments(first: 9) { nodes { id } } } } }";
    let mut invoice = Value::Null;
    for client in &house.world.clients {
        let account = ids::derived(backend, &NativeId::new(Kind::Account, i64::from(client.id) + SHIFT.client));
        let account = GlobalId::new(Kind::Account, account).to_string();
        let answer = house.ask_with(ADMINISTRATOR, query, json!({ "a": account })).await?;
        invoice = at(&answer, "/data/invoices/nodes/0/id").clone();
        if invoice.is_string() {
            break;
        }
    }
    let answer = house.ask_with(primary, pay, json!({ "id": invoice, "amount": "1.00" })).await?;
    ensure!(answer.get("data").is_none(), "customers record nothing: {answer}");
    let done = shelf.run(ADMINISTRATOR, pay, json!({ "id": invoice, "amount": "-1" })).await?;
    assert_eq!(done["userErrors"][0]["field"], json!(["input", "amount"]), "{done}");
    let done = shelf.run(ADMINISTRATOR, pay, json!({ "id": invoice, "amount": "1.00" })).await?;
    assert_eq!(done["delivery"], "APPLIED", "{done}");
    let recorded = || {
        let payments = shelf.halo.ids("InvoicePayment");
        payments.iter().filter(|(id, _)| shelf.halo.value("InvoicePayment", *id, "thirdpartyid") == "ch_1").count()
    };
    assert_eq!(recorded(), 1, "{done}");
    let again = shelf.run(ADMINISTRATOR, pay, json!({ "id": invoice, "amount": "1.00" })).await?;
    assert_eq!(again["delivery"], "APPLIED", "{again}");
    assert_eq!(recorded(), 1, "a reference is recorded once");
    Ok(())
}
