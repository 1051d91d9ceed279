//! Who may call what: keys, the roles of their users, and the clients these may act on.

use super::Keys;
use super::answer::Answer;
use super::call::Params;
use crate::error::Result;
use crate::itflow::statement::words;
use hyper::{Method, StatusCode};
use sea_orm::DatabaseConnection;

/// A key and the user it runs as; 0 for none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) secret: &'static str,
    user: i32,
    expired: bool,
    /// Clients the user may see; empty for all.
    allowed: &'static [i32],
}

pub(super) const NAMES: Keys = Keys {
    admin: "sandbox-admin-key",
    technician: "sandbox-technician-key",
    restricted: "sandbox-restricted-key",
    accountant: "sandbox-accountant-key",
    expired: "sandbox-expired-key",
    archived_user: "sandbox-archived-user-key",
    no_user: "sandbox-no-user-key",
};

const fn key(name: &'static str, secret: &'static str, user: i32) -> Key {
    Key { name, secret, user, expired: false, allowed: &[] }
}

pub(super) const KEYS: [Key; 7] = [
    key("admin", NAMES.admin, 1),
    key("technician", NAMES.technician, 2),
    Key { allowed: &[1], ..key("restricted", NAMES.restricted, 3) },
    key("accountant", NAMES.accountant, 4),
    Key { expired: true, ..key("expired", NAMES.expired, 1) },
    key("archived user", NAMES.archived_user, 5),
    key("no user", NAMES.no_user, 0),
];

/// Role, levels for support and for clients: 1 reads, 2 writes, 3 may do everything.
const LEVELS: &[(i32, u8, u8)] = &[(2, 3, 2), (3, 1, 1)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Module {
    Support,
    Client,
}

/// What an endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    ReadTickets,
    CreateTicket,
    ResolveTicket,
    ReadReplies,
    CreateReply,
    ReadContacts,
    CreateContact,
    UpdateContact,
    ArchiveContact,
    UnarchiveContact,
    ReadClients,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Route {
    path: &'static str,
    module: Module,
    pub(super) act: Act,
}

const ROUTES: &[(&str, Module, Act)] = &[
    ("tickets/read", Module::Support, Act::ReadTickets),
    ("tickets/create", Module::Support, Act::CreateTicket),
    ("tickets/resolve", Module::Support, Act::ResolveTicket),
    ("ticket_replies/read", Module::Support, Act::ReadReplies),
    ("ticket_replies/create", Module::Support, Act::CreateReply),
    ("contacts/read", Module::Client, Act::ReadContacts),
    ("contacts/create", Module::Client, Act::CreateContact),
    ("contacts/update", Module::Client, Act::UpdateContact),
    ("contacts/archive", Module::Client, Act::ArchiveContact),
    ("contacts/unarchive", Module::Client, Act::UnarchiveContact),
    ("clients/read", Module::Client, Act::ReadClients),
];

/// The agent that a key runs as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agent {
    pub(super) user: i32,
    admin: bool,
    allowed: &'static [i32],
}

pub(super) fn route(path: &str) -> Option<Route> {
    let path = path.strip_prefix("/api/v1/")?.strip_suffix(".php")?;
    let found = ROUTES.iter().find(|(known, _, _)| *known == path);
    found.map(|(path, module, act)| Route { path, module: *module, act: *act })
}

impl Route {
    pub(super) fn reads(self) -> bool {
        self.path.ends_with("/read")
    }

    /// The only actions whose client ITFlow compares with those of the user.
    fn names_a_client(self) -> bool {
        self.path.ends_with("/create") || self.path.ends_with("/update")
    }

    pub(super) fn wrong_method(self, method: &Method) -> Option<Answer> {
        let (wanted, word) = if self.reads() { (Method::GET, "GET") } else { (Method::POST, "POST") };
        let message = format!("Can only send {word} requests to this endpoint.");
        (*method != wanted).then(|| Answer::refusal(StatusCode::METHOD_NOT_ALLOWED, &message))
    }
}

impl Agent {
    pub(super) fn may_see(&self, client: i32) -> bool {
        self.admin || self.allowed.is_empty() || self.allowed.contains(&client)
    }

    /// The clients whose rows a read gives; `None` for all. Client 0 is everybody's.
    pub(super) fn scope(&self, column: &str) -> String {
        if self.admin || self.allowed.is_empty() {
            return String::new();
        }
        let ids: Vec<String> = self.allowed.iter().chain(&[0]).map(ToString::to_string).collect();
        format!(" AND {column} IN ({})", ids.join(", "))
    }
}

/// The key, if there is a valid one.
pub(super) fn admit(method: &Method, params: &Params, keys: &[Key]) -> Result<Key, Answer> {
    if *method != Method::GET && *method != Method::POST {
        let said = format!("string({}) \"{method}\"\n", method.as_str().len());
        return Err(Answer::text(StatusCode::METHOD_NOT_ALLOWED, said));
    }
    let Some(given) = params.posted("api_key").or_else(|| params.asked("api_key")) else {
        return Err(Answer::empty(StatusCode::UNAUTHORIZED));
    };
    let found = keys.iter().find(|key| key.secret == given && !key.expired).copied();
    found.ok_or_else(|| {
        Answer::refusal(StatusCode::UNAUTHORIZED, "Authentication failed. API key is invalid or has expired.")
    })
}

/// The agent of the key, if he may do this.
pub(super) async fn agent(
    conn: &DatabaseConnection,
    key: &Key,
    route: Route,
    params: &Params,
) -> Result<Result<Agent, Answer>> {
    let deny = |message: &str| Ok(Err(Answer::refusal(StatusCode::FORBIDDEN, message)));
    if key.user == 0 {
        return deny("This API key is not tied to a user and is no longer valid. Please recreate it.");
    }
    let sql = "SELECT CAST(user_role_id AS CHAR) FROM users WHERE user_id = ? AND user_type = 1 AND user_status = 1 \
               AND user_archived_at IS NULL";
    let Some(role) = words(conn, sql, vec![key.user.into()]).await?.first().and_then(|role| role.parse().ok()) else {
        return deny("The user linked to this API key is inactive, archived, or invalid.");
    };
    let sql = "SELECT CAST(role_is_admin AS CHAR) FROM user_roles WHERE role_id = ?";
    let admin = words(conn, sql, vec![i32::into(role)]).await?.first().is_some_and(|flag| flag == "1");
    let levels = LEVELS.iter().find(|(known, _, _)| *known == role).map_or((0, 0), |(_, s, c)| (*s, *c));
    let level = if route.module == Module::Support { levels.0 } else { levels.1 };
    if !admin && level < if route.reads() { 1 } else { 2 } {
        return deny("The user linked to this API key does not have permission for this action.");
    }
    let agent = Agent { user: key.user, admin, allowed: key.allowed };
    if route.names_a_client() && !agent.may_see(params.client()) {
        return deny("The user linked to this API key does not have access to the target client for this write.");
    }
    Ok(Ok(agent))
}
