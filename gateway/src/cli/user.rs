//! `portico user`: who may sign in.

use super::log;
use crate::accounts::{self, ContactLink, NewUser, Realm};
use crate::app::{App, say};
use crate::authz::role;
use crate::config::Config;
use crate::readmodel::ids::derived;
use crate::registry;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use portico_contract::{Clock, Kind, NativeId};
use secrecy::{ExposeSecret, SecretString};
use std::io::Read;
use uuid::Uuid;

/// Make users and bind them to contacts or staff roles.
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a user. The password is read from standard input.
    Add {
        #[arg(long)]
        name: String,
        #[arg(long)]
        email: String,
        /// Login, if it is not the e-mail address.
        #[arg(long)]
        login: Option<String>,
        /// A contact this user is, as BACKEND:NATIVE_ID; may be given several times.
        #[arg(long, value_name = "BACKEND:ID")]
        contact: Vec<String>,
        /// A staff role, such as ADMINISTRATOR; makes the user staff.
        #[arg(long, value_name = "ROLE", conflicts_with = "contact")]
        role: Vec<String>,
    },
    /// Give a user these roles, instead of those given before.
    Grant {
        #[arg(long)]
        login: String,
        #[arg(long)]
        staff: bool,
        /// A role, such as EXTERNAL_MANAGER for a customer or FINANCE for staff; may be given several times. None
        /// takes all away that were given here; what follows from contacts stays.
        #[arg(long, value_name = "ROLE")]
        role: Vec<String>,
    },
    /// Print a bearer token for a user, for dashboards and scripts.
    Token {
        #[arg(long)]
        login: String,
        #[arg(long)]
        staff: bool,
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
}

impl User {
    pub async fn run(self, config: Config) -> Result<()> {
        log::start(&config.log);
        let clock = Clock::system();
        let app = App::start(&config, registry::backends(&config.backends, &clock)?, clock).await?;
        match self.action {
            Action::Add { name, email, login, contact, role } => {
                let mut password = String::new();
                std::io::stdin().read_to_string(&mut password).context("no password on standard input")?;
                let realm = if role.is_empty() { Realm::Customer } else { Realm::Staff };
                let mut contacts = Vec::new();
                for text in &contact {
                    contacts.push(link(&app, text).await?);
                }
                if realm == Realm::Customer && contacts.is_empty() {
                    bail!("say who this user is: --contact BACKEND:ID for a customer, --role ROLE for staff");
                }
                let user = NewUser {
                    realm,
                    name,
                    login: login.unwrap_or_else(|| email.clone()),
                    email,
                    password: Some(SecretString::from(password.trim_end_matches(['\r', '\n']).to_owned())),
                    contacts,
                    roles: roles(&role, realm)?,
                };
                let id = app.accounts.create_user(user).await.map_err(|e| say(&e))?;
                println!("{id}");
            }
            Action::Grant { login, staff, role } => {
                let user = known(&app, &login, staff).await?;
                app.accounts.set_roles(user.id, &roles(&role, user.realm)?).await.map_err(|e| say(&e))?;
                println!("{}", user.id);
            }
            Action::Token { login, staff, days } => {
                let user = known(&app, &login, staff).await?;
                let token = app.accounts.service_token(user.id, "command line", days).await.map_err(|e| say(&e))?;
                println!("{}", token.token.expose_secret());
            }
        }
        Ok(())
    }
}

async fn known(app: &App, login: &str, staff: bool) -> Result<accounts::User> {
    let realm = if staff { Realm::Staff } else { Realm::Customer };
    let user = app.accounts.find_user(realm, login).await.map_err(|e| say(&e))?;
    user.with_context(|| format!("there is no {realm} user {login:?}"))
}

async fn link(app: &App, text: &str) -> Result<ContactLink> {
    let (instance, key) = text.split_once(':').context("a contact is given as BACKEND:ID, such as main:42")?;
    let source = app.sync.sources().iter().find(|source| source.backend.info().instance == instance);
    let backend_id = source.with_context(|| format!("no backend {instance:?} is configured"))?.id;
    let contact_id = contact_id(backend_id, key);
    if !app.store.has_contact(contact_id).await.map_err(|e| say(&e))? {
        bail!(
            "there is no contact {key} in {instance:?} as it was read last: check the number, and read the contacts \
             first if it is new: portico sync contacts"
        );
    }
    Ok(ContactLink { backend_id, contact_id })
}

/// The id of a contact that a PSA made.
#[must_use]
pub fn contact_id(backend: Uuid, key: &str) -> Uuid {
    derived(backend, &NativeId::new(Kind::Contact, key))
}

fn roles(keys: &[String], realm: Realm) -> Result<Vec<String>> {
    let staff = realm == Realm::Staff;
    let fits = |role: &&role::Role| role.staff == staff;
    for key in keys {
        if !role::role(key).as_ref().is_some_and(fits) {
            let known: Vec<&str> = role::ROLES.iter().filter(fits).map(|role| role.key).collect();
            let word = if staff { "staff" } else { "customer" };
            bail!("there is no {word} role {key:?}; the roles are: {}", known.join(", "));
        }
    }
    Ok(keys.to_vec())
}
