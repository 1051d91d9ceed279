//! A whole Portico in one process.

use crate::{Psa, Writable, log, servers};
use anyhow::{Context, Result, ensure};
use portico::app::App;
use portico::cli::people::{self, DemoUser};
use portico::config::{BackendSettings, Config};
use portico::executor::request::{Credential, Execute, Executed, GraphqlRequest, Outcome};
use portico::readmodel::{GlobalId, Statements, ids};
use portico::registry;
use portico::sync::Source;
use portico_contract::{Clock, Kind, NativeId, Stream};
use portico_sandbox::{Api, Editor, ItflowSandbox, Keys, Seed, World};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

/// What a house is built on.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub seed: Seed,
    /// Portico's database; SQLite in the house's folder unless given.
    pub database_url: Option<String>,
    /// The PSA's (empty) database; SQLite in the house's folder unless given.
    pub psa_url: Option<String>,
    /// Changes to the configuration.
    pub configure: Option<fn(&mut Config)>,
    /// A switch before the PSA.
    pub psa: Option<Psa>,
    /// The PSA can be written to, and fails as it is told.
    pub writes: Option<Writable>,
    /// The PSA can be written to by its own adapter.
    pub writing: Option<Writing>,
    /// A second ITFlow beside the first, called `other`, with a world of its own.
    pub second: Option<Seed>,
}

/// How the adapter of ITFlow writes.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    /// Under which key it calls the HTTP API.
    pub key: fn(&Keys) -> &'static str,
    /// Whether it has the account that writes by SQL as well.
    pub by_sql: bool,
}

impl Default for Writing {
    fn default() -> Self {
        Self { key: |keys| keys.technician, by_sql: true }
    }
}

/// One provider, one ITFlow, one Portico, filled.
#[derive(Debug)]
pub struct House {
    pub dir: TempDir,
    pub clock: Clock,
    pub config: Config,
    pub world: World,
    pub sandbox: ItflowSandbox,
    /// ITFlow's HTTP API, where the adapter writes by it.
    pub api: Option<Api>,
    pub second: Option<ItflowSandbox>,
    pub app: App,
    pub users: Vec<DemoUser>,
}

/// Who asks: a person of the world, or nobody.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    Nobody,
    /// By the beginning of the e-mail address.
    Person(&'a str),
    Token(&'a str),
}

/// The people of the world by what they are.
pub const ADMINISTRATOR: Who<'static> = Who::Person("robin.vale@");
pub const AGENT: Who<'static> = Who::Person("kit.marsh@");
pub const PRIMARY: Who<'static> = Who::Person("priya.nair@");
pub const BILLING: Who<'static> = Who::Person("ben.okafor@");
pub const TECHNICAL: Who<'static> = Who::Person("tess.lindqvist@");
pub const STANDARD: Who<'static> = Who::Person("sam.whitlock@");
pub const BILLING_TECHNICAL: Who<'static> = Who::Person("bea.moreno@");
pub const OTHER_PRIMARY: Who<'static> = Who::Person("joerg.mueller@");
/// Standard at client 1, Primary at client 3.
pub const TWO_ACCOUNTS: Who<'static> = Who::Person("dana.reyes@");

impl House {
    /// A house on SQLite with the default world.
    pub async fn new() -> Result<Self> {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Result<Self> {
        log::kept();
        let dir = tempfile::tempdir()?;
        let clock = Clock::fake(options.seed.start.and_utc());
        let world = World::seeded(&options.seed);
        let sandbox = match &options.psa_url {
            Some(url) => ItflowSandbox::on(url, &world).await?,
            None => ItflowSandbox::create(dir.path(), &world).await?,
        };
        let mut config = Config::for_demo(dir.path(), 0)?;
        let database = match options.database_url {
            Some(url) => Some(url),
            None => servers::read_model().await?,
        };
        if let Some(url) = database {
            config.database.url = SecretString::from(url);
        }
        config.provider.show_time_entries = true;
        config.auth.argon2_memory_kib = 64;
        config.auth.argon2_iterations = 1;
        // A busy machine is no slow PSA: tests of waiting set their own.
        config.sync.wait_ms = 30_000;
        config.journal.wait_ms = 30_000;
        // What a test wants to download it writes there.
        let uploads = dir.path().join("uploads");
        std::fs::create_dir_all(&uploads)?;
        let api = match options.writing {
            Some(_) => Some(api_of(&sandbox, &clock).await?),
            None => None,
        };
        let more = options.writing.zip(api.as_ref()).map(|(writing, api)| writing.settings(&sandbox, api));
        config.backends.push(itflow("main", &sandbox, &options.seed, &uploads, more.unwrap_or_default()));
        let second = match &options.second {
            Some(seed) => Some(ItflowSandbox::create(&dir.path().join("other"), &World::seeded(seed)).await?),
            None => None,
        };
        if let (Some(sandbox), Some(seed)) = (&second, &options.second) {
            config.backends.push(itflow("other", sandbox, seed, &uploads, Vec::new()));
        }
        if let Some(configure) = options.configure {
            configure(&mut config);
        }
        let mut backends = registry::backends(&config.backends, &clock)?;
        if let (Some(writes), Some(first)) = (&options.writes, backends.first_mut()) {
            *first = writes.guard(Arc::clone(first), sandbox.editor(), &clock);
        }
        if let Some(psa) = &options.psa {
            backends = backends.into_iter().map(|backend| psa.guard(backend)).collect();
        }
        let app = App::start(&config, backends, clock.clone()).await?;
        app.sync.fill(false, None).await.map_err(|e| portico::app::say(&e))?;
        let backend = app.sync.sources().first().context("no backend")?.id;
        let users = people::make(&app.accounts, backend, &world.people()).await?;
        Ok(Self { dir, clock, config, world, sandbox, api, second, app, users })
    }

    /// The first backend.
    pub fn source(&self) -> Result<&Source> {
        self.app.sync.sources().first().context("no backend")
    }

    pub fn backend(&self) -> Result<Uuid> {
        Ok(self.source()?.id)
    }

    #[must_use]
    pub fn editor(&self) -> Editor {
        self.sandbox.editor()
    }

    /// The present in the PSA's own words.
    #[must_use]
    pub fn psa_now(&self) -> chrono::NaiveDateTime {
        self.clock.now().naive_utc()
    }

    /// Moves the clock and lets the background loop beat once.
    pub async fn beat(&self) {
        self.pass(Duration::from_secs(20));
        self.app.sync.beat().await;
    }

    /// Sends what is due; gives how often something was tried.
    pub async fn deliver(&self) -> Result<usize> {
        self.app.journal.deliver().await.map_err(|e| portico::app::say(&e))
    }

    /// Moves the clock.
    pub fn pass(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// The second backend.
    pub fn other(&self) -> Result<&Source> {
        self.app.sync.sources().get(1).context("no second backend")
    }

    /// The global id of a row of the second PSA.
    pub fn other_id(&self, kind: Kind, key: impl ToString) -> Result<String> {
        let uuid = ids::derived(self.other()?.id, &NativeId::new(kind, key));
        Ok(GlobalId::new(kind, uuid).to_string())
    }

    /// Reads one stream of the first PSA whole.
    pub async fn sweep(&self, stream: Stream) -> Result<()> {
        self.sweep_of(self.source()?, stream).await
    }

    pub async fn sweep_of(&self, source: &Source, stream: Stream) -> Result<()> {
        self.pass(Duration::from_secs(5));
        self.app.sync.ask_for_full(source, stream).await.map_err(|e| portico::app::say(&e))?;
        let lane = portico_contract::Lane::Background;
        self.app.sync.pull(source, stream, lane).await.map(|_| ()).map_err(|e| portico::app::say(&e))
    }

    /// The global id of a PSA row.
    pub fn id(&self, kind: Kind, key: impl ToString) -> Result<String> {
        let uuid = ids::derived(self.backend()?, &NativeId::new(kind, key));
        Ok(GlobalId::new(kind, uuid).to_string())
    }

    #[must_use]
    pub fn user(&self, email: &str) -> Option<&DemoUser> {
        self.users.iter().find(|user| user.email.starts_with(email))
    }

    pub fn credential(&self, who: Who<'_>) -> Result<Credential> {
        Ok(match who {
            Who::Nobody => Credential::None,
            Who::Token(token) => Credential::Bearer(SecretString::from(token)),
            Who::Person(email) => {
                let user = self.user(email).with_context(|| format!("no user {email}"))?;
                Credential::Bearer(SecretString::from(user.token.as_str()))
            }
        })
    }

    /// Runs one operation and gives the whole answer.
    pub async fn execute(&self, who: Who<'_>, query: &str, variables: Value) -> Result<Executed> {
        let variables = async_graphql::Variables::from_json(variables);
        let credential = self.credential(who)?;
        let request = GraphqlRequest { query: query.to_owned(), variables, credential, ..GraphqlRequest::default() };
        Ok(self.app.executor.execute(request).await)
    }

    /// The answer as JSON: `data`, `errors`, `extensions`.
    pub async fn ask(&self, who: Who<'_>, query: &str) -> Result<Value> {
        self.ask_with(who, query, json!({})).await
    }

    pub async fn ask_with(&self, who: Who<'_>, query: &str, variables: Value) -> Result<Value> {
        as_json(&self.execute(who, query, variables).await?)
    }

    /// The data of an answer that must have no errors.
    pub async fn data(&self, who: Who<'_>, query: &str) -> Result<Value> {
        let mut answer = self.ask(who, query).await?;
        ensure!(answer.get("errors").is_none(), "{query} answered {answer}");
        Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
    }

    /// The data, and how many SQL statements the whole request took.
    pub async fn counted(&self, who: Who<'_>, query: &str) -> Result<(Value, u64)> {
        let statements = Statements::default();
        let data = statements.of(self.data(who, query)).await?;
        Ok((data, statements.count()))
    }
}

type Setting = (&'static str, String);

/// Its times are the database server's, as in the box of the conformance suite.
async fn api_of(sandbox: &ItflowSandbox, clock: &Clock) -> Result<Api> {
    let now = clock.clone();
    Ok(sandbox.api(Arc::new(move || now.now().naive_utc())).await?)
}

impl Writing {
    fn settings(self, sandbox: &ItflowSandbox, api: &Api) -> Vec<Setting> {
        let by_sql = self.by_sql.then(|| ("write_url", sandbox.url().to_owned()));
        let key = (self.key)(&api.keys()).to_owned();
        [("api_url", api.url().to_owned()), ("api_key", key)].into_iter().chain(by_sql).collect()
    }
}

fn itflow(id: &str, sandbox: &ItflowSandbox, seed: &Seed, uploads: &Path, more: Vec<Setting>) -> BackendSettings {
    let (timezone, uploads) = (seed.timezone.clone(), uploads.to_string_lossy().into_owned());
    let settings = [("database_url", sandbox.url().to_owned()), ("timezone", timezone), ("uploads_dir", uploads)];
    let settings = settings.into_iter().chain(more);
    let settings = settings.map(|(key, value)| (key.to_owned(), toml::Value::String(value)));
    BackendSettings::new(id, "itflow", settings.collect())
}

/// An answer as a transport would send it.
pub fn as_json(executed: &Executed) -> Result<Value> {
    let mut json = serde_json::to_value(&executed.response)?;
    if let (Outcome::Refused, Some(object)) = (executed.outcome, json.as_object_mut()) {
        object.remove("data");
    }
    Ok(json)
}
