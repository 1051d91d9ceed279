//! `portico erase`: a person or a whole customer is forgotten.

use super::log;
use crate::accounts::Forgotten;
use crate::app::{App, say};
use crate::config::Config;
use crate::readmodel::GlobalId;
use crate::readmodel::ids::derived;
use crate::readmodel::protection::erase::Erased;
use crate::readmodel::protection::rows::Counts;
use crate::registry;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use portico_contract::{Clock, Kind, NativeId};
use std::io::Write;

/// Erase a contact or an account from everything Portico holds, also while it serves.
#[derive(Debug, Args)]
pub struct Erase {
    #[command(subcommand)]
    whom: Whom,
}

#[derive(Debug, Subcommand)]
enum Whom {
    /// A person: tickets of the account stay, without the person.
    Contact(Which),
    /// A customer with everything of theirs.
    Account(Which),
}

#[derive(Debug, Args)]
struct Which {
    /// The id as the API shows it, or with --backend the one of the PSA.
    id: String,
    /// The backend whose own id is given.
    #[arg(long, value_name = "BACKEND")]
    backend: Option<String>,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

impl Erase {
    pub async fn run(self, config: Config) -> Result<()> {
        log::start(&config.log);
        let clock = Clock::system();
        let app = App::start(&config, registry::backends(&config.backends, &clock)?, clock).await?;
        let (kind, which) = match self.whom {
            Whom::Contact(which) => (Kind::Contact, which),
            Whom::Account(which) => (Kind::Account, which),
        };
        let id = which.id(&app, kind)?;
        let erased = app.store.erase(id, true).await.map_err(|e| say(&e))?;
        let users = app.accounts.forget_contacts(&erased.contacts, true).await.map_err(|e| say(&e))?;
        tell("to be ", &erased, users);
        if which.dry_run {
            return Ok(());
        }
        if !which.yes && !confirmed(id)? {
            bail!("nothing was erased");
        }
        // Users first: who they are is known by contacts that are gone afterwards.
        let users = app.accounts.forget_contacts(&erased.contacts, false).await.map_err(|e| say(&e))?;
        let erased = app.store.erase(id, false).await.map_err(|e| say(&e))?;
        tell("", &erased, users);
        if !app.store.scrub().await.map_err(|e| say(&e))? {
            println!("the database was read all the time: its log still holds old pages until its next checkpoint");
        }
        println!("erased; backups and the PSA itself still have it: erase it there, too");
        Ok(())
    }
}

impl Which {
    fn id(&self, app: &App, kind: Kind) -> Result<GlobalId> {
        let Some(instance) = &self.backend else {
            let id: GlobalId =
                self.id.parse().ok().context("this is no id of Portico; with --backend give the PSA's")?;
            if id.kind != kind {
                bail!("{id} is no {kind}");
            }
            return Ok(id);
        };
        let source = app.sync.sources().iter().find(|source| source.backend.info().instance == *instance);
        let source = source.with_context(|| format!("no backend {instance:?} is configured"))?;
        Ok(GlobalId::new(kind, derived(source.id, &NativeId::new(kind, &self.id))))
    }
}

fn confirmed(id: GlobalId) -> Result<bool> {
    print!("Erase {id} for good? Write yes: ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn tell(would: &str, erased: &Erased, users: Forgotten) {
    println!("{would}removed: {}; users {}", list(&erased.removed), users.removed);
    println!("{would}rewritten: {}; users that lose a contact {}", list(&erased.rewritten), users.unlinked);
}

fn list(counts: &Counts) -> String {
    let all: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}
