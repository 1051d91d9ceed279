//! Objects that were asked for and that their PSA does not have yet: rows like all others, behind the same fence.
//!
//! Where others have the PSA's key, a pending row has a placeholder, and a read time that no read reaches: no pass, no
//! sweep and no read takes it away. Everything in it comes from its command, so that it can be made again.

mod words;

use super::entity::journal_commands::{self as commands, State};
use super::entity::{comments, tickets};
use super::html;
use super::ids::derived;
use super::protection::veil::Veil;
use super::search;
use super::store::{Store, db};
use super::table::{self, Mirrored};
use super::upsert::{self, Change, column};
use portico_contract::command::{AddComment, OpenTicket, RequestItem};
use portico_contract::value::{PriorityGroup, StatusGroup, TicketSource};
use portico_contract::{Actor, Command, Intent, Kind, NativeId, Result};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ModelTrait, QueryFilter, Value};
use uuid::Uuid;

/// The end of the year 9999.
pub const FAR: i64 = 253_402_300_799_000;
const PREFIX: &str = "portico:";

/// What stands for the key of an object that a command will make.
#[must_use]
pub fn key(command: Uuid) -> String {
    format!("{PREFIX}{}", command.simple())
}

/// The command that will make the object with this placeholder.
#[must_use]
pub fn command_of(key: &str) -> Option<Uuid> {
    Uuid::try_parse(key.strip_prefix(PREFIX)?).ok()
}

/// The kind of object that a command makes and that is shown before its PSA has it.
#[must_use]
pub fn made_by(kind: &str) -> Option<Kind> {
    use portico_contract::CommandKind as C;
    match kind.parse() {
        Ok(C::OpenTicket | C::RequestItem) => Some(Kind::Ticket),
        Ok(C::AddComment) => Some(Kind::Comment),
        _ => None,
    }
}

/// A pending row.
enum Row {
    Ticket(Box<tickets::Model>),
    Comment(Box<comments::Model>),
}

fn row(command: &commands::Model) -> Option<Row> {
    let whole: Command = serde_json::from_str(&command.intent).ok()?;
    match &whole.intent {
        Intent::OpenTicket(intent) => Some(Row::Ticket(Box::new(ticket(command, &whole.actor, intent)))),
        Intent::RequestItem(intent) => Some(Row::Ticket(Box::new(request(command, &whole.actor, intent)))),
        Intent::AddComment(intent) => Some(Row::Comment(Box::new(comment(command, &whole.actor, intent)))),
        _ => None,
    }
}

fn delivery(command: &commands::Model) -> Option<String> {
    let word = if command.state == State::Uncertain { "UNCERTAIN" } else { "QUEUED" };
    Some(word.to_owned())
}

fn ticket(command: &commands::Model, actor: &Actor, intent: &OpenTicket) -> tickets::Model {
    let local = |id: &Option<NativeId>| id.as_ref().map(|id| derived(command.backend_id, id));
    let group = |word: &String| word.to_uppercase().parse().unwrap_or(PriorityGroup::Other).as_str().to_owned();
    tickets::Model {
        description: html::safe(&intent.description.0),
        site_id: local(&intent.site),
        asset_id: local(&intent.asset),
        priority_group: intent.priority.as_ref().map(group),
        priority_native: intent.priority.clone(),
        category_native: intent.category.clone(),
        type_native: intent.ticket_type.clone(),
        urgency_native: intent.urgency.clone(),
        impact_native: intent.impact.clone(),
        ..new_ticket(command, actor, &intent.subject)
    }
}

/// What is asked of the catalogue is a ticket too.
fn request(command: &commands::Model, actor: &Actor, intent: &RequestItem) -> tickets::Model {
    new_ticket(command, actor, &intent.subject)
}

fn new_ticket(command: &commands::Model, actor: &Actor, subject: &str) -> tickets::Model {
    let source = if matches!(actor, Actor::Contact(_)) { TicketSource::Portal } else { TicketSource::Agent };
    tickets::Model {
        id: command.id,
        backend_id: command.backend_id,
        native_key: key(command.id),
        version: command.created_at,
        read_at: FAR,
        account_id: command.account_id,
        subject: subject.to_owned(),
        status_group: StatusGroup::New.as_str().to_owned(),
        status_label: "New".to_owned(),
        source: source.as_str().to_owned(),
        created_at: command.created_at,
        updated_at: command.created_at,
        followers: "[]".to_owned(),
        custom: "[]".to_owned(),
        contact_id: command.contact_id,
        delivery: delivery(command),
        ..tickets::Model::default()
    }
}

fn comment(command: &commands::Model, actor: &Actor, intent: &AddComment) -> comments::Model {
    let local = |id: &NativeId| Some(derived(command.backend_id, id));
    let (contact, agent) = match actor {
        Actor::Contact(id) => (local(id), None),
        Actor::Agent(id) => (None, local(id)),
    };
    comments::Model {
        id: command.id,
        backend_id: command.backend_id,
        native_key: key(command.id),
        version: command.created_at,
        read_at: FAR,
        ticket_id: command.object_id,
        body: html::safe(&intent.body.0),
        visibility: intent.visibility.as_str().to_owned(),
        created_at: command.created_at,
        author_contact_id: contact,
        author_agent_id: agent,
        delivery: delivery(command),
        ..comments::Model::default()
    }
}

/// Shows what a command will make, if that can be shown.
pub(crate) async fn put(store: &Store, tx: &DatabaseTransaction, command: &commands::Model) -> Result<()> {
    let now = store.now().timestamp_millis();
    let veil = Veil::of(tx, command.backend_id, &store.rules, now).await?;
    let change = match row(command) {
        Some(Row::Ticket(mut row)) => {
            words::named(tx, &mut row).await?;
            insert::<tickets::Entity>(tx, &veil, *row, command).await?
        }
        Some(Row::Comment(row)) => insert::<comments::Entity>(tx, &veil, *row, command).await?,
        None => return Ok(()),
    };
    told(tx, &[change], now).await
}

/// Shows again what commands will make, after the mirror was emptied.
pub(super) async fn restore(store: &Store, tx: &DatabaseTransaction) -> Result<()> {
    let open = [State::Queued, State::Sending, State::Checking, State::Uncertain];
    let commands = commands::Entity::find().filter(commands::Column::State.is_in(open)).all(tx).await.map_err(db)?;
    for command in &commands {
        put(store, tx, command).await?;
    }
    Ok(())
}

/// How the delivery of a pending object stands now.
pub(crate) async fn say(tx: &DatabaseTransaction, command: &commands::Model, word: &str) -> Result<()> {
    let cells = [("delivery", Value::from(word))];
    change(tx, command, &cells).await
}

/// The PSA has it: its key is known, and from now on reads that began after `since` say what it is.
pub(super) async fn release(tx: &DatabaseTransaction, command: &commands::Model, key: &str, since: i64) -> Result<()> {
    let cells =
        [("native_key", Value::from(key)), ("read_at", Value::from(since)), ("delivery", Value::from(None::<String>))];
    change(tx, command, &cells).await
}

/// The PSA will not have it: it goes, with what hangs on it.
pub(crate) async fn drop(tx: &DatabaseTransaction, command: &commands::Model, now: i64) -> Result<()> {
    let gone = match made_by(&command.kind) {
        Some(Kind::Ticket) => delete::<tickets::Entity>(tx, command).await?,
        Some(Kind::Comment) => delete::<comments::Entity>(tx, command).await?,
        _ => return Ok(()),
    };
    told(tx, &gone, now).await
}

async fn told(tx: &DatabaseTransaction, changes: &[Change], now: i64) -> Result<()> {
    search::follow(tx, changes).await?;
    upsert::publish(tx, changes, now).await
}

async fn insert<E: Mirrored>(
    tx: &DatabaseTransaction,
    veil: &Veil,
    mut row: E::Model,
    command: &commands::Model,
) -> Result<Change> {
    veil.cover::<E>(&mut row, Some(command.account_id));
    let change = as_change::<E>(&row, command)?;
    let row: E::ActiveModel = row.into();
    E::insert(row).exec_without_returning(tx).await.map_err(db)?;
    Ok(change)
}

fn as_change<E: Mirrored>(row: &E::Model, command: &commands::Model) -> Result<Change> {
    let version = match row.get(column::<E>("version")?) {
        Value::BigInt(Some(version)) => version,
        _ => command.created_at,
    };
    let (account, parents) = (upsert::account::<E>(row, command.id), upsert::parent::<E>(row).into_iter().collect());
    Ok(Change { kind: E::KIND, id: command.id, account, version, gone: false, parents })
}

async fn change(tx: &DatabaseTransaction, command: &commands::Model, cells: &[(&str, Value)]) -> Result<()> {
    let changes = match made_by(&command.kind) {
        Some(Kind::Ticket) => update::<tickets::Entity>(tx, command, cells).await?,
        Some(Kind::Comment) => update::<comments::Entity>(tx, command, cells).await?,
        _ => return Ok(()),
    };
    told(tx, &changes, command.created_at).await
}

async fn update<E: Mirrored>(
    tx: &DatabaseTransaction,
    command: &commands::Model,
    cells: &[(&str, Value)],
) -> Result<Vec<Change>> {
    let (id, read_at, version) = (column::<E>("id")?, column::<E>("read_at")?, column::<E>("version")?);
    let mut update = E::update_many().filter(id.eq(command.id)).filter(read_at.eq(FAR));
    update = update.col_expr(version, Expr::col(version).add(1));
    for (name, value) in cells {
        update = update.col_expr(column::<E>(name)?, Expr::value(value.clone()));
    }
    let rows = update.exec_with_returning(tx).await.map_err(db)?;
    rows.iter().map(|row| as_change::<E>(row, command)).collect()
}

/// No tombstone: the command can be tried again.
async fn delete<E: Mirrored>(tx: &DatabaseTransaction, command: &commands::Model) -> Result<Vec<Change>> {
    let (id, read_at) = (column::<E>("id")?, column::<E>("read_at")?);
    let pending = E::find().filter(id.eq(command.id)).filter(read_at.eq(FAR)).one(tx).await.map_err(db)?;
    let Some(row) = pending else { return Ok(Vec::new()) };
    let delete = Query::delete().from_table(E::default().table_ref()).and_where(id.eq(command.id)).to_owned();
    tx.execute(&delete).await.map_err(db)?;
    for child in table::children(E::KIND) {
        (child.orphans)(tx, &[command.id]).await?;
    }
    let change = as_change::<E>(&row, command)?;
    Ok(vec![Change { version: change.version + 1, gone: true, ..change }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_names_its_command() {
        let id = Uuid::from_u128(7);
        assert_eq!(command_of(&key(id)), Some(id));
        for key in ["7", "portico:", "portico:x", "ticket:7"] {
            assert_eq!(command_of(key), None, "{key}");
        }
    }
}
