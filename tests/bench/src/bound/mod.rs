//! What the same answers cost without GraphQL, rights and pages: an axum handler by hand on the same
//! database, with the least SQL, its JSON written straight from the row buffers. Portico is measured
//! against it; nobody but the benchmark asks it.

mod json;
mod postgres;
mod sqlite;

use anyhow::{Context, Result, bail};
use axum::Router;
use clap::Args;
use std::io::Write;
use tokio::net::TcpListener;

/// Serve the bound.
#[derive(Debug, Args)]
pub struct Bound {
    /// The database of a Portico.
    #[arg(long)]
    database: String,
}

/// Statements that the bound needs for each query, in the order of `operations::QUERIES`.
pub const STATEMENTS: [u64; 4] = [1, 1, 2, 0];

const PAGE: &str = "SELECT id, number, subject, created_at, updated_at, due_at FROM mirror_tickets \
    WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 50";

/// The page is cut before anything is joined.
const RICH: &str = "SELECT t.id, t.number, t.subject, t.created_at, t.updated_at, t.due_at, t.status_label, \
    a.name, g.name, c.body, c.created_at FROM (SELECT id, number, subject, created_at, updated_at, due_at, \
    status_label, account_id, assignee_id, last_comment_id FROM mirror_tickets WHERE account_id = $1 \
    ORDER BY created_at DESC, id DESC LIMIT 50) t JOIN mirror_accounts a ON a.id = t.account_id \
    LEFT JOIN mirror_agents g ON g.id = t.assignee_id LEFT JOIN mirror_comments c ON c.id = t.last_comment_id \
    ORDER BY t.created_at DESC, t.id DESC";

const TICKET: &str = "SELECT id, number, subject, status_label, created_at FROM mirror_tickets WHERE id = $1";

const THREAD: &str = "SELECT c.id, c.body, c.created_at, COALESCE(g.name, p.name, c.author_name) FROM \
    (SELECT id, body, created_at, author_agent_id, author_contact_id, author_name FROM mirror_comments \
    WHERE ticket_id = $1 AND visibility = 'PUBLIC' ORDER BY created_at, id LIMIT 20) c \
    LEFT JOIN mirror_agents g ON g.id = c.author_agent_id \
    LEFT JOIN mirror_contacts p ON p.id = c.author_contact_id ORDER BY c.created_at, c.id";

const NOTHING: &str = r#"{"data":{"__typename":"Query"}}"#;

impl Bound {
    pub async fn run(self) -> Result<()> {
        let (scheme, _) = self.database.split_once(':').context("a database is given as a URL")?;
        let router = match scheme {
            "sqlite" => sqlite::router(&self.database)?,
            "postgres" | "postgresql" => postgres::router(&self.database).await?,
            other => bail!("no bound for {other}"),
        };
        let router: Router = router.route("/nothing", axum::routing::get(|| async { json::answer(NOTHING.into()) }));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("ready http://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        Ok(axum::serve(listener, router).await?)
    }
}
