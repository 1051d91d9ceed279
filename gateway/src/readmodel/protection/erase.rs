//! Erasure of a contact and of an account.
//!
//! First it is written down that they are erased, so that no pull brings them back; then everything that is stored is
//! gone through. A command that was cut short is given again: what is done already is not done twice.

use super::commands;
use super::rows::{Counts, count};
use super::traces::{Form, Trace};
use super::veil::Veil;
use crate::readmodel::GlobalId;
use crate::readmodel::entity::{account_link_proposals, account_links, accounts, contact_links, contacts, erasures};
use crate::readmodel::store::{Store, db};
use crate::readmodel::table::{self, TABLES};
use crate::readmodel::upsert::Removal;
use portico_contract::{Error, Kind, Result};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

/// Reads that are under way on another clock are earlier than this.
const AHEAD: i64 = 60_000;

/// Rows that go in one transaction.
const ROWS: usize = 500;

/// What an erasure did, or would do.
#[derive(Debug, Default)]
pub struct Erased {
    pub backend: Uuid,
    /// The contacts whose users lose them.
    pub contacts: Vec<Uuid>,
    /// Rows that went, and rows that stayed without the person.
    pub removed: Counts,
    pub rewritten: Counts,
}

impl Store {
    /// Erases a contact or an account from what is mirrored. `dry`: says what would be done.
    pub async fn erase(&self, id: GlobalId, dry: bool) -> Result<Erased> {
        match id.kind {
            Kind::Contact => self.erase_contact(id.uuid, dry).await,
            Kind::Account => self.erase_account(id.uuid, dry).await,
            other => {
                Err(Error::invalid(format!("A {other} cannot be erased. Give the id of a contact or an account.")))
            }
        }
    }

    /// Whether one of these contacts and accounts was erased.
    pub async fn is_erased(&self, ids: &[Uuid]) -> Result<bool> {
        let any = erasures::Entity::find().filter(erasures::Column::Id.is_in(ids.iter().copied()));
        Ok(any.count(&self.read).await.map_err(db)? > 0)
    }

    async fn erase_contact(&self, id: Uuid, dry: bool) -> Result<Erased> {
        let began = self.begin_time().await?.saturating_add(AHEAD);
        let tx = self.begin().await?;
        let (row, known) = (find(&tx, id).await?, erasures::Entity::find_by_id(id).one(&tx).await.map_err(db)?);
        let erasure = match (row, known) {
            (Some(row), known) => self.trace(&tx, &row, known).await?,
            (None, Some(known)) => known,
            (None, None) => return Err(unknown(Kind::Contact)),
        };
        remember(&tx, &erasure).await?;
        unlink_contact(&tx, id).await?;
        commands::forget_contact(&tx, id, began).await?;
        let mut erased = Erased { backend: erasure.backend_id, contacts: vec![id], ..Erased::default() };
        let changes = match table::of(Kind::Contact) {
            Some(table) => (table.remove)(&tx, &Removal { ids: &[id], began }).await?,
            None => Vec::new(),
        };
        count(&mut erased.removed, &changes);
        self.settle(tx, &changes, dry).await?;
        self.rules.bodies.forget();
        let (backend, veil) = (erased.backend, Veil::over(&[erasure]));
        erased.rewritten = self.cover(&veil, backend, dry).await?;
        self.cover_commands(&veil, backend, dry).await?;
        Ok(erased)
    }

    async fn erase_account(&self, id: Uuid, dry: bool) -> Result<Erased> {
        let began = self.begin_time().await?.saturating_add(AHEAD);
        let tx = self.begin().await?;
        let row = accounts::Entity::find_by_id(id).one(&tx).await.map_err(db)?;
        let known = erasures::Entity::find_by_id(id).one(&tx).await.map_err(db)?;
        let backend = row.map(|row| row.backend_id).or(known.map(|known| known.backend_id));
        let backend = backend.ok_or_else(|| unknown(Kind::Account))?;
        let erasure = erasures::Model {
            id,
            backend_id: backend,
            kind: Kind::Account.as_str().to_owned(),
            account_id: id,
            salt: salt(&tx, backend).await?,
            traces: "[]".to_owned(),
            erased_at: self.now().timestamp_millis(),
        };
        remember(&tx, &erasure).await?;
        unlink_account(&tx, id).await?;
        commands::forget_account(&tx, id, began).await?;
        let own = contacts::Entity::find().select_only().column(contacts::Column::Id);
        let own = own.filter(contacts::Column::AccountId.eq(id)).into_tuple();
        let mut erased = Erased { backend, contacts: own.all(&tx).await.map_err(db)?, ..Erased::default() };
        self.settle(tx, &[], dry).await?;
        self.rules.bodies.forget();
        // The account itself goes last: until then the command can be given again.
        for table in TABLES.iter().rev() {
            self.drop_all(table, id, began, dry, &mut erased.removed).await?;
        }
        Ok(erased)
    }

    async fn drop_all(
        &self,
        table: &table::Table,
        account: Uuid,
        began: i64,
        dry: bool,
        removed: &mut Counts,
    ) -> Result<()> {
        let tx = self.begin().await?;
        let ids = (table.verbs.of_account)(&tx, account).await?;
        tx.commit().await.map_err(db)?;
        for ids in ids.chunks(ROWS) {
            let tx = self.begin().await?;
            let changes = (table.remove)(&tx, &Removal { ids, began }).await?;
            count(removed, &changes);
            self.settle(tx, &changes, dry).await?;
        }
        Ok(())
    }

    /// What tells a person, as hashes: with those that are known from an earlier erasure.
    async fn trace(
        &self,
        tx: &DatabaseTransaction,
        row: &contacts::Model,
        known: Option<erasures::Model>,
    ) -> Result<erasures::Model> {
        let salt = salt(tx, row.backend_id).await?;
        let mut traces: Vec<Trace> =
            known.and_then(|known| serde_json::from_str(&known.traces).ok()).unwrap_or_default();
        let texts = [
            (Form::Name, Some(&row.name)),
            (Form::Mail, row.email.as_ref()),
            (Form::Mail, row.user_name.as_ref()),
            (Form::Phone, row.phone.as_ref()),
            (Form::Phone, row.mobile.as_ref()),
        ];
        for (form, text) in texts.into_iter().filter_map(|(form, text)| Some((form, text?))) {
            // An address that somebody else has too is looked for at this account alone.
            let wide = form == Form::Mail && !shared(tx, row, text).await?;
            traces.extend(Trace::of(form, text, &salt, wide).filter(|trace| !traces.contains(trace)));
        }
        Ok(erasures::Model {
            id: row.id,
            backend_id: row.backend_id,
            kind: Kind::Contact.as_str().to_owned(),
            account_id: row.account_id,
            salt,
            traces: serde_json::to_string(&traces).unwrap_or_default(),
            erased_at: self.now().timestamp_millis(),
        })
    }
}

fn unknown(kind: Kind) -> Error {
    Error::invalid(format!("There is no such {kind} in the read model. Check the id, and that it was read."))
}

async fn find(tx: &DatabaseTransaction, id: Uuid) -> Result<Option<contacts::Model>> {
    contacts::Entity::find_by_id(id).one(tx).await.map_err(db)
}

/// Whether another contact of the backend has this address.
async fn shared(tx: &DatabaseTransaction, row: &contacts::Model, address: &str) -> Result<bool> {
    let same = Condition::any().add(contacts::Column::Email.eq(address)).add(contacts::Column::UserName.eq(address));
    let others = contacts::Entity::find()
        .filter(contacts::Column::BackendId.eq(row.backend_id))
        .filter(contacts::Column::Id.ne(row.id))
        .filter(same);
    Ok(others.count(tx).await.map_err(db)? > 0)
}

/// Nobody is the same person as an erased contact.
async fn unlink_contact(tx: &DatabaseTransaction, id: Uuid) -> Result<()> {
    use contact_links::Column as C;
    let theirs = Condition::any().add(C::ContactId.eq(id)).add(C::LinkedId.eq(id));
    contact_links::Entity::delete_many().filter(theirs).exec(tx).await.map_err(db)?;
    Ok(())
}

async fn unlink_account(tx: &DatabaseTransaction, id: Uuid) -> Result<()> {
    use account_link_proposals::Column as P;
    use contact_links::Column as C;
    let theirs = Condition::any().add(C::AccountId.eq(id)).add(C::LinkedAccountId.eq(id));
    contact_links::Entity::delete_many().filter(theirs).exec(tx).await.map_err(db)?;
    let theirs = Condition::any().add(P::AccountId.eq(id)).add(P::OtherId.eq(id));
    account_link_proposals::Entity::delete_many().filter(theirs).exec(tx).await.map_err(db)?;
    let theirs = account_links::Column::AccountId.eq(id);
    account_links::Entity::delete_many().filter(theirs).exec(tx).await.map_err(db)?;
    Ok(())
}

/// The salt of a backend: of its first erasure.
async fn salt(tx: &DatabaseTransaction, backend: Uuid) -> Result<String> {
    let first = erasures::Entity::find().filter(erasures::Column::BackendId.eq(backend)).one(tx).await.map_err(db)?;
    Ok(first.map_or_else(|| Uuid::new_v4().simple().to_string(), |row| row.salt))
}

async fn remember(tx: &DatabaseTransaction, erasure: &erasures::Model) -> Result<()> {
    let conflict = OnConflict::column(erasures::Column::Id)
        .update_columns([erasures::Column::Traces, erasures::Column::AccountId])
        .to_owned();
    let row = erasures::ActiveModel {
        id: Set(erasure.id),
        backend_id: Set(erasure.backend_id),
        kind: Set(erasure.kind.clone()),
        account_id: Set(erasure.account_id),
        salt: Set(erasure.salt.clone()),
        traces: Set(erasure.traces.clone()),
        erased_at: Set(erasure.erased_at),
    };
    erasures::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx).await.map_err(db)?;
    Ok(())
}
