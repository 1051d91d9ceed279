//! Adding contacts and changing them.
//!
//! Whoever changes an address could sign in as the person behind it. So a customer changes nobody who has a right that
//! they lack, and never themselves; and nobody's role is changed here.

use super::UserError;
use super::links::shown;
use super::write::{Checked, Field, Writer, Written, Wrong, line};
use crate::authz::permission::Permission::{self, ContactsManage};
use crate::graphql::actions;
use crate::graphql::contact::Contact;
use crate::graphql::directive::{inherits, requiresPermission};
use crate::journal::{CommandRow, Delivery, Draft};
use crate::readmodel::GlobalId;
use crate::readmodel::entity::{accounts, contacts};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use portico_contract::command::UpsertContact;
use portico_contract::{CommandKind, Error, ErrorKind, Intent, Kind, NativeId};

/// What can be done about contacts.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContactWrites;

/// A contact that is added.
#[derive(Debug, InputObject)]
pub struct CreateContactInput {
    /// The account they belong to.
    account_id: ID,
    /// Full name.
    name: String,
    /// E-mail address.
    email: String,
    /// Job title.
    title: Option<String>,
    /// Department.
    department: Option<String>,
    /// Telephone number.
    phone: Option<String>,
    /// Mobile number.
    mobile: Option<String>,
    /// Any text that is different for every wish: sent again with the same input, it makes no second contact.
    idempotency_key: Option<String>,
}

/// What is to be different; what is not given stays.
#[derive(Debug, InputObject)]
pub struct UpdateContactInput {
    /// Full name.
    name: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// Job title.
    title: Option<String>,
    /// Department.
    department: Option<String>,
    /// Telephone number.
    phone: Option<String>,
    /// Mobile number.
    mobile: Option<String>,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

/// What adding a contact led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct CreateContactPayload {
    /// The contact, once the PSA has it.
    contact: Option<Contact>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// Why there is no contact to show although nothing is wrong.
    notice: Option<String>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

/// What changing a contact led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct UpdateContactPayload {
    /// The contact, as it is now.
    contact: Option<Contact>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

const LONGEST: usize = 200;

/// The words of a contact, each with its bounds.
#[derive(Debug, Default)]
struct Words {
    name: Option<String>,
    email: Option<String>,
    title: Option<String>,
    department: Option<String>,
    phone: Option<String>,
    mobile: Option<String>,
}

impl Words {
    fn checked(self) -> Checked<Self> {
        let word = |field: Field, text: Option<String>| text.map(|text| line(field, &text, LONGEST)).transpose();
        let email = word(&["input", "email"], self.email)?;
        let is_address =
            |text: &String| matches!(text.split_once('@'), Some((a, b)) if !a.is_empty() && b.contains('.'));
        if email.as_ref().is_some_and(|text| !is_address(text) || text.contains(char::is_whitespace)) {
            return Err(Wrong::invalid(&["input", "email"], "Is no e-mail address."));
        }
        Ok(Self {
            name: word(&["input", "name"], self.name)?,
            email,
            title: word(&["input", "title"], self.title)?,
            department: word(&["input", "department"], self.department)?,
            phone: word(&["input", "phone"], self.phone)?,
            mobile: word(&["input", "mobile"], self.mobile)?,
        })
    }

    fn any(&self) -> bool {
        let all = [&self.name, &self.email, &self.title, &self.department, &self.phone, &self.mobile];
        all.iter().any(|word| word.is_some())
    }

    fn intent(self, account: NativeId, contact: Option<NativeId>) -> Intent {
        let Self { name, email, title, department, phone, mobile } = self;
        let facts = None;
        Intent::UpsertContact(UpsertContact { contact, account, name, title, department, email, phone, mobile, facts })
    }
}

fn doubted(writer: &Writer<'_>, backend: uuid::Uuid) -> Checked<()> {
    if writer.who.doubted.contains(&backend) {
        return Err(Error::unavailable("the contacts are too old to change them by").into());
    }
    Ok(())
}

async fn create(writer: &Writer<'_>, input: CreateContactInput) -> Checked<CommandRow> {
    use accounts::Column as A;
    let field: Field = &["input", "accountId"];
    let account = writer.row::<accounts::Entity>(field, &input.account_id, &[A::BackendId, A::NativeKey]).await?;
    writer.may(field, ContactsManage, (account.id, None, None))?;
    doubted(writer, account.backend_id)?;
    let author = writer.author(account.backend_id, account.id, ContactsManage).await?;
    let key = writer.key("createContact", input.idempotency_key.as_deref(), "", &input)?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok(command);
    }
    writer.can(account.backend_id, CommandKind::UpsertContact)?;
    let words = Words {
        name: Some(input.name),
        email: Some(input.email),
        title: input.title,
        department: input.department,
        phone: input.phone,
        mobile: input.mobile,
    };
    let native = NativeId { kind: Kind::Account, key: account.native_key.clone() };
    let intent = words.checked()?.intent(native, None);
    let (backend, user) = (account.backend_id, writer.who.user);
    let draft = Draft { backend, object: None, user, account: account.id, contact: None, author, intent, key };
    writer.submit(draft).await
}

async fn update(writer: &Writer<'_>, id: &str, input: UpdateContactInput) -> Checked<CommandRow> {
    use contacts::Column as C;
    let field: Field = &["id"];
    let columns = [C::BackendId, C::NativeKey, C::AccountId, C::SiteId, C::Facts];
    let row = writer.row::<contacts::Entity>(field, id, &columns).await?;
    writer.may(field, ContactsManage, (row.account_id, Some(row.id), row.site_id))?;
    doubted(writer, row.backend_id)?;
    let source = writer.can(row.backend_id, CommandKind::UpsertContact)?;
    if !actions::may_change(&writer.desk.scope, writer.who, &source.backend.info().roles, &row) {
        let text = "You may not change yourself, nor a contact who has rights that you lack. Ask your provider.";
        return Err(Wrong::at(field, ErrorKind::Forbidden, text));
    }
    let author = writer.author(row.backend_id, row.account_id, ContactsManage).await?;
    let key = writer.key("updateContact", input.idempotency_key.as_deref(), id, &input)?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok(command);
    }
    let UpdateContactInput { name, email, title, department, phone, mobile, .. } = input;
    let words = Words { name, email, title, department, phone, mobile }.checked()?;
    if !words.any() {
        return Err(Wrong::invalid(&["input"], "Say what is to be different."));
    }
    let account = writer.known::<accounts::Entity>(row.account_id, &[accounts::Column::NativeKey]).await?;
    let account = account.ok_or_else(|| Wrong::missing(field))?;
    let account = NativeId { kind: Kind::Account, key: account.native_key.clone() };
    let contact = NativeId { kind: Kind::Contact, key: row.native_key.clone() };
    let draft = Draft {
        backend: row.backend_id,
        object: Some(GlobalId::new(Kind::Contact, row.id)),
        user: writer.who.user,
        account: row.account_id,
        contact: Some(row.id),
        author,
        intent: words.intent(account, Some(contact)),
        key,
    };
    writer.submit(draft).await
}

/// Rights hang on contacts, so one that the PSA does not have yet is not shown.
fn notice(delivery: Option<Delivery>) -> Option<String> {
    let text = match delivery? {
        Delivery::Queued => "The contact is kept and will be added. It is shown as soon as the PSA has it.",
        Delivery::Uncertain => "Nobody can tell yet whether the PSA has the contact. Your provider looks into it.",
        Delivery::Applied | Delivery::Rejected => return None,
    };
    Some(text.to_owned())
}

async fn told(ctx: &Context<'_>, done: Checked<CommandRow>) -> (Option<Contact>, Written) {
    match done {
        Ok(command) => {
            let contact = shown::<contacts::Entity>(ctx, "contact", command.object_id).await.map(Contact);
            (contact, Written::of(&command))
        }
        Err(wrong) => (None, Written::wrong(wrong)),
    }
}

#[Object]
impl ContactWrites {
    /// Adds a contact to an account. They get no role by it. Requires CONTACTS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsManage))]
    async fn create_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is added.")] input: CreateContactInput,
    ) -> Option<CreateContactPayload> {
        let done = async { create(&Writer::of(ctx)?, input).await };
        let (contact, Written { delivery, user_errors }) = told(ctx, done.await).await;
        let notice = notice(delivery).filter(|_| contact.is_none());
        Some(CreateContactPayload { contact, delivery, notice, user_errors })
    }

    /// Changes a contact. Requires CONTACTS_MANAGE.
    #[graphql(directive = requiresPermission::apply(Permission::ContactsManage))]
    async fn update_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contact.")] id: ID,
        #[graphql(desc = "What is to be different.")] input: UpdateContactInput,
    ) -> Option<UpdateContactPayload> {
        let done = async { update(&Writer::of(ctx)?, &id, input).await };
        let (contact, Written { delivery, user_errors }) = told(ctx, done.await).await;
        Some(UpdateContactPayload { contact, delivery, user_errors })
    }
}
