//! Opening a ticket: for whom, about what.

use super::super::owner::{Owner, owner};
use super::super::uploads::attached;
use super::super::write::{Checked, Field, Writer, Wrong, line, text};
use crate::authz::permission::Permission::TicketsCreate;
use crate::journal::{CommandRow, Draft};
use crate::readmodel::entity::{assets, choices, sites};
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
    /// Files that go along with it: uploads that were sent.
    #[graphql(default)]
    attachment_ids: Vec<ID>,
}

pub async fn create(writer: &Writer<'_>, input: CreateTicketInput) -> Checked<CommandRow> {
    let owner = owner(writer, TicketsCreate, input.account_id.as_ref(), input.contact_id.as_ref()).await?;
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
    let attachments = attached(writer, source, &input.attachment_ids).await?;
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
        attachments,
    });
    let (backend, user, account) = (owner.backend, writer.who.user, owner.account);
    writer.submit(Draft { backend, object: None, user, account, contact, author, intent, key }).await
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
