//! What a database error means for the people who must act on it.
//!
//! The public half names what to grant or to check. The detail carries numbers and the names of
//! tables, and the server's sentence only where it does not repeat the account's name and host.

use portico_contract::{Error, ErrorKind};
use sea_orm::sqlx;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::mysql::MySqlDatabaseError;
use sea_orm::{DbErr, RuntimeErr};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Login,
    Grant,
    Database,
    Schema,
    Busy,
}

/// MariaDB's and MySQL's error numbers that say who must act.
const MYSQL: &[(u16, Fault)] = &[
    (1045, Fault::Login),    // access denied for user
    (1698, Fault::Login),    // access denied, no password asked
    (1130, Fault::Login),    // host is not allowed to connect
    (1251, Fault::Login),    // authentication protocol
    (1820, Fault::Login),    // password expired
    (1044, Fault::Database), // access denied to database
    (1049, Fault::Database), // unknown database
    (1142, Fault::Grant),    // command denied for table
    (1143, Fault::Grant),    // command denied for column
    (1370, Fault::Grant),    // routine
    (1146, Fault::Schema),   // no such table
    (1054, Fault::Schema),   // unknown column
    (1040, Fault::Busy),     // too many connections
    (1203, Fault::Busy),     // too many connections of this account
    (1226, Fault::Busy),     // resource limit of this account
    (1053, Fault::Busy),     // shutting down
    (1205, Fault::Busy),     // lock wait
    (1213, Fault::Busy),     // deadlock
    (1317, Fault::Busy),     // interrupted
    (1969, Fault::Busy),     // MariaDB: statement time exceeded
    (3024, Fault::Busy),     // MySQL: statement time exceeded
    (4031, Fault::Busy),     // disconnected for inactivity
];

/// SQLite's primary result codes that say who must act.
const SQLITE: &[(u32, Fault)] = &[
    (1, Fault::Schema),    // no such table or column
    (5, Fault::Busy),      // locked
    (6, Fault::Busy),      // locked table
    (10, Fault::Busy),     // input or output
    (14, Fault::Busy),     // the file cannot be opened
    (23, Fault::Grant),    // not authorised
    (26, Fault::Database), // not a database
];

/// Which account met the error: its setting, and what it lacks when a right is missing.
#[derive(Debug)]
pub(crate) struct Account {
    setting: &'static str,
    lacks: &'static str,
    grant: &'static str,
    pub(crate) writes: bool,
}

pub(crate) const READER: Account = Account {
    setting: "database_url",
    lacks: "may not read what it needs from ITFlow's database.",
    grant: "Grant it SELECT on",
    writes: false,
};

pub(crate) const WRITER: Account = Account {
    setting: "write_url",
    lacks: "lacks a right that it needs to write to ITFlow's database.",
    grant: "Run the grants for writing again; this time it was about",
    writes: true,
};

/// An error of sea-orm; `what` names the tables that it was about.
pub(crate) fn from_db(account: &Account, what: &str, error: &DbErr) -> Error {
    match error {
        DbErr::ConnectionAcquire(why) => Error::unavailable(format!("{what}: no connection: {why}")),
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => from_sqlx(account, what, e),
        other => Error::contract(format!("{what}: {other}")),
    }
}

/// An error of the driver itself.
pub(crate) fn from_sqlx(account: &Account, what: &str, error: &sqlx::Error) -> Error {
    match error {
        sqlx::Error::Database(error) => from_server(account, what, error.as_ref()),
        sqlx::Error::Io(why) => Error::unavailable(format!("{what}: {why}")),
        sqlx::Error::Tls(why) => Error::unavailable(format!("{what}: TLS: {why}")),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Error::unavailable(format!("{what}: no connection"))
        }
        sqlx::Error::Protocol(why) => Error::unavailable(format!("{what}: {why}")),
        sqlx::Error::Configuration(_) => {
            Error::credentials(format!("The setting `{}` of this backend cannot be used. Check it.", account.setting))
        }
        other => Error::contract(format!("{what}: {other}")),
    }
}

fn from_server(account: &Account, what: &str, error: &(dyn DatabaseError + 'static)) -> Error {
    if let Some(mysql) = error.try_downcast_ref::<MySqlDatabaseError>() {
        let number = mysql.number();
        let fault = MYSQL.iter().find(|(known, _)| *known == number).map(|(_, fault)| *fault);
        return say(account, fault, what, format!("{what}: error {number} {}", object(fault, mysql.message())));
    }
    let code: u32 = error.code().and_then(|code| code.parse().ok()).unwrap_or_default();
    let fault = SQLITE.iter().find(|(known, _)| *known == code & 0xff).map(|(_, fault)| *fault);
    say(account, fault, what, format!("{what}: SQLite {code}: {}", error.message()))
}

fn say(account: &Account, fault: Option<Fault>, what: &str, detail: String) -> Error {
    let Account { setting, lacks, grant, .. } = account;
    match fault {
        Some(Fault::Login) => Error::credentials(format!(
            "ITFlow's database refuses the account of this backend. Check user name and password in `{setting}`, and \
             that the account may connect from this machine."
        )),
        Some(Fault::Grant) => Error::credentials(format!("The account of this backend {lacks} {grant}: {what}.")),
        Some(Fault::Database) => Error::credentials(format!(
            "ITFlow's database was not found or is closed to the account of this backend. Check the database name in \
             `{setting}`, and grant the account its rights on that database's tables."
        )),
        Some(Fault::Schema) => Error::new(
            ErrorKind::Contract,
            "ITFlow's database lacks a table or column that is needed. Check that its version is one that was tested.",
        ),
        Some(Fault::Busy) => return Error::unavailable(detail),
        None => return Error::contract(detail),
    }
    .with_detail(detail)
}

/// The part of the server's sentence that names a table or column. The rest names the account.
fn object(fault: Option<Fault>, message: &str) -> &str {
    match fault {
        Some(Fault::Grant) => message.rsplit_once(" for ").map_or("", |(_, object)| object),
        Some(Fault::Login | Fault::Database | Fault::Busy) => "",
        Some(Fault::Schema) | None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_column_is_named_without_the_account() {
        let message = "SELECT command denied to user 'portico'@'10.0.0.7' for column 'user_name' in table 'users'";
        assert_eq!(object(Some(Fault::Grant), message), "column 'user_name' in table 'users'");
        assert_eq!(object(Some(Fault::Login), "Access denied for user 'portico'@'10.0.0.7'"), "");
    }

    #[test]
    fn each_fault_has_its_kind() {
        for (fault, kind) in [
            (Some(Fault::Login), ErrorKind::Credentials),
            (Some(Fault::Grant), ErrorKind::Credentials),
            (Some(Fault::Database), ErrorKind::Credentials),
            (Some(Fault::Schema), ErrorKind::Contract),
            (Some(Fault::Busy), ErrorKind::Unavailable),
            (None, ErrorKind::Contract),
        ] {
            assert_eq!(say(&READER, fault, "payments", "x".into()).kind, kind);
        }
        assert!(say(&READER, Some(Fault::Grant), "payments", String::new()).public.contains("SELECT on: payments"));
        assert!(say(&WRITER, Some(Fault::Login), "logs", String::new()).public.contains("`write_url`"));
    }

    #[test]
    fn an_io_error_is_temporary() {
        let refused = sqlx::Error::Io(std::io::Error::from(std::io::ErrorKind::ConnectionRefused));
        assert!(from_sqlx(&READER, "settings", &refused).is_temporary());
        assert!(from_sqlx(&READER, "settings", &sqlx::Error::PoolTimedOut).is_temporary());
    }
}
