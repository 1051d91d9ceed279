//! What is said to be possible is, and nothing else.

use super::*;
use portico_contract::Kind;
use portico_tests::house::{ADMINISTRATOR, AGENT, BILLING, TECHNICAL};
use std::collections::BTreeMap;

/// Each action of a ticket and the mutation that does it.
const ACTS: &[(&str, &str)] = &[
    ("COMMENT", "addTicketComment(id: $id, input: { body: \"x\" })"),
    ("RESOLVE", "resolveTicket(id: $id)"),
    ("CLOSE", "closeTicket(id: $id)"),
    ("REOPEN", "reopenTicket(id: $id)"),
    ("RATE", "rateTicket(id: $id, input: { positive: false })"),
    ("UPDATE", "updateTicket(id: $id, input: { priorityId: $priority })"),
];
const TOLD: &str = "{ delivery userErrors { code } }";

/// The ids of a list with what can be done about each.
async fn possible(house: &House, who: Who<'_>, list: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let told = house.data(who, &format!("{{ {list}(first: 100) {{ nodes {{ id availableActions }} }} }}")).await?;
    let nodes = at(&told, &format!("/{list}/nodes")).as_array().cloned().context("no rows")?;
    let words = |node: &Value| {
        let words = at(node, "/availableActions").as_array().cloned().unwrap_or_default();
        words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect()
    };
    nodes.iter().map(|node| Ok((word(node, "/id")?, words(node)))).collect()
}

/// Whether a mutation was let through to the PSA; if not, why.
async fn tried(house: &House, who: Who<'_>, mutation: &str, variables: &Value) -> Result<(bool, String)> {
    let named = [("id", "ID!"), ("priority", "ID!")];
    let used = named.iter().filter(|(name, _)| mutation.contains(&format!("${name}")));
    let takes: Vec<String> = used.map(|(name, takes)| format!("${name}: {takes}")).collect();
    let query = format!("mutation({}) {{ it: {mutation} {TOLD} }}", takes.join(", "));
    let answer = house.ask_with(who, &query, variables.clone()).await?;
    Ok((at(&answer, "/data/it/delivery") == "APPLIED", answer.to_string()))
}

#[tokio::test]
async fn of_a_ticket_exactly_what_is_offered_can_be_done() -> Result<()> {
    let (mut offered, mut refused) = (BTreeSet::new(), 0);
    for who in [STANDARD, BILLING, PRIMARY, AGENT] {
        let writes = Writable::default();
        let house = house(&writes).await?;
        let query = "{ choices(first: 20, list: TICKET_PRIORITY) { nodes { id } } }";
        let priorities = house.ask(ADMINISTRATOR, query).await?;
        let priority = at(&priorities, "/data/choices/nodes/0/id");
        let tickets = possible(&house, who, "tickets").await?;
        ensure!(tickets.len() > 2, "{who:?} sees {}", tickets.len());
        for (id, acts) in tickets.iter().take(12) {
            let asked = json!({ "id": id, "priority": priority });
            for (act, mutation) in ACTS.iter().filter(|(act, _)| !acts.contains(*act)) {
                let (done, why) = tried(&house, who, mutation, &asked).await?;
                ensure!(!done, "{who:?} was not offered {act} on {id}: {why}");
                refused += 1;
            }
        }
        assert_eq!(writes.tries(), 0, "{who:?}: what is refused is not sent");
        for (act, mutation) in ACTS {
            let Some((id, _)) = tickets.iter().find(|(_, acts)| acts.contains(*act)) else { continue };
            let now = possible(&house, who, "tickets").await?;
            let id = now.iter().find(|(_, acts)| acts.contains(*act)).map_or(id, |(id, _)| id);
            let asked = json!({ "id": id, "priority": priority });
            let (done, why) = tried(&house, who, mutation, &asked).await?;
            ensure!(done, "{who:?} was offered {act} on {id}: {why}");
            offered.insert(*act);
        }
    }
    assert_eq!(offered.len(), ACTS.len(), "{offered:?}");
    ensure!(refused > 40, "{refused}");
    Ok(())
}

/// Acceptance in part: C08 (Mutation.decideApproval)
#[tokio::test]
async fn who_is_asked_decides_and_nobody_else() -> Result<()> {
    let (mut decided, mut refused) = (BTreeSet::new(), BTreeSet::new());
    let writes = Writable::default();
    let house = house(&writes).await?;
    let decide = "decideApproval(id: $id, input: { approve: true })";
    for user in &house.users {
        let who = Who::Person(&user.email);
        let waiting = possible(&house, who, "approvals").await;
        for (id, acts) in waiting.unwrap_or_default().into_iter().take(4) {
            let (done, why) = tried(&house, who, decide, &json!({ "id": id })).await?;
            ensure!(done == acts.contains("DECIDE"), "{} {id} {acts:?}: {why}", user.email);
            if !done {
                refused.insert(why);
                continue;
            }
            decided.insert(user.email.clone());
            let again = tried(&house, who, decide, &json!({ "id": id })).await?;
            ensure!(!again.0 && again.1.contains("CONFLICT"), "{}", again.1);
        }
    }
    let codes = |code: &str| refused.iter().any(|why| why.contains(code));
    ensure!(decided.len() > 1 && codes("FORBIDDEN") && codes("APPROVALS_DECIDE"), "{decided:?} {refused:?}");
    Ok(())
}

/// Acceptance: R08 (Mutation.updateContact)
#[tokio::test]
async fn who_manages_contacts_changes_nobody_with_rights_that_they_lack() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let id = |email: &str| {
        let row = house
            .world
            .contacts
            .iter()
            .find(|row| row.email.as_deref().is_some_and(|own| own.starts_with(email)))
            .context("nobody")?;
        house.id(Kind::Contact, row.id)
    };
    let change = "mutation($id: ID!) { it: updateContact(id: $id, input: { email: \"new.address@harbour.example.com\" }) \
                  { contact { id email } delivery userErrors { code } } }";
    for (who, whom, may) in [
        (PRIMARY, "sam.whitlock", true),
        (TECHNICAL, "sam.whitlock", true),
        (TECHNICAL, "ben.okafor", false),
        (TECHNICAL, "priya.nair", false),
        (PRIMARY, "ben.okafor", true),
        (PRIMARY, "priya.nair", false),
        (TECHNICAL, "tess.lindqvist", false),
        (AGENT, "priya.nair", true),
    ] {
        let id = id(whom)?;
        let offered = possible(&house, who, "contacts").await?.get(&id).is_some_and(|acts| acts.contains("UPDATE"));
        let told = run(&house, who, change, json!({ "id": id })).await?;
        assert_eq!((at(&told, "/delivery") == "APPLIED", offered), (may, may), "{who:?} {whom}: {told}");
        if may {
            assert_eq!(at(&told, "/contact/email"), "new.address@harbour.example.com");
        } else {
            assert_eq!(at(&told, "/userErrors/0/code"), "FORBIDDEN", "{told}");
        }
    }
    let answer = house.ask_with(STANDARD, change, json!({ "id": id("ben.okafor")? })).await?;
    ensure!(answer.get("data").is_none() && answer.to_string().contains("CONTACTS_MANAGE"), "{answer}");
    Ok(())
}

/// Acceptance in part: P04 (Mutation.createContact, Mutation.updateContact)
#[tokio::test]
async fn a_contact_is_added_and_keeps_the_id_of_the_wish() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let add = "mutation($input: CreateContactInput!) { createContact(input: $input) \
               { contact { id name portalAccess account { id } } delivery userErrors { code field } } }";
    let account = house.id(Kind::Account, 1)?;
    let input = |name: &str, email: &str, account: &str| json!({ "input": { "name": name, "email": email, "accountId": account } });
    for (name, email, field) in [("", "a@b.example", "name"), ("A", "nothing", "email"), ("A", "a@b", "email")] {
        let told = run(&house, PRIMARY, add, input(name, email, &account)).await?;
        assert_eq!(at(&told, "/userErrors/0/field"), json!(["input", field]), "{told}");
    }
    let told = run(&house, PRIMARY, add, input("New One", "new.one@b.example", &house.id(Kind::Account, 2)?)).await?;
    assert_eq!(at(&told, "/userErrors/0/code"), "NOT_FOUND", "{told}");
    assert_eq!(writes.tries(), 0);
    let told = run(&house, PRIMARY, add, input("New One", "new.one@b.example", &account)).await?;
    assert_eq!(
        (at(&told, "/delivery"), at(&told, "/contact/account/id")),
        (json!("APPLIED"), json!(account)),
        "{told}"
    );
    let id = word(&told, "/contact/id")?;
    house.beat().await;
    house.sweep(portico_contract::Stream::Contacts).await?;
    let all = house.data(PRIMARY, "{ contacts(first: 100) { nodes { id name } } }").await?;
    let nodes = at(&all, "/contacts/nodes").as_array().cloned().unwrap_or_default();
    let named: Vec<&Value> = nodes.iter().filter(|node| at(node, "/name") == "New One").collect();
    ensure!(named.len() == 1 && at(named.first().copied().unwrap_or(&Value::Null), "/id") == id.as_str(), "{named:?}");
    Ok(())
}

#[tokio::test]
async fn a_viewer_and_an_account_say_what_there_is() -> Result<()> {
    let query = "{ viewer { can accounts { features } } }";
    let writes = Writable::default();
    let open = house(&writes).await?;
    let told = open.data(PRIMARY, query).await?;
    assert_eq!(at(&told, "/viewer/can"), json!(["CREATE_TICKET", "CREATE_CONTACT"]), "{told}");
    assert_eq!(at(&open.data(STANDARD, query).await?, "/viewer/can"), json!(["CREATE_TICKET"]));
    let features = at(&told, "/viewer/accounts/0/features").as_array().cloned().unwrap_or_default();
    ensure!(features.contains(&json!("RATE_TICKET")) && !features.contains(&json!("RECORD_PAYMENT")), "{features:?}");
    let writes = Writable::with(|it| it.commands.clear());
    let closed = house(&writes).await?;
    let told = closed.data(PRIMARY, query).await?;
    assert_eq!((at(&told, "/viewer/can"), at(&told, "/viewer/accounts/0/features")), (json!([]), json!([])), "{told}");
    for acts in possible(&closed, PRIMARY, "tickets").await?.values() {
        ensure!(acts.is_empty(), "{acts:?}");
    }
    Ok(())
}
