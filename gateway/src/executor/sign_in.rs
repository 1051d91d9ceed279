//! From a credential to a viewer and a scope.

use super::Executor;
use super::request::Credential;
use crate::authz::scope::{Realm, Scope};
use crate::authz::viewer::{Viewer, rights};
use crate::readmodel::GlobalId;
use portico_contract::{Error, ErrorKind, Kind, Result, Stream};
use std::sync::Arc;
use uuid::Uuid;

/// Rights are computed again after this long, and at once when the rights version moves or contacts were read.
const MEMORY_MILLIS: i64 = 3_000;

#[derive(Debug, Clone)]
pub(super) struct Remembered {
    viewer: Arc<Viewer>,
    /// Of all their accounts.
    scope: Arc<Scope>,
    backends: Arc<[Uuid]>,
    as_of: Arc<[Option<i64>]>,
    version: i64,
    computed_at: i64,
}

/// Who asks, what they may see, and which backends that comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Asking {
    pub viewer: Option<Arc<Viewer>>,
    pub scope: Arc<Scope>,
    pub backends: Arc<[Uuid]>,
    /// When the contacts of each backend had been read.
    pub as_of: Arc<[Option<i64>]>,
}

impl Executor {
    /// Nobody for no credential; an error for one that is not, or no longer, valid.
    pub(super) async fn asking(&self, credential: &Credential, account: Option<&str>) -> Result<Asking> {
        let token = match credential {
            Credential::None => {
                return Ok(Asking::default());
            }
            Credential::Bearer(token) | Credential::Cookie(token) => token,
        };
        let Some(session) = self.accounts.session(token).await? else {
            let text = "This session has ended or never was. Sign in again.";
            return Err(Error::new(ErrorKind::Unauthenticated, text));
        };
        let now = self.store.now().timestamp_millis();
        let known = self.viewers.get(&session.user_id).filter(|known| {
            known.version == session.rights_version
                && (0..=MEMORY_MILLIS).contains(&(now - known.computed_at))
                && known.as_of == self.contacts_read()
        });
        let known = match known {
            Some(known) => known,
            None => {
                // Before the claims: what is read in between makes them look older, never newer.
                let as_of = self.contacts_read();
                let claims = self.store.claims(session.user_id).await?;
                let (roles, grants, doubted) = rights(session.realm.into(), &claims, &self.rights, now);
                let mut backends: Vec<Uuid> = claims.contacts.iter().map(|claim| claim.backend).collect();
                backends.sort();
                backends.dedup();
                let viewer = Viewer {
                    user: session.user_id,
                    session: session.session_id,
                    name: session.name.clone(),
                    email: session.email.clone(),
                    realm: session.realm.into(),
                    roles,
                    grants,
                    doubted,
                    customers: claims.contacts.iter().filter_map(|it| Some((it.account, it.customer?))).collect(),
                };
                let scope = Arc::new(Scope::new(&viewer.grants, None));
                let (viewer, backends) = (Arc::new(viewer), backends.into());
                let version = session.rights_version;
                let known = Remembered { viewer, scope, backends, as_of, version, computed_at: now };
                self.viewers.insert(session.user_id, known.clone());
                known
            }
        };
        let viewer = if known.viewer.session == session.session_id {
            known.viewer
        } else {
            Arc::new(Viewer { session: session.session_id, ..Viewer::clone(&known.viewer) })
        };
        let chosen = match chosen(&viewer, account)? {
            // One customer, whatever the number of PSAs it is in.
            Some(account) if viewer.realm == Realm::Staff => Some(self.store.customer(account).await?),
            Some(account) => Some(viewer.linked(account)),
            None => None,
        };
        let scope = match &chosen {
            Some(_) => Arc::new(Scope::new(&viewer.grants, chosen.as_ref())),
            None => known.scope,
        };
        let backends = match viewer.realm {
            Realm::Staff => self.sync.sources().iter().map(|source| source.id).collect(),
            Realm::Customer => Arc::clone(&known.backends),
        };
        Ok(Asking { viewer: Some(viewer), scope, backends, as_of: known.as_of })
    }

    /// When the contacts of each backend were last read.
    fn contacts_read(&self) -> Arc<[Option<i64>]> {
        self.sync.sources().iter().map(|source| self.sync.confirmed_at(source.id, Stream::Contacts)).collect()
    }

    /// Whether contacts have been read since: rights hang on them.
    pub(super) fn is_outdated(&self, asking: &Asking) -> bool {
        asking.viewer.is_some() && asking.as_of != self.contacts_read()
    }
}

/// The account that the viewer chose, if it is one of theirs.
fn chosen(viewer: &Viewer, account: Option<&str>) -> Result<Option<Uuid>> {
    let Some(text) = account else { return Ok(None) };
    let id = text.parse::<GlobalId>().ok().filter(|id| id.kind == Kind::Account).map(|id| id.uuid);
    let theirs = |id: &Uuid| viewer.grants.iter().any(|grant| grant.account.is_none_or(|account| account == *id));
    match id.filter(theirs) {
        Some(id) => Ok(Some(id)),
        None => Err(Error::new(
            ErrorKind::NotFound,
            "Portico-Account names no account of yours. Ask viewer { accounts { id } } for them.",
        )),
    }
}
