//! How long things are kept, by kind. What is older is removed once a day, and left out when a PSA sends it again: the
//! same rule both times, so that no list of what was removed is needed.

use super::rows::{Counts, count};
use crate::config::RetentionSettings;
use crate::readmodel::entity::outbox;
use crate::readmodel::store::{Store, db};
use crate::readmodel::table;
use crate::readmodel::upsert::Removal;
use portico_contract::{Kind, Record, Result, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use std::time::Duration;

const DAY: i64 = 86_400_000;
const EVERY: Duration = Duration::from_secs(86_400);
/// Events that are removed in one transaction.
const EVENTS: u64 = 5_000;

/// From when a thing of a kind is counted: the column of its row; [`at`] says the same of its record.
struct Rule {
    kind: Kind,
    column: &'static str,
    days: fn(&RetentionSettings) -> u32,
}

/// A ticket counts from its closing: an open one is kept however old it is.
const RULES: &[Rule] = &[
    Rule { kind: Kind::Ticket, column: "closed_at", days: |s| s.closed_tickets_days },
    Rule { kind: Kind::Comment, column: "created_at", days: |s| s.comments_days },
    Rule { kind: Kind::Attachment, column: "created_at", days: |s| s.attachments_days },
    Rule { kind: Kind::TimeEntry, column: "started_at", days: |s| s.time_entries_days },
    Rule { kind: Kind::Invoice, column: "issued_on", days: |s| s.invoices_days },
    Rule { kind: Kind::Quote, column: "issued_on", days: |s| s.quotes_days },
    Rule { kind: Kind::Document, column: "updated_at", days: |s| s.documents_days },
];

fn at(record: &Record) -> Option<Timestamp> {
    let midnight = |day: chrono::NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
    match record {
        Record::Ticket(ticket) => ticket.closed_at,
        Record::Comment(comment) => comment.created_at,
        Record::Attachment(file) => file.created_at,
        Record::TimeEntry(entry) => entry.started_at,
        Record::Invoice(invoice) => invoice.issued_on.map(midnight),
        Record::Quote(quote) => quote.issued_on.map(midnight),
        Record::Document(document) => document.updated_at.or(document.created_at),
        _ => None,
    }
}

/// Since when things of each kind are kept.
#[derive(Debug, Clone, Default)]
pub struct Cutoffs(Vec<(Kind, &'static str, i64)>);

impl Cutoffs {
    #[must_use]
    pub fn new(settings: &RetentionSettings, now: i64) -> Self {
        let kept = |rule: &Rule| Some((rule.days)(settings)).filter(|days| *days > 0);
        let cutoff = |rule: &Rule| Some((rule.kind, rule.column, since(now, kept(rule)?)));
        Self(RULES.iter().filter_map(cutoff).collect())
    }

    #[must_use]
    pub fn keep(&self, record: &Record) -> bool {
        let Some((_, _, cutoff)) = self.0.iter().find(|(kind, ..)| *kind == record.kind()) else { return true };
        at(record).is_none_or(|at| at.timestamp_millis() >= *cutoff)
    }
}

/// The midnight that many days ago: dates and times are cut alike.
fn since(now: i64, days: u32) -> i64 {
    (now - now.rem_euclid(DAY)).saturating_sub(i64::from(days).saturating_mul(DAY))
}

/// The cut-off as a column holds it: a date as text, a time as a number.
fn cell(column: &str, cutoff: i64) -> Value {
    if column.ends_with("_on") {
        Value::from(Timestamp::from_timestamp_millis(cutoff).unwrap_or_default().date_naive().to_string())
    } else {
        Value::from(cutoff)
    }
}

impl Store {
    /// Removes once a day what is older than it is kept, until it is dropped.
    pub async fn keep_house(&self) {
        let mut beat = tokio::time::interval(EVERY);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            match self.retire().await {
                Ok(counts) if counts.is_empty() => {}
                Ok(counts) => tracing::info!(?counts, "retention: older rows were removed"),
                Err(error) => tracing::warn!(error = %error.log(), "retention failed"),
            }
        }
    }

    /// Removes what is older than it is kept now.
    pub async fn retire(&self) -> Result<Counts> {
        let mut counts = Counts::new();
        let now = self.now().timestamp_millis();
        for (kind, column, cutoff) in Cutoffs::new(&self.rules.retention, now).0 {
            let Some(table) = table::of(kind) else { continue };
            loop {
                let began = self.begin_time().await?;
                let tx = self.begin().await?;
                let old = (table.verbs.older)(&tx, column, cell(column, cutoff)).await?;
                let changes = (table.remove)(&tx, &Removal { ids: &old, began }).await?;
                count(&mut counts, &changes);
                self.settle(tx, &changes, false).await?;
                // Rows that a later read has confirmed since wait for the next day.
                if changes.is_empty() {
                    break;
                }
            }
        }
        if self.rules.retention.events_days > 0 {
            let events = self.retire_events(since(now, self.rules.retention.events_days)).await?;
            if events > 0 {
                counts.insert("event", events);
            }
        }
        Ok(counts)
    }

    async fn retire_events(&self, cutoff: i64) -> Result<u64> {
        let mut removed = 0;
        loop {
            let tx = self.begin().await?;
            let select = outbox::Entity::find().select_only().column(outbox::Column::Seq);
            let old = select.filter(outbox::Column::At.lt(cutoff)).order_by_asc(outbox::Column::Seq).limit(EVENTS);
            let old: Vec<i64> = old.into_tuple().all(&tx).await.map_err(db)?;
            if old.is_empty() {
                return Ok(removed);
            }
            let these = Expr::col(outbox::Column::Seq).is_in(old);
            removed += outbox::Entity::delete_many().filter(these).exec(&tx).await.map_err(db)?.rows_affected;
            tx.commit().await.map_err(db)?;
        }
    }
}
