//! Opening a ticket: for whom, about what.

use super::super::write::{Checked, Field, Writer, Wrong, line, text};
use crate::authz::permission::Permission::TicketsCreate;
use crate::authz::scope::Realm;
use crate::journal::{CommandRow, Draft};
use crate::readmodel::entity::{accounts, assets, choices, contacts, sites};
use async_graphql::{ID, InputObject};
use portico_contract::command::OpenTicket;
use portico_contract::value::ChoiceList;
use portico_contract::{CommandKind, Intent, Kind, NativeId};
use uuid::Uuid;

/// A ticket that is asked for.
#[derive(Debug, InputObject)]
pub struct CreateTicketInput {
    /// One line that says what it is about.
    subject: String,
    /// What is asked for: text, or HTML, which is made safe.
    description: String,
    /// Any text that is different for every wish: sent again with the same input, it makes no second ticket.
    idempotency_key: Option<String>,
    /// The account it is for; needed only where the viewer has several.
    account_id: Option<ID>,
    /// The contact it is for; the viewer unless given.
    contact_id: Option<ID>,
    /// Where it is about.
    site_id: Option<ID>,
    /// What it is about.
    asset_id: Option<ID>,
    /// How urgent it is: a choice of TICKET_PRIORITY.
    priority_id: Option<ID>,
    /// The PSA's category: a choice of TICKET_CATEGORY.
    category_id: Option<ID>,
}

/// Whom a ticket is for.
struct Owner {
    backend: Uuid,
    account: Uuid,
    native: NativeId,
    contact: Option<(Uuid, NativeId)>,
}

pub async fn create(writer: &Writer<'_>, input: CreateTicketInput) -> Checked<CommandRow> {
    let owner = owner(writer, &input).await?;
    writer.may(&["input", "contactId"], TicketsCreate, (owner.account, owner.contact.as_ref().map(|it| it.0), None))?;
    let author = writer.author(owner.backend, owner.account, TicketsCreate).await?;
    let (site, asset) = places(writer, &owner, &input).await?;
    let priority = choice(writer, &owner, &["input", "priorityId"], input.priority_id.as_ref(), PRIORITY).await?;
    let category = choice(writer, &owner, &["input", "categoryId"], input.category_id.as_ref(), CATEGORY).await?;
    let key = writer.key("createTicket", input.idempotency_key.as_deref(), "", &input)?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok(command);
    }
    let source = writer.can(owner.backend, CommandKind::OpenTicket)?;
    let subject = line(&["input", "subject"], &input.subject, source.backend.capabilities().limits.max_subject)?;
    let description = text(&["input", "description"], &input.description)?;
    let (contact, native) = owner.contact.map_or((None, None), |(id, native)| (Some(id), Some(native)));
    let intent = Intent::OpenTicket(OpenTicket {
        account: owner.native,
        contact: native,
        site,
        asset,
        subject,
        description,
        priority,
        category,
        ticket_type: None,
        urgency: None,
        impact: None,
        followers: Vec::new(),
        custom: Vec::new(),
        attachments: Vec::new(),
    });
    let (backend, user, account) = (owner.backend, writer.who.user, owner.account);
    writer.submit(Draft { backend, object: None, user, account, contact, author, intent, key }).await
}

/// The account and the contact: those that are named, else the viewer's own.
async fn owner(writer: &Writer<'_>, input: &CreateTicketInput) -> Checked<Owner> {
    let field: Field = &["input", "accountId"];
    let named = match &input.account_id {
        Some(id) => Some(writer.row::<accounts::Entity>(field, id, &[accounts::Column::Id]).await?.id),
        None => None,
    };
    let (account, contact) = match &input.contact_id {
        Some(id) => {
            let columns = [contacts::Column::AccountId];
            let row = writer.row::<contacts::Entity>(&["input", "contactId"], id, &columns).await?;
            if named.is_some_and(|account| account != row.account_id) {
                return Err(Wrong::invalid(&["input", "contactId"], "Is a contact of another account."));
            }
            (row.account_id, Some(row.id))
        }
        None if writer.who.realm == Realm::Staff => {
            (named.ok_or_else(|| Wrong::invalid(field, "Say for which account."))?, None)
        }
        None => own(writer, named)?,
    };
    let columns = [accounts::Column::BackendId, accounts::Column::NativeKey, accounts::Column::Active];
    let missing = || Wrong::missing(field);
    let row = writer.known::<accounts::Entity>(account, &columns).await?.ok_or_else(missing)?;
    if !row.active {
        return Err(Wrong::invalid(field, "The account is not in use any more."));
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
fn own(writer: &Writer<'_>, named: Option<Uuid>) -> Checked<(Uuid, Option<Uuid>)> {
    let held = |account: &Uuid| writer.own_contact(TicketsCreate, *account).is_some();
    let mut accounts = writer.desk.scope.accounts.iter().copied().filter(held);
    let account = match (named, accounts.next(), accounts.next()) {
        (Some(account), ..) | (None, Some(account), None) => account,
        (None, Some(_), Some(_)) => {
            return Err(Wrong::invalid(&["input", "accountId"], "You have several accounts: say for which one."));
        }
        (None, None, _) => return Err(Wrong::missing(&["input", "accountId"])),
    };
    Ok((account, writer.own_contact(TicketsCreate, account)))
}

/// Where and what it is about: of the same account.
async fn places(
    writer: &Writer<'_>,
    owner: &Owner,
    input: &CreateTicketInput,
) -> Checked<(Option<NativeId>, Option<NativeId>)> {
    let site = match &input.site_id {
        Some(id) => {
            let (field, columns): (Field, _) =
                (&["input", "siteId"], [sites::Column::AccountId, sites::Column::NativeKey]);
            let row = writer.row::<sites::Entity>(field, id, &columns).await?;
            let key = (row.account_id == owner.account).then(|| row.native_key.clone());
            Some(NativeId { kind: Kind::Site, key: key.ok_or_else(|| Wrong::missing(field))? })
        }
        None => None,
    };
    let asset = match &input.asset_id {
        Some(id) => {
            let (field, columns): (Field, _) =
                (&["input", "assetId"], [assets::Column::AccountId, assets::Column::NativeKey]);
            let row = writer.row::<assets::Entity>(field, id, &columns).await?;
            let key = (row.account_id == owner.account).then(|| row.native_key.clone());
            Some(NativeId { kind: Kind::Asset, key: key.ok_or_else(|| Wrong::missing(field))? })
        }
        None => None,
    };
    Ok((site, asset))
}

const PRIORITY: ChoiceList = ChoiceList::TicketPriority;
const CATEGORY: ChoiceList = ChoiceList::TicketCategory;

async fn choice(
    writer: &Writer<'_>,
    owner: &Owner,
    field: Field,
    id: Option<&ID>,
    list: ChoiceList,
) -> Checked<Option<String>> {
    match id {
        Some(id) => writer.choice(field, id, list, owner.backend).await.map(Some),
        None => Ok(None),
    }
}

impl Writer<'_> {
    /// The PSA's word for a choice that can be chosen.
    pub async fn choice(&self, field: Field, id: &str, list: ChoiceList, backend: Uuid) -> Checked<String> {
        use choices::Column as C;
        let row = self.row::<choices::Entity>(field, id, &[C::BackendId, C::List, C::Value, C::Active]).await?;
        if row.backend_id != backend {
            return Err(Wrong::missing(field));
        }
        if row.list != list.as_str() || !row.active {
            return Err(Wrong::invalid(field, format!("Is no choice of {}.", list.as_str())));
        }
        Ok(row.value.clone())
    }
}
