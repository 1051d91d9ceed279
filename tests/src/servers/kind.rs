//! What differs between PostgreSQL and MariaDB: programs, options, and the first user. Both run
//! without waiting for the disk, since their data ends with the test.

use super::find::{self, Programs};
use super::process::{self, Room, Running};
use anyhow::Result;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use uuid::Uuid;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    MariaDb,
}

/// PostgreSQL refuses to run as root; its package brings this user.
const POSTGRES_OWNER: &str = "postgres";
const USER: &str = "portico";

const POSTGRES_OPTIONS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=400",
    "shared_buffers=64MB",
    "autovacuum=off",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
];

const MARIADB_OPTIONS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--performance-schema=OFF",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--max-connections=400",
    "--character-set-server=utf8mb4",
];

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::MariaDb => "MariaDB",
        }
    }

    /// The variable that names a server somebody else has started.
    pub fn url_setting(self) -> &'static str {
        match self {
            Self::Postgres => "PORTICO_TEST_POSTGRES_URL",
            Self::MariaDb => "PORTICO_TEST_MARIADB_URL",
        }
    }

    pub(super) fn programs(self) -> Option<Programs> {
        match self {
            Self::Postgres => find::postgres(),
            Self::MariaDb => find::mariadb(),
        }
    }

    /// The caller has checked the name.
    pub(super) fn create_statement(self, name: &str) -> String {
        match self {
            // `template0` is never connected to, so that many tests can copy it at once.
            Self::Postgres => format!("CREATE DATABASE {name} TEMPLATE template0"),
            Self::MariaDb => format!("CREATE DATABASE {name}"),
        }
    }

    /// A started server, perhaps not yet answering, and its address.
    pub(super) fn launch(self, programs: &Programs) -> Result<(Running, String)> {
        let port = free_port()?;
        let password = Uuid::new_v4().simple().to_string();
        match self {
            Self::Postgres => postgres(programs, port, &password),
            Self::MariaDb => mariadb(programs, port, &password),
        }
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn postgres(programs: &Programs, port: u16, password: &str) -> Result<(Running, String)> {
    let room = Room::new("portico-postgres-", Some(POSTGRES_OWNER))?;
    let (data, secret) = (room.path().join("data"), room.path().join("password"));
    fs::write(&secret, password)?;
    room.hand_over()?;
    let mut prepare = room.command(&programs.prepare);
    prepare.arg("--pgdata").arg(&data).arg("--pwfile").arg(&secret);
    prepare.args(["--username", USER, "--auth=password", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
    process::finish(prepare)?;

    let mut server = vec![programs.server.clone().into_os_string(), "-D".into(), data.into()];
    server.extend(["-p".into(), port.to_string().into()]);
    server.extend(POSTGRES_OPTIONS.iter().flat_map(|option| ["-c".into(), option.into()]));
    let running = Running::start(room, "INT", &server)?;
    Ok((running, format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres")))
}

fn mariadb(programs: &Programs, port: u16, password: &str) -> Result<(Running, String)> {
    let room = Room::new("portico-mariadb-", None)?;
    let (data, first) = (room.path().join("data"), room.path().join("first.sql"));
    let user = format!("{USER}@127.0.0.1");
    fs::write(
        &first,
        format!("CREATE USER {user} IDENTIFIED BY '{password}';\nGRANT ALL ON *.* TO {user} WITH GRANT OPTION;\n"),
    )?;
    let as_root = room.is_roots().then_some("--user=root");
    let mut prepare = room.command(&programs.prepare);
    prepare.arg("--no-defaults").arg(option("--datadir=", &data)).args(["--skip-test-db"]).args(as_root);
    process::finish(prepare)?;

    let mut server = vec![programs.server.clone().into_os_string(), "--no-defaults".into()];
    server.push(option("--datadir=", &data));
    server.push(option("--socket=", &room.path().join("socket")));
    server.push(option("--pid-file=", &room.path().join("pid")));
    server.push(option("--init-file=", &first));
    server.push(format!("--port={port}").into());
    server.extend(MARIADB_OPTIONS.iter().chain(as_root.iter()).map(Into::into));
    // Its data is thrown away: an orderly end would only take time.
    let running = Running::start(room, "KILL", &server)?;
    Ok((running, format!("mysql://{USER}:{password}@127.0.0.1:{port}/mysql")))
}

fn option(name: &str, value: &std::path::Path) -> std::ffi::OsString {
    let mut whole = std::ffi::OsString::from(name);
    whole.push(value);
    whole
}
