//! While a PSA is down, what is written waits, is shown, and is delivered in order.

use super::*;
use portico_contract::{CommandKind, Lane};
use portico_tests::house::{ADMINISTRATOR, AGENT};
use std::collections::BTreeMap;

#[tokio::test]
async fn a_queued_ticket_is_shown_answered_and_keeps_its_id() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.goes_down(true);
    let made = create(&house, STANDARD, "Queued ticket").await?;
    assert_eq!(at(&made, "/delivery"), "QUEUED", "{made}");
    assert_eq!(at(&made, "/ticket/delivery"), "QUEUED");
    assert_eq!(at(&made, "/ticket/description"), "<p>It is broken.</p>");
    let id = word(&made, "/ticket/id")?;
    let said = comment(&house, STANDARD, &id, "Still broken").await?;
    assert_eq!((at(&said, "/delivery"), at(&said, "/comment/delivery")), (json!("QUEUED"), json!("QUEUED")), "{said}");
    assert_eq!(at(&said, "/comment/author/name"), "Sam Whitlock");
    let answered = word(&said, "/comment/id")?;
    let check = async |house: &House| {
        let ticket = node(house, STANDARD, &id).await?;
        ensure!(at(&ticket, "/subject") == "Queued ticket", "node: {ticket}");
        ensure!(ids(&at(&ticket, "/comments/nodes")) == BTreeSet::from([answered.clone()]), "its comment: {ticket}");
        ensure!(shown(house, PRIMARY, "Queued ticket").await? == BTreeSet::from([id.clone()]), "in the list");
        let search =
            house.data(STANDARD, "{ search(text: \"queued ticket\", first: 5) { nodes { ... on Ticket { id } } } }");
        ensure!(ids(&at(&search.await?, "/search/nodes")).contains(&id), "search");
        Ok::<_, anyhow::Error>(ticket)
    };
    check(&house).await?;
    // Sweeps do not take it away, nor does a mirror that is emptied and filled again.
    writes.goes_down(false);
    house.sweep(portico_contract::Stream::Tickets).await?;
    check(&house).await?;
    house.app.store.drop_mirror().await.map_err(|e| portico::app::say(&e))?;
    house.app.sync.fill(false, None).await.map_err(|e| portico::app::say(&e))?;
    check(&house).await?;
    assert_eq!(writes.tries(), 1, "the second was not tried: the backend was just down");
    house.pass(LONG);
    house.deliver().await?;
    assert_eq!(writes.writes().len(), 2);
    check(&house).await?;
    house.beat().await;
    house.sweep(portico_contract::Stream::Tickets).await?;
    let ticket = check(&house).await?;
    ensure!(word(&ticket, "/number")?.starts_with("TCK-"), "{ticket}");
    assert_eq!(at(&ticket, "/comments/nodes/0/delivery"), Value::Null, "{ticket}");
    assert_eq!(at(&ticket, "/comments/nodes/0/author/name"), "Sam Whitlock");
    Ok(())
}

#[tokio::test]
async fn a_comment_on_a_ticket_that_was_refused_goes_with_it() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.goes_down(true);
    let id = word(&create(&house, STANDARD, "Not to be").await?, "/ticket/id")?;
    comment(&house, STANDARD, &id, "Hello?").await?;
    writes.goes_down(false);
    writes.fails(&[portico_tests::writable::Fault::Refuses(portico_contract::ErrorKind::Invalid)]);
    house.pass(LONG);
    house.deliver().await?;
    assert_eq!((writes.tries(), writes.writes().len()), (2, 0));
    assert_eq!(node(&house, STANDARD, &id).await?, Value::Null);
    let told = house.data(ADMINISTRATOR, "{ commands(first: 5) { nodes { kind state message } } }").await?;
    for place in 0..2 {
        assert_eq!(at(&told, &format!("/commands/nodes/{place}/state")), "REJECTED", "{told}");
    }
    Ok(())
}

/// Rights hang on contacts: one that the PSA does not have is not shown, and whoever asked for it is told so.
#[tokio::test]
async fn a_queued_contact_is_told_and_shown_once_the_psa_has_it() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let account = house.id(portico_contract::Kind::Account, 1)?;
    let add = "mutation($input: CreateContactInput!) { createContact(input: $input) \
               { contact { id } notice delivery userErrors { code } } }";
    let input =
        |name: &str| json!({ "input": { "name": name, "email": format!("{name}@b.example"), "accountId": account } });
    writes.goes_down(true);
    let told = run(&house, PRIMARY, add, input("Later")).await?;
    assert_eq!((at(&told, "/contact"), at(&told, "/delivery")), (Value::Null, json!("QUEUED")), "{told}");
    ensure!(word(&told, "/notice")?.contains("as soon as the PSA has it"), "{told}");
    let named = async |house: &House| {
        let all = house.data(PRIMARY, "{ contacts(first: 100) { nodes { id name } } }").await?;
        let nodes = at(&all, "/contacts/nodes").as_array().cloned().unwrap_or_default();
        let ids = nodes.iter().filter(|node| at(node, "/name") == "Later").map(|node| at(node, "/id"));
        Ok::<_, anyhow::Error>(ids.collect::<Vec<Value>>())
    };
    assert_eq!(named(&house).await?, [] as [Value; 0]);
    let asked = house.data(ADMINISTRATOR, "{ commands(first: 1) { nodes { object state } } }").await?;
    writes.goes_down(false);
    house.pass(LONG);
    house.deliver().await?;
    house.beat().await;
    assert_eq!(named(&house).await?, [at(&asked, "/commands/nodes/0/object")], "under the id of the wish");
    let told = run(&house, PRIMARY, add, input("Now")).await?;
    ensure!(at(&told, "/contact/id").is_string() && at(&told, "/notice").is_null(), "{told}");
    Ok(())
}

/// A thousand commands while the PSA is down for an hour: all are delivered, of each ticket in order, within the
/// budget, and reads answer meanwhile.
#[tokio::test]
async fn a_thousand_commands_survive_an_hour() -> Result<()> {
    const TICKETS: usize = 50;
    const EACH: usize = 20;
    let window = Duration::from_secs(300);
    let writes = Writable::with(|it| it.calls = Some((600, window)));
    let house = house(&writes).await?;
    let mine = house
        .data(AGENT, "{ tickets(first: 50, filter: { status: { in: [NEW, OPEN, IN_PROGRESS] } }) { nodes { id } } }")
        .await?;
    let mut tickets: Vec<String> = ids(&at(&mine, "/tickets/nodes")).into_iter().collect();
    writes.goes_down(true);
    while tickets.len() < TICKETS {
        tickets.push(word(&create(&house, STANDARD, &format!("One of many {}", tickets.len())).await?, "/ticket/id")?);
    }
    for turn in 0..EACH {
        for (at_ticket, ticket) in tickets.iter().enumerate() {
            let said = comment(&house, AGENT, ticket, &format!("turn-{turn:02}-{at_ticket}")).await?;
            ensure!(at(&said, "/delivery") == "QUEUED", "{said}");
        }
    }
    for _ in 0..60 {
        house.pass(Duration::from_secs(60));
        house.deliver().await?;
    }
    let vain = writes.tries();
    ensure!(vain < 150, "a backend that is down is not asked for each command: {vain}");
    assert_eq!(writes.writes().len(), 0);
    writes.goes_down(false);
    let mut rounds = 0;
    while writes.writes().iter().filter(|write| write.kind == CommandKind::AddComment).count() < TICKETS * EACH {
        rounds += 1;
        ensure!(rounds < 400, "{} were delivered", writes.writes().len());
        house.pass(Duration::from_secs(15));
        house.deliver().await?;
        house.app.sync.tick().await;
        let told = house.data(PRIMARY, "{ tickets(first: 5) { nodes { subject } } }").await?;
        ensure!(at(&told, "/tickets/nodes/0/subject").is_string(), "{told}");
    }
    let busiest = (writes.busiest(window, &[Lane::Background]), writes.busiest(window, Lane::ALL));
    ensure!(busiest.0 <= 300 && busiest.1 <= 600, "{busiest:?}");
    println!(
        "{} writes in {} rounds of 15 s; {vain} tries while it was down; busiest {busiest:?}",
        writes.writes().len(),
        rounds
    );
    in_order(&house).await
}

/// Of each ticket, the replies are there once and in the order in which they were written.
async fn in_order(house: &House) -> Result<()> {
    use sea_orm::{ConnectionTrait, Statement};
    let editor = house.editor();
    let sql = "SELECT ticket_reply_ticket_id, ticket_reply FROM ticket_replies \
               WHERE ticket_reply LIKE 'turn-%' ORDER BY ticket_reply_id";
    let conn = editor.conn();
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    let mut threads: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for row in rows {
        let body: String = row.try_get_by_index(1)?;
        threads.entry(row.try_get_by_index(0)?).or_default().push(body.chars().take(7).collect());
    }
    assert_eq!(threads.len(), 50);
    let whole: Vec<String> = (0..20).map(|turn| format!("turn-{turn:02}")).collect();
    for (ticket, turns) in threads {
        assert_eq!(turns, whole, "ticket {ticket}");
    }
    Ok(())
}
