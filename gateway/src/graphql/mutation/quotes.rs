//! Deciding quotes.

use super::UserError;
use super::links::shown;
use super::write::{Checked, Field, Writer, Written, Wrong, line};
use crate::authz::permission::Permission;
use crate::graphql::directive::{inherits, requiresPermission};
use crate::graphql::quote::Quote;
use crate::journal::{CommandRow, Delivery, Draft};
use crate::readmodel::GlobalId;
use crate::readmodel::entity::quotes;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use portico_contract::command::DecideQuote;
use portico_contract::value::QuoteGroup;
use portico_contract::{CommandKind, Error, ErrorKind, Intent, Kind, NativeId};

/// Decisions about quotes.
#[derive(Debug, Clone, Copy, Default)]
pub struct QuoteWrites;

/// A decision about a quote.
#[derive(Debug, InputObject)]
pub struct DecideQuoteInput {
    /// Yes or no.
    accept: bool,
    /// What there is to say: one line of text.
    note: Option<String>,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

/// What deciding a quote led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct DecideQuotePayload {
    /// The quote, as it is now.
    quote: Option<Quote>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

const ID_FIELD: Field = &["id"];

async fn decide(writer: &Writer<'_>, id: &str, input: DecideQuoteInput) -> Checked<CommandRow> {
    use quotes::Column as C;
    let columns = [C::BackendId, C::NativeKey, C::AccountId, C::StatusGroup, C::ExpiresOn];
    let row = writer.row::<quotes::Entity>(ID_FIELD, id, &columns).await?;
    writer.may(ID_FIELD, Permission::QuotesDecide, (row.account_id, None, None))?;
    if writer.who.doubted.contains(&row.backend_id) {
        return Err(Error::unavailable("the contacts are too old to decide by").into());
    }
    let author = writer.author(row.backend_id, row.account_id, Permission::QuotesDecide).await?;
    let key = writer.key("decideQuote", input.idempotency_key.as_deref(), id, &input)?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok(command);
    }
    writer.can(row.backend_id, CommandKind::DecideQuote)?;
    if row.status_group != QuoteGroup::Open.as_str() {
        return Err(Wrong::at(ID_FIELD, ErrorKind::Conflict, "It does not wait for an answer. Read it again."));
    }
    let over = !row.expires_on.is_empty() && row.expires_on < writer.desk.today().to_string();
    if over && input.accept {
        return Err(Wrong::at(
            ID_FIELD,
            ErrorKind::Conflict,
            "It does not hold any more. Ask your provider for a new one.",
        ));
    }
    let note = input.note.as_deref().map(|note| line(&["input", "note"], note, 1_000)).transpose()?;
    let quote = NativeId { kind: Kind::Quote, key: row.native_key.clone() };
    let draft = Draft {
        backend: row.backend_id,
        object: Some(GlobalId::new(Kind::Quote, row.id)),
        user: writer.who.user,
        account: row.account_id,
        contact: None,
        author,
        intent: Intent::DecideQuote(DecideQuote { quote, accept: input.accept, note }),
        key,
    };
    writer.submit(draft).await
}

#[Object]
impl QuoteWrites {
    /// Accepts a quote or declines it. Requires QUOTES_DECIDE.
    #[graphql(directive = requiresPermission::apply(Permission::QuotesDecide))]
    async fn decide_quote(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which quote.")] id: ID,
        #[graphql(desc = "The decision.")] input: DecideQuoteInput,
    ) -> Option<DecideQuotePayload> {
        let done = async { decide(&Writer::of(ctx)?, &id, input).await };
        Some(match done.await {
            Ok(command) => {
                let quote = shown::<quotes::Entity>(ctx, "quote", command.object_id).await.map(Quote);
                let Written { delivery, user_errors } = Written::of(&command);
                DecideQuotePayload { quote, delivery, user_errors }
            }
            Err(wrong) => DecideQuotePayload { user_errors: vec![wrong.told()], ..Default::default() },
        })
    }
}
