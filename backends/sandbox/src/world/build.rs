//! Makes a world: the parts written by hand as data tables, the rest from the dice.

mod books;
mod desk;
mod desk_cases;
mod estate;
mod firm;
mod parties;
mod parties_cases;

use super::World;
use crate::canary::{Visibility, canary};
use crate::seed::{Dice, Seed};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

/// What the world's past covers.
const PAST_DAYS: i64 = 60;

/// The world so far, and what is needed to go on.
pub(super) struct Builder<'a> {
    seed: &'a Seed,
    dice: Dice,
    world: World,
}

pub(super) fn world(seed: &Seed) -> World {
    let mut builder = Builder { seed, dice: Dice::new(seed.random), world: World::default() };
    firm::add(&mut builder);
    parties::add(&mut builder);
    estate::add(&mut builder);
    desk::add(&mut builder);
    books::add(&mut builder);
    builder.world
}

impl Builder<'_> {
    /// A canary that no customer may see.
    fn internal(&self, account: i32, object: &str, field: &str) -> String {
        canary(&self.seed.realm, account, object, field, Visibility::Internal)
    }

    /// A text with a canary behind it, as far as canaries are wanted in what customers read.
    fn text(&self, text: &str, account: i32, object: &str, field: &str, visibility: Visibility) -> String {
        if visibility != Visibility::Internal && !self.seed.visible_canaries {
            return text.to_owned();
        }
        let mark = canary(&self.seed.realm, account, object, field, visibility);
        if text.is_empty() { mark } else { format!("{text} {mark}") }
    }

    /// A text with a canary for this account's readers.
    fn account(&self, text: &str, account: i32, object: &str, field: &str) -> String {
        self.text(text, account, object, field, Visibility::Account)
    }

    fn secret(&self, account: i32, object: &str, field: &str) -> Option<String> {
        Some(self.internal(account, object, field))
    }

    /// The moment this many days before the world's present.
    fn days_ago(&self, days: i64) -> NaiveDateTime {
        self.seed.start - TimeDelta::days(days)
    }

    /// The day this many days after the world's present.
    fn day(&self, days: i64) -> NaiveDate {
        (self.seed.start + TimeDelta::days(days)).date()
    }

    /// The point `part / whole` of the way from a moment to the present, to the second.
    fn between(&self, from: NaiveDateTime, part: usize, whole: usize) -> NaiveDateTime {
        let span = (self.seed.start - from).num_seconds();
        let (part, whole) = (i64::try_from(part).unwrap_or(0), i64::try_from(whole.max(1)).unwrap_or(i64::MAX));
        from + TimeDelta::seconds(span.saturating_mul(part).checked_div(whole).unwrap_or(0))
    }
}

/// The next id of a list whose ids count from one.
fn next_id<T>(list: &[T]) -> i32 {
    i32::try_from(list.len()).unwrap_or(i32::MAX).saturating_add(1)
}
