//! What is wrong is said before anything is written.

use super::*;
use portico_contract::Kind;
use portico_tests::house::{AGENT, OTHER_PRIMARY, TWO_ACCOUNTS};

const NOT_FOUND: &str = "There is no such object, or you may not see it.";

#[tokio::test]
async fn an_id_that_the_viewer_may_not_see_does_not_exist() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let foreign = |kind: Kind, owner: i32, list: &[(i32, i32)]| {
        let (key, _) = list.iter().find(|(_, client)| *client == owner).context("no such row")?;
        house.id(kind, key)
    };
    let contacts: Vec<(i32, i32)> = house.world.contacts.iter().map(|row| (row.id, row.client)).collect();
    let sites: Vec<(i32, i32)> = house.world.locations.iter().map(|row| (row.id, row.client)).collect();
    let assets: Vec<(i32, i32)> = house.world.assets.iter().map(|row| (row.id, row.client)).collect();
    let tickets: Vec<(i32, i32)> = house.world.tickets.iter().map(|row| (row.id, row.client)).collect();
    let named = [
        ("accountId", house.id(Kind::Account, 2)?),
        ("contactId", foreign(Kind::Contact, 2, &contacts)?),
        ("siteId", foreign(Kind::Site, 2, &sites)?),
        ("assetId", foreign(Kind::Asset, 2, &assets)?),
        ("priorityId", house.id(Kind::Choice, "nothing")?),
        ("categoryId", "choice_x".to_owned()),
    ];
    for (field, id) in named {
        let input = json!({ "subject": "x", "description": "x", field: id });
        let told = run(&house, PRIMARY, CREATE, json!({ "input": input })).await?;
        assert_eq!(at(&told, "/userErrors/0/code"), "NOT_FOUND", "{field}: {told}");
        assert_eq!(at(&told, "/userErrors/0/message"), NOT_FOUND, "{field}");
        assert_eq!(at(&told, "/userErrors/0/field"), json!(["input", field]));
    }
    let theirs = foreign(Kind::Ticket, 2, &tickets)?;
    for id in [theirs.as_str(), "ticket_0", &house.id(Kind::Ticket, 99_999)?] {
        let told = comment(&house, PRIMARY, id, "hello").await?;
        assert_eq!(
            (at(&told, "/userErrors/0/code"), at(&told, "/userErrors/0/field")),
            (json!("NOT_FOUND"), json!(["id"]))
        );
        assert_eq!(at(&told, "/userErrors/0/message"), NOT_FOUND);
    }
    assert_eq!(writes.tries(), 0);
    let commands = house.data(AGENT, "{ commands(first: 5) { nodes { id } } }").await?;
    assert_eq!(at(&commands, "/commands/nodes"), json!([]), "nothing was even kept");
    Ok(())
}

#[tokio::test]
async fn a_right_counts_where_it_is_held() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let colleague = house.id(Kind::Contact, 4)?;
    let input = json!({ "subject": "For Sam", "description": "x", "contactId": colleague });
    let told = run(&house, PRIMARY, CREATE, json!({ "input": input })).await?;
    assert_eq!(at(&told, "/userErrors/0/code"), "FORBIDDEN", "contacts open tickets for themselves: {told}");
    let told = run(&house, AGENT, CREATE, json!({ "input": input })).await?;
    assert_eq!(
        (at(&told, "/delivery"), at(&told, "/ticket/contact/id")),
        (json!("APPLIED"), json!(colleague)),
        "{told}"
    );
    // Who sees a colleague's ticket may answer it; an internal note is for staff.
    let id = word(&told, "/ticket/id")?;
    assert_eq!(at(&comment(&house, PRIMARY, &id, "I know").await?, "/delivery"), "APPLIED");
    let hidden = json!({ "id": id, "input": { "body": "psst", "visibility": "HIDDEN" } });
    let told = run(&house, AGENT, COMMENT, hidden.clone()).await?;
    assert_eq!(at(&told, "/delivery"), "APPLIED", "{told}");
    let told = house.ask_with(PRIMARY, COMMENT, hidden).await?;
    ensure!(told.to_string().contains("FORBIDDEN"), "{told}");
    let told = comment(&house, OTHER_PRIMARY, &id, "and I?").await?;
    assert_eq!(at(&told, "/userErrors/0/code"), "NOT_FOUND", "{told}");
    assert_eq!(
        node(&house, PRIMARY, &id).await?.pointer("/comments/nodes").and_then(Value::as_array).map(Vec::len),
        Some(1)
    );
    Ok(())
}

#[tokio::test]
async fn who_has_several_accounts_says_which() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let told = create(&house, TWO_ACCOUNTS, "Which one").await?;
    assert_eq!(at(&told, "/userErrors/0/field"), json!(["input", "accountId"]), "{told}");
    let account = house.id(Kind::Account, 3)?;
    let input = json!({ "subject": "This one", "description": "x", "accountId": account });
    let told = run(&house, TWO_ACCOUNTS, CREATE, json!({ "input": input })).await?;
    assert_eq!((at(&told, "/delivery"), at(&told, "/ticket/account/id")), (json!("APPLIED"), json!(account)), "{told}");
    Ok(())
}

#[tokio::test]
async fn texts_have_bounds_and_are_made_safe() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let long = "x".repeat(501);
    for (subject, description, field) in [
        ("", "x", "subject"),
        (" \n", "x", "subject"),
        (&long, "x", "subject"),
        ("x", " ", "description"),
        ("x", "<script>1</script>", "description"),
    ] {
        let input = json!({ "subject": subject, "description": description });
        let told = run(&house, STANDARD, CREATE, json!({ "input": input })).await?;
        assert_eq!(
            (at(&told, "/userErrors/0/code"), at(&told, "/userErrors/0/field")),
            (json!("BAD_USER_INPUT"), json!(["input", field])),
            "{told}"
        );
    }
    assert_eq!(writes.tries(), 0);
    let input =
        json!({ "subject": "two\nlines", "description": "<p onclick=\"x\">a</p><script>b</script><!-- portico:1 -->" });
    let told = run(&house, STANDARD, CREATE, json!({ "input": input })).await?;
    assert_eq!(
        (at(&told, "/ticket/subject"), at(&told, "/ticket/description")),
        (json!("two lines"), json!("<p>a</p>")),
        "{told}"
    );
    Ok(())
}

/// What not every PSA can carry: each id is looked up first, then it is asked whether the PSA can, and it is passed on.
#[tokio::test]
async fn followers_are_contacts_of_the_account_where_the_psa_has_followers() -> Result<()> {
    use portico_contract::FieldGroup;
    let writes = Writable::default();
    let house = house(&writes).await?;
    let contact = |key: i32| house.id(Kind::Contact, key);
    let input =
        |followers: Vec<String>| json!({ "input": { "subject": "x", "description": "x", "followerIds": followers } });
    let told = run(&house, STANDARD, CREATE, input(vec![contact(4)?])).await?;
    assert_eq!(at(&told, "/userErrors/0/code"), "UNSUPPORTED", "{told}");
    assert_eq!(at(&told, "/userErrors/0/field"), json!(["input", "followerIds"]));
    let writes = Writable::with(|it| it.carries = vec![FieldGroup::TicketFollowers]);
    let house = house_with(&writes, None).await?;
    let contact = |key: i32| house.id(Kind::Contact, key);
    for (who, key) in [(PRIMARY, 10), (STANDARD, 10), (PRIMARY, 999)] {
        let told = run(&house, who, CREATE, input(vec![contact(key)?])).await?;
        assert_eq!(at(&told, "/userErrors/0/code"), "NOT_FOUND", "{who:?} {key}: {told}");
    }
    // Staff see the contact of another account, and may not put him there.
    let mut other = input(vec![contact(10)?]);
    if let Some(input) = other.pointer_mut("/input").and_then(Value::as_object_mut) {
        input.insert("accountId".to_owned(), json!(house.id(Kind::Account, 1)?));
    }
    assert_eq!(at(&run(&house, AGENT, CREATE, other).await?, "/userErrors/0/code"), "NOT_FOUND");
    assert_eq!(writes.tries(), 0);
    writes.goes_down(true);
    let told = run(&house, PRIMARY, CREATE, input(vec![contact(4)?, contact(2)?, contact(4)?])).await?;
    assert_eq!(at(&told, "/delivery"), "QUEUED", "{told}");
    let intent = super::forgotten::journal(&house).await?;
    let first = serde_json::Deserializer::from_str(&intent).into_iter::<Value>().next();
    let passed = first.context("no command")??;
    let keys = json!([{ "kind": "contact", "key": "4" }, { "kind": "contact", "key": "2" }]);
    assert_eq!(at(&passed, "/intent/OpenTicket/followers"), keys, "{intent}");
    Ok(())
}

#[tokio::test]
async fn choices_and_teams_that_the_psa_does_not_have_are_told_at_their_field() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let status = house.id(Kind::Choice, "status:2")?;
    for name in ["typeId", "urgencyId", "impactId"] {
        let input = json!({ "subject": "x", "description": "x", name: status });
        let told = run(&house, STANDARD, CREATE, json!({ "input": input })).await?;
        assert_eq!(
            (at(&told, "/userErrors/0/code"), at(&told, "/userErrors/0/field")),
            (json!("BAD_USER_INPUT"), json!(["input", name])),
            "{told}"
        );
    }
    let update = "mutation($id: ID!, $team: ID!) { updateTicket(id: $id, input: { teamId: $team }) \
                  { delivery userErrors { code field } } }";
    let id = word(&create(&house, STANDARD, "No team").await?, "/ticket/id")?;
    let told = run(&house, AGENT, update, json!({ "id": id, "team": house.id(Kind::Team, 1)? })).await?;
    assert_eq!(
        (at(&told, "/userErrors/0/code"), at(&told, "/userErrors/0/field")),
        (json!("NOT_FOUND"), json!(["input", "teamId"])),
        "{told}"
    );
    assert_eq!(writes.tries(), 1);
    Ok(())
}

/// People read what a choice is called, also before the PSA has the ticket.
#[tokio::test]
async fn a_ticket_that_waits_names_what_was_chosen() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let query = "{ choices(list: TICKET_CATEGORY, first: 50) { nodes { id label } } }";
    let listed = house.data(STANDARD, query).await?;
    let category = at(&listed, "/choices/nodes/0");
    ensure!(category["label"].as_str().is_some_and(|label| !label.contains(':')), "{listed}");
    let create = "mutation($input: CreateTicketInput!) { createTicket(input: $input) \
        { delivery ticket { category priority { group label } } userErrors { message } } }";
    writes.goes_down(true);
    let priority = house.id(Kind::Choice, "priority:High")?;
    let wish = json!({ "subject": "x", "description": "x", "categoryId": category["id"], "priorityId": priority });
    let told = run(&house, STANDARD, create, json!({ "input": wish })).await?;
    assert_eq!(at(&told, "/delivery"), "QUEUED", "{told}");
    assert_eq!(at(&told, "/ticket/category"), category["label"], "{told}");
    assert_eq!(at(&told, "/ticket/priority"), json!({ "group": "HIGH", "label": "High" }), "{told}");
    Ok(())
}
