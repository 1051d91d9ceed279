//! Relay connections: one shape for every list.

use super::account::Account;
use super::approval::Approval;
use super::article::{Announcement, Article};
use super::asset::Asset;
use super::audit::AuditEntry;
use super::catalogue::{CatalogueCategory, CatalogueItem};
use super::choice::Choice;
use super::command::Command;
use super::comment::{Attachment, Comment, TimeEntry};
use super::contact::Contact;
use super::contract::Contract;
use super::directive::inherits;
use super::document::Document;
use super::domain::{Certificate, Domain};
use super::invoice::{Invoice, Payment};
use super::links::AccountLinkProposal;
use super::quote::{Quote, RecurringInvoice};
use super::row::{Row, Rows};
use super::search::SearchResult;
use super::site::Site;
use super::ticket::Ticket;
use crate::readmodel::page::Page;
use async_graphql::{ContainerType, SimpleObject};
use std::sync::Arc;

/// Where a page lies in its list.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct PageInfo {
    /// Whether rows follow this page.
    pub has_next_page: bool,
    /// Whether rows precede this page.
    pub has_previous_page: bool,
    /// Cursor of the first row.
    pub start_cursor: Option<String>,
    /// Cursor of the last row.
    pub end_cursor: Option<String>,
}

/// A row with its cursor.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(
    directive = inherits::apply(),
    concrete(name = "AccountEdge", params(Account)),
    concrete(name = "ContactEdge", params(Contact)),
    concrete(name = "TicketEdge", params(Ticket)),
    concrete(name = "CommentEdge", params(Comment)),
    concrete(name = "AttachmentEdge", params(Attachment)),
    concrete(name = "TimeEntryEdge", params(TimeEntry)),
    concrete(name = "InvoiceEdge", params(Invoice)),
    concrete(name = "PaymentEdge", params(Payment)),
    concrete(name = "SiteEdge", params(Site)),
    concrete(name = "AssetEdge", params(Asset)),
    concrete(name = "ApprovalEdge", params(Approval)),
    concrete(name = "RecurringInvoiceEdge", params(RecurringInvoice)),
    concrete(name = "QuoteEdge", params(Quote)),
    concrete(name = "DocumentEdge", params(Document)),
    concrete(name = "DomainEdge", params(Domain)),
    concrete(name = "CertificateEdge", params(Certificate)),
    concrete(name = "ArticleEdge", params(Article)),
    concrete(name = "AnnouncementEdge", params(Announcement)),
    concrete(name = "ContractEdge", params(Contract)),
    concrete(name = "CatalogueCategoryEdge", params(CatalogueCategory)),
    concrete(name = "CatalogueItemEdge", params(CatalogueItem)),
    concrete(name = "ChoiceEdge", params(Choice)),
    concrete(name = "SearchResultEdge", params(SearchResult)),
    concrete(name = "AccountLinkProposalEdge", params(AccountLinkProposal)),
    concrete(name = "AuditEntryEdge", params(AuditEntry)),
    concrete(name = "CommandEdge", params(Command))
)]
pub struct Edge<T: ContainerType> {
    /// The row.
    pub node: Row<T>,
    /// Pass it as `after` or `before` to go on from this row.
    pub cursor: String,
}

/// One page of a list.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(
    directive = inherits::apply(),
    concrete(name = "AccountConnection", params(Account)),
    concrete(name = "ContactConnection", params(Contact)),
    concrete(name = "TicketConnection", params(Ticket)),
    concrete(name = "CommentConnection", params(Comment)),
    concrete(name = "AttachmentConnection", params(Attachment)),
    concrete(name = "TimeEntryConnection", params(TimeEntry)),
    concrete(name = "InvoiceConnection", params(Invoice)),
    concrete(name = "PaymentConnection", params(Payment)),
    concrete(name = "SiteConnection", params(Site)),
    concrete(name = "AssetConnection", params(Asset)),
    concrete(name = "ApprovalConnection", params(Approval)),
    concrete(name = "RecurringInvoiceConnection", params(RecurringInvoice)),
    concrete(name = "QuoteConnection", params(Quote)),
    concrete(name = "DocumentConnection", params(Document)),
    concrete(name = "DomainConnection", params(Domain)),
    concrete(name = "CertificateConnection", params(Certificate)),
    concrete(name = "ArticleConnection", params(Article)),
    concrete(name = "AnnouncementConnection", params(Announcement)),
    concrete(name = "ContractConnection", params(Contract)),
    concrete(name = "CatalogueCategoryConnection", params(CatalogueCategory)),
    concrete(name = "CatalogueItemConnection", params(CatalogueItem)),
    concrete(name = "ChoiceConnection", params(Choice)),
    concrete(name = "SearchResultConnection", params(SearchResult)),
    concrete(name = "AccountLinkProposalConnection", params(AccountLinkProposal)),
    concrete(name = "AuditEntryConnection", params(AuditEntry)),
    concrete(name = "CommandConnection", params(Command))
)]
pub struct Connection<T: ContainerType>
where
    Edge<T>: ContainerType,
{
    /// The rows of this page.
    pub nodes: Rows<T>,
    /// The rows of this page with their cursors.
    pub edges: Rows<Edge<T>>,
    /// Where this page lies.
    pub page_info: PageInfo,
    /// How many rows there are in all; absent when there are more than 10,000.
    pub total_count: Option<u64>,
}

impl<T: ContainerType + Clone> Connection<T>
where
    Edge<T>: ContainerType,
{
    pub fn new<M>(page: &Page<Arc<M>>, wrap: impl Fn(Arc<M>) -> T) -> Self {
        let nodes: Vec<T> = page.rows.iter().cloned().map(wrap).collect();
        let edges = nodes
            .iter()
            .cloned()
            .zip(&page.cursors)
            .map(|(node, cursor)| Edge { node: Row(node), cursor: cursor.clone() });
        Self {
            edges: Rows(edges.collect()),
            nodes: Rows(nodes),
            page_info: PageInfo {
                has_next_page: page.has_next,
                has_previous_page: page.has_previous,
                start_cursor: page.cursors.first().cloned(),
                end_cursor: page.cursors.last().cloned(),
            },
            total_count: page.total,
        }
    }
}
