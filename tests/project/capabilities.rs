//! `docs/capabilities.md`, from what each adapter says of itself.

use super::generated::{self, MADE};
use anyhow::{Context, Result};
use portico::config::BackendSettings;
use portico::registry::{self, ADAPTERS};
use portico_contract::{Backend, Clock, CommandKind, FieldGroup, Stream, StreamCapability};
use std::fmt::Write;
use std::sync::Arc;

/// Settings with which each adapter does all it can; no network is touched.
const SETTINGS: &[(&str, &str)] = &[
    (
        "itflow",
        r#"
        database_url = "sqlite://none.sqlite"
        write_url = "sqlite://none.sqlite"
        api_url = "https://itflow.example.com"
        api_key = "none"
        "#,
    ),
    (
        "halopsa",
        r#"
        resource_url = "https://halo.example.com/api"
        client_id = "none"
        client_secret = "none"
        currency = "EUR"
        web_access_none = 0
        web_access_own = 1
        web_access_site = 2
        web_access_customer = 3
        reply_outcome = 1
        note_outcome = 2
        closed_status = 9
        resolved_status = 8
        reopened_status = 2
        ticket_type = 1
        approval_approved = 1
        approval_declined = 2
        followers_field = "emailcclist"
        score_good = 5
        score_bad = 1
        payment_method = 1
        products = true
        popups = true
        webhook_secret = "none, and nobody guesses it"
        "#,
    ),
];

const HEAD: &str = "# What each backend can do

Each adapter declares this; what is not declared is refused, and what is declared must work: both are tested. Here each
is set up to do all it can; what some of it needs is on the page of the backend.
";

type Backends = Vec<Arc<dyn Backend>>;

fn backends() -> Result<Backends> {
    let mut settings = Vec::new();
    for adapter in ADAPTERS {
        let (kind, text) = SETTINGS
            .iter()
            .find(|(kind, _)| *kind == adapter.kind)
            .with_context(|| format!("no settings for {}", adapter.kind))?;
        settings.push(BackendSettings::new(*kind, *kind, text.parse()?));
    }
    Ok(registry::backends(&settings, &Clock::system())?)
}

/// A table with one column for each backend.
fn table<T: ToString>(
    page: &mut String,
    title: &str,
    rows: impl IntoIterator<Item = T>,
    backends: &Backends,
    cell: impl Fn(&dyn Backend, &T) -> String,
) -> Result<()> {
    let kinds: Vec<&str> = backends.iter().map(|backend| backend.info().kind).collect();
    write!(page, "\n## {title}\n\n| | {} |\n| --- |{}\n", kinds.join(" | "), " --- |".repeat(kinds.len()))?;
    for row in rows {
        let cells: Vec<String> = backends.iter().map(|backend| cell(backend.as_ref(), &row)).collect();
        writeln!(page, "| `{}` | {} |", row.to_string(), cells.join(" | "))?;
    }
    Ok(())
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

fn stream(capability: Option<&StreamCapability>) -> String {
    let Some(StreamCapability { follows, id_sweep, whole, calls_per_beat, .. }) = capability else { return yes(false) };
    let sweep = if *id_sweep { ", sweep of ids" } else { "" };
    let children = if *whole { "" } else { ", children on opening" };
    format!("{follows}{sweep}{children}, {calls_per_beat} calls a beat")
}

/// The facts that are one value for each backend.
fn fact(backend: &dyn Backend, name: &str) -> String {
    let capabilities = backend.capabilities();
    match name {
        "marker of a create" => capabilities.marker.to_string(),
        "settle time" => format!("{} s", capabilities.settle.as_secs()),
        "webhooks" => yes(capabilities.webhooks),
        "longest subject" => capabilities.limits.max_subject.to_string(),
        "largest attachment" => match capabilities.limits.max_attachment {
            0 => yes(false),
            bytes => format!("{bytes} bytes"),
        },
        _ => match capabilities.limits.calls {
            None => "not counted".to_owned(),
            Some((calls, window)) => format!("{calls} in {} s", window.as_secs()),
        },
    }
}

const FACTS: &[&str] =
    &["marker of a create", "settle time", "webhooks", "longest subject", "largest attachment", "calls allowed"];

fn page() -> Result<String> {
    let backends = backends()?;
    let mut page = format!("{MADE}{HEAD}");
    let streams = Stream::ALL.iter().copied();
    table(&mut page, "Streams: what can be read, and how it is followed", streams, &backends, |backend, row| {
        stream(backend.capabilities().stream(*row))
    })?;
    table(&mut page, "Groups of fields", FieldGroup::ALL.iter().copied(), &backends, |backend, row| {
        yes(backend.capabilities().carries.contains(row))
    })?;
    table(&mut page, "Commands: what can be written", CommandKind::ALL.iter().copied(), &backends, |backend, row| {
        yes(backend.capabilities().commands.contains(row))
    })?;
    table(&mut page, "The rest", FACTS.iter().copied(), &backends, |backend, row| fact(backend, row))?;
    let mut roles = String::from(
        "\n## Roles: which access fact stands for which role\n\n| Backend | Fact | Role |\n| --- | --- | --- |\n",
    );
    for backend in &backends {
        for (fact, role) in &backend.info().roles {
            writeln!(roles, "| {} | `{fact}` | `{role}` |", backend.info().kind)?;
        }
    }
    page.push_str(&roles);
    Ok(page)
}

#[test]
fn the_page_of_capabilities_is_what_the_adapters_say() -> Result<()> {
    generated::hold("docs/capabilities.md", &page()?)
}
