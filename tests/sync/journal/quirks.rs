//! ITFlow's oddities, through GraphQL and the real adapter.
//!
//! That `success` is a word, and that a failure comes with status 200, is read in the adapter's envelope
//! (`backends/itflow/src/api/envelope.rs`), and sent by the box that stands behind every test here.

use super::rules::{posts, set, writing};
use super::*;
use portico_contract::Kind;
use portico_tests::Writing;
use portico_tests::house::{AGENT, TECHNICAL};

/// The row was written, the answer is an empty 500: it is looked for, and not sent twice.
#[tokio::test]
async fn a_row_behind_an_empty_500_is_found() -> Result<()> {
    let house = writing(Writing::default()).await?;
    let api = house.api.as_ref().context("an API")?;
    api.lose_answers(1);
    let made = create(&house, STANDARD, "Behind a 500").await?;
    assert_eq!((at(&made, "/delivery"), posts(&house)), (json!("QUEUED"), 1), "{made}");
    let id = word(&made, "/ticket/id")?;
    house.pass(SETTLED);
    house.deliver().await?;
    house.pass(SETTLED);
    house.deliver().await?;
    assert_eq!((posts(&house), tickets_upstream(&house, "Behind a 500").await?), (1, 1));
    let ticket = node(&house, STANDARD, &id).await?;
    ensure!(word(&ticket, "/number")?.starts_with("TCK-") && at(&ticket, "/delivery").is_null(), "{ticket}");
    house.pass(LONG);
    api.lose_answers(1);
    let said = comment(&house, AGENT, &id, "An answer").await?;
    assert_eq!(at(&said, "/delivery"), "QUEUED", "{said}");
    house.pass(SETTLED);
    house.deliver().await?;
    house.beat().await;
    assert_eq!(posts(&house), 2);
    let thread = at(&node(&house, STANDARD, &id).await?, "/comments/nodes");
    assert_eq!(ids(&thread), BTreeSet::from([word(&said, "/comment/id")?]), "{thread}");
    Ok(())
}

/// The marker and the line break that ITFlow adds are in the PSA, and nowhere else.
#[tokio::test]
async fn what_was_written_reads_as_it_was_written() -> Result<()> {
    let house = writing(Writing::default()).await?;
    let body = "<p>Blue &amp; <b>hot</b> 🙂</p>";
    let input = json!({ "subject": "As written", "description": body });
    let made = run(&house, STANDARD, CREATE, json!({ "input": input })).await?;
    let id = word(&made, "/ticket/id")?;
    let said = comment(&house, AGENT, &id, body).await?;
    assert_eq!((at(&made, "/ticket/description"), at(&said, "/comment/body")), (json!(body), json!(body)));
    for (column, table) in [("ticket_details", "tickets"), ("ticket_reply", "ticket_replies")] {
        let marked = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%<!-- portico:%'");
        assert_eq!(upstream(&house, &marked).await?, 1, "{table}");
    }
    let broken = "SELECT COUNT(*) FROM tickets WHERE ticket_details LIKE '%<!-- portico:%--><br>'";
    assert_eq!(upstream(&house, broken).await?, 1, "the box adds what ITFlow adds");
    house.beat().await;
    house.sweep(portico_contract::Stream::Tickets).await?;
    let query = "query($id: ID!) { ticket(id: $id) { description comments(first: 9) { nodes { body } } } }";
    let now = house.ask_with(PRIMARY, query, json!({ "id": id })).await?;
    assert_eq!(at(&now, "/data/ticket/description"), body, "{now}");
    assert_eq!(at(&now, "/data/ticket/comments/nodes"), json!([{ "body": body }]));
    Ok(())
}

/// ITFlow stores HTML as it comes, from anybody: what is shown is safe.
#[tokio::test]
async fn html_that_itflow_stored_raw_is_shown_safe() -> Result<()> {
    let house = writing(Writing::default()).await?;
    let id = word(&create(&house, STANDARD, "Raw").await?, "/ticket/id")?;
    let bad = "<p onclick=alert(1)>a</p><script>alert(2)</script>";
    set(&house, &format!("UPDATE tickets SET ticket_details = '{bad}' WHERE ticket_subject = 'Raw'")).await?;
    set(&house, "UPDATE tickets SET ticket_updated_at = '2026-03-02 12:00:30' WHERE ticket_subject = 'Raw'").await?;
    house.beat().await;
    house.sweep(portico_contract::Stream::Tickets).await?;
    let query = "query($id: ID!) { ticket(id: $id) { description } }";
    let now = house.ask_with(PRIMARY, query, json!({ "id": id })).await?;
    assert_eq!(at(&now, "/data/ticket/description"), "<p>a</p>", "{now}");
    Ok(())
}

/// "No row changed" says no, and means that it is so already.
#[tokio::test]
async fn a_change_that_changes_nothing_is_applied() -> Result<()> {
    let house = writing(Writing { by_sql: false, ..Writing::default() }).await?;
    let change = "mutation($id: ID!) { updateContact(id: $id, input: { title: \"Paralegal\" }) \
                  { contact { title } delivery userErrors { code message } } }";
    let told = run(&house, TECHNICAL, change, json!({ "id": house.id(Kind::Contact, 4)? })).await?;
    assert_eq!((at(&told, "/delivery"), posts(&house)), (json!("APPLIED"), 1), "{told}");
    // A ticket with a service level is resolved, and ITFlow says that it is not.
    let id = word(&create(&house, STANDARD, "With a level").await?, "/ticket/id")?;
    let due =
        "UPDATE tickets SET ticket_resolution_due_at = '2026-03-05 12:00:00' WHERE ticket_subject = 'With a level'";
    set(&house, due).await?;
    let resolve =
        "mutation($id: ID!) { resolveTicket(id: $id) { ticket { status { group } } delivery userErrors { code } } }";
    let told = run(&house, STANDARD, resolve, json!({ "id": id })).await?;
    assert_eq!((at(&told, "/delivery"), at(&told, "/ticket/status/group")), (json!("APPLIED"), json!("RESOLVED")));
    Ok(())
}

/// Status 5 by the API would close a ticket without saying when: closing is by SQL, or it is not offered.
#[tokio::test]
async fn a_ticket_is_never_closed_by_half() -> Result<()> {
    for by_sql in [true, false] {
        let house = writing(Writing { by_sql, ..Writing::default() }).await?;
        let id = word(&create(&house, STANDARD, "To be closed").await?, "/ticket/id")?;
        comment(&house, AGENT, &id, "Soon").await?;
        for name in ["resolveTicket", "closeTicket"] {
            let query = format!("mutation($id: ID!) {{ {name}(id: $id) {{ delivery userErrors {{ code }} }} }}");
            let told = run(&house, AGENT, &query, json!({ "id": id })).await?;
            if by_sql || name == "resolveTicket" {
                assert_eq!(at(&told, "/delivery"), "APPLIED", "{name}: {told}");
            } else {
                assert_eq!(at(&told, "/userErrors/0/code"), "UNSUPPORTED", "{told}");
            }
        }
        let half = "SELECT COUNT(*) FROM tickets WHERE ticket_status = 5 AND ticket_closed_at IS NULL \
                    AND ticket_subject = 'To be closed'";
        assert_eq!(upstream(&house, half).await?, 0);
        let bodies = house.api.iter().flat_map(|api| api.seen()).filter_map(|call| call.body);
        let statuses: Vec<Value> = bodies.map(|body| at(&body, "/ticket_status")).collect();
        ensure!(statuses.len() > 2 && !statuses.contains(&json!(5)), "{statuses:?}");
    }
    Ok(())
}
