//! A folder with a configuration file and an ITFlow in a box, for the command line.

use anyhow::{Context, Result};
use portico_sandbox::Editor;
use portico_tests::running::{self, Finished, Running};
use std::path::PathBuf;
use tempfile::TempDir;

#[derive(Debug)]
pub struct Site {
    pub dir: TempDir,
    /// What `portico sandbox` printed: `database_url = "…"`.
    pub setting: String,
}

impl Site {
    /// An empty folder.
    pub fn empty() -> Result<Self> {
        Ok(Self { dir: tempfile::tempdir()?, setting: String::new() })
    }

    /// A folder with an ITFlow, and a configuration that names it.
    pub async fn new() -> Result<Self> {
        let mut site = Self::empty()?;
        let made = running::run(site.dir.path(), &["sandbox", "itflow", "--data", "psa", "--tickets", "4"]).await?;
        made.good()?.trim().clone_into(&mut site.setting);
        site.configure(&format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[sync]\nevery_seconds = 1\nmax_staleness_seconds = 1\n\
             [[backends]]\nid = \"main\"\nkind = \"itflow\"\ntimezone = \"UTC\"\n{}\n",
            site.setting
        ))?;
        Ok(site)
    }

    pub fn configure(&self, text: &str) -> Result<()> {
        Ok(std::fs::write(self.dir.path().join("portico.toml"), text)?)
    }

    /// The URL of the ITFlow, as the configuration has it.
    pub fn psa_url(&self) -> Result<String> {
        let table: toml::Table = self.setting.parse()?;
        let url = table.get("database_url").and_then(|url| url.as_str()).context("a database_url")?;
        // The command ran in the folder; this process does not.
        Ok(url.replace("sqlite://psa", &format!("sqlite://{}", self.psa().display())))
    }

    pub fn psa(&self) -> PathBuf {
        self.dir.path().join("psa")
    }

    pub async fn editor(&self) -> Result<Editor> {
        Ok(Editor::open(&self.psa_url()?).await?)
    }

    pub async fn run(&self, arguments: &[&str]) -> Result<Finished> {
        running::run(self.dir.path(), arguments).await
    }

    pub async fn run_with(&self, arguments: &[&str], input: &str) -> Result<Finished> {
        running::run_with(self.dir.path(), arguments, input).await
    }

    pub async fn serve(&self) -> Result<Running> {
        Running::start(self.dir.path(), &["serve"]).await
    }
}
