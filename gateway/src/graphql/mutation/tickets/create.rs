//! Opening a ticket: for whom, about what.

use super::super::owner::{Owner, owner};
use super::super::uploads::attached;
use super::super::write::{Checked, Field, Writer, Wrong, line, text};
use crate::authz::permission::Permission::TicketsCreate;
use crate::journal::{CommandRow, Draft};
use crate::readmodel::entity::{assets, choices, contacts, sites};
use crate::sync::Source;
use async_graphql::{ID, InputObject};
use portico_contract::command::OpenTicket;
use portico_contract::value::ChoiceList;
use portico_contract::{CommandKind, ErrorKind, FieldGroup, Intent, Kind, NativeId};
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
    /// What sort of ticket it is: a choice of TICKET_TYPE.
    type_id: Option<ID>,
    /// How soon it is needed: a choice of TICKET_URGENCY.
    urgency_id: Option<ID>,
    /// How many it concerns: a choice of TICKET_IMPACT.
    impact_id: Option<ID>,
    /// Contacts of the account who hear of it too.
    follower_ids: Option<Vec<ID>>,
    /// Files that go along with it: uploads that were sent.
    #[graphql(default)]
    attachment_ids: Vec<ID>,
}

pub async fn create(writer: &Writer<'_>, input: CreateTicketInput) -> Checked<CommandRow> {
    let owner = owner(writer, TicketsCreate, input.account_id.as_ref(), input.contact_id.as_ref()).await?;
    writer.may(&["input", "contactId"], TicketsCreate, (owner.account, owner.contact.as_ref().map(|it| it.0), None))?;
    let author = writer.author(owner.backend, owner.account, TicketsCreate).await?;
    let (site, asset) = places(writer, &owner, &input).await?;
    let chosen = chosen(writer, &owner, &input).await?;
    let followers = followers(writer, &owner, &input).await?;
    let key = writer.key("createTicket", input.idempotency_key.as_deref(), "", &input)?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok(command);
    }
    let source = writer.can(owner.backend, CommandKind::OpenTicket)?;
    carried(source, &input)?;
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
        priority: chosen.priority,
        category: chosen.category,
        ticket_type: chosen.ticket_type,
        urgency: chosen.urgency,
        impact: chosen.impact,
        followers,
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

/// The PSA's words for what was chosen.
#[derive(Default)]
struct Chosen {
    priority: Option<String>,
    category: Option<String>,
    ticket_type: Option<String>,
    urgency: Option<String>,
    impact: Option<String>,
}

async fn chosen(writer: &Writer<'_>, owner: &Owner, input: &CreateTicketInput) -> Checked<Chosen> {
    use ChoiceList as L;
    let choice = async |field: Field, id: Option<&ID>, list: ChoiceList| match id {
        Some(id) => writer.choice(field, id, list, owner.backend).await.map(Some),
        None => Ok(None),
    };
    Ok(Chosen {
        priority: choice(&["input", "priorityId"], input.priority_id.as_ref(), L::TicketPriority).await?,
        category: choice(&["input", "categoryId"], input.category_id.as_ref(), L::TicketCategory).await?,
        ticket_type: choice(&["input", "typeId"], input.type_id.as_ref(), L::TicketType).await?,
        urgency: choice(&["input", "urgencyId"], input.urgency_id.as_ref(), L::TicketUrgency).await?,
        impact: choice(&["input", "impactId"], input.impact_id.as_ref(), L::TicketImpact).await?,
    })
}

const FOLLOWERS: Field = &["input", "followerIds"];
const MOST_FOLLOWERS: usize = 50;

/// Live contacts of the ticket's own account, each once.
async fn followers(writer: &Writer<'_>, owner: &Owner, input: &CreateTicketInput) -> Checked<Vec<NativeId>> {
    use contacts::Column as C;
    let ids = input.follower_ids.as_deref().unwrap_or_default();
    if ids.len() > MOST_FOLLOWERS {
        return Err(Wrong::invalid(FOLLOWERS, format!("Name at most {MOST_FOLLOWERS}.")));
    }
    let mut followers = Vec::with_capacity(ids.len());
    for id in ids {
        let row = writer.row::<contacts::Entity>(FOLLOWERS, id, &[C::AccountId, C::NativeKey, C::Active]).await?;
        if row.account_id != owner.account {
            return Err(Wrong::missing(FOLLOWERS));
        }
        if !row.active {
            return Err(Wrong::invalid(FOLLOWERS, "One of them is not in use any more."));
        }
        let native = NativeId { kind: Kind::Contact, key: row.native_key.clone() };
        if !followers.contains(&native) {
            followers.push(native);
        }
    }
    Ok(followers)
}

/// What not every PSA can carry is refused before anything is kept.
type Carried = (FieldGroup, Field, &'static str, fn(&CreateTicketInput) -> bool);
const CARRIED: &[Carried] = &[
    (FieldGroup::TicketUrgencyImpact, &["input", "urgencyId"], "urgency", |input| input.urgency_id.is_some()),
    (FieldGroup::TicketUrgencyImpact, &["input", "impactId"], "impact", |input| input.impact_id.is_some()),
    (FieldGroup::TicketFollowers, FOLLOWERS, "followers", |input| {
        input.follower_ids.as_ref().is_some_and(|ids| !ids.is_empty())
    }),
];

fn carried(source: &Source, input: &CreateTicketInput) -> Checked<()> {
    let carries = &source.backend.capabilities().carries;
    let lacking = CARRIED.iter().find(|(group, _, _, asked)| asked(input) && !carries.contains(group));
    let Some((_, field, what, _)) = lacking else { return Ok(()) };
    Err(Wrong::at(field, ErrorKind::Unsupported, format!("Tickets of this PSA take no {what}. Leave it out.")))
}

impl Writer<'_> {
    /// The PSA's word for a choice that can be chosen.
    pub async fn choice(&self, field: Field, id: &str, list: ChoiceList, backend: Uuid) -> Checked<String> {
        use choices::Column as C;
        let row = self.row::<choices::Entity>(field, id, &[C::BackendId, C::List, C::Value, C::Active]).await?;
        if row.backend_id != backend {
            return Err(Wrong::missing(field));
        }
        let list = list.as_str();
        if row.list != list {
            return Err(Wrong::invalid(field, format!("Is no choice of {list}. Take one of choices(list: {list}).")));
        }
        if !row.active {
            return Err(Wrong::invalid(field, "This choice is not in use any more. Take one that is active."));
        }
        Ok(row.value.clone())
    }
}
