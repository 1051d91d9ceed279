//! Rows in, snapshots out; and one thing with all its children. Pages and single reads share the maps, so that a thing
//! looks the same whichever way it came.

mod cards;
mod choices;
mod followers;
mod listed;
mod thread;

use crate::backend::Halo;
use crate::client::{row, rows};
use crate::feed::Part;
use crate::map::{books, estate, form, knowledge, parties, ticket};
use crate::query::{
    AGENT, ARTICLE, ASSET, CLIENT, CONTRACT, Endpoint, INVOICE, ITEMS, PAYMENTS, QUOTE, Query, RECURRING_ONE, SITE,
    TYPE, USER,
};
use crate::wire::Row;
use crate::wire::books::{InvoiceRow, PaymentRow, QuoteRow};
use crate::wire::parties::{ClientRow, UserRow};
pub(crate) use followers::Addresses;
use portico_contract::record::Record;
use portico_contract::{CallCx, Error, ErrorKind, Kind, NativeId, Result, Snapshot};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What can be read on its own, and where. Everything else comes with its parent or its list.
const READABLE: &[(Kind, &Endpoint)] = &[
    (Kind::Account, &CLIENT),
    (Kind::Site, &SITE),
    (Kind::Contact, &USER),
    (Kind::Agent, &AGENT),
    (Kind::Asset, &ASSET),
    (Kind::Contract, &CONTRACT),
    (Kind::Invoice, &INVOICE),
    (Kind::RecurringInvoice, &RECURRING_ONE),
    (Kind::Quote, &QUOTE),
    (Kind::Article, &ARTICLE),
    (Kind::Form, &TYPE),
];

impl Halo {
    /// One thing with all its children, or `None` when Halo no longer has it.
    pub(crate) async fn load(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>> {
        if listed::is_listed(id.kind) {
            return self.listed(cx, id).await;
        }
        // A key that is no number was never one of ours.
        let Ok(number) = id.key.parse::<i64>() else { return Ok(None) };
        if id.kind == Kind::Ticket {
            return self.ticket(cx, number).await;
        }
        let Some((_, endpoint)) = READABLE.iter().find(|(kind, _)| *kind == id.kind) else {
            return Err(Error::unsupported(&format!("reading a single {}", id.kind)));
        };
        let details = endpoint.params.contains(&"includedetails");
        let query = Query::of(endpoint);
        let query = if details { query.with("includedetails", true) } else { query };
        let Some(value) = self.client.one(cx, &query, number).await? else { return Ok(None) };
        self.snapshot(cx, id.kind, endpoint, value).await
    }

    async fn snapshot(
        &self,
        cx: &CallCx,
        kind: Kind,
        endpoint: &'static Endpoint,
        value: Value,
    ) -> Result<Option<Snapshot>> {
        let record = match kind {
            Kind::Account => self.account(cx, &row(endpoint, value)?).await?,
            Kind::Site => parties::site(&row(endpoint, value)?),
            Kind::Contact => self.contact(cx, row(endpoint, value)?).await?,
            Kind::Agent => parties::agent(&row(endpoint, value)?),
            Kind::Team => parties::team(&row(endpoint, value)?),
            Kind::Asset => estate::asset(&row(endpoint, value)?, &*self.asset_types(cx).await?, self.zone),
            Kind::Contract => estate::contract(&row(endpoint, value)?, self.config.currency.as_deref(), self.zone),
            Kind::Invoice => return self.invoice(cx, &row(endpoint, value)?, true).await,
            Kind::RecurringInvoice => {
                books::recurring(&row(endpoint, value)?, &*self.currencies(cx).await?, self.zone)?
            }
            Kind::Quote => books::quote(&row::<QuoteRow>(endpoint, value)?, &*self.currencies(cx).await?, self.zone)?,
            Kind::Article => knowledge::article(&row(endpoint, value)?, self.zone),
            Kind::Form => form::form(&row(endpoint, value)?, &self.config),
            other => return Err(Error::unsupported(&format!("reading a single {other}"))),
        };
        Ok(record.map(Snapshot::single))
    }

    /// A page of rows. `None` beside an id: it is there, but not in the stream.
    pub(crate) async fn mapped(
        &self,
        cx: &CallCx,
        part: &Part,
        page: Vec<(i64, Value)>,
    ) -> Result<Vec<(i64, Option<Snapshot>)>> {
        let endpoint = part.endpoint;
        let mut mapped = Vec::with_capacity(page.len());
        if page.is_empty() {
            return Ok(mapped);
        }
        if part.kind == Kind::Ticket {
            let desk = self.desk(cx).await?;
            for (id, value) in page {
                let ticket = ticket::ticket(&row(endpoint, value)?, &desk, self.zone);
                let thin = |ticket| Snapshot {
                    unknown: ticket::UNKNOWN.to_vec(),
                    ..Snapshot::single(Record::Ticket(Box::new(ticket)))
                };
                mapped.push((id, ticket.map(thin)));
            }
            return Ok(mapped);
        }
        for (id, value) in page {
            let snapshot = match part.kind {
                Kind::Invoice => self.invoice(cx, &row(endpoint, value)?, false).await?,
                Kind::CatalogueCategory => {
                    knowledge::category(&row(endpoint, value)?, &self.restrictions(cx).await?).map(Snapshot::single)
                }
                Kind::CatalogueItem if *endpoint == ITEMS => {
                    knowledge::item(&row(endpoint, value)?, &*self.currencies(cx).await?).map(Snapshot::single)
                }
                Kind::CatalogueItem => {
                    let items = self.items_of(cx, &row(endpoint, value)?).await?;
                    mapped.extend(items.into_iter().map(|item| (id, Some(Snapshot::single(item)))));
                    continue;
                }
                Kind::Announcement => {
                    knowledge::announcement(&row(endpoint, value)?, self.config.popups, self.zone).map(Snapshot::single)
                }
                kind => self.snapshot(cx, kind, endpoint, value).await?,
            };
            mapped.push((id, snapshot));
        }
        Ok(mapped)
    }

    async fn account(&self, cx: &CallCx, client: &ClientRow) -> Result<Option<Record>> {
        let currencies = self.currencies(cx).await?;
        let currency = currencies.code(client.default_currency_code, &crate::wire::Text::default());
        Ok(parties::account(client, currency))
    }

    /// A user's roles may come without their rights: the list of roles has them.
    async fn contact(&self, cx: &CallCx, mut user: UserRow) -> Result<Option<Record>> {
        if !user.roles.all().is_empty() {
            let listed = self.user_roles(cx).await?;
            for role in user.roles.0.iter_mut().flatten() {
                if let Some(whole) = role.key().and_then(|id| listed.get(&id)) {
                    *role = whole.clone();
                }
            }
        }
        Ok(parties::contact(&user, &self.config, self.zone))
    }

    /// An invoice, with its payments where they came along. Read on its own it is always whole.
    async fn invoice(&self, cx: &CallCx, row: &InvoiceRow, alone: bool) -> Result<Option<Snapshot>> {
        let currencies = self.currencies(cx).await?;
        let Some(invoice) = books::invoice(row, &currencies, self.zone)? else { return Ok(None) };
        let payments = match &row.payments.0 {
            Some(payments) => Some(payments.clone()),
            None if alone => match self.payments(cx, row).await {
                Err(error) if error.kind == ErrorKind::Unsupported => None,
                payments => Some(payments?),
            },
            None => None,
        };
        let complete = if payments.is_some() { vec![Kind::Payment] } else { Vec::new() };
        let (id, currency) = (invoice.id.clone(), invoice.currency.clone());
        let mut records = vec![Record::Invoice(Box::new(invoice))];
        let paid = payments.iter().flatten().filter_map(|row| books::payment(row, &id, &currency, self.zone));
        records.extend(paid.map(Record::Payment));
        Ok(Some(Snapshot { records, complete, ..Snapshot::default() }))
    }

    pub(crate) async fn payments(&self, cx: &CallCx, invoice: &InvoiceRow) -> Result<Vec<PaymentRow>> {
        let id = invoice.id.0.unwrap_or_default();
        let query = Query::of(&PAYMENTS).with("invoice_id", id);
        let payments: Vec<PaymentRow> = self.client.all(cx, query, self.config.page).await?;
        // One of another invoice: the parameter was ignored.
        if payments.iter().any(|row| row.invoice_id.0 != Some(id)) {
            return Err(Error::contract("halopsa.payments.list: payments of another invoice than was asked for"));
        }
        Ok(payments)
    }
}

/// The rows of a child's list, each of which must say that it is the parent's.
pub(crate) fn of_parent<T: DeserializeOwned>(
    endpoint: &'static Endpoint,
    values: Vec<Value>,
    is_its: impl Fn(&T) -> bool,
) -> Result<Vec<T>> {
    let children: Vec<T> = rows(endpoint, values)?;
    if children.iter().all(is_its) {
        return Ok(children);
    }
    Err(Error::contract(format!("{}: rows of something else than was asked for", endpoint.name)))
}
