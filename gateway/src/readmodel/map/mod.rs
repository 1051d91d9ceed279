//! Contract records → rows. Pure functions; nothing else fills a mirrored table.

mod approval;
mod estate;
mod invoice;
mod people;
mod quote;
mod shelf;
mod ticket;

pub use shelf::UNCOUNTED;

use portico_contract::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

pub(super) fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(|at| at.timestamp_millis())
}

/// Ten-thousandths: exact for every amount a PSA has been seen to store.
pub(super) fn amount(value: Decimal) -> i64 {
    (value.round_dp(4) * Decimal::from(10_000)).to_i64().unwrap_or(i64::MAX)
}

/// The decimal of a stored amount, with at least two places.
#[must_use]
pub fn decimal(stored: i64) -> Decimal {
    let value = Decimal::new(stored, 4).normalize();
    let mut shown = value;
    if shown.scale() < 2 {
        shown.rescale(2);
    }
    shown
}

/// Lists and objects inside a row. These types serialise without fail.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// ISO text; empty when there is no date, so that the column sorts.
pub(super) fn date(value: Option<chrono::NaiveDate>) -> String {
    value.map(|date| date.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_survive_the_column() {
        for text in ["0.00", "43.60", "-5.25", "1234567890.1234", "1221.50"] {
            let value: Decimal = text.parse().unwrap();
            assert_eq!(decimal(amount(value)).to_string(), text);
        }
        assert_eq!(decimal(amount("3".parse().unwrap())).to_string(), "3.00");
    }
}
