//! A pass that is interrupted goes on where it was.

use crate::upstream;
use anyhow::{Context, Result, ensure};
use portico::app::{App, say};
use portico::config::{BackendSettings, Config};
use portico::registry;
use portico_contract::{Kind, Lane, Stream};
use portico_sandbox::itflow::edit::{NewReply, NewTicket};
use portico_tests::psa::Verb;
use portico_tests::{House, Options, Psa};
use std::time::Duration;

const PAGE: i64 = 7;

/// Pages of a few tickets.
pub fn small_pages(config: &mut Config) {
    for backend in &mut config.backends {
        if let toml::Value::Table(mut settings) = backend.value() {
            settings.insert("batch".to_owned(), PAGE.into());
            *backend = BackendSettings::new(backend.id.clone(), backend.kind.clone(), settings);
        }
    }
}

/// Portico stops and starts again on the same database.
async fn restart(house: &mut House, psa: &Psa) -> Result<()> {
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    let backends = backends.into_iter().map(|backend| psa.guard(backend)).collect();
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    Ok(())
}

async fn step(house: &House) -> Result<bool> {
    house.pass(Duration::from_millis(500));
    let step = house.app.sync.step(house.source()?, Stream::Tickets, Lane::Background).await;
    Ok(step.map_err(|e| say(&e))?.more)
}

/// Tickets of the world in the order in which pages list them.
fn live(house: &House) -> Vec<i32> {
    let tickets = house.world.tickets.iter();
    tickets.filter(|ticket| ticket.client > 0 && !ticket.archived.is_set()).map(|ticket| ticket.id).collect()
}

#[tokio::test]
async fn a_full_pass_goes_on_after_a_restart_and_sweeps_at_its_end() -> Result<()> {
    goes_on(Options::default()).await
}

pub async fn goes_on(options: Options) -> Result<()> {
    let psa = Psa::default();
    let options = Options { psa: Some(psa.clone()), configure: Some(small_pages), ..options };
    let mut house = House::with(options).await?;
    let all = live(&house);
    let pages = all.len() / usize::try_from(PAGE)? + 1;
    house.pass(Duration::from_secs(5));
    house.app.sync.ask_for_full(house.source()?, Stream::Tickets).await.map_err(|e| say(&e))?;
    for _ in 0..3 {
        ensure!(step(&house).await?, "there is more than three pages");
    }
    let (read, unread) = all.split_at_checked(3 * usize::try_from(PAGE)?).context("too few tickets")?;
    let changed = *read.first().context("no ticket")?;
    let deleted = *unread.get(3).context("no ticket")?;
    house.editor().delete_ticket(deleted).await?;
    let new = NewReply { ticket: changed, body: "Meanwhile.".to_owned(), by: 2, ..NewReply::default() };
    house.editor().add_reply(&new, house.psa_now()).await?;
    house.editor().add_ticket(&NewTicket { client: 1, contact: 4, ..NewTicket::default() }, house.psa_now()).await?;
    restart(&mut house, &psa).await?;
    let before = psa.calls(Verb::Pull(Stream::Tickets));
    while step(&house).await? {}
    // One ticket less and one more: as many pages as there were.
    assert_eq!(psa.calls(Verb::Pull(Stream::Tickets)) - before, pages - 3, "it began again");
    let listed = crate::seen::tickets(&house, portico_tests::house::ADMINISTRATOR).await?;
    assert!(!listed.contains(&house.id(Kind::Ticket, deleted)?));
    assert_eq!(listed, upstream::tickets(&house, "1 = 1").await?);
    // What changed behind the pass is found by the beat after it, without another sweep.
    let before = psa.calls(Verb::Pull(Stream::Tickets));
    house.beat().await;
    assert!(psa.calls(Verb::Pull(Stream::Tickets)) - before < pages);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_first_fill_that_is_interrupted_ends_with_everything() -> Result<()> {
    let psa = Psa::default();
    let options = Options { psa: Some(psa.clone()), configure: Some(small_pages), ..Options::default() };
    let mut house = House::with(options).await?;
    house.app.store.drop_mirror().await.map_err(|e| say(&e))?;
    restart(&mut house, &psa).await?;
    let mut steps = 1;
    while step(&house).await? {
        // Stopped after each page.
        restart(&mut house, &psa).await?;
        steps += 1;
    }
    assert_eq!(steps, live(&house).len() / usize::try_from(PAGE)? + 1);
    house.beat().await;
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_beat_of_changes_goes_on_after_a_restart() -> Result<()> {
    let psa = Psa::default();
    let options = Options { psa: Some(psa.clone()), configure: Some(small_pages), ..Options::default() };
    let mut house = House::with(options).await?;
    house.pass(Duration::from_secs(5));
    // Everything is touched, so that the beat has many pages.
    let at = house.psa_now().format("%Y-%m-%d %H:%M:%S").to_string();
    let sql = "UPDATE tickets SET ticket_subject = 'All new', ticket_updated_at = ?";
    house.editor().run(sql, vec![at.into()]).await?;
    ensure!(step(&house).await? && step(&house).await?, "a beat of several pages");
    restart(&mut house, &psa).await?;
    while step(&house).await? {}
    upstream::agrees(&house).await
}
