//! `portico demo`: the product on its embedded default, on sandboxes with one seeded world.

use super::people::{self, DemoUser, PASSWORD};
use super::serve::{listen, portal, serve};
use super::{log, signal};
use crate::app::{App, say};
use crate::config::{BackendSettings, Config};
use crate::graphql::backend_id;
use crate::http::PORTAL;
use crate::http::settings::{DemoPerson, Example};
use crate::registry;
use anyhow::{Context, Result};
use clap::Args;
use portico_contract::Clock;
use portico_sandbox::{Api, ItflowSandbox, Seed, World, write_uploads};
use rust_embed::RustEmbed;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Run the product on sandboxes with one seeded world.
#[derive(Debug, Args)]
pub struct Demo {
    /// Port on 127.0.0.1; 0 picks a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder for everything; without it a temporary one that goes with the demo.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder of a built web portal, served at /portal/.
    #[arg(long, value_name = "DIR")]
    portal: Option<PathBuf>,
}

#[derive(RustEmbed)]
#[folder = "../examples/queries"]
struct Queries;

const BACKEND: &str = "main";

/// Where the PSA keeps files, in its place.
const UPLOADS: &str = "uploads";

/// Where scripts find what there is.
const FACTS: &str = "demo.json";

impl Demo {
    pub async fn run(self) -> Result<()> {
        let mut stop = Box::pin(signal::stop()?);
        let temporary = if self.data.is_none() { Some(tempfile::tempdir()?) } else { None };
        let dir = match (&self.data, &temporary) {
            (Some(dir), _) => dir.clone(),
            (None, Some(temporary)) => temporary.path().to_owned(),
            (None, None) => PathBuf::from("."),
        };
        std::fs::create_dir_all(&dir).with_context(|| format!("the folder {} cannot be made", dir.display()))?;
        let dir = dir.canonicalize()?;
        let mut config = Config::for_demo(&dir, self.port)?;
        "warn".clone_into(&mut config.log.level);
        config.provider.show_time_entries = true;
        config.server.portal_dir = self.portal.unwrap_or_default();
        "Northlight IT".clone_into(&mut config.provider.name);
        log::start(&config.log);
        let portal = portal(&config)?;
        let listener = listen(&config.server.listen, "choose another one with --port, or any with --port 0").await?;
        let address = listener.local_addr()?;
        // A script that waits for the file must not find the one of an earlier run.
        let facts = dir.join(FACTS);
        if facts.exists() {
            std::fs::remove_file(&facts)?;
        }
        let (app, users, psa) = tokio::select! {
            started = start(&mut config, &dir) => started?,
            () = &mut stop => return Ok(()),
        };
        let backend = app.sync.sources().first().map(|source| source.id).context("the demo has no backend")?;
        let contents = json!({
            "graphql": format!("http://{address}/graphql"),
            "users": users,
            "backends": [{
                "id": backend_id(backend).to_string(),
                "kind": "itflow",
                "url": psa.sandbox.url(),
                "api": { "url": psa.api.url(), "key": psa.api.keys().technician },
            }],
        });
        write_whole(&facts, &serde_json::to_vec_pretty(&contents)?)?;
        config.server.people = users.into_iter().map(person).collect();
        config.server.examples = examples();
        let mut out = std::io::stdout().lock();
        out.write_all(guide(&address.to_string(), &config)?.as_bytes())?;
        out.flush()?;
        drop(out);
        serve(&app, &config, portal, listener, stop).await
    }
}

/// The PSA of the demo: its database, and its HTTP API, which ends with it.
struct Psa {
    sandbox: ItflowSandbox,
    api: Api,
}

/// The sandbox, the read model filled from it, and the people of its world.
async fn start(config: &mut Config, dir: &Path) -> Result<(App, Vec<DemoUser>, Psa)> {
    let clock = Clock::system();
    let world = World::seeded(&Seed { visible_canaries: false, ..Seed::at(clock.now().naive_utc()) });
    let sandbox = sandbox(dir, &world).await?;
    let uploads = place(dir).join(UPLOADS).to_string_lossy().into_owned();
    let now = clock.clone();
    let api = sandbox.api(Arc::new(move || now.now().naive_utc())).await?;
    let settings = [
        ("database_url", sandbox.url()),
        ("write_url", sandbox.url()),
        ("api_url", api.url()),
        ("api_key", api.keys().technician),
        ("timezone", "UTC"),
        ("uploads_dir", &uploads),
    ];
    let settings = settings.map(|(key, value)| (key.to_owned(), toml::Value::String(value.to_owned())));
    config.backends.push(BackendSettings::new(BACKEND, "itflow", settings.into_iter().collect()));
    let app = App::start(config, registry::backends(&config.backends, &clock)?, clock).await?;
    app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    let backend = app.sync.sources().first().map(|source| source.id).context("the demo has no backend")?;
    let users = people::make(&app.accounts, backend, &world.people()).await?;
    Ok((app, users, Psa { sandbox, api }))
}

fn place(dir: &Path) -> PathBuf {
    dir.join("itflow")
}

/// The PSA of this folder: what was changed in an earlier run stays. A new one is filled beside its
/// place and moved there when it is whole, since a start can be cut short.
async fn sandbox(dir: &Path, world: &World) -> Result<ItflowSandbox> {
    let place = place(dir);
    if !place.exists() {
        let unfinished = dir.join("itflow.unfinished");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished)?;
        }
        ItflowSandbox::create(&unfinished, world).await?.close().await?;
        write_uploads(&unfinished.join(UPLOADS), world)?;
        std::fs::rename(&unfinished, &place)?;
    }
    if !place.join(UPLOADS).exists() {
        write_uploads(&place.join(UPLOADS), world)?;
    }
    Ok(ItflowSandbox::open(&ItflowSandbox::url_in(&place)).await?)
}

/// The line that scripts wait for, and what people want to know.
fn guide(address: &str, config: &Config) -> Result<String> {
    let mut text = format!("ready http://{address}\n");
    if !config.server.portal_dir.as_os_str().is_empty() {
        writeln!(text, "  portal      http://{address}{PORTAL}")?;
    }
    writeln!(text, "  playground  http://{address}/graphiql")?;
    writeln!(text, "  sign in as  (password of everybody: {PASSWORD})")?;
    for person in &config.server.people {
        let home = person.account_name.as_deref().unwrap_or("staff");
        writeln!(text, "    {:<42} {} at {home}", person.email, person.roles.join(", ").to_lowercase())?;
    }
    Ok(text)
}

/// Whoever reads the file finds all of it or nothing.
fn write_whole(path: &Path, contents: &[u8]) -> Result<()> {
    let unfinished = path.with_extension("unfinished");
    std::fs::write(&unfinished, contents)?;
    Ok(std::fs::rename(unfinished, path)?)
}

fn person(user: DemoUser) -> DemoPerson {
    DemoPerson {
        account_name: (!user.account_names.is_empty()).then(|| user.account_names.join(" and ")),
        name: user.name,
        email: user.email,
        token: user.token,
        roles: user.roles,
        account: user.account,
    }
}

fn examples() -> Vec<Example> {
    let read = |name: &str| {
        let file = Queries::get(name).filter(|_| name.ends_with(".graphql"))?;
        let query = String::from_utf8(file.data.into_owned()).ok()?;
        Some(Example { name: name.trim_end_matches(".graphql").to_owned(), query, variables: None })
    };
    Queries::iter().filter_map(|name| read(&name)).collect()
}
