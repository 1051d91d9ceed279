//! A PSA that says what has changed is looked at soon, and believed in nothing else.

use anyhow::{Context, Result, ensure};
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico::executor::limits::Limits;
use portico::http::{Behind, HttpSettings, router, serve};
use portico::registry;
use portico::sync::{Hear, Source};
use portico_contract::ErrorKind;
use portico_sandbox::Halo;
use portico_sandbox::halopsa::NewAction;
use portico_tests::House;
use portico_tests::house::ADMINISTRATOR;
use portico_tests::tenant::{self, HALO};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

const SECRET: &str = "a-secret-of-webhooks";

struct Listening {
    house: House,
    halo: Halo,
    address: String,
    _stop: oneshot::Sender<()>,
}

/// A house that listens, and a tenant that knows where.
async fn listening() -> Result<Listening> {
    let mut house = House::new().await?;
    let world = house.world.clone();
    let halo = tenant::tenant(&world, &house.clock).await?;
    halo.set_limit(usize::MAX);
    let toml::Value::Table(mut settings) = tenant::backend(&halo, 10_000).value() else {
        anyhow::bail!("no settings");
    };
    settings.insert("webhook_secret".to_owned(), SECRET.into());
    house.config.backends.push(BackendSettings::new(HALO, "halopsa", settings));
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    house.app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let behind = Behind {
        executor: Arc::clone(&house.app.executor) as Arc<_>,
        files: Arc::new(house.app.files(&house.config)),
        hooks: Arc::new(house.app.sync.clone()),
        portal: None,
    };
    let http = HttpSettings::default();
    let served = serve(listener, router(behind, http.clone(), Limits::default()), http, async { drop(stopped.await) });
    tokio::spawn(served);
    Ok(Listening { house, halo, address, _stop: stop })
}

impl Listening {
    fn source(&self) -> Result<Source> {
        let named = |source: &&Source| source.backend.info().instance == HALO;
        self.house.app.sync.sources().iter().find(named).cloned().context("a tenant")
    }

    /// Waits until the tenant was answered so often.
    async fn answered(&self, status: i64, times: usize) -> Result<()> {
        let told = || {
            self.halo
                .ids("WebhookEvent")
                .into_iter()
                .filter(|(id, _)| self.halo.value("WebhookEvent", *id, "responsestatus") == json!(status))
                .count()
        };
        let all = async {
            while told() < times {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(20), all).await.with_context(|| format!("{} answers of {status}", told()))
    }

    async fn subject(&self, subject: &str) -> Result<usize> {
        let query = "query($s: String!) { tickets(first: 10, filter: { subject: { contains: $s } }) { nodes { id } } }";
        let said = self.house.ask_with(ADMINISTRATOR, query, json!({ "s": subject })).await?;
        said.pointer("/data/tickets/nodes").and_then(Value::as_array).map(Vec::len).with_context(|| said.to_string())
    }
}

#[tokio::test]
async fn what_a_tenant_tells_is_read_before_any_pull() -> Result<()> {
    let here = listening().await?;
    let authorization = format!("Bearer {SECRET}");
    here.halo.add_webhook(&format!("{}/hooks/{HALO}", here.address), &authorization, 2)?;
    here.halo.manners(|manners| manners.hooks_twice = true);
    let ticket = here.halo.open_ticket(2, 0, "Told at once")?;
    here.answered(204, 2).await?;
    assert_eq!(here.subject("Told at once").await?, 0, "an answer waits for no read");
    here.halo.forget_seen();
    here.house.app.sync.attend(&here.source()?).await;
    assert_eq!(here.subject("Told at once").await?, 1);
    let reads = here.halo.seen().iter().filter(|call| call.path.ends_with(&format!("/Tickets/{ticket}"))).count();
    assert_eq!(reads, 1, "what comes twice is read once");

    let said = NewAction { ticket, note: "<p>Said</p>".into(), hidden: false, user: 0, hours: 0.0 };
    here.halo.add_action(&said)?;
    here.halo.delete_ticket(ticket)?;
    here.answered(204, 4).await?;
    here.house.app.sync.attend(&here.source()?).await;
    assert_eq!(here.subject("Told at once").await?, 0, "what is gone goes");
    Ok(())
}

#[tokio::test]
async fn who_has_no_secret_is_not_heard() -> Result<()> {
    let here = listening().await?;
    here.halo.add_webhook(&format!("{}/hooks/{HALO}", here.address), "Bearer another-secret-of-webhooks", 0)?;
    here.halo.open_ticket(2, 0, "Forged")?;
    here.answered(403, 1).await?;
    here.halo.forget_seen();
    here.house.app.sync.attend(&here.source()?).await;
    assert!(here.halo.seen().is_empty(), "{:?}", here.halo.seen());
    let sync = &here.house.app.sync;
    for (backend, body, kind) in
        [("nobody", "{}", ErrorKind::NotFound), ("main", "{}", ErrorKind::NotFound), (HALO, "{", ErrorKind::Invalid)]
    {
        let headers = vec![("authorization".to_owned(), format!("Bearer {SECRET}"))];
        let refused = sync.hear(backend, headers, body.into()).err().map(|error| error.kind);
        ensure!(refused == Some(kind), "{backend}: {refused:?}");
    }
    Ok(())
}

/// A flood of hints is one pull.
#[tokio::test]
async fn a_flood_of_hints_is_a_pull() -> Result<()> {
    let here = listening().await?;
    let sync = &here.house.app.sync;
    for at in 0..400 {
        let body =
            json!({ "id": format!("event-{at}"), "event": "New Ticket Logged", "object_id": 9_000 + at }).to_string();
        let headers = vec![("authorization".to_owned(), format!("Bearer {SECRET}"))];
        sync.hear(HALO, headers, body.into()).map_err(|e| say(&e))?;
    }
    here.halo.forget_seen();
    sync.attend(&here.source()?).await;
    let calls = here.halo.seen().iter().filter(|call| call.path.contains("/Tickets/")).count();
    assert_eq!(calls, 200, "one by one as far as that is sensible");
    Ok(())
}
