//! How a command ends.

use super::*;
use portico_contract::{ErrorKind, Marker};
use portico_tests::house::{ADMINISTRATOR, AGENT};
use portico_tests::writable::Fault;

/// Acceptance: T01, T02, T03 (Mutation.createTicket)
#[tokio::test]
async fn a_ticket_is_opened_for_the_viewer_and_is_what_the_psa_has() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let made = create(&house, STANDARD, "Printer on fire").await?;
    assert_eq!(at(&made, "/delivery"), "APPLIED", "{made}");
    assert_eq!(at(&made, "/userErrors"), json!([]));
    let id = word(&made, "/ticket/id")?;
    ensure!(word(&made, "/ticket/number")?.starts_with("TCK-"), "it was read back: {made}");
    assert_eq!(at(&made, "/ticket/delivery"), Value::Null);
    let me = house.data(STANDARD, "{ viewer { contacts { id } accounts { id } } }").await?;
    assert_eq!(at(&made, "/ticket/contact/id"), at(&me, "/viewer/contacts/0/id"));
    assert_eq!(at(&made, "/ticket/account/id"), at(&me, "/viewer/accounts/0/id"));
    assert_eq!(writes.writes().len(), 1);
    house.beat().await;
    house.sweep(portico_contract::Stream::Tickets).await?;
    assert_eq!(shown(&house, PRIMARY, "Printer on fire").await?, BTreeSet::from([id.clone()]));
    assert_eq!(at(&node(&house, STANDARD, &id).await?, "/id"), id.as_str());
    Ok(())
}

/// Acceptance: T40 (Mutation.addTicketComment)
#[tokio::test]
async fn what_the_service_posts_is_by_who_wrote_it() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let ticket = word(&create(&house, STANDARD, "Who is it").await?, "/ticket/id")?;
    for (who, name) in [(STANDARD, "Sam Whitlock"), (AGENT, "Kit Marsh")] {
        house.pass(Duration::from_secs(1));
        let said = comment(&house, who, &ticket, "one line\nanother").await?;
        assert_eq!(at(&said, "/delivery"), "APPLIED", "{said}");
        assert_eq!(at(&said, "/comment/author/name"), name, "{said}");
        assert_eq!(at(&said, "/comment/body"), "one line<br>\nanother");
    }
    house.beat().await;
    house.sweep(portico_contract::Stream::Tickets).await?;
    let thread = node(&house, PRIMARY, &ticket).await?;
    let names: Vec<Value> = (0..2).map(|n| at(&thread, &format!("/comments/nodes/{n}/author/name"))).collect();
    assert_eq!(names, ["Sam Whitlock", "Kit Marsh"], "{thread}");
    Ok(())
}

#[tokio::test]
async fn what_the_psa_refuses_is_said_and_not_shown() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.fails(&[Fault::Refuses(ErrorKind::Invalid)]);
    let made = create(&house, STANDARD, "Refused").await?;
    assert_eq!(at(&made, "/delivery"), "REJECTED", "{made}");
    assert_eq!(at(&made, "/userErrors/0/code"), "BAD_USER_INPUT");
    assert_eq!(at(&made, "/userErrors/0/message"), "The PSA says no.");
    assert_eq!(at(&made, "/ticket"), Value::Null);
    assert_eq!(shown(&house, ADMINISTRATOR, "Refused").await?, BTreeSet::new());
    house.pass(LONG);
    assert_eq!(house.deliver().await?, 0, "it is not sent again");
    Ok(())
}

/// The answer was lost: after the settle time the PSA is asked, and nothing is sent twice.
#[tokio::test]
async fn what_was_done_without_an_answer_is_found() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.fails(&[Fault::AnswerLost]);
    let made = create(&house, STANDARD, "Found again").await?;
    assert_eq!(at(&made, "/delivery"), "QUEUED", "{made}");
    let id = word(&made, "/ticket/id")?;
    house.deliver().await?;
    assert_eq!(writes.tries(), 1, "not before the settle time");
    house.pass(SETTLED);
    house.deliver().await?;
    assert_eq!((writes.tries(), tickets_upstream(&house, "Found again").await?), (1, 1));
    house.pass(SETTLED);
    house.deliver().await?;
    let now = node(&house, STANDARD, &id).await?;
    ensure!(at(&now, "/delivery").is_null() && word(&now, "/number")?.starts_with("TCK-"), "{now}");
    assert_eq!(shown(&house, STANDARD, "Found again").await?, BTreeSet::from([id]));
    Ok(())
}

#[tokio::test]
async fn what_was_not_done_is_sent_again_after_the_settle_time() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.fails(&[Fault::RequestLost]);
    let id = word(&create(&house, STANDARD, "Once more").await?, "/ticket/id")?;
    house.pass(SETTLED);
    house.deliver().await?;
    assert_eq!((writes.tries(), tickets_upstream(&house, "Once more").await?), (2, 1));
    house.beat().await;
    assert_eq!(shown(&house, STANDARD, "Once more").await?, BTreeSet::from([id]));
    Ok(())
}

/// What a PSA shows only a while after it was asked is written once because the look-up waits, and only because of it.
#[tokio::test]
async fn a_write_that_shows_late_is_not_sent_twice() -> Result<()> {
    for (settle, copies) in [(30, 1), (0, 2)] {
        let writes = Writable::with(|it| it.settle = Duration::from_secs(settle));
        let house = house(&writes).await?;
        writes.fails(&[Fault::Late]);
        create(&house, STANDARD, "Late").await?;
        house.pass(Duration::from_secs(1));
        house.deliver().await?;
        writes.catch_up(&house.editor(), &house.clock).await.map_err(|e| portico::app::say(&e))?;
        house.pass(SETTLED);
        house.deliver().await?;
        assert_eq!(tickets_upstream(&house, "Late").await?, copies, "settle time {settle} s");
    }
    Ok(())
}

#[tokio::test]
async fn the_setting_cuts_the_settle_time() -> Result<()> {
    let writes = Writable::default();
    let house = house_with(&writes, Some(|config| config.journal.settle_most_seconds = 0)).await?;
    writes.fails(&[Fault::Late]);
    create(&house, STANDARD, "Too soon").await?;
    house.deliver().await?;
    writes.catch_up(&house.editor(), &house.clock).await.map_err(|e| portico::app::say(&e))?;
    assert_eq!(tickets_upstream(&house, "Too soon").await?, 2);
    Ok(())
}

#[tokio::test]
async fn what_nobody_can_tell_stays_uncertain_until_staff_decide() -> Result<()> {
    let writes = Writable::with(|it| it.marker = Marker::None);
    let house = house(&writes).await?;
    writes.fails(&[Fault::RequestLost, Fault::RequestLost]);
    let (again, given_up) = (create(&house, STANDARD, "Again").await?, create(&house, STANDARD, "Given up").await?);
    house.pass(SETTLED);
    house.deliver().await?;
    house.pass(LONG);
    assert_eq!((house.deliver().await?, writes.tries()), (0, 2), "never by itself");
    let id = word(&again, "/ticket/id")?;
    assert_eq!(at(&node(&house, STANDARD, &id).await?, "/delivery"), "UNCERTAIN");
    let command = |payload: &Value| Ok::<_, anyhow::Error>(word(payload, "/ticket/id")?.replace("ticket_", "command_"));
    let act = |name: &str| {
        format!("mutation($id: ID!) {{ {name}(id: $id) {{ command {{ state }} userErrors {{ code }} }} }}")
    };
    let told = run(&house, AGENT, &act("retryCommand"), json!({ "id": command(&again)? })).await;
    ensure!(told.is_err(), "agents read only: {told:?}");
    let told = run(&house, ADMINISTRATOR, &act("retryCommand"), json!({ "id": command(&again)? })).await?;
    assert_eq!(at(&told, "/command/state"), "QUEUED", "{told}");
    house.pass(Duration::from_secs(1));
    let told = run(&house, ADMINISTRATOR, &act("discardCommand"), json!({ "id": command(&given_up)? })).await?;
    assert_eq!(at(&told, "/command/state"), "DISCARDED", "{told}");
    house.deliver().await?;
    assert_eq!((tickets_upstream(&house, "Again").await?, tickets_upstream(&house, "Given up").await?), (1, 0));
    house.beat().await;
    assert_eq!(shown(&house, STANDARD, "Again").await?, BTreeSet::from([id]));
    assert_eq!(shown(&house, STANDARD, "Given up").await?, BTreeSet::new());
    let log = house.data(ADMINISTRATOR, "{ auditLog(first: 5) { nodes { action actor { name } } } }").await?;
    assert_eq!(at(&log, "/auditLog/nodes/0/action"), "COMMAND_DISCARDED", "{log}");
    assert_eq!(at(&log, "/auditLog/nodes/1/action"), "COMMAND_RETRIED", "{log}");
    Ok(())
}

#[tokio::test]
async fn what_sets_a_state_may_be_sent_again_without_a_marker() -> Result<()> {
    let writes = Writable::with(|it| it.marker = Marker::None);
    let house = house(&writes).await?;
    let id = word(&create(&house, STANDARD, "To be closed").await?, "/ticket/id")?;
    writes.fails(&[Fault::AnswerLost]);
    let close =
        "mutation($id: ID!) { closeTicket(id: $id) { ticket { status { group } } delivery userErrors { code } } }";
    assert_eq!(at(&run(&house, STANDARD, close, json!({ "id": id })).await?, "/delivery"), "QUEUED");
    house.pass(SETTLED);
    house.deliver().await?;
    house.beat().await;
    let query = "query($id: ID!) { ticket(id: $id) { status { group } } }";
    let now = house.ask_with(STANDARD, query, json!({ "id": id })).await?;
    assert_eq!(at(&now, "/data/ticket/status/group"), "CLOSED", "{now}");
    assert_eq!(writes.tries(), 3);
    Ok(())
}

/// Acceptance: T44 (Mutation.reopenTicket, Mutation.closeTicket, Mutation.resolveTicket)
#[tokio::test]
async fn a_ticket_is_resolved_reopened_closed_and_rated_in_the_states_that_fit() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let id = word(&create(&house, STANDARD, "Life of a ticket").await?, "/ticket/id")?;
    let act = |name: &str, input: &str| {
        format!(
            "mutation($id: ID!) {{ {name}(id: $id{input}) {{ ticket {{ status {{ group }} feedback }} delivery userErrors {{ code }} }} }}"
        )
    };
    let rate = ", input: { positive: true }";
    for (name, input, group) in [
        ("reopenTicket", "", Err("CONFLICT")),
        ("rateTicket", rate, Err("CONFLICT")),
        ("resolveTicket", "", Ok("RESOLVED")),
        ("resolveTicket", "", Err("CONFLICT")),
        ("reopenTicket", "", Ok("OPEN")),
        ("resolveTicket", "", Ok("RESOLVED")),
        ("closeTicket", "", Ok("CLOSED")),
        ("closeTicket", "", Err("CONFLICT")),
        ("reopenTicket", "", Err("CONFLICT")),
        ("rateTicket", rate, Ok("CLOSED")),
    ] {
        house.pass(Duration::from_secs(1));
        let told = run(&house, STANDARD, &act(name, input), json!({ "id": id })).await?;
        match group {
            Ok(group) => {
                assert_eq!(at(&told, "/delivery"), "APPLIED", "{name}: {told}");
                assert_eq!(at(&told, "/ticket/status/group"), group, "{name}: {told}");
            }
            Err(code) => {
                assert_eq!(at(&told, "/userErrors/0/code"), code, "{name}: {told}");
                assert_eq!(at(&told, "/delivery"), Value::Null);
            }
        }
    }
    let told = comment(&house, STANDARD, &id, "too late").await?;
    assert_eq!(at(&told, "/userErrors/0/code"), "CONFLICT", "{told}");
    Ok(())
}

#[tokio::test]
async fn what_a_backend_cannot_do_is_unsupported() -> Result<()> {
    let house = House::new().await?;
    let made = create(&house, STANDARD, "No writes").await?;
    assert_eq!(at(&made, "/userErrors/0/code"), "UNSUPPORTED", "{made}");
    assert_eq!(at(&made, "/delivery"), Value::Null);
    Ok(())
}
