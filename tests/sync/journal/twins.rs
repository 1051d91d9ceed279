//! A pull may bring what was just written before it is known where it is.

use super::*;
use portico_contract::{Marker, Stream};
use portico_tests::Psa;
use portico_tests::psa::Verb;
use portico_tests::writable::Fault;

async fn held_house(writes: &Writable, psa: &Psa) -> Result<House> {
    let configure: fn(&mut Config) = |config| config.journal.wait_ms = 200;
    let options = Options {
        writes: Some(writes.clone()),
        psa: Some(psa.clone()),
        configure: Some(configure),
        ..Options::default()
    };
    House::with(options).await
}

#[tokio::test]
async fn a_pull_between_the_write_and_its_answer_shows_one_ticket() -> Result<()> {
    for marker in [Marker::Body, Marker::None] {
        let (writes, psa) = (Writable::with(|it| it.marker = marker), Psa::default());
        let house = held_house(&writes, &psa).await?;
        let held = psa.hold(Verb::Apply);
        let made = create(&house, STANDARD, "Twin").await?;
        assert_eq!(at(&made, "/delivery"), "QUEUED", "{made}");
        let id = word(&made, "/ticket/id")?;
        let answer = held.answered().await?;
        // The PSA has it and the pull brings it; the answer is still on its way.
        house.beat().await;
        house.sweep(Stream::Tickets).await?;
        let seen = shown(&house, STANDARD, "Twin").await?;
        if marker == Marker::Body {
            assert_eq!(seen, BTreeSet::from([id.clone()]), "it became the pending row");
            ensure!(
                word(&node(&house, STANDARD, &id).await?, "/number")?.starts_with("TCK-"),
                "by what the pull brought"
            );
        }
        answer.release();
        while at(&node(&house, STANDARD, &id).await?, "/delivery") != Value::Null {
            tokio::task::yield_now().await;
        }
        house.pass(LONG);
        house.deliver().await?;
        house.beat().await;
        house.sweep(Stream::Tickets).await?;
        assert_eq!(shown(&house, STANDARD, "Twin").await?, BTreeSet::from([id.clone()]), "{marker:?}");
        ensure!(word(&node(&house, STANDARD, &id).await?, "/number")?.starts_with("TCK-"));
        assert_eq!((writes.tries(), tickets_upstream(&house, "Twin").await?), (1, 1));
    }
    Ok(())
}

#[tokio::test]
async fn a_pull_settles_what_nobody_could_tell() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.fails(&[Fault::AnswerLost]);
    let id = word(&create(&house, STANDARD, "Pulled").await?, "/ticket/id")?;
    house.beat().await;
    let now = node(&house, STANDARD, &id).await?;
    ensure!(at(&now, "/delivery").is_null() && word(&now, "/number")?.starts_with("TCK-"), "{now}");
    let seeks = writes.tries();
    house.pass(SETTLED);
    house.deliver().await?;
    assert_eq!(writes.tries(), seeks, "nothing is left to be done");
    Ok(())
}

/// Whoever can write into a ticket can write a marker: it moves nothing.
#[tokio::test]
async fn a_forged_marker_takes_over_nothing() -> Result<()> {
    use portico_sandbox::itflow::edit::NewTicket;
    let writes = Writable::default();
    let house = house(&writes).await?;
    writes.goes_down(true);
    let waiting = word(&create(&house, STANDARD, "Waits").await?, "/ticket/id")?;
    writes.goes_down(false);
    writes.fails(&[Fault::RequestLost]);
    let sent = word(&create_later(&house, "Was sent").await?, "/ticket/id")?;
    for (id, client) in [(&waiting, 1), (&sent, 2)] {
        let command = uuid::Uuid::try_parse(&id.replace("ticket_", ""))?;
        let details = format!("mine<!-- portico:{command} -->");
        let forged = NewTicket { client, subject: "Forged".to_owned(), details, ..NewTicket::default() };
        house.editor().add_ticket(&forged, house.psa_now()).await?;
    }
    house.beat().await;
    for (id, subject) in [(&waiting, "Waits"), (&sent, "Was sent")] {
        assert_eq!(at(&node(&house, STANDARD, id).await?, "/subject"), subject);
    }
    Ok(())
}

async fn create_later(house: &House, subject: &str) -> Result<Value> {
    house.pass(LONG);
    create(house, STANDARD, subject).await
}
