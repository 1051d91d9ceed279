//! The pick lists: many small ones. A pass over everything walks over all of them; a beat looks at the next one.

use crate::backend::Halo;
use crate::lists::{grouped, lookups, types};
use crate::map::choice::{self, IMPACT, URGENCY};
use crate::place::{Mark, Place, Walk};
use crate::query::{CATEGORIES, PRIORITIES, Query};
use crate::wire::choice::{CategoryRow, LookupRow, PriorityRow, TypeRow};
use portico_contract::record::Record;
use portico_contract::value::ChoiceList;
use portico_contract::{Batch, CallCx, Pass, Result, Snapshot};

/// The lists, in the order in which they are looked at.
const LISTS: &[ChoiceList] = &[
    ChoiceList::TicketStatus,
    ChoiceList::TicketPriority,
    ChoiceList::TicketType,
    ChoiceList::TicketCategory,
    ChoiceList::TicketUrgency,
    ChoiceList::TicketImpact,
    ChoiceList::AssetType,
];

/// The category field that tickets are read with.
const FIRST: i64 = 1;

impl Halo {
    pub(crate) async fn choices(&self, cx: &CallCx, since: Option<Mark>, mut walk: Walk) -> Result<Batch> {
        let beat = walk.pass == Pass::Changes && since.is_some();
        let mut mark = since.clone().unwrap_or_default();
        let at = if beat { mark.turn % LISTS.len() } else { walk.part };
        if !beat && at == 0 {
            self.forget_desk().await;
        }
        let mut batch = Batch::default();
        let records = match LISTS.get(at) {
            Some(list) => self.choice_list(cx, *list).await?,
            None => Vec::new(),
        };
        match walk.pass {
            Pass::Ids => batch.present = records.iter().map(|record| record.id().clone()).collect(),
            Pass::Changes | Pass::Full => batch.snapshots = records.into_iter().map(Snapshot::single).collect(),
        }
        walk.next_part();
        batch.more = !beat && walk.part < LISTS.len();
        let place = if batch.more {
            Place { since, walk: Some(walk) }
        } else {
            (mark.at, mark.turn) = (walk.begun, mark.turn + 1);
            Place { since: Some(mark), walk: None }
        };
        batch.next = place.keep();
        Ok(batch)
    }

    async fn choice_list(&self, cx: &CallCx, list: ChoiceList) -> Result<Vec<Record>> {
        match list {
            ChoiceList::TicketStatus => {
                let (rows, closed) = self.statuses(cx).await?;
                let rows = grouped(rows, &closed, &self.config);
                Ok(rows.values().filter_map(|(row, group)| choice::status(row, *group)).collect())
            }
            ChoiceList::TicketPriority => {
                let rows: Vec<PriorityRow> = self.rows_of(cx, Query::of(&PRIORITIES)).await?;
                Ok(choice::priorities(&rows))
            }
            ChoiceList::TicketType => {
                let rows: Vec<TypeRow> = self.small(cx, types()).await?;
                Ok(rows.iter().filter_map(choice::ticket_type).collect())
            }
            ChoiceList::TicketCategory => {
                let rows: Vec<CategoryRow> = self.small(cx, Query::of(&CATEGORIES).with("type_id", FIRST)).await?;
                let first = rows.iter().filter(|row| row.type_id.0.is_none_or(|found| found == FIRST));
                Ok(first.filter_map(|row| choice::category(row, &rows)).collect())
            }
            ChoiceList::TicketUrgency => self.lookup(cx, list, "urgency", URGENCY).await,
            ChoiceList::TicketImpact => self.lookup(cx, list, "impact", IMPACT).await,
            ChoiceList::AssetType => Ok(self.asset_types(cx).await?.values().filter_map(choice::asset_type).collect()),
            ChoiceList::AssetStatus | ChoiceList::Other => Ok(Vec::new()),
        }
    }

    async fn lookup(&self, cx: &CallCx, list: ChoiceList, word: &'static str, number: i64) -> Result<Vec<Record>> {
        let rows: Vec<LookupRow> = self.small(cx, lookups(number)).await?;
        Ok(rows.iter().filter_map(|row| choice::lookup(list, word, number, row)).collect())
    }
}
