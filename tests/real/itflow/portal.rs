//! The same question to both portals: ITFlow's own page, and Portico.
//!
//! Where the two differ on purpose, Portico follows the page's rule and not its slip:
//!
//! * a raw mail (`.eml`) is listed on ITFlow's ticket page and is for staff alone in Portico;
//! * ITFlow shows contacts that are live; Portico has the others too and says that they are inactive, so live
//!   ones are compared;
//! * who may not see all contacts or all assets sees themself, and what is assigned to them;
//! * recurring invoices that have ended are left out of ITFlow's page, and marked in Portico.

use super::page;
use super::watch::Watch;
use super::web::Visitor;
use anyhow::Result;
use serde_json::Value;
use std::collections::BTreeSet;

/// A list that both have.
#[derive(Debug)]
pub struct List {
    pub name: &'static str,
    /// ITFlow's pages and which of their columns are compared; rows of several pages are put together.
    pages: &'static [(&'static str, &'static [usize])],
    /// Portico's field, what is asked of each row, and where the columns are in it.
    field: &'static str,
    select: &'static str,
    columns: &'static [&'static str],
    /// A row counts only if this is true, where it is named.
    only: Option<&'static str>,
}

pub const LISTS: &[List] = &[
    List {
        name: "tickets",
        pages: &[
            ("/client/tickets.php?status=%25", &[0, 1, 2]),
            ("/client/ticket_view_all.php?status=%25", &[0, 1, 3]),
        ],
        field: "tickets",
        select: "number subject status { label }",
        columns: &["/number", "/subject", "/status/label"],
        only: None,
    },
    List {
        name: "invoices",
        pages: &[("/client/invoices.php", &[0, 1, 2, 3, 4, 5])],
        field: "invoices",
        select: "number title total { amount } issuedOn dueOn status { label }",
        columns: &["/number", "/title", "/total/amount", "/issuedOn", "/dueOn", "/status/label"],
        only: None,
    },
    List {
        name: "quotes",
        pages: &[("/client/quotes.php", &[0, 1, 2, 3, 4])],
        field: "quotes",
        select: "number title total { amount } issuedOn status { label }",
        columns: &["/number", "/title", "/total/amount", "/issuedOn", "/status/label"],
        only: None,
    },
    List {
        name: "recurring invoices",
        pages: &[("/client/recurring_invoices.php", &[0, 1, 2])],
        field: "recurringInvoices",
        select: "title amount { amount } nextOn active",
        columns: &["/title", "/amount/amount", "/nextOn"],
        only: Some("/active"),
    },
    List {
        name: "assets",
        pages: &[("/client/assets.php", &[0, 1, 3, 7])],
        field: "assets",
        select: "name type serial status",
        columns: &["/name", "/type", "/serial", "/status"],
        only: None,
    },
    List {
        name: "domains",
        pages: &[("/client/domains.php", &[0, 1])],
        field: "domains",
        select: "name expiresOn",
        columns: &["/name", "/expiresOn"],
        only: None,
    },
    List {
        name: "certificates",
        pages: &[("/client/certificates.php", &[0, 1, 2, 3])],
        field: "certificates",
        select: "name host issuer expiresOn",
        columns: &["/name", "/host", "/issuer", "/expiresOn"],
        only: None,
    },
    List {
        name: "documents",
        pages: &[("/client/documents.php", &[0])],
        field: "documents",
        select: "name",
        columns: &["/name"],
        only: None,
    },
    List {
        name: "contacts",
        pages: &[("/client/contacts.php", &[0, 1])],
        field: "contacts",
        select: "name email active",
        columns: &["/name", "/email"],
        only: Some("/active"),
    },
];

type Rows = BTreeSet<Vec<String>>;

impl List {
    /// The rows that ITFlow's pages show; none where it turns the visitor away.
    pub async fn shown(&self, visitor: &mut Visitor) -> Result<Rows> {
        let mut all = Rows::new();
        for (path, columns) in self.pages {
            let page = visitor.get(path).await?;
            if page.refused() {
                continue;
            }
            let cell = |row: &[String], column: &usize| plain(row.get(*column).map_or("", String::as_str));
            let rows = page::rows(&page.html).into_iter().filter(|row| row.len() > 1 || self.columns.len() == 1);
            all.extend(rows.map(|row| columns.iter().map(|column| cell(&row, column)).collect::<Vec<_>>()));
        }
        Ok(all)
    }

    /// The rows that Portico answers.
    pub async fn answered(&self, watch: &Watch, token: &str) -> Result<Rows> {
        let query = format!("{{ {}(first: 100) {{ nodes {{ {} }} }} }}", self.field, self.select);
        let answer = watch.ask(token, &query).await?;
        let nodes = answer.pointer(&format!("/data/{}/nodes", self.field)).and_then(Value::as_array);
        let wanted = |row: &&Value| self.only.is_none_or(|flag| row.pointer(flag) == Some(&Value::Bool(true)));
        let cells = |row: &Value| self.columns.iter().map(|column| plain(&word(row.pointer(column)))).collect();
        Ok(nodes.into_iter().flatten().filter(wanted).map(cells).collect())
    }
}

/// One ticket's page: its state and priority, and which of the proof's own words it shows.
pub async fn ticket_shown(visitor: &mut Visitor, key: &str) -> Result<Vec<String>> {
    let page = visitor.get(&format!("/client/ticket.php?id={key}")).await?;
    let text = page::text(&page.html);
    if page.refused() || !text.contains("State:") {
        return Ok(Vec::new());
    }
    let priority = page::between(&text, "Priority:", " ");
    let priority = page::after(&text, "Priority: ").and_then(|rest| rest.split(' ').next()).unwrap_or(&priority);
    let mut seen = vec![page::between(&text, "State:", "Priority:"), priority.to_owned()];
    seen.extend(page::marked(&text));
    Ok(seen)
}

/// The same of Portico.
pub async fn ticket_answered(watch: &Watch, token: &str, id: &str) -> Result<Vec<String>> {
    let query = format!(
        "{{ ticket(id: \"{id}\") {{ subject description status {{ label }} priority {{ label }} \
         comments(first: 100) {{ nodes {{ body attachments(first: 20) {{ nodes {{ name }} }} }} }} \
         attachments(first: 50) {{ nodes {{ name }} }} }} }}"
    );
    let answer = watch.ask(token, &query).await?;
    let Some(ticket) = answer.pointer("/data/ticket").filter(|ticket| !ticket.is_null()) else {
        return Ok(Vec::new());
    };
    let mut seen = vec![word(ticket.pointer("/status/label")), word(ticket.pointer("/priority/label"))];
    seen.extend(page::marked(&ticket.to_string()));
    Ok(seen)
}

/// The names of the assets that ITFlow's first page counts as the visitor's own.
pub async fn own_assets_shown(visitor: &mut Visitor) -> Result<BTreeSet<String>> {
    let page = visitor.get("/client/index.php").await?;
    Ok(if page.refused() {
        BTreeSet::new()
    } else {
        page::marked(page::after(&page.html, "Your Assigned").unwrap_or(""))
    })
}

fn word(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

/// Amounts without signs of currency and grouping, and a dash for nothing.
fn plain(cell: &str) -> String {
    let cell = cell.trim();
    let amount = cell.chars().next().is_some_and(|c| "€$£".contains(c));
    match cell {
        "-" => String::new(),
        _ if amount => cell.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect(),
        _ => cell.to_owned(),
    }
}
