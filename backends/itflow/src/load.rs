//! Ids in, whole snapshots out. Pages and single reads share these functions, so that a thing looks
//! the same whichever way it came. The number of statements does not depend on the number of ids.

mod books;
mod desk;
mod estate;

use crate::backend::Itflow;
use crate::map::{account, person};
use crate::wire;
use crate::wire::account::ClientRow;
use crate::wire::person::{AgentRow, ContactRow};
use portico_contract::{CallCx, Error, Kind, Record, Result, Snapshot};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Order, SelectStatement};
use std::collections::BTreeMap;

/// What can be read on its own. Everything else comes with its parent or its list.
pub(crate) const READABLE: &[Kind] = &[
    Kind::Account,
    Kind::Site,
    Kind::Contact,
    Kind::Agent,
    Kind::Ticket,
    Kind::Asset,
    Kind::Invoice,
    Kind::RecurringInvoice,
    Kind::Quote,
    Kind::Document,
    Kind::Domain,
    Kind::Certificate,
];

impl Itflow {
    /// What there is of these ids, in the order of the ids. An id that is gone or has left the stream is left out.
    pub(crate) async fn load(&self, cx: &CallCx, kind: Kind, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        match kind {
            Kind::Account => self.accounts(cx, ids).await,
            Kind::Contact => self.contacts(cx, ids).await,
            Kind::Agent => self.agents(cx, ids).await,
            Kind::Ticket => self.tickets(cx, ids).await,
            Kind::Invoice => self.invoices(cx, ids).await,
            Kind::RecurringInvoice => self.recurring_invoices(cx, ids).await,
            Kind::Quote => self.quotes(cx, ids).await,
            Kind::Site => self.sites(cx, ids).await,
            Kind::Asset => self.assets(cx, ids).await,
            Kind::Document => self.documents(cx, ids).await,
            Kind::Domain => self.domains(cx, ids).await,
            Kind::Certificate => self.certificates(cx, ids).await,
            other => Err(Error::unsupported(&format!("reading a single {other}"))),
        }
    }

    async fn accounts(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let zone = self.zone(cx).await?;
        let rows: Vec<ClientRow> = self.among(cx, "clients", wire::account::clients(), "client_id", ids).await?;
        Ok(singles(rows, |row| (row.client_id, account::account(row, zone))))
    }

    async fn contacts(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let zone = self.zone(cx).await?;
        let what = "contacts, users, clients";
        let rows: Vec<ContactRow> = self.among(cx, what, wire::person::contacts(), "contact_id", ids).await?;
        Ok(singles(rows, |row| (row.contact_id, person::contact(row, zone))))
    }

    async fn agents(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let rows: Vec<AgentRow> = self.among(cx, "users", wire::person::agents(), "user_id", ids).await?;
        Ok(singles(rows, |row| (row.user_id, Some(person::agent(row)))))
    }

    /// The rows whose column is one of the ids, in its order.
    async fn among<T: FromQueryResult>(
        &self,
        cx: &CallCx,
        what: &str,
        mut select: SelectStatement,
        column: &'static str,
        ids: &[i64],
    ) -> Result<Vec<T>> {
        select.and_where(Expr::col(column).is_in(ids.iter().copied())).order_by(column, Order::Asc);
        self.client.rows(cx, what, &select).await
    }

    /// The children of a page of parents, by parent, in the order of their own ids.
    async fn children<T: FromQueryResult>(
        &self,
        cx: &CallCx,
        what: &str,
        mut select: SelectStatement,
        (parent, id): (&'static str, &'static str),
        ids: &[i64],
        parent_of: fn(&T) -> i64,
    ) -> Result<BTreeMap<i64, Vec<T>>> {
        select.and_where(Expr::col(parent).is_in(ids.iter().copied())).order_by(id, Order::Asc);
        let mut by_parent: BTreeMap<i64, Vec<T>> = BTreeMap::new();
        for row in self.client.rows::<T>(cx, what, &select).await? {
            by_parent.entry(parent_of(&row)).or_default().push(row);
        }
        Ok(by_parent)
    }
}

fn singles<T>(rows: Vec<T>, map: impl Fn(&T) -> (i64, Option<Record>)) -> Vec<(i64, Snapshot)> {
    let known = rows.iter().map(map);
    known.filter_map(|(id, record)| Some((id, Snapshot::single(record?)))).collect()
}
