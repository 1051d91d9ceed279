//! What a world is made from. Equal seeds make equal worlds.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// The parameters of a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The world's present, in the zone of `timezone`: everything was written before it.
    pub start: NaiveDateTime,
    pub random: u64,
    /// The first of them are the odd cases of the case table, the rest is generated.
    pub tickets_per_account: usize,
    pub invoices_per_account: usize,
    /// Plain generated accounts besides the five written by hand.
    pub extra_accounts: usize,
    /// The zone a PSA is configured with.
    pub timezone: String,
    /// Whether texts that customers may read carry canaries too. The demo switches this off;
    /// internal texts always carry them.
    pub visible_canaries: bool,
    /// Goes before the account in every canary, so that two worlds side by side can be told apart.
    pub realm: String,
}

impl Seed {
    /// The usual world, with this as its present.
    #[must_use]
    pub fn at(start: NaiveDateTime) -> Self {
        Self { start, ..Self::default() }
    }
}

impl Default for Seed {
    fn default() -> Self {
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default();
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        Self {
            start: day.and_time(noon),
            random: 7,
            tickets_per_account: 15,
            invoices_per_account: 7,
            extra_accounts: 0,
            timezone: "UTC".to_owned(),
            visible_canaries: true,
            realm: String::new(),
        }
    }
}

/// Splitmix64: small, fast, and the same everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(random: u64) -> Self {
        Self(random)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below `bound`; zero where there is nothing to choose from.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(self.next().checked_rem(bound).unwrap_or(0)).unwrap_or(0)
    }

    /// One of these; the type's default where there are none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let at = self.below(from.len());
        from.get(at).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_repeat_and_stay_in_bounds() {
        let (mut one, mut two) = (Dice::new(3), Dice::new(3));
        for _ in 0..100 {
            let roll = one.below(6);
            assert!(roll < 6);
            assert_eq!(roll, two.below(6));
        }
        assert_ne!(Dice::new(3).next(), Dice::new(4).next());
        assert_eq!(Dice::new(3).below(0), 0);
    }
}
