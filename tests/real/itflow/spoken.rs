//! What is asked of Portico in GraphQL, looked at in ITFlow's own pages.

use super::portal::{ticket_answered, ticket_shown};
use super::site::{AGENT, Site};
use super::twins::{KEY, Twins};
use super::watch::Watch;
use anyhow::{Context, Result, ensure};

const OPEN: &str = "mutation { it: createTicket(input: { subject: \"zqspoken\", description: \"<p>zqsmoke ü🙂</p>\" }) \
    { ticket { id } delivery userErrors { message } } }";

/// Who does what, in order: sam, or the agent.
const ACTS: &[(&str, bool, &str)] = &[
    ("the agent's answer", false, "addTicketComment(id: \"TICKET\", input: { body: \"<p>zqanswer</p>\" })"),
    (
        "the agent's note",
        false,
        "addTicketComment(id: \"TICKET\", input: { body: \"<p>zqnote</p>\", visibility: HIDDEN })",
    ),
    ("the contact's answer", true, "addTicketComment(id: \"TICKET\", input: { body: \"<p>zqreply</p>\" })"),
    ("solving", true, "resolveTicket(id: \"TICKET\")"),
    ("opening again", true, "reopenTicket(id: \"TICKET\")"),
];

#[tokio::test]
async fn a_ticket_of_graphql_looks_right_in_itflows_own_pages() -> Result<()> {
    let Some(site) = Site::configured().await? else { return Ok(()) };
    let mut twins = Twins::start(site).await?;
    let watch = Watch::writing(&twins.world.site, KEY).await?;
    let (sam, agent) = (watch.person(&twins.sam.key).await?, watch.agent(AGENT.0).await?);
    let made = watch.ask(&sam, OPEN).await?;
    let said =
        |answer: &serde_json::Value, place: &str| answer.pointer(place).and_then(|it| it.as_str()).map(str::to_owned);
    ensure!(said(&made, "/data/it/delivery").as_deref() == Some("APPLIED"), "{made}");
    let id = said(&made, "/data/it/ticket/id").context("an id")?;
    let key = twins.texts("ticket_id", "tickets WHERE ticket_subject = 'zqspoken'").await?;
    let key = key.first().context("no ticket")?.clone();
    let mut states = Vec::new();
    for (after, by_sam, act) in [("opening", true, "")].iter().chain(ACTS) {
        if !act.is_empty() {
            let query =
                format!("mutation {{ it: {} {{ delivery userErrors {{ message }} }} }}", act.replace("TICKET", &id));
            let done = watch.ask(if *by_sam { &sam } else { &agent }, &query).await?;
            ensure!(said(&done, "/data/it/delivery").as_deref() == Some("APPLIED"), "{after}: {done}");
        }
        let shown = ticket_shown(twins.world.contact("sam").await?, &key).await?;
        let answered = ticket_answered(&watch, &sam, &id).await?;
        ensure!(shown == answered && shown.len() > 2, "{after}: ITFlow shows {shown:?}, Portico answers {answered:?}");
        ensure!(!shown.concat().contains("zqnote"), "{after}: {shown:?}");
        states.extend(shown.into_iter().next());
    }
    ensure!(states.first() != states.get(4) && states.last() != states.get(4), "{states:?}");
    let page = twins.world.agent.get(&format!("/agent/ticket.php?ticket_id={key}")).await?;
    for word in ["zqspoken", "zqsmoke", "zqanswer", "zqnote", "zqreply"] {
        ensure!(page.html.contains(word), "the agent's page lacks {word}");
    }
    Ok(())
}
