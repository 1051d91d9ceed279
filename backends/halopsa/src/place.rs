//! Where a pull goes on: the adapter's checkpoint.

use portico_contract::{Checkpoint, Pass, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Raised when the checkpoint's shape changes: an older one starts over.
const SHAPE: u32 = 1;

/// Rows of which a mark remembers that they were delivered.
const SEEN: usize = 1_000;

/// Where changes begin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// When the pass began that found everything up to here.
    pub at: Timestamp,
    /// What lies in the overlap and was delivered: id → Halo's stamp of it.
    pub seen: BTreeMap<i64, String>,
    /// The highest id of each part of the stream, where new things are known by it.
    pub tops: Vec<i64>,
    /// Which of the small lists is looked at next.
    pub turn: usize,
}

/// A pass under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Walk {
    pub pass: Pass,
    /// Before the first page: where changes begin once the pass is over.
    pub begun: Timestamp,
    /// The endpoint of the stream, and the page of it.
    pub part: usize,
    pub page: u32,
    /// Rows of this part that came, and the longest page of them.
    pub took: u64,
    pub longest: usize,
    pub total: Option<u64>,
    /// The list ignores pages, and is asked for in one piece.
    pub whole: bool,
    /// The ids of the page before.
    pub last: Vec<i64>,
    pub tops: Vec<i64>,
    pub seen: BTreeMap<i64, String>,
    /// What a page named and is read one by one.
    pub queue: Vec<i64>,
}

impl Walk {
    pub(crate) fn new(pass: Pass, begun: Timestamp) -> Self {
        Self {
            pass,
            begun,
            part: 0,
            page: 1,
            took: 0,
            longest: 0,
            total: None,
            whole: false,
            last: Vec::new(),
            tops: Vec::new(),
            seen: BTreeMap::new(),
            queue: Vec::new(),
        }
    }

    /// On to the next endpoint of the stream.
    pub(crate) fn next_part(&mut self) {
        let fresh = Self::new(self.pass, self.begun);
        (self.page, self.took, self.longest, self.total) = (fresh.page, fresh.took, fresh.longest, fresh.total);
        (self.whole, self.last) = (fresh.whole, fresh.last);
        self.part += 1;
    }

    /// Remembers the highest id of a part.
    pub(crate) fn reach(&mut self, part: usize, id: i64) {
        if self.tops.len() <= part {
            self.tops.resize(part + 1, 0);
        }
        if let Some(top) = self.tops.get_mut(part) {
            *top = (*top).max(id);
        }
    }

    /// What changes begin with after this pass.
    pub(crate) fn mark(mut self, before: Option<&Mark>) -> Mark {
        for (part, top) in before.map(|mark| mark.tops.as_slice()).unwrap_or_default().iter().enumerate() {
            self.reach(part, *top);
        }
        while self.seen.len() > SEEN {
            self.seen.pop_first();
        }
        Mark { at: self.begun, seen: self.seen, tops: self.tops, turn: before.map_or(0, |mark| mark.turn) }
    }
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
    /// Not flattened: that would turn the numbers that are keys into text.
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

    #[test]
    fn a_place_reads_back_and_others_do_not() {
        let mut walk = Walk::new(Pass::Full, "2026-03-01T08:00:00Z".parse().unwrap());
        walk.reach(1, 9);
        walk.seen.insert(7, "x".into());
        let place = Place { since: Some(walk.clone().mark(None)), walk: Some(walk) };
        assert_eq!(Place::parse(&place.keep()), Some(place));
        for text in ["", "{}", "42", r#"{"shape":2,"place":{"since":null,"walk":null}}"#] {
            assert_eq!(Place::parse(&Checkpoint(text.to_owned())), None, "{text:?}");
        }
    }

    #[test]
    fn a_mark_keeps_the_highest_ids_and_forgets_beyond_its_room() {
        let mut walk = Walk::new(Pass::Changes, Timestamp::default());
        walk.reach(0, 5);
        walk.seen = (0..1_500).map(|id| (id, String::new())).collect();
        let before = Mark { tops: vec![9, 3], turn: 2, ..Mark::default() };
        let mark = walk.mark(Some(&before));
        assert_eq!(
            (mark.tops, mark.turn, mark.seen.len(), mark.seen.contains_key(&1_499)),
            (vec![9, 3], 2, 1_000, true)
        );
    }
}
