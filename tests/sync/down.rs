//! The PSA is down or slow: the read model answers, says how old it is, and rights shrink with age.

use crate::tickets::some_ticket;
use crate::{seen, upstream};
use anyhow::{Context, Result, ensure};
use portico::app::App;
use portico::config::{BackendSettings, Config};
use portico::registry;
use portico_contract::{Kind, Stream};
use portico_tests::house::{ADMINISTRATOR, BILLING, PRIMARY, STANDARD};
use portico_tests::psa::{Mood, Verb};
use portico_tests::{House, Options, Psa};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

const LIST: &str = "{ tickets(first: 100) { nodes { id } } }";
/// Far more than the wait, far less than any deadline of the PSA's.
const PROMPT: Duration = Duration::from_secs(3);
const STALE: Duration = Duration::from_secs(121);
const TOO_OLD: Duration = Duration::from_secs(901);

fn short_wait(config: &mut Config) {
    config.sync.wait_ms = 100;
}

async fn house() -> Result<(House, Psa)> {
    let psa = Psa::default();
    Ok((House::with(Options { psa: Some(psa.clone()), ..Options::default() }).await?, psa))
}

/// Nobody waits long here: only for a PSA that hangs.
async fn impatient() -> Result<(House, Psa)> {
    let psa = Psa::default();
    let options = Options { psa: Some(psa.clone()), configure: Some(short_wait), ..Options::default() };
    Ok((House::with(options).await?, psa))
}

/// The names of the streams that an answer calls stale.
fn streams(answer: &Value) -> BTreeSet<String> {
    let names = seen::stale(answer).into_iter().filter_map(|stale| stale.get("stream")?.as_str().map(str::to_owned));
    names.collect()
}

fn named(streams: &[&str]) -> BTreeSet<String> {
    streams.iter().map(|stream| (*stream).to_owned()).collect()
}

/// Since when something is stale, by the stream's own state.
fn since(house: &House, stream: Stream) -> Result<String> {
    let at = house.app.sync.state(house.backend()?, stream).confirmed_at.context("never confirmed")?;
    let at = chrono::DateTime::from_timestamp_millis(at).context("no time")?;
    Ok(serde_json::to_value(at)?.as_str().context("no text")?.to_owned())
}

#[tokio::test]
async fn lists_are_answered_promptly_from_the_read_model_and_say_so() -> Result<()> {
    for mood in [Mood::Fails, Mood::Hangs] {
        let (house, psa) = impatient().await?;
        let expected = upstream::tickets(&house, "ticket_client_id = 1").await?;
        psa.becomes(mood);
        house.pass(STALE);
        let begun = Instant::now();
        let answer = house.ask(PRIMARY, LIST).await?;
        assert!(begun.elapsed() < PROMPT, "{mood:?}: {:?}", begun.elapsed());
        assert_eq!(seen::ids(&answer["data"]["tickets"]["nodes"]), expected, "{mood:?}");
        assert!(answer.get("errors").is_none(), "{answer}");
        assert_eq!(streams(&answer), named(&["contacts", "tickets"]), "{mood:?}");
        for stale in seen::stale(&answer) {
            let stream = stale["stream"].as_str().context("no stream")?.parse()?;
            assert_eq!(stale["backend"], "main", "{stale}");
            assert_eq!(stale["since"], since(&house, stream)?.as_str(), "{stale}");
            assert_eq!(stale["reason"], "The PSA does not answer. Try again later.", "{stale}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_old_yet_is_not_called_stale_and_not_waited_for() -> Result<()> {
    let (house, psa) = impatient().await?;
    let pulls = || Stream::ALL.iter().map(|stream| psa.calls(Verb::Pull(*stream))).sum::<usize>();
    psa.becomes(Mood::Hangs);
    house.pass(Duration::from_secs(119));
    let before = pulls();
    let answer = house.ask(PRIMARY, LIST).await?;
    assert!(seen::stale(&answer).is_empty() && !seen::ids(&answer["data"]["tickets"]["nodes"]).is_empty(), "{answer}");
    assert_eq!(pulls(), before);
    Ok(())
}

#[tokio::test]
async fn an_opened_ticket_is_answered_from_the_read_model_and_says_how_old_it_is() -> Result<()> {
    for mood in [Mood::Fails, Mood::Hangs] {
        let (house, psa) = impatient().await?;
        let ticket = some_ticket(&house)?;
        let id = house.id(Kind::Ticket, ticket)?;
        psa.becomes(mood);
        house.pass(Duration::from_secs(60));
        let begun = Instant::now();
        let answer = seen::open(&house, PRIMARY, &id).await?;
        assert!(begun.elapsed() < PROMPT, "{mood:?}: {:?}", begun.elapsed());
        let shown = seen::ids(&answer["data"]["ticket"]["comments"]["nodes"]);
        assert_eq!(shown, upstream::comments(&house, ticket).await?, "{mood:?}");
        let stale = seen::stale(&answer);
        assert_eq!(stale.len(), 1, "{answer}");
        let expected = json!({ "backend": "main", "stream": "tickets", "id": id, "reason": stale[0]["reason"], "since": stale[0]["since"] });
        assert_eq!(stale[0], expected);
        assert!(stale[0]["since"].is_string() && stale[0]["reason"].is_string(), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn a_psa_that_refuses_is_not_asked_again_by_everybody() -> Result<()> {
    let (house, psa) = house().await?;
    psa.becomes(Mood::Fails);
    house.pass(STALE);
    let pulls = || psa.calls(Verb::Pull(Stream::Tickets));
    let before = pulls();
    for _ in 0..10 {
        assert_eq!(streams(&house.ask(PRIMARY, LIST).await?), named(&["contacts", "tickets"]));
    }
    assert!(pulls() <= before + 1, "{}", pulls() - before);
    // Once the pause is over it is tried again.
    house.pass(Duration::from_secs(16));
    house.ask(PRIMARY, LIST).await?;
    psa.becomes(Mood::Well);
    house.pass(Duration::from_secs(16));
    let answer = house.ask(PRIMARY, LIST).await?;
    assert!(seen::stale(&answer).is_empty(), "{answer}");
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_failing_beat_is_told_and_ended_by_the_next_good_one() -> Result<()> {
    let (house, psa) = house().await?;
    psa.becomes(Mood::Fails);
    for _ in 0..7 {
        house.beat().await;
    }
    assert_eq!(streams(&house.ask(PRIMARY, LIST).await?), named(&["contacts", "tickets"]));
    let health = "{ backends { health { state failingSince problems } streams { stream stale } } }";
    let told = house.data(ADMINISTRATOR, health).await?["backends"][0].clone();
    assert_ne!(told["health"]["state"], "OK", "{told}");
    assert!(told["health"]["failingSince"].is_string(), "{told}");
    psa.becomes(Mood::Well);
    house.beat().await;
    assert!(seen::stale(&house.ask(PRIMARY, LIST).await?).is_empty());
    let told = house.data(ADMINISTRATOR, health).await?["backends"][0].clone();
    assert_eq!(told["health"]["state"], "OK", "{told}");
    upstream::agrees(&house).await
}

#[tokio::test]
async fn contacts_that_are_too_old_open_ones_own_things_only() -> Result<()> {
    let (house, psa) = house().await?;
    let own = upstream::tickets(&house, "ticket_client_id = 1 AND ticket_contact_id = 1").await?;
    let standard = seen::tickets(&house, STANDARD).await?;
    ensure!(!own.is_empty() && !seen::invoices(&house, PRIMARY).await?.is_empty());
    psa.becomes(Mood::Fails);
    house.pass(TOO_OLD);
    assert_eq!(seen::tickets(&house, PRIMARY).await?, own);
    assert_eq!(seen::tickets(&house, STANDARD).await?, standard);
    for who in [PRIMARY, BILLING] {
        assert_eq!(seen::invoices(&house, who).await?, BTreeSet::new(), "{who:?}");
    }
    let answer = house.ask(PRIMARY, LIST).await?;
    let stale = seen::stale(&answer);
    let contacts = stale.iter().find(|stale| stale["stream"] == "contacts").context("contacts are not named")?;
    assert_eq!(contacts["since"], since(&house, Stream::Contacts)?.as_str());
    // Staff's rights do not come from the PSA.
    assert_eq!(seen::tickets(&house, ADMINISTRATOR).await?, upstream::tickets(&house, "1 = 1").await?);
    psa.becomes(Mood::Well);
    house.beat().await;
    crate::tickets::are_right(&house).await?;
    assert!(!seen::invoices(&house, BILLING).await?.is_empty());
    upstream::agrees(&house).await
}

#[tokio::test]
async fn whoever_comes_first_after_a_long_silence_is_answered_by_rights_of_now() -> Result<()> {
    let house = House::new().await?;
    // Nothing beats: the operation itself brings the contacts, and they say something else by now.
    house.editor().move_contact(1, 2, house.psa_now()).await?;
    house.pass(TOO_OLD);
    let answer = house.ask(PRIMARY, LIST).await?;
    assert!(seen::stale(&answer).is_empty(), "{answer}");
    let expected = upstream::tickets(&house, "ticket_client_id = 2").await?;
    assert_eq!(seen::ids(&answer["data"]["tickets"]["nodes"]), expected);
    upstream::agrees(&house).await
}

/// The same settings with the PSA's database somewhere else.
fn moved(config: &Config, id: &str, url: &str) -> BackendSettings {
    let settings = config.backends.first().map(BackendSettings::value);
    let mut settings = settings.and_then(|value| value.as_table().cloned()).unwrap_or_default();
    settings.insert("database_url".to_owned(), url.into());
    BackendSettings::new(id, "itflow", settings)
}

#[tokio::test]
async fn a_database_file_that_is_away_is_a_psa_that_is_down() -> Result<()> {
    let (mut house, _) = house().await?;
    let (file, away) = (house.dir.path().join("itflow.sqlite"), house.dir.path().join("away.sqlite"));
    let expected = upstream::tickets(&house, "ticket_client_id = 1").await?;
    house.config.backends = vec![moved(&house.config, "main", &format!("sqlite://{}", file.display()))];
    std::fs::rename(&file, &away)?;
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    house.pass(STALE);
    house.app.sync.beat().await;
    let answer = house.ask(PRIMARY, LIST).await?;
    assert_eq!(seen::ids(&answer["data"]["tickets"]["nodes"]), expected);
    assert_eq!(streams(&answer), named(&["contacts", "tickets"]), "{answer}");
    std::fs::rename(&away, &file)?;
    house.beat().await;
    assert!(seen::stale(&house.ask(PRIMARY, LIST).await?).is_empty());
    upstream::agrees(&house).await
}

#[tokio::test]
async fn customers_are_told_of_their_own_backends_only() -> Result<()> {
    let (mut house, psa) = house().await?;
    let elsewhere = format!("sqlite://{}", house.dir.path().join("no-such.sqlite").display());
    house.config.backends.push(moved(&house.config, "elsewhere", &elsewhere));
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    let backends = backends.into_iter().map(|backend| psa.guard(backend)).collect();
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    let names = |answer: &Value| -> BTreeSet<String> {
        let stale = seen::stale(answer).into_iter();
        stale.filter_map(|stale| stale["backend"].as_str().map(str::to_owned)).collect()
    };
    let answer = house.ask(PRIMARY, LIST).await?;
    assert!(names(&answer).is_empty(), "{answer}");
    assert_eq!(names(&house.ask(ADMINISTRATOR, LIST).await?), named(&["elsewhere"]));
    psa.becomes(Mood::Fails);
    house.pass(STALE);
    for who in [PRIMARY, STANDARD] {
        let answer = house.ask(who, LIST).await?;
        assert_eq!(names(&answer), named(&["main"]), "{answer}");
        assert!(!answer.to_string().contains("elsewhere"), "{answer}");
    }
    assert_eq!(names(&house.ask(ADMINISTRATOR, LIST).await?), named(&["elsewhere", "main"]));
    Ok(())
}
