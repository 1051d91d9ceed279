//! Any object by its global id.

use super::account::Account;
use super::approval::Approval;
use super::article::{Announcement, Article};
use super::asset::Asset;
use super::catalogue::{CatalogueCategory, CatalogueItem};
use super::choice::Choice;
use super::comment::{Attachment, Comment, TimeEntry};
use super::contact::Contact;
use super::context::{desk, place, selection};
use super::contract::{
    Contract, FixedPriceContract, OtherContract, RecurringContract, RetainerByAmountContract, RetainerByHoursContract,
    TimeAndMaterialsContract,
};
use super::directive::signedIn;
use super::document::Document;
use super::domain::{Certificate, Domain};
use super::invoice::{Invoice, Payment};
use super::quote::{Quote, RecurringInvoice};
use super::site::Site;
use super::ticket::Ticket;
use crate::readmodel::GlobalId;
use crate::readmodel::entity::{
    accounts, announcements, approvals, articles, assets, attachments, catalogue_categories, catalogue_items,
    certificates, choices, comments, contacts, contracts, documents, domains, invoices, payments, quotes,
    recurring_invoices, sites, tickets, time_entries,
};
use crate::readmodel::fence::Fenced;
use crate::readmodel::relation::Related;
use async_graphql::{Context, ID, Interface};
use futures_util::future::BoxFuture;
use portico_contract::{Kind, Result};
use sea_orm::{ModelTrait, Value};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Anything with a global id.
#[derive(Debug, Clone, Interface)]
#[graphql(
    directive = signedIn::apply(),
    field(name = "id", ty = "ID", desc = "Opaque and stable.", directive = signedIn::apply())
)]
pub enum Node {
    /// A customer organisation.
    Account(Account),
    /// A person of an account.
    Contact(Contact),
    /// A request of a customer.
    Ticket(Ticket),
    /// A reply or note on a ticket.
    Comment(Comment),
    /// A file.
    Attachment(Attachment),
    /// Time worked.
    TimeEntry(TimeEntry),
    /// A bill.
    Invoice(Invoice),
    /// A payment.
    Payment(Payment),
    /// A place of an account.
    Site(Site),
    /// A device.
    Asset(Asset),
    /// A decision.
    Approval(Approval),
    /// A bill that recurs.
    RecurringInvoice(RecurringInvoice),
    /// An offer.
    Quote(Quote),
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
    /// A shelf of the catalogue.
    CatalogueCategory(CatalogueCategory),
    /// Something that can be asked for.
    CatalogueItem(CatalogueItem),
    /// Something to read.
    Article(Article),
    /// Something that everybody is told.
    Announcement(Announcement),
    /// A value of a pick list.
    Choice(Choice),
}

type Load = for<'a> fn(&'a Context<'_>, &'a [Uuid]) -> BoxFuture<'a, Result<HashMap<Uuid, Node>>>;

/// How each kind is loaded: the same scoped select as everywhere.
const NODES: &[(Kind, Load)] = &[
    (Kind::Account, |ctx, ids| Box::pin(load::<accounts::Entity>(ctx, ids, |row| Account(row).into()))),
    (Kind::Contact, |ctx, ids| Box::pin(load::<contacts::Entity>(ctx, ids, |row| Contact(row).into()))),
    (Kind::Ticket, |ctx, ids| Box::pin(load::<tickets::Entity>(ctx, ids, |row| Ticket(row).into()))),
    (Kind::Comment, |ctx, ids| Box::pin(load::<comments::Entity>(ctx, ids, |row| Comment(row).into()))),
    (Kind::Attachment, |ctx, ids| Box::pin(load::<attachments::Entity>(ctx, ids, |row| Attachment(row).into()))),
    (Kind::TimeEntry, |ctx, ids| Box::pin(load::<time_entries::Entity>(ctx, ids, |row| TimeEntry(row).into()))),
    (Kind::Invoice, |ctx, ids| Box::pin(load::<invoices::Entity>(ctx, ids, |row| Invoice(row).into()))),
    (Kind::Payment, |ctx, ids| Box::pin(load::<payments::Entity>(ctx, ids, |row| Payment(row).into()))),
    (Kind::Site, |ctx, ids| Box::pin(load::<sites::Entity>(ctx, ids, |row| Site(row).into()))),
    (Kind::Asset, |ctx, ids| Box::pin(load::<assets::Entity>(ctx, ids, |row| Asset(row).into()))),
    (Kind::Approval, |ctx, ids| Box::pin(load::<approvals::Entity>(ctx, ids, |row| Approval(row).into()))),
    (Kind::RecurringInvoice, |ctx, ids| {
        Box::pin(load::<recurring_invoices::Entity>(ctx, ids, |row| RecurringInvoice(row).into()))
    }),
    (Kind::Quote, |ctx, ids| Box::pin(load::<quotes::Entity>(ctx, ids, |row| Quote(row).into()))),
    (Kind::Document, |ctx, ids| Box::pin(load::<documents::Entity>(ctx, ids, |row| Document(row).into()))),
    (Kind::Domain, |ctx, ids| Box::pin(load::<domains::Entity>(ctx, ids, |row| Domain(row).into()))),
    (Kind::Certificate, |ctx, ids| Box::pin(load::<certificates::Entity>(ctx, ids, |row| Certificate(row).into()))),
    (Kind::Contract, |ctx, ids| Box::pin(load::<contracts::Entity>(ctx, ids, |row| Contract::new(row).into()))),
    (Kind::CatalogueCategory, |ctx, ids| {
        Box::pin(load::<catalogue_categories::Entity>(ctx, ids, |row| CatalogueCategory(row).into()))
    }),
    (Kind::CatalogueItem, |ctx, ids| {
        Box::pin(load::<catalogue_items::Entity>(ctx, ids, |row| CatalogueItem(row).into()))
    }),
    (Kind::Article, |ctx, ids| Box::pin(load::<articles::Entity>(ctx, ids, |row| Article(row).into()))),
    (Kind::Announcement, |ctx, ids| Box::pin(load::<announcements::Entity>(ctx, ids, |row| Announcement(row).into()))),
    (Kind::Choice, |ctx, ids| Box::pin(load::<choices::Entity>(ctx, ids, |row| Choice(row).into()))),
];

async fn load<E>(ctx: &Context<'_>, ids: &[Uuid], wrap: fn(Arc<E::Model>) -> Node) -> Result<HashMap<Uuid, Node>>
where
    E: Fenced,
    E::Model: Related,
{
    let rows = desk(ctx)?.by_ids::<E>(ids, &selection(ctx), place(ctx)).await?;
    let id = E::column("id");
    Ok(rows
        .into_iter()
        .filter_map(|row| match id.map(|id| row.get(id)) {
            Some(Value::Uuid(Some(id))) => Some((id, wrap(row))),
            _ => None,
        })
        .collect())
}

/// The visible ones of these objects: one statement per kind.
pub async fn nodes(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let parsed: Vec<Option<GlobalId>> = ids.iter().map(|id| id.parse().ok()).collect();
    let mut found = HashMap::new();
    for (kind, load) in NODES {
        let wanted: Vec<Uuid> = parsed.iter().flatten().filter(|id| id.kind == *kind).map(|id| id.uuid).collect();
        if !wanted.is_empty() {
            found.extend(load(ctx, &wanted).await?.into_iter().map(|(id, node)| ((*kind, id), node)));
        }
    }
    Ok(parsed.into_iter().map(|id| id.and_then(|id| found.get(&(id.kind, id.uuid)).cloned())).collect())
}
