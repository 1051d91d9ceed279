//! Who is there, what the account may do, and what the settings that Halo's documentation leaves open could be. Read-only.

use crate::backend::Halo;
use crate::fault::not_halo;
use crate::feed::NEEDED;
use crate::query::{
    AGENTS, ARTICLES, ASSETS, CLIENTS, CONTRACTS, Endpoint, INSTANCE, INVOICES, ME, OUTCOMES, PAYMENTS, POPUPS, QUOTES,
    Query, RECURRING, SERVICE_CATEGORIES, SERVICES, SITES, TEAMS, TICKETS, TYPES, USER_ROLES, USERS,
};
use crate::wire::choice::OutcomeRow;
use crate::wire::parties::{AgentRow, UserRoleRow};
use chrono::{DateTime, TimeDelta};
use portico_contract::{Absent, CallCx, CommandKind, ErrorKind, Health, HealthState, Result, Stream};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A list that something is served from.
struct List {
    served: &'static str,
    /// Among what was found.
    name: &'static str,
    endpoint: &'static Endpoint,
    /// What is absent where a build has no such list.
    streams: &'static [Stream],
    commands: &'static [CommandKind],
}

const fn list(
    served: &'static str,
    name: &'static str,
    endpoint: &'static Endpoint,
    streams: &'static [Stream],
    commands: &'static [CommandKind],
) -> List {
    List { served, name, endpoint, streams, commands }
}

const LISTS: &[List] = &[
    list("accounts", "clients", &CLIENTS, &[Stream::Accounts], &[]),
    list("sites", "sites", &SITES, &[Stream::Sites], &[]),
    list("contacts", "users", &USERS, &[Stream::Contacts], &[]),
    list("tickets", "tickets", &TICKETS, &[Stream::Tickets], &[]),
    list("agents", "agents", &AGENTS, &[Stream::Agents], &[]),
    list("teams", "teams", &TEAMS, &[Stream::Teams], &[]),
    list("forms", "ticket_types", &TYPES, &[Stream::Forms], &[CommandKind::RequestItem]),
    list("assets", "assets", &ASSETS, &[Stream::Assets], &[]),
    list("contracts", "contracts", &CONTRACTS, &[Stream::Contracts], &[]),
    list("invoices", "invoices", &INVOICES, &[Stream::Invoices], &[CommandKind::RecordPayment]),
    list("payments", "payments", &PAYMENTS, &[], &[CommandKind::RecordPayment]),
    list("recurring invoices", "recurring_invoices", &RECURRING, &[Stream::RecurringInvoices], &[]),
    list("quotes", "quotes", &QUOTES, &[Stream::Quotes], &[CommandKind::DecideQuote]),
    list("the catalogue", "service_categories", &SERVICE_CATEGORIES, &[Stream::Catalogue], &[CommandKind::RequestItem]),
    list("the catalogue", "services", &SERVICES, &[Stream::Catalogue], &[CommandKind::RequestItem]),
    list("articles", "articles", &ARTICLES, &[Stream::Articles], &[]),
    list("announcements", "popup_notes", &POPUPS, &[Stream::Announcements], &[]),
];

/// What Halo has called its version.
const VERSIONS: &[&str] = &["version", "build", "api_version"];

/// Outcomes and levels that a report names.
const NAMED: usize = 30;

#[derive(Debug, Default)]
struct Findings {
    found: BTreeMap<String, String>,
    problems: Vec<String>,
    version: Option<String>,
    absent: Absent,
}

impl Halo {
    pub(crate) async fn examine(&self, cx: &CallCx) -> Result<Health> {
        let mut findings = Findings::default();
        self.instance(cx, &mut findings).await?;
        self.identity(cx, &mut findings).await?;
        for list in LISTS {
            self.count(cx, list, &mut findings).await?;
        }
        if findings.found.get("clients").map(String::as_str) == Some("0") {
            let text = "The agent of the API application sees no customer. Allow it the use of all customers.";
            findings.problems.push(text.to_owned());
        }
        self.open_questions(cx, &mut findings).await?;
        self.learn_version(findings.version.as_deref());
        let state = if findings.problems.is_empty() { HealthState::Ok } else { HealthState::Degraded };
        let Findings { found, problems, version, absent } = findings;
        Ok(Health { state, version, found, problems, absent })
    }

    /// The version, and how far the clocks differ.
    async fn instance(&self, cx: &CallCx, findings: &mut Findings) -> Result<()> {
        let answer = self.client.send(cx, Query::of(&INSTANCE).request()?).await?;
        let date = answer.header("date").and_then(|text| DateTime::parse_from_rfc2822(text).ok());
        let most = TimeDelta::from_std(self.config.overlap()).unwrap_or_default() / 2;
        if let Some(date) = date {
            let skew = (self.clock.now() - date.to_utc()).abs();
            findings.found.insert("clock_skew_seconds".to_owned(), skew.num_seconds().to_string());
            if skew > most {
                findings.problems.push(format!(
                    "Halo's clock and this machine's differ by {} seconds, so changes may be missed. Set the clock, or \
                     raise `overlap_minutes`.",
                    skew.num_seconds()
                ));
            }
        }
        if answer.status.is_success()
            && let Ok(value) = answer.json::<Value>()
        {
            let version = VERSIONS.iter().find_map(|key| match value.get(key)? {
                Value::String(text) if !text.is_empty() => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            });
            findings.found.extend(version.clone().map(|version| ("version".to_owned(), version)));
            findings.version = version;
        }
        Ok(())
    }

    async fn identity(&self, cx: &CallCx, findings: &mut Findings) -> Result<()> {
        let answer = self.client.send(cx, Query::of(&ME).request()?).await?;
        if !answer.status.is_success() {
            let text = "The API application is not logged in as an agent. Choose one in its settings in Halo.";
            findings.problems.push(text.to_owned());
            return Ok(());
        }
        let me: AgentRow = answer.json()?;
        findings.found.extend(me.id.key().map(|id| ("agent_id".to_owned(), id.to_string())));
        Ok(())
    }

    /// How many rows the account sees: fewer than there are is how a missing right of the agent looks.
    async fn count(&self, cx: &CallCx, list: &List, findings: &mut Findings) -> Result<()> {
        let (served, endpoint) = (list.served, list.endpoint);
        let query = Query::of(endpoint);
        let query = if endpoint.pages() { query.page(1, 1) } else { query };
        match self.client.list(cx, &query).await {
            Ok(listed) => {
                let rows = u64::try_from(listed.rows.len()).unwrap_or(u64::MAX);
                let count = listed.total.filter(|total| *total > 0).map_or(rows, |total| total.max(rows));
                findings.found.insert(list.name.to_owned(), count.to_string());
            }
            Err(error) if error.is_temporary() => return Err(error),
            Err(error) if error.kind == ErrorKind::Unsupported => {
                if list.streams.iter().any(|stream| NEEDED.contains(stream)) {
                    findings.problems.push(not_halo(endpoint).public);
                    return Ok(());
                }
                findings.absent.streams.extend(list.streams);
                findings.absent.commands.extend(list.commands);
                findings.problems.push(format!(
                    "This version of Halo has no /{}: {served} are not served. Update Halo, and they are found by themselves.",
                    endpoint.path
                ));
            }
            Err(error) => {
                tracing::warn!(error = %error.log(), "a list that is needed cannot be read");
                findings
                    .problems
                    .push(format!("/{} cannot be read: {served} are not served. {}", endpoint.path, error.public));
            }
        }
        Ok(())
    }

    /// What a tenant would have to answer: the settings without a default.
    async fn open_questions(&self, cx: &CallCx, findings: &mut Findings) -> Result<()> {
        if self.config.web_access_own.is_none() {
            let levels = self.levels(cx).await?;
            findings.problems.push(format!(
                "Nobody can sign in: what the numbers of `web_access_level` mean is not set. Roles have these: {levels}. Set \
                 `web_access_none`, `web_access_own`, `web_access_site` and `web_access_customer`."
            ));
        }
        let outcomes: Vec<OutcomeRow> = self.small(cx, Query::of(&OUTCOMES)).await?;
        let named = |hidden: bool| {
            let some = outcomes.iter().filter(|row| row.hidefromuser.yes() == hidden).take(NAMED);
            let names = some.filter_map(|row| Some(format!("{} {}", row.id.key()?, row.outcome.as_str()?)));
            names.collect::<Vec<String>>().join(", ")
        };
        findings.found.insert("outcomes_public".to_owned(), named(false));
        findings.found.insert("outcomes_hidden".to_owned(), named(true));
        let (_, closed) = self.statuses(cx).await?;
        if closed.is_empty() {
            let text = "Halo names no closed status. Set `closed_statuses` to their numbers.";
            findings.problems.push(text.to_owned());
        }
        let closed: Vec<String> = closed.iter().map(ToString::to_string).collect();
        findings.found.insert("closed_statuses".to_owned(), closed.join(", "));
        let unset = crate::write::unset(&self.config).join(", ");
        findings.found.insert("settings_that_commands_miss".to_owned(), unset);
        Ok(())
    }

    async fn levels(&self, cx: &CallCx) -> Result<String> {
        let roles: Vec<UserRoleRow> = self.small(cx, Query::of(&USER_ROLES)).await?;
        let levels: BTreeSet<i64> = roles.iter().filter_map(|role| role.web_access_level.0).collect();
        Ok(levels.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    }
}
