//! What is chosen when a ticket is opened reaches the PSA under its own keys, and is shown in its words.

use super::*;
use std::time::Duration;

/// Inputs of a new ticket that are choices: their list, where the ticket shows them, and where Halo keeps what of them.
const CHOICES: [(&str, &str, &str, &str, &str); 5] = [
    ("typeId", "TICKET_TYPE", "/type", "tickettype_id", "value"),
    ("categoryId", "TICKET_CATEGORY", "/category", "category_1", "label"),
    ("urgencyId", "TICKET_URGENCY", "/urgency", "urgency", "value"),
    ("impactId", "TICKET_IMPACT", "/impact", "impact", "value"),
    ("priorityId", "TICKET_PRIORITY", "/priority/label", "priority_id", "value"),
];
const SHOWN: &str = "number type category urgency impact priority { label } site { id } asset { id } contact { id } \
    requester { name } contract { id }";

/// The last row of a list of which this is true.
async fn last(shelf: &Shelf, list: &str, field: &str, is: fn(&Value) -> bool) -> Result<Value> {
    let data = shelf.house.data(shelf.primary.who(), &format!("{{ {list} {{ nodes {{ id {field} }} }} }}")).await?;
    let name = list.split('(').next().context("no name")?;
    let rows = at(&data, &format!("/{name}/nodes"));
    rows.as_array().into_iter().flatten().rfind(|row| is(row)).cloned().with_context(|| format!("{list}: {data}"))
}

async fn choice(shelf: &Shelf, list: &str, is: fn(&Value) -> bool) -> Result<Value> {
    last(shelf, &format!("choices(list: {list}, first: 100)"), "label value active", is).await
}

#[tokio::test]
async fn a_choice_of_another_list_or_out_of_use_is_refused_in_words() -> Result<()> {
    let shelf = shelf().await?;
    let of_another = choice(&shelf, "TICKET_TYPE", |row| row["active"] == true).await?;
    let out_of_use = choice(&shelf, "TICKET_PRIORITY", |row| row["active"] == false).await?;
    let create = "mutation($id: ID!) { createTicket(input: { subject: \"Chosen\", description: \"Wrong\", \
        priorityId: $id }) { ticket { id } delivery userErrors { code message field } } }";
    for (choice, word) in [(of_another, "choices(list: TICKET_PRIORITY)"), (out_of_use, "not in use any more")] {
        let told = shelf.run(shelf.primary.who(), create, json!({ "id": choice["id"] })).await?;
        let wrong = at(&told, "/userErrors/0");
        assert_eq!((&wrong["code"], &wrong["field"]), (&json!("BAD_USER_INPUT"), &json!(["input", "priorityId"])));
        ensure!(wrong["message"].as_str().is_some_and(|message| message.contains(word)), "{told}");
        assert_eq!((&told["ticket"], &told["delivery"]), (&Value::Null, &Value::Null));
    }
    Ok(())
}

/// Acceptance: T07 (CreateTicketInput.categoryId, Ticket.category)
/// Acceptance: T08 (CreateTicketInput.siteId, Ticket.site)
/// Acceptance: T09 (CreateTicketInput.typeId, Ticket.type)
/// Acceptance: T15 (CreateTicketInput.impactId, Ticket.impact)
/// Acceptance: T18 (Ticket.contact, Ticket.requester)
/// Acceptance: T48 (Ticket.site, Ticket.contract, Ticket.asset, Ticket.contact)
/// Acceptance in part: T04 (CreateTicketInput.urgencyId, CreateTicketInput.impactId, CreateTicketInput.priorityId)
#[tokio::test]
async fn what_was_chosen_for_a_ticket_is_on_it() -> Result<()> {
    let shelf = shelf().await?;
    let mut input = json!({ "subject": "Chosen", "description": "All of it" });
    let (mut expected, mut kept) = (Vec::new(), Vec::new());
    for (name, list, place, field, what) in CHOICES {
        let choice = choice(&shelf, list, |row| row["active"] == true).await?;
        input[name] = choice["id"].clone();
        expected.push((place, choice["label"].clone()));
        kept.push((field, choice[what].clone()));
    }
    for (name, list, place) in [("siteId", "sites(first: 5)", "/site/id"), ("assetId", "assets(first: 5)", "/asset/id")]
    {
        let row = last(&shelf, list, "name", |_| true).await?;
        input[name] = row["id"].clone();
        expected.push((place, row["id"].clone()));
    }
    expected.push(("/contact/id", json!(shelf.primary.contact)));
    let create = format!(
        "mutation($input: CreateTicketInput!) {{ createTicket(input: $input) {{ ticket {{ id {SHOWN} }} delivery \
         userErrors {{ code message field }} }} }}"
    );
    let made = shelf.run(shelf.primary.who(), &create, json!({ "input": input })).await?;
    assert_eq!(made["delivery"], "APPLIED", "{made}");
    let is_shown = |ticket: &Value| {
        for (place, value) in &expected {
            assert_eq!(&at(ticket, place), value, "{place}: {ticket}");
        }
    };
    is_shown(&made["ticket"]);
    let number = Shelf::number(&made["ticket"])?;
    for (field, value) in kept {
        let word = shelf.halo.value("Tickets", number, field).to_string();
        assert_eq!(Some(word.trim_matches('"')), value.as_str(), "{field}");
    }
    let (site, assets) =
        (shelf.halo.value("Tickets", number, "site_id"), shelf.halo.value("Tickets", number, "assets"));
    assert_eq!(input["siteId"], shelf.id(Kind::Site, site)?);
    assert_eq!(input["assetId"], shelf.id(Kind::Asset, &assets[0]["id"])?);
    assert!(at(&made, "/ticket/contract/id").is_null(), "{made}");

    // The PSA's staff put it on a contract: whoever opens it sees that, and the list after it.
    let plan = shelf.house.world.recurring.iter().find(|it| it.client == shelf.primary.client && it.active);
    let plan = i64::from(plan.context("no plan")?.id) + SHIFT.contract;
    shelf.halo.update_ticket(number, json!({ "contract_id": plan }))?;
    shelf.house.pass(Duration::from_secs(60));
    shelf.house.app.sync.beat().await;
    let opened = format!("query($id: ID!) {{ ticket(id: $id) {{ {SHOWN} }} }}");
    let listed = format!("{{ tickets(first: 100) {{ nodes {{ id {SHOWN} }} }} }}");
    let opened = shelf.run(shelf.primary.who(), &opened, json!({ "id": made["ticket"]["id"] })).await?;
    let listed = shelf.run(shelf.primary.who(), &listed, Value::Null).await?;
    let rows = at(&listed, "/nodes").as_array().cloned().unwrap_or_default();
    let row = rows.iter().find(|row| row["id"] == made["ticket"]["id"]).context("not listed")?;
    for ticket in [&opened, row] {
        is_shown(ticket);
        assert_eq!(ticket["contract"]["id"], shelf.id(Kind::Contract, plan)?, "{ticket}");
    }
    Ok(())
}
