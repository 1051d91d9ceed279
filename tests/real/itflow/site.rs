//! ITFlow itself: a copy of its folder, served by PHP over a fresh database that its own set-up has made.

use super::web::Visitor;
use anyhow::{Context, Result, ensure};
use portico_tests::servers;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// PHP takes a moment to listen, on a busy machine several.
const PATIENCE: Duration = Duration::from_secs(60);

/// The zone of ITFlow's settings: not that of the database server, as in many installations.
pub const ZONE: &str = "America/New_York";

/// Who may do everything in ITFlow.
pub const AGENT: (&str, &str) = ("robin@provider.example", "correct horse battery");

/// What ITFlow's set-up asks, page by page.
const SETUP: &[(&str, &[(&str, &str)])] = &[
    ("/setup/index.php?user", &[("add_user", "1"), ("name", "Robin Vale"), ("email", AGENT.0), ("password", AGENT.1)]),
    (
        "/setup/index.php?company",
        &[
            ("add_company_settings", "1"),
            ("name", "Provider"),
            ("country", ""),
            ("address", ""),
            ("city", ""),
            ("state", ""),
            ("zip", ""),
            ("phone", ""),
            ("email", ""),
            ("website", ""),
            ("tax_id", ""),
        ],
    ),
    (
        "/setup/index.php?localization",
        &[("add_localization_settings", "1"), ("locale", "en_US"), ("currency_code", "EUR"), ("timezone", ZONE)],
    ),
    // Nothing is sent anywhere: `share_data` is not set.
    ("/setup/index.php?telemetry", &[("add_telemetry", "1")]),
];

/// A running ITFlow; dropped, it ends.
#[derive(Debug)]
pub struct Site {
    folder: TempDir,
    _php: Child,
    pub address: String,
    pub database: DatabaseConnection,
    pub database_url: String,
}

impl Site {
    /// ITFlow from the folder that is set; `None` without one, and on a machine without MariaDB.
    pub async fn configured() -> Result<Option<Self>> {
        match crate::setting("PORTICO_ITFLOW") {
            Some(folder) => Self::start(Path::new(&folder)).await,
            None => {
                println!("left out: PORTICO_ITFLOW names no folder of ITFlow");
                Ok(None)
            }
        }
    }

    async fn start(source: &Path) -> Result<Option<Self>> {
        let Some(server) = servers::mariadb().await else { return Ok(None) };
        let login = source.join("login.php");
        ensure!(login.is_file(), "{} is no folder of ITFlow: it has no login.php", source.display());
        let database_url = server.fresh_database().await?;
        let access = Access::of(&database_url)?;
        let folder = tempfile::tempdir()?;
        copy(source, folder.path()).await?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let php = php(&access, folder.path(), &address)?;
        let mut options = ConnectOptions::new(&database_url);
        options.max_connections(2).sqlx_logging(false);
        let database = Database::connect(options).await?;
        let site = Self { folder, _php: php, address, database, database_url };
        site.listening().await?;
        site.set_up(&access).await?;
        Ok(Some(site))
    }

    #[must_use]
    pub fn uploads(&self) -> PathBuf {
        self.folder.path().join("uploads")
    }

    #[must_use]
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.address)
    }

    async fn listening(&self) -> Result<()> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::net::TcpStream::connect(&self.address).await.is_err() {
            ensure!(tokio::time::Instant::now() < deadline, "PHP does not listen at {}", self.address);
            // Another process gets ready: there is nothing to wait on but its answer.
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        Ok(())
    }

    async fn set_up(&self, access: &Access) -> Result<()> {
        let mut wizard = self.visitor();
        let fields = [
            ("add_database", "1"),
            ("host", &access.host),
            ("database", &access.database),
            ("username", &access.user),
            ("password", &access.password),
        ];
        wizard.post("/setup/index.php?database", &fields).await?.moved()?;
        // It is served without TLS here.
        let config = self.folder.path().join("config.php");
        let text = std::fs::read_to_string(&config).context("ITFlow's set-up has written no config.php")?;
        std::fs::write(&config, text.replace("$config_https_only = TRUE", "$config_https_only = FALSE"))?;
        for (page, fields) in SETUP {
            wizard.post(page, fields).await?.moved().with_context(|| format!("the set-up page {page}"))?;
        }
        Ok(())
    }
}

/// Where the database is and who may use it, apart.
#[derive(Debug)]
struct Access {
    user: String,
    password: String,
    host: String,
    port: String,
    database: String,
}

impl Access {
    fn of(url: &str) -> Result<Self> {
        let parts = || {
            let (account, place) = url.strip_prefix("mysql://")?.split_once('@')?;
            let ((user, password), (server, database)) = (account.split_once(':')?, place.split_once('/')?);
            let (host, port) = server.split_once(':')?;
            let database = database.split('?').next()?;
            let [user, password, host, port, database] = [user, password, host, port, database].map(str::to_owned);
            Some(Self { user, password, host, port, database })
        };
        parts().context("the test database's address has another shape")
    }
}

/// A copy that ITFlow may write into.
async fn copy(source: &Path, target: &Path) -> Result<()> {
    let copied = Command::new("cp").arg("-r").arg(source.join(".")).arg(target).status().await?;
    ensure!(copied.success(), "{} could not be copied", source.display());
    // A configuration that came along belongs to another installation.
    let _ = std::fs::remove_file(target.join("config.php"));
    Ok(())
}

/// One process without workers, so that nothing is left when it is killed.
fn php(access: &Access, root: &Path, address: &str) -> Result<Child> {
    let mut php = Command::new("php");
    // ITFlow's set-up knows no port of the database: PHP's default stands in for it.
    php.arg("-d").arg(format!("mysqli.default_port={}", access.port));
    php.args(["-d", "display_errors=0", "-d", "log_errors=0", "-S", address, "-t"]).arg(root).current_dir(root);
    php.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    php.spawn().context("`php` is not here. On Debian: apt-get install php-cli php-mysql php-mbstring php-intl php-gd")
}
