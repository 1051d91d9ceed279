//! Where a pull goes on. The gateway keeps it as a string; what is in it is this module's secret.
//!
//! A checkpoint at rest says what the source's highest ids and stamps were before the last pass
//! began. Within a pass it also says how far the pass has come.

use chrono::NaiveDateTime;
use portico_contract::{Checkpoint, Pass};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Of contacts: a summary of who may sign in, which no stamp of theirs tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<String>,
}

static NOTHING: Top = Top { id: 0, stamp: None };

impl Mark {
    pub(crate) fn top(&self, table: &str) -> &Top {
        self.tops.get(table).unwrap_or(&NOTHING)
    }

    /// The highest stamp of all the tables: one clock writes them all.
    pub(crate) fn stamp(&self) -> Option<NaiveDateTime> {
        self.tops.values().filter_map(|top| top.stamp).max()
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
        Mark { tops: [("tickets".to_owned(), Top { id, stamp })].into(), portal: None }
    }

    #[test]
    fn a_place_reads_back_and_others_do_not() {
        let walk = Walk { pass: Pass::Full, begun: mark(7, Some(3)), cursor: 5 };
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
