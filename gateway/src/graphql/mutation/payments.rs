//! Recording that an invoice was paid.

use super::UserError;
use super::links::shown;
use super::write::{Checked, Field, Writer, Written, Wrong, line};
use crate::authz::permission::Permission;
use crate::graphql::directive::{inherits, requiresPermission};
use crate::graphql::invoice::Invoice;
use crate::graphql::scalar::Decimal;
use crate::journal::{CommandRow, Delivery, Draft};
use crate::readmodel::GlobalId;
use crate::readmodel::entity::invoices;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use portico_contract::command::RecordPayment;
use portico_contract::value::{InvoiceGroup, Money};
use portico_contract::{CommandKind, ErrorKind, Intent, Kind, NativeId};

/// Payments.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaymentWrites;

/// A payment that was made elsewhere.
#[derive(Debug, InputObject)]
pub struct RecordPaymentInput {
    /// How much, in the currency of the invoice.
    amount: Decimal,
    /// How it was paid: one line of text.
    method: String,
    /// By what it is known where it was made: one that is on the invoice already is not recorded again.
    reference: String,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

/// What recording a payment led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct RecordPaymentPayload {
    /// The invoice, as it is now.
    invoice: Option<Invoice>,
    /// How it stands; absent where nothing was asked of the PSA.
    delivery: Option<Delivery>,
    /// What is wrong with the input, or why the PSA refused it.
    user_errors: Vec<UserError>,
}

const ID_FIELD: Field = &["id"];
const AMOUNT: Field = &["input", "amount"];

/// An amount that a payment can have: more than nothing, and in whole hundredths.
fn amount(given: Decimal) -> Checked<rust_decimal::Decimal> {
    let amount = given.0.normalize();
    if amount <= rust_decimal::Decimal::ZERO || amount.scale() > 2 {
        return Err(Wrong::invalid(AMOUNT, "Must be more than nothing, with at most two decimals."));
    }
    Ok(amount)
}

async fn record(writer: &Writer<'_>, id: &str, input: RecordPaymentInput) -> Checked<CommandRow> {
    use invoices::Column as C;
    let columns = [C::BackendId, C::NativeKey, C::AccountId, C::StatusGroup, C::Currency];
    let row = writer.row::<invoices::Entity>(ID_FIELD, id, &columns).await?;
    writer.may(ID_FIELD, Permission::PaymentsRecord, (row.account_id, None, None))?;
    let author = writer.author(row.backend_id, row.account_id, Permission::PaymentsRecord).await?;
    let key = writer.key("recordPayment", input.idempotency_key.as_deref(), id, &input)?;
    if let Some(command) = writer.before(key.as_ref()).await? {
        return Ok(command);
    }
    writer.can(row.backend_id, CommandKind::RecordPayment)?;
    let settled = [InvoiceGroup::Paid, InvoiceGroup::Cancelled, InvoiceGroup::Draft, InvoiceGroup::NonBillable];
    if settled.iter().any(|group| row.status_group == group.as_str()) {
        return Err(Wrong::at(ID_FIELD, ErrorKind::Conflict, "Nothing is to be paid on it. Read it again."));
    }
    let intent = Intent::RecordPayment(RecordPayment {
        invoice: NativeId { kind: Kind::Invoice, key: row.native_key.clone() },
        amount: Money { amount: amount(input.amount)?, currency: row.currency.clone() },
        method: line(&["input", "method"], &input.method, 100)?,
        reference: line(&["input", "reference"], &input.reference, 200)?,
    });
    let draft = Draft {
        backend: row.backend_id,
        object: Some(GlobalId::new(Kind::Invoice, row.id)),
        user: writer.who.user,
        account: row.account_id,
        contact: None,
        author,
        intent,
        key,
    };
    writer.submit(draft).await
}

#[Object]
impl PaymentWrites {
    /// Records that an invoice was paid. Requires PAYMENTS_RECORD.
    #[graphql(directive = requiresPermission::apply(Permission::PaymentsRecord))]
    async fn record_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invoice.")] id: ID,
        #[graphql(desc = "The payment.")] input: RecordPaymentInput,
    ) -> Option<RecordPaymentPayload> {
        let done = async { record(&Writer::of(ctx)?, &id, input).await };
        Some(match done.await {
            Ok(command) => {
                let invoice = shown::<invoices::Entity>(ctx, "invoice", command.object_id).await.map(Invoice);
                let Written { delivery, user_errors } = Written::of(&command);
                RecordPaymentPayload { invoice, delivery, user_errors }
            }
            Err(wrong) => RecordPaymentPayload { user_errors: vec![wrong.told()], ..Default::default() },
        })
    }
}
