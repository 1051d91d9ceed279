//! Business time: the days and hours in which the clock of a service level runs.

use chrono::{Datelike, Days, NaiveDateTime, NaiveTime, TimeDelta};

/// ITFlow looks no further either.
const MOST_DAYS: u64 = 731;

/// Without days or hours that make sense the clock runs always.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Hours(Option<Open>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Open {
    /// 1 is Monday.
    days: Vec<u32>,
    from: NaiveTime,
    to: NaiveTime,
}

impl Hours {
    pub(super) fn new(days: Option<&str>, from: Option<&str>, to: Option<&str>) -> Self {
        let days: Vec<u32> = days.unwrap_or_default().split(',').filter_map(|day| day.trim().parse().ok()).collect();
        let time = |text: Option<&str>| NaiveTime::parse_from_str(text?.trim(), "%H:%M:%S").ok();
        let open = time(from).zip(time(to)).filter(|(from, to)| from < to && !days.is_empty());
        Self(open.map(|(from, to)| Open { days, from, to }))
    }

    /// The moment at which so many minutes of business time have passed.
    pub(super) fn after(&self, start: NaiveDateTime, minutes: i64) -> NaiveDateTime {
        let mut left = TimeDelta::minutes(minutes.max(0));
        if let Some(open) = &self.0
            && !left.is_zero()
        {
            for (from, to) in open.windows(start) {
                if left <= to - from {
                    return from + left;
                }
                left -= to - from;
            }
        }
        start.checked_add_signed(left).unwrap_or(start)
    }

    /// The whole minutes of business time between two moments.
    pub(super) fn between(&self, start: NaiveDateTime, end: NaiveDateTime) -> i64 {
        let Some(open) = &self.0 else { return (end - start).num_minutes().max(0) };
        let windows = open.windows(start).take_while(|(from, _)| *from < end);
        windows.map(|(from, to)| to.min(end) - from).sum::<TimeDelta>().num_minutes()
    }
}

impl Open {
    /// What is open from a moment on, one stretch a day.
    fn windows(&self, from: NaiveDateTime) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> {
        let days = (0..MOST_DAYS).filter_map(move |day| from.date().checked_add_days(Days::new(day)));
        let open = days.filter(|day| self.days.contains(&day.weekday().number_from_monday()));
        open.map(move |day| (day.and_time(self.from).max(from), day.and_time(self.to))).filter(|(from, to)| from < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn time_runs_in_business_hours_only() {
        let hours = Hours::new(Some("1,2,3,4,5"), Some("09:00:00"), Some("17:00:00"));
        // A Friday afternoon, an hour before the end.
        for (minutes, expected) in
            [(0, "2026-11-20 16:00"), (60, "2026-11-20 17:00"), (61, "2026-11-23 09:01"), (540, "2026-11-23 17:00")]
        {
            let end = hours.after(at("2026-11-20 16:00"), minutes);
            assert_eq!(end, at(expected), "{minutes}");
            assert_eq!(hours.between(at("2026-11-20 16:00"), end), minutes);
        }
        assert_eq!(hours.between(at("2026-11-21 00:00"), at("2026-11-22 23:00")), 0);
    }

    #[test]
    fn without_hours_it_runs_always() {
        for hours in [
            Hours::default(),
            Hours::new(Some(""), Some("09:00:00"), Some("17:00:00")),
            Hours::new(Some("1"), Some("17:00:00"), Some("09:00:00")),
        ] {
            assert_eq!(hours.after(at("2026-11-21 00:00"), 90), at("2026-11-21 01:30"));
            assert_eq!(hours.between(at("2026-11-21 00:00"), at("2026-11-21 01:30")), 90);
        }
    }
}
