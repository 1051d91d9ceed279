//! Where a pull goes on. The gateway keeps it as a string; what is in it is this module's secret.
//!
//! A checkpoint at rest says what the source's highest ids and stamps were before the last pass
//! began. Within a pass it also says how far the pass has come.

use chrono::NaiveDateTime;
use portico_contract::{Checkpoint, Pass};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A number for the shape below: a checkpoint of another shape is not read.
const SHAPE: u32 = 1;

/// The highest id and stamp of one table, as they were at some moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Top {
    pub id: i64,
    /// In whatever zone the writer used: compared with its like only.
    pub stamp: Option<NaiveDateTime>,
}

/// What a source looked like before a pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub tops: BTreeMap<String, Top>,
    /// A summary of what lies beside the stream's rows; when it moves, the stream is read whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// Of tickets: the approvals that are watched. `None`: they may not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched: Option<BTreeSet<Watched>>,
}

/// An approval: its id, its ticket, and everything of it that may change, in one word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Watched(pub i64, pub i64, pub String);

static NOTHING: Top = Top { id: 0, stamp: None };

impl Mark {
    pub(crate) fn top(&self, table: &str) -> &Top {
        self.tops.get(table).unwrap_or(&NOTHING)
    }

    /// The highest stamp of all the tables: one clock writes them all.
    pub(crate) fn stamp(&self) -> Option<NaiveDateTime> {
        self.tops.values().filter_map(|top| top.stamp).max()
    }

    /// The tickets whose approvals differ between two looks: come, gone, moved, decided.
    pub(crate) fn moved(&self, earlier: &Mark) -> Vec<i64> {
        let none = BTreeSet::new();
        let (Some(now), then) = (&self.watched, earlier.watched.as_ref().unwrap_or(&none)) else { return Vec::new() };
        let tickets: BTreeSet<i64> = now.symmetric_difference(then).map(|Watched(_, ticket, _)| *ticket).collect();
        tickets.into_iter().collect()
    }

    /// Whether the source has gone backwards since `earlier`: somebody restored a backup. The newest row
    /// deleted for good looks the same; the sweep that follows is what finds the deletion.
    pub(crate) fn behind(&self, earlier: &Mark) -> bool {
        earlier.tops.iter().any(|(table, then)| {
            let now = self.top(table);
            now.id < then.id || now.stamp < then.stamp
        })
    }
}

/// A pass under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Walk {
    pub pass: Pass,
    /// Read before the first page: where changes begin once the pass is over.
    pub begun: Mark,
    /// The highest id that was delivered.
    pub cursor: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Where changes begin; `None`: with everything.
    pub since: Option<Mark>,
    pub walk: Option<Walk>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    shape: u32,
    #[serde(flatten)]
    place: Place,
}

impl Place {
    /// `None` for a text that this version did not write.
    pub(crate) fn parse(checkpoint: &Checkpoint) -> Option<Self> {
        let kept: Kept = serde_json::from_str(&checkpoint.0).ok()?;
        (kept.shape == SHAPE).then_some(kept.place)
    }

    pub(crate) fn keep(&self) -> Checkpoint {
        let kept = Kept { shape: SHAPE, place: self.clone() };
        // Plain data always serialises; an empty text would only mean starting over.
        Checkpoint(serde_json::to_string(&kept).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn mark(id: i64, hour: Option<u32>) -> Mark {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let stamp = hour.and_then(|hour| day.and_hms_opt(hour, 0, 0));
        Mark { tops: [("tickets".to_owned(), Top { id, stamp })].into(), ..Mark::default() }
    }

    fn watching(approvals: &[(i64, i64, &str)]) -> Mark {
        let watched = approvals.iter().map(|(id, ticket, what)| Watched(*id, *ticket, (*what).to_owned()));
        Mark { watched: Some(watched.collect()), ..mark(7, None) }
    }

    #[test]
    fn approvals_that_differ_name_their_tickets() {
        let then = watching(&[(1, 10, "pending"), (2, 20, "pending"), (3, 30, "pending")]);
        // 1 is decided, 2 has gone, 3 is moved to another ticket, 4 is new.
        let now = watching(&[(1, 10, "approved"), (3, 31, "pending"), (4, 40, "pending")]);
        assert_eq!(now.moved(&then), [10, 20, 30, 31, 40]);
        assert_eq!(then.moved(&then), [] as [i64; 0]);
        // Readable for the first time: all. No longer readable: nothing is known.
        assert_eq!(then.moved(&mark(7, None)), [10, 20, 30]);
        assert_eq!(mark(7, None).moved(&then), [] as [i64; 0]);
    }

    #[test]
    fn a_place_reads_back_and_others_do_not() {
        let walk = Walk { pass: Pass::Full, begun: watching(&[(1, 2, "pending")]), cursor: 5 };
        let place = Place { since: Some(mark(4, None)), walk: Some(walk) };
        assert_eq!(Place::parse(&place.keep()), Some(place));
        for text in ["", "{}", "42", r#"{"shape":2,"since":null,"walk":null}"#, "\u{0}"] {
            assert_eq!(Place::parse(&Checkpoint(text.to_owned())), None, "{text:?}");
        }
    }

    #[test]
    fn going_backwards_shows_in_ids_and_in_stamps() {
        for (now, expected) in [
            (mark(7, Some(3)), false),
            (mark(8, Some(4)), false),
            (mark(6, Some(4)), true),
            (mark(7, Some(2)), true),
            (mark(7, None), true),
            (Mark::default(), true),
        ] {
            assert_eq!(now.behind(&mark(7, Some(3))), expected, "{now:?}");
        }
        assert!(!Mark::default().behind(&Mark::default()));
    }
}
