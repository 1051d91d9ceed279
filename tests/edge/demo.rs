//! A running demo in a folder of its own.

use anyhow::{Context, Result};
use portico_tests::running::Running;
use serde::Deserialize;
use std::path::Path;
use std::process::ExitStatus;
use tempfile::TempDir;

/// `demo.json`, as a script of a stranger reads it: what is not promised is not read.
#[derive(Debug, Deserialize)]
pub struct Facts {
    pub graphql: String,
    pub users: Vec<User>,
    pub backends: Vec<Backend>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct User {
    pub name: String,
    pub email: String,
    pub password: String,
    pub token: String,
    pub realm: String,
    pub roles: Vec<String>,
    pub account: Option<String>,
    pub backend: String,
}

#[derive(Debug, Deserialize)]
pub struct Backend {
    pub id: String,
    pub kind: String,
    pub url: String,
}

impl Facts {
    pub fn read(dir: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(dir.join("demo.json")).context("demo.json")?;
        Ok(serde_json::from_str(&text)?)
    }

    /// By the beginning of the e-mail address.
    pub fn user(&self, email: &str) -> Result<&User> {
        self.users.iter().find(|user| user.email.starts_with(email)).with_context(|| format!("no user {email}"))
    }
}

#[derive(Debug)]
pub struct Demo {
    pub running: Running,
    pub facts: Facts,
    pub dir: TempDir,
}

impl Demo {
    pub async fn start() -> Result<Self> {
        Self::start_in(tempfile::tempdir()?).await
    }

    /// Starts it on what an earlier one left in this folder.
    pub async fn start_in(dir: TempDir) -> Result<Self> {
        let running = Running::start(dir.path(), &arguments(dir.path(), "0")?).await?;
        let facts = Facts::read(dir.path())?;
        Ok(Self { running, facts, dir })
    }

    /// Stops it and keeps the folder.
    pub async fn stop(self) -> Result<(ExitStatus, TempDir)> {
        Ok((self.running.stop().await?, self.dir))
    }

    pub fn token(&self, email: &str) -> Result<&str> {
        Ok(&self.facts.user(email)?.token)
    }

    pub fn administrator(&self) -> Result<&str> {
        self.token("robin.vale@")
    }
}

pub fn arguments(dir: &Path, port: &str) -> Result<[String; 5]> {
    let dir = dir.to_str().context("a folder with a name in UTF-8")?;
    Ok(["demo", "--port", port, "--data", dir].map(str::to_owned))
}
