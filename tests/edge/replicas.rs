//! Two processes over one PostgreSQL: either of them follows the PSA when the other is killed.

use crate::site::Site;
use anyhow::{Context, Result};
use portico_contract::Clock;
use portico_sandbox::itflow::edit::NewTicket;
use portico_tests::servers;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Longer than a lease and a start, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

async fn number(conn: &DatabaseConnection, sql: &str) -> Result<i64> {
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    Ok(row.context("no row")?.try_get_by_index(0)?)
}

/// Waits for other processes, which do not tell.
async fn reaches(conn: &DatabaseConnection, sql: &str, wanted: i64) -> Result<()> {
    let looking = async {
        while number(conn, sql).await? < wanted {
            sleep(Duration::from_millis(20)).await;
        }
        anyhow::Ok(())
    };
    timeout(PATIENCE, looking).await.with_context(|| format!("{sql} does not reach {wanted}"))?
}

#[tokio::test]
async fn two_processes_share_the_work_and_one_goes_on_alone() -> Result<()> {
    const TICKETS: &str = "SELECT COUNT(*) FROM mirror_tickets";
    let Some(server) = servers::postgres().await else { return Ok(()) };
    let (site, url) = (Site::new().await?, server.fresh_database().await?);
    let config = std::fs::read_to_string(site.dir.path().join("portico.toml"))?;
    let config = config.replace("[sync]\n", "[sync]\nlease_seconds = 10\n");
    site.configure(&format!("[database]\nurl = \"{url}\"\n{config}"))?;
    // Both start at once on an empty database.
    let (one, other) = tokio::try_join!(site.serve(), site.serve())?;
    let conn = Database::connect(&url).await?;
    reaches(&conn, "SELECT COUNT(*) FROM mirror_streams WHERE full_at IS NOT NULL AND stream = 'tickets'", 1).await?;
    let (editor, tickets) = (site.editor().await?, number(&conn, TICKETS).await?);
    let new = NewTicket { client: 1, contact: 1, subject: "While both run".to_owned(), ..NewTicket::default() };
    editor.add_ticket(&new, Clock::system().now().naive_utc()).await?;
    reaches(&conn, TICKETS, tickets + 1).await?;
    // Dropped, a process is killed: in the middle of whatever it does.
    drop(one);
    editor.add_ticket(&new, Clock::system().now().naive_utc()).await?;
    reaches(&conn, TICKETS, tickets + 2).await?;
    assert_eq!(number(&conn, "SELECT COUNT(DISTINCT id) FROM backends").await?, 1, "both know the backend by one id");
    assert!(other.stop().await?.success());
    Ok(())
}
