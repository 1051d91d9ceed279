//! Asking for an item of the catalogue.

mod answers;

use super::UserError;
use super::links::shown;
use super::owner::owner;
use super::write::{Checked, Field, Writer, Written, Wrong};
use crate::authz::permission::Permission;
use crate::graphql::catalogue;
use crate::graphql::directive::{inherits, requiresPermission};
use crate::graphql::ticket::Ticket;
use crate::journal::{CommandRow, Delivery, Draft};
use crate::readmodel::entity::{catalogue_items, forms, tickets};
use answers::{FormAnswerInput, checked};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use portico_contract::command::RequestItem;
use portico_contract::record::FormField;
use portico_contract::{CommandKind, ErrorKind, Intent, Kind, NativeId};

/// Requests.
#[derive(Debug, Clone, Copy, Default)]
pub struct CatalogueWrites;

/// What is asked for, and how its form is filled in.
#[derive(Debug, InputObject)]
pub struct RequestCatalogueItemInput {
    /// How the fields of the item's form are filled in.
    #[graphql(default)]
    answers: Vec<FormAnswerInput>,
    /// How many of it: 1 to 1000.
    #[graphql(default = 1)]
    quantity: i32,
    /// The account it is for; needed only where the viewer has several.
    account_id: Option<ID>,
    /// The contact it is for; the viewer unless given. Staff must name one.
    contact_id: Option<ID>,
    /// Any text that is different for every wish: sent again with the same input, it makes no second request.
    idempotency_key: Option<String>,
}

/// What asking for an item led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct RequestCatalogueItemPayload {
    /// The ticket that the request is. Whether somebody must approve it, its approvals say.
    ticket: Option<Ticket>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

const ID_FIELD: Field = &["id"];
const MOST: i32 = 1_000;

/// The fields of the item's form.
async fn fields(writer: &Writer<'_>, item: &catalogue_items::Model) -> Checked<Vec<FormField>> {
    let Some(id) = item.form_id else { return Ok(Vec::new()) };
    let form = writer.known::<forms::Entity>(id, &[forms::Column::Fields]).await?;
    // Without its form nobody can tell what must be filled in.
    let gone = || Wrong::at(ID_FIELD, ErrorKind::Conflict, "The form of this item is not there. Read it again.");
    form.map(|form| catalogue::fields(&form)).ok_or_else(gone)
}

async fn request(writer: &Writer<'_>, id: &str, input: RequestCatalogueItemInput) -> Checked<CommandRow> {
    use catalogue_items::Column as C;
    let columns = [C::BackendId, C::NativeKey, C::Name, C::Active, C::FormId, C::AccountId];
    let item = writer.row::<catalogue_items::Entity>(ID_FIELD, id, &columns).await?;
    let may = Permission::CatalogueRequest;
    let owner = owner(writer, may, input.account_id.as_ref(), input.contact_id.as_ref()).await?;
    // An item of another PSA, or of another account, is none of this account's.
    if item.backend_id != owner.backend || item.account_id.is_some_and(|account| account != owner.account) {
        return Err(Wrong::missing(ID_FIELD));
    }
    let Some((contact, native)) = owner.contact else {
        return Err(Wrong::invalid(&["input", "contactId"], "Say for which contact."));
    };
    writer.may(&["input", "contactId"], may, (owner.account, Some(contact), None))?;
    let author = writer.author(owner.backend, owner.account, may).await?;
    let key = writer.key("requestCatalogueItem", input.idempotency_key.as_deref(), id, &input)?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok(command);
    }
    writer.can(owner.backend, CommandKind::RequestItem)?;
    if !item.active {
        return Err(Wrong::at(ID_FIELD, ErrorKind::Conflict, "It is not offered any more."));
    }
    let quantity = u32::try_from(input.quantity).ok().filter(|_| (1..=MOST).contains(&input.quantity));
    let quantity =
        quantity.ok_or_else(|| Wrong::invalid(&["input", "quantity"], format!("Must be from 1 to {MOST}.")))?;
    let values = checked(writer, &owner.backend, owner.account, &fields(writer, &item).await?, &input.answers).await?;
    let intent = Intent::RequestItem(RequestItem {
        item: NativeId { kind: Kind::CatalogueItem, key: item.native_key.clone() },
        account: owner.native,
        contact: native,
        subject: item.name.clone(),
        quantity,
        values,
    });
    let (backend, user, account) = (owner.backend, writer.who.user, owner.account);
    let draft = Draft { backend, object: None, user, account, contact: Some(contact), author, intent, key };
    writer.submit(draft).await
}

#[Object]
impl CatalogueWrites {
    /// Asks for an item of the catalogue, for the viewer's own account and contact unless the input says otherwise.
    /// Requires CATALOGUE_REQUEST.
    #[graphql(directive = requiresPermission::apply(Permission::CatalogueRequest))]
    async fn request_catalogue_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which item.")] id: ID,
        #[graphql(desc = "For whom, and how its form is filled in.")] input: RequestCatalogueItemInput,
    ) -> Option<RequestCatalogueItemPayload> {
        let done = async { request(&Writer::of(ctx)?, &id, input).await };
        Some(match done.await {
            Ok(command) => {
                let ticket = shown::<tickets::Entity>(ctx, "ticket", command.object_id).await.map(Ticket);
                let Written { delivery, user_errors } = Written::of(&command);
                RequestCatalogueItemPayload { ticket, delivery, user_errors }
            }
            Err(wrong) => RequestCatalogueItemPayload { user_errors: vec![wrong.told()], ..Default::default() },
        })
    }
}
