//! Bounds of numbers, as tables beside the settings they bound.

use super::problem::Problems;
use serde::Serialize;
use toml::Value;

/// Key, least and greatest value.
pub type Range = (&'static str, i64, i64);

/// Adds a problem for every number that is out of its range.
pub fn check(path: &str, settings: &impl Serialize, ranges: &[Range], problems: &mut Problems) {
    let Ok(Value::Table(table)) = Value::try_from(settings) else { return };
    for (name, least, most) in ranges {
        let Some(number) = table.get(*name).and_then(Value::as_integer) else { continue };
        if !(least..=most).contains(&&number) {
            problems
                .add(format!("{path}.{name}"), format!("Is {number}, and must be from {least} to {most}. Correct it."));
        }
    }
}

#[cfg(test)]
pub mod testing {
    use super::*;

    /// Every number has a range, every range a number, and the defaults lie inside.
    pub fn assert_ranged(settings: &impl Serialize, ranges: &[Range]) {
        let Ok(Value::Table(table)) = Value::try_from(settings) else { panic!("no table") };
        let numbers: Vec<&str> = table.iter().filter(|(_, v)| v.is_integer()).map(|(k, _)| k.as_str()).collect();
        for number in &numbers {
            assert!(ranges.iter().any(|(name, ..)| name == number), "{number} has no range");
        }
        for (name, ..) in ranges {
            assert!(numbers.contains(name), "{name} is no number of the section");
        }
        let mut problems = Problems::default();
        check("s", settings, ranges, &mut problems);
        assert_eq!(problems, Problems::default());
    }
}
