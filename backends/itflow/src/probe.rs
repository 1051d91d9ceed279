//! Who is there, and whether the account has the rights it needs and no others.

use crate::backend::Itflow;
use crate::wire;
use crate::wire::{Column, SettingsRow, TextRow};
use portico_contract::{Absent, CallCx, ErrorKind, Health, HealthState, Result};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use std::collections::BTreeMap;

/// What each stream reads, asked for without a row, and what is not served without it.
pub(crate) type Needed = (&'static str, &'static str, fn() -> SelectStatement);
const NEEDED: &[Needed] = &[
    ("accounts", "clients", wire::account::clients),
    ("contacts", "contacts, users, clients", wire::person::contacts),
    ("agents", "users", wire::person::agents),
    ("choices", "ticket_statuses", wire::choice::statuses),
    ("choices and tickets", "categories", wire::choice::categories),
    ("tickets", "tickets, ticket_statuses", wire::ticket::tickets),
    ("tickets", "ticket_replies, users, contacts", wire::ticket::replies),
    ("tickets", "ticket_attachments", wire::ticket::attachments),
    ("approvals", wire::approval::TABLES, wire::approval::approvals),
    ("approvals", wire::approval::TABLES, wire::approval::watch),
    ("invoices", "invoices", wire::invoice::invoices),
    ("invoices", "invoice_items", wire::invoice::items),
    ("invoices", "payments", wire::invoice::payments),
    ("recurring invoices", "recurring_invoices, recurring_payments", wire::recurring::recurring),
    ("quotes", "quotes", wire::quote::quotes),
    ("quotes", "quote_items", wire::quote::items),
    ("sites", "locations", wire::estate::locations),
    ("assets", "assets", wire::estate::assets),
    ("domains", "domains, vendors", wire::estate::domains),
    ("certificates", "certificates", wire::estate::certificates),
    ("documents", "documents, folders", wire::document::documents),
];

/// Secrets that the account has no business with.
const SECRETS: &[(&str, &str)] = &[
    ("users", "user_password"),
    ("users", "user_token"),
    ("users", "user_password_reset_token"),
    ("api_keys", "api_key_secret"),
    ("credentials", "credential_password"),
    ("settings", "config_smtp_password"),
    ("payment_providers", "payment_provider_private_key"),
];

/// A row that is never there: the statement is only asked whether it may be run.
#[derive(Debug, FromQueryResult)]
struct Nothing {}

impl Itflow {
    /// Who the PSA says it is; also the zone that it writes its times in.
    pub(crate) async fn settings(&self, cx: &CallCx) -> Result<Option<SettingsRow>> {
        let mut select = wire::select("settings", wire::SETTINGS);
        select.limit(1);
        let rows: Vec<SettingsRow> = self.client.rows(cx, "settings", &select).await?;
        Ok(rows.into_iter().next())
    }

    pub(crate) async fn examine(&self, cx: &CallCx) -> Result<Health> {
        let settings = self.settings(cx).await?;
        let mut problems = Vec::new();
        let mut found = BTreeMap::new();
        let version = settings.as_ref().map(|row| row.config_current_database_version.trim().to_owned());
        match &version {
            None => {
                problems.push("The table `settings` is empty: point `database_url` at a finished ITFlow.".to_owned())
            }
            Some(version) if !self.config.tested(version) => problems.push(format!(
                "ITFlow's database version {version} was not tested (tested: {}). Check the adapter's notes on this \
                 version, then add it to `tested_versions`.",
                self.config.tested_versions
            )),
            Some(version) => {
                tracing::debug!(version, "ITFlow's database version");
            }
        }
        found.extend(version.clone().map(|version| ("version".to_owned(), version)));
        self.learn_version(version.as_deref());
        let zone = settings.and_then(|row| row.config_timezone);
        found.extend(zone.clone().map(|zone| ("timezone".to_owned(), zone)));
        if let Err(error) = self.zone_of(zone.as_deref()) {
            problems.push(error.public);
        }
        problems.extend(self.missing(cx).await?);
        problems.extend(self.unwritable(cx).await?);
        problems.extend(self.api_problem(cx).await?);
        problems.extend(self.files_problem().await);
        if self.client.has_grants() {
            problems.extend(self.excess(cx).await?);
            problems.extend(self.charset(cx).await?);
        }
        let state = if problems.is_empty() { HealthState::Ok } else { HealthState::Degraded };
        Ok(Health { state, version, found, problems, absent: Absent::default() })
    }

    /// What the adapter must read and may not, one problem each.
    async fn missing(&self, cx: &CallCx) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        let vouching = self.config.read_password_hashes.then_some(&wire::password::NEEDED);
        for (served, what, select) in NEEDED.iter().chain(vouching) {
            match self.may(cx, what, select()).await {
                Ok(()) => {}
                Err(error) if error.is_temporary() => return Err(error),
                Err(error) => {
                    tracing::warn!(error = %error.log(), "a table that is needed cannot be read");
                    let problem = format!("`{what}` cannot be read, so {served} are not served. {}", error.public);
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
        }
        Ok(problems)
    }

    /// Secrets that the account could read, in one problem. Nothing is read: the statements ask for no row.
    async fn excess(&self, cx: &CallCx) -> Result<Option<String>> {
        let mut open = Vec::new();
        for (table, column) in SECRETS {
            if self.config.read_password_hashes && (*table, *column) == wire::password::HASH {
                continue;
            }
            match self.may(cx, table, wire::select(table, &[Column::Plain(column)])).await {
                Ok(()) => open.push(format!("{table}.{column}")),
                Err(error) if error.is_temporary() => return Err(error),
                Err(error) if error.kind == ErrorKind::Credentials => {}
                Err(error) => tracing::debug!(error = %error.log(), table, "not in this version"),
            }
        }
        let problem = format!(
            "The account can read secrets that are not needed: {}. Replace its grants by grants on the columns that \
             the adapter reads.",
            open.join(", ")
        );
        Ok((!open.is_empty()).then_some(problem))
    }

    async fn may(&self, cx: &CallCx, what: &str, mut select: SelectStatement) -> Result<()> {
        select.and_where(Expr::val(1).eq(0)).limit(1);
        self.client.rows::<Nothing>(cx, what, &select).await.map(|_| ())
    }

    async fn charset(&self, cx: &CallCx) -> Result<Option<String>> {
        let mut select = Query::select();
        select.expr_as(Expr::cust("CAST(@@character_set_connection AS CHAR)"), "value");
        let rows: Vec<TextRow> = self.client.rows(cx, "settings", &select).await?;
        let charset = rows.into_iter().next().and_then(|row| row.value).unwrap_or_default();
        let problem = "The connection's character set is not utf8mb4: remove `charset` from `database_url`.";
        Ok((charset != "utf8mb4").then(|| problem.to_owned()))
    }
}
