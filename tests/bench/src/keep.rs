//! The content of a server's database in files, since the benchmark's server ends with it: filling a
//! million tickets takes many minutes, copying them back takes few.

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::pin::pin;
use tokio_postgres::{Client, NoTls};

/// What the migrations themselves fill.
const TABLES: &str = "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public' AND \
    tablename <> 'seaql_migrations' ORDER BY tablename";
/// Names and definitions of what a table can be without.
const INDICES: &str = "SELECT CAST(indexname AS text), indexdef FROM pg_indexes WHERE schemaname = 'public' AND \
    tablename = $1 AND indexdef NOT LIKE 'CREATE UNIQUE%'";
const PART: usize = 256 * 1024;

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn tables(client: &Client) -> Result<Vec<String>> {
    let rows = client.query(TABLES, &[]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Writes every table into a file of its own.
pub async fn save(url: &str, dir: &Path) -> Result<()> {
    fs::create_dir_all(dir)?;
    let client = connect(url).await?;
    for table in tables(&client).await? {
        let mut file = File::create(dir.join(&table))?;
        let stream = client.copy_out(&format!("COPY {table} TO STDOUT (FORMAT binary)")).await?;
        let mut stream = pin!(stream);
        while let Some(part) = stream.next().await {
            file.write_all(&part?)?;
        }
    }
    Ok(())
}

/// Reads them into the tables of an empty database of the same shape.
pub async fn load(url: &str, dir: &Path) -> Result<()> {
    let client = connect(url).await?;
    let mut rows = 0;
    for table in tables(&client).await? {
        // An index that is made of rows that are there takes a fraction of the time.
        let indices = client.query(INDICES, &[&table]).await?;
        for index in &indices {
            client.batch_execute(&format!("DROP INDEX {}", index.try_get::<_, String>(0)?)).await?;
        }
        let mut file = File::open(dir.join(&table)).with_context(|| format!("{table} was not kept"))?;
        let sink = client.copy_in(&format!("COPY {table} FROM STDIN (FORMAT binary)")).await?;
        let mut sink = pin!(sink);
        loop {
            let mut part = vec![0; PART];
            let read = file.read(&mut part)?;
            if read == 0 {
                break;
            }
            part.truncate(read);
            sink.send(Bytes::from(part)).await?;
        }
        rows += sink.finish().await?;
        for index in &indices {
            client.batch_execute(index.try_get(1)?).await?;
        }
    }
    ensure!(rows > 0, "nothing was kept");
    Ok(())
}
