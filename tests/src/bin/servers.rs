//! `servers run COMMAND …`: starts PostgreSQL and MariaDB once, names them in the command's
//! environment, runs it, and ends with its status. So a whole test run shares two servers, though
//! each test is a process of its own.

use anyhow::{Context as _, Result};
use portico_tests::servers::{Kind, Server};
use std::process::{Command, ExitCode};

const USAGE: &str = "usage: servers run COMMAND [ARGUMENT …]";

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(verb), Some(program)) = (arguments.next(), arguments.next()) else { anyhow::bail!(USAGE) };
    anyhow::ensure!(verb == "run", USAGE);
    let mut command = Command::new(&program);
    command.args(arguments);

    let (postgres, mariadb) = tokio::try_join!(Server::start(Kind::Postgres), Server::start(Kind::MariaDb))?;
    for (kind, server) in [(Kind::Postgres, &postgres), (Kind::MariaDb, &mariadb)] {
        if let Some(server) = server {
            command.env(kind.url_setting(), server.admin_url());
        }
    }
    let status = command.status().with_context(|| format!("{} could not be run", program.display()))?;
    drop((postgres, mariadb));
    Ok(u8::try_from(status.code().unwrap_or(1)).map_or(ExitCode::FAILURE, ExitCode::from))
}
