//! What can be found: any kind that is searched, as itself.

use super::account::Account;
use super::article::Article;
use super::asset::Asset;
use super::catalogue::CatalogueItem;
use super::contact::Contact;
use super::context::{desk, place, selection};
use super::contract::{
    Contract, FixedPriceContract, OtherContract, RecurringContract, RetainerByAmountContract, RetainerByHoursContract,
    TimeAndMaterialsContract,
};
use super::directive::reveals;
use super::document::Document;
use super::domain::{Certificate, Domain};
use super::invoice::Invoice;
use super::quote::{Quote, RecurringInvoice};
use super::site::Site;
use super::ticket::Ticket;
use crate::readmodel::entity::{
    accounts, articles, assets, catalogue_items, certificates, contacts, contracts, documents, domains, invoices,
    quotes, recurring_invoices, sites, tickets,
};
use crate::readmodel::page::{Page, PageArgs, Window};
use crate::readmodel::relation::Related;
use crate::readmodel::search::{NEWEST, Searched, Terms};
use async_graphql::{Context, Enum, Union};
use futures_util::future::{BoxFuture, try_join_all};
use portico_contract::{Kind, Result};
use sea_orm::{ModelTrait, Value};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Something that was found.
#[derive(Debug, Clone, Union)]
pub enum SearchResult {
    /// A request of a customer.
    Ticket(Ticket),
    /// A bill.
    Invoice(Invoice),
    /// A bill that recurs.
    RecurringInvoice(RecurringInvoice),
    /// An offer.
    Quote(Quote),
    /// A device.
    Asset(Asset),
    /// A document.
    Document(Document),
    /// A domain name.
    Domain(Domain),
    /// A certificate.
    Certificate(Certificate),
    /// A contract billed as work is done.
    TimeAndMaterialsContract(TimeAndMaterialsContract),
    /// A contract with a price per period.
    RecurringContract(RecurringContract),
    /// A contract with one price.
    FixedPriceContract(FixedPriceContract),
    /// A contract of a prepaid amount.
    RetainerByAmountContract(RetainerByAmountContract),
    /// A contract of prepaid time.
    RetainerByHoursContract(RetainerByHoursContract),
    /// Another contract.
    OtherContract(OtherContract),
    /// Something that can be asked for.
    CatalogueItem(CatalogueItem),
    /// Something to read.
    Article(Article),
    /// A place of an account.
    Site(Site),
    /// A person of an account.
    Contact(Contact),
    /// A customer organisation.
    Account(Account),
}

/// What can be searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SearchType {
    /// Tickets, by number, subject, description, category, added values and the conversation.
    #[graphql(directive = reveals::apply("Ticket.subject".to_owned()))]
    Ticket,
    /// Invoices, by number, title, purchase order, project, note and lines.
    #[graphql(directive = reveals::apply("Invoice.number".to_owned()))]
    Invoice,
    /// Recurring invoices, by number and title.
    #[graphql(directive = reveals::apply("RecurringInvoice.number".to_owned()))]
    RecurringInvoice,
    /// Quotes, by number, title, note and lines.
    #[graphql(directive = reveals::apply("Quote.number".to_owned()))]
    Quote,
    /// Assets, by name, number, type, make, model, serial number, operating system, address and added values.
    #[graphql(directive = reveals::apply("Asset.name".to_owned()))]
    Asset,
    /// Documents, by name, folder, description and body.
    #[graphql(directive = reveals::apply("Document.name".to_owned()))]
    Document,
    /// Domains, by name, registrar, name servers and records.
    #[graphql(directive = reveals::apply("Domain.name".to_owned()))]
    Domain,
    /// Certificates, by name, host and issuer.
    #[graphql(directive = reveals::apply("Certificate.name".to_owned()))]
    Certificate,
    /// Contracts, by name, reference number and description.
    #[graphql(directive = reveals::apply("Contract.name".to_owned()))]
    Contract,
    /// Items of the catalogue, by name and description.
    #[graphql(directive = reveals::apply("CatalogueItem.name".to_owned()))]
    CatalogueItem,
    /// Articles, by title, text, topic and department.
    #[graphql(directive = reveals::apply("Article.title".to_owned()))]
    Article,
    /// Sites, by name, address and telephone number.
    #[graphql(directive = reveals::apply("Site.name".to_owned()))]
    Site,
    /// Contacts, by name, title, department, e-mail address and telephone numbers.
    #[graphql(directive = reveals::apply("Contact.name".to_owned()))]
    Contact,
    /// Accounts, by name and web site.
    #[graphql(directive = reveals::apply("Account.name".to_owned()))]
    Account,
}

type Load = for<'a> fn(&'a Context<'_>, &'a [Uuid]) -> BoxFuture<'a, Result<Vec<(Uuid, SearchResult)>>>;

/// How the rows of each type are loaded.
const TYPES: &[(SearchType, Kind, Load)] = &[
    (SearchType::Ticket, Kind::Ticket, |c, i| Box::pin(load::<tickets::Entity>(c, i, |r| Ticket(r).into()))),
    (SearchType::Invoice, Kind::Invoice, |c, i| Box::pin(load::<invoices::Entity>(c, i, |r| Invoice(r).into()))),
    (SearchType::RecurringInvoice, Kind::RecurringInvoice, |c, i| {
        Box::pin(load::<recurring_invoices::Entity>(c, i, |r| RecurringInvoice(r).into()))
    }),
    (SearchType::Quote, Kind::Quote, |c, i| Box::pin(load::<quotes::Entity>(c, i, |r| Quote(r).into()))),
    (SearchType::Asset, Kind::Asset, |c, i| Box::pin(load::<assets::Entity>(c, i, |r| Asset(r).into()))),
    (SearchType::Document, Kind::Document, |c, i| Box::pin(load::<documents::Entity>(c, i, |r| Document(r).into()))),
    (SearchType::Domain, Kind::Domain, |c, i| Box::pin(load::<domains::Entity>(c, i, |r| Domain(r).into()))),
    (SearchType::Certificate, Kind::Certificate, |c, i| {
        Box::pin(load::<certificates::Entity>(c, i, |r| Certificate(r).into()))
    }),
    (SearchType::Contract, Kind::Contract, |c, i| {
        Box::pin(load::<contracts::Entity>(c, i, |r| Contract::new(r).into()))
    }),
    (SearchType::CatalogueItem, Kind::CatalogueItem, |c, i| {
        Box::pin(load::<catalogue_items::Entity>(c, i, |r| CatalogueItem(r).into()))
    }),
    (SearchType::Article, Kind::Article, |c, i| Box::pin(load::<articles::Entity>(c, i, |r| Article(r).into()))),
    (SearchType::Site, Kind::Site, |c, i| Box::pin(load::<sites::Entity>(c, i, |r| Site(r).into()))),
    (SearchType::Contact, Kind::Contact, |c, i| Box::pin(load::<contacts::Entity>(c, i, |r| Contact(r).into()))),
    (SearchType::Account, Kind::Account, |c, i| Box::pin(load::<accounts::Entity>(c, i, |r| Account(r).into()))),
];

async fn load<E>(
    ctx: &Context<'_>,
    ids: &[Uuid],
    wrap: fn(Arc<E::Model>) -> SearchResult,
) -> Result<Vec<(Uuid, SearchResult)>>
where
    E: Searched,
    E::Model: Related,
{
    let rows = desk(ctx)?.hits::<E>(ids, &selection(ctx), place(ctx)).await?;
    let id = E::column("id");
    Ok(rows
        .into_iter()
        .filter_map(|row| match id.map(|id| row.get(id)) {
            Some(Value::Uuid(Some(id))) => Some((id, wrap(row))),
            _ => None,
        })
        .collect())
}

/// One page of hits: one statement for all of them, and one for the rows of each kind among them.
pub async fn search(
    ctx: &Context<'_>,
    text: &str,
    types: Option<&[SearchType]>,
    args: &PageArgs,
) -> Result<Page<Arc<SearchResult>>> {
    let terms = Terms::read(text)?;
    let window = Window::new(args, &NEWEST)?;
    let kinds: Option<Vec<Kind>> =
        types.map(|types| TYPES.iter().filter(|(of, _, _)| types.contains(of)).map(|(_, kind, _)| *kind).collect());
    let count = selection(ctx).has("totalCount");
    let page = desk(ctx)?.search(&terms, kinds.as_deref(), &window, count).await?;
    let mut jobs = Vec::new();
    for (_, kind, load) in TYPES {
        let ids: Vec<Uuid> =
            page.rows.iter().filter(|hit| hit.kind == kind.as_str()).map(|hit| hit.record_id).collect();
        if !ids.is_empty() {
            jobs.push(async move { load(ctx, &ids).await });
        }
    }
    let found: HashMap<Uuid, SearchResult> = try_join_all(jobs).await?.into_iter().flatten().collect();
    Ok(page.kept(|hit| found.get(&hit.record_id).cloned().map(Arc::new)))
}
