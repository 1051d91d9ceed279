//! Whose password a PSA says it is: asked of every backend that can tell.

use super::{Source, Sync};
use crate::accounts::{ContactLink, Vouched, Vouchers};
use crate::readmodel::ids::derived;
use async_trait::async_trait;
use portico_contract::{CallCx, FieldGroup, Kind, Lane, NativeId, Record, Result};
use secrecy::SecretString;
use uuid::Uuid;

impl Sync {
    /// Whether some backend can tell whose password one is.
    #[must_use]
    pub fn knows_passwords(&self) -> bool {
        self.sources().iter().any(tells)
    }
}

fn tells(source: &Source) -> bool {
    source.backend.capabilities().carries.contains(&FieldGroup::Passwords)
}

#[async_trait]
impl Vouchers for Sync {
    async fn vouch(&self, login: &str, password: &SecretString) -> Result<Vec<Vouched>> {
        let mut vouched = Vec::new();
        for source in self.sources().iter().filter(|source| tells(source)) {
            let cx = CallCx::new(Lane::Interactive, self.0.settings.call);
            self.afford(source, cx.lane).await?;
            for contact in self.metered(source, cx.lane, 1, source.backend.vouch(&cx, login, password)).await? {
                let found = self.metered(source, cx.lane, 0, live(source, &cx, &contact)).await?;
                let Some((account, person)) = found else { continue };
                // Who was erased does not come in again, although the PSA still knows the password.
                if !self.0.store.is_erased(&[person.link.contact_id, account]).await? {
                    vouched.push(person);
                }
            }
        }
        Ok(vouched)
    }
}

/// The contact as it is there now with its account, if it may use a portal.
async fn live(source: &Source, cx: &CallCx, id: &NativeId) -> Result<Option<(Uuid, Vouched)>> {
    if id.kind != Kind::Contact {
        return Ok(None);
    }
    let snapshot = source.backend.read(cx, id).await?;
    let contact = snapshot.into_iter().flat_map(|snapshot| snapshot.records).find_map(|record| match record {
        Record::Contact(contact) if contact.id == *id => Some(contact),
        _ => None,
    });
    let contact = contact.filter(|contact| contact.active && contact.access.portal == Some(true));
    Ok(contact.map(|contact| {
        let link = ContactLink { backend_id: source.id, contact_id: derived(source.id, id) };
        let email = contact.access.user_name.clone().or_else(|| contact.email.clone()).unwrap_or_default();
        (derived(source.id, &contact.account), Vouched { link, name: contact.name.clone(), email })
    }))
}
