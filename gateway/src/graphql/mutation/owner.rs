//! For whom something is asked: the account and the contact.

use super::write::{Checked, Field, Writer, Wrong};
use crate::authz::permission::Permission;
use crate::authz::scope::Realm;
use crate::readmodel::entity::{accounts, contacts};
use async_graphql::ID;
use portico_contract::{Kind, NativeId};
use uuid::Uuid;

/// Whom something is for.
pub struct Owner {
    pub backend: Uuid,
    pub account: Uuid,
    pub native: NativeId,
    pub contact: Option<(Uuid, NativeId)>,
}

const ACCOUNT: Field = &["input", "accountId"];
const CONTACT: Field = &["input", "contactId"];

/// The account and the contact: those that are named, else the viewer's own, by a right that they hold there.
pub async fn owner(
    writer: &Writer<'_>,
    permission: Permission,
    account: Option<&ID>,
    contact: Option<&ID>,
) -> Checked<Owner> {
    let named = match account {
        Some(id) => Some(writer.row::<accounts::Entity>(ACCOUNT, id, &[accounts::Column::Id]).await?.id),
        None => None,
    };
    let (account, contact) = match contact {
        Some(id) => {
            let row = writer.row::<contacts::Entity>(CONTACT, id, &[contacts::Column::AccountId]).await?;
            if named.is_some_and(|account| account != row.account_id) {
                return Err(Wrong::invalid(CONTACT, "Is a contact of another account."));
            }
            (row.account_id, Some(row.id))
        }
        None if writer.who.realm == Realm::Staff => {
            (named.ok_or_else(|| Wrong::invalid(ACCOUNT, "Say for which account."))?, None)
        }
        None => own(writer, permission, named)?,
    };
    let columns = [accounts::Column::BackendId, accounts::Column::NativeKey, accounts::Column::Active];
    let missing = || Wrong::missing(ACCOUNT);
    let row = writer.known::<accounts::Entity>(account, &columns).await?.ok_or_else(missing)?;
    if !row.active {
        return Err(Wrong::invalid(ACCOUNT, "The account is not in use any more."));
    }
    let contact = match contact {
        Some(id) => {
            let columns = [contacts::Column::NativeKey];
            let row = writer.known::<contacts::Entity>(id, &columns).await?.ok_or_else(missing)?;
            Some((id, NativeId { kind: Kind::Contact, key: row.native_key.clone() }))
        }
        None => None,
    };
    let native = NativeId { kind: Kind::Account, key: row.native_key.clone() };
    Ok(Owner { backend: row.backend_id, account, native, contact })
}

/// The viewer's own account, and who they are there.
fn own(writer: &Writer<'_>, permission: Permission, named: Option<Uuid>) -> Checked<(Uuid, Option<Uuid>)> {
    let held = |account: &Uuid| writer.own_contact(permission, *account).is_some();
    let mut accounts = writer.desk.scope.accounts.iter().copied().filter(held);
    let account = match (named, accounts.next(), accounts.next()) {
        (Some(account), ..) | (None, Some(account), None) => account,
        (None, Some(_), Some(_)) => {
            return Err(Wrong::invalid(ACCOUNT, "You have several accounts: say for which one."));
        }
        (None, None, _) => return Err(Wrong::missing(ACCOUNT)),
    };
    Ok((account, writer.own_contact(permission, account)))
}
