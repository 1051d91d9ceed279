//! Tolerant readers for ITFlow's plain values: text, dates, times of day, money.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use portico_contract::value::Html;
use portico_contract::{Error, Result, Timestamp};
use rust_decimal::Decimal;

/// Trimmed text; blank is none.
pub(crate) fn words(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A date; NULL, `''` and `0000-00-00` are none.
pub(crate) fn date(text: Option<&str>) -> Option<NaiveDate> {
    let day = text?.trim().get(..10)?;
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|date| *date > NaiveDate::default())
}

/// A date with its time of day, in whatever zone it was written.
pub(crate) fn datetime(text: Option<&str>) -> Option<NaiveDateTime> {
    let text = text?.trim();
    let day = date(Some(text))?;
    let Some(time) = text.get(11..).filter(|time| !time.is_empty()) else {
        return day.and_hms_opt(0, 0, 0);
    };
    chrono::NaiveTime::parse_from_str(time.trim_end_matches('Z'), "%H:%M:%S%.f").ok().map(|time| day.and_time(time))
}

/// Whether a row's "archived at" says that it is archived.
pub(crate) fn is_set(stamp: Option<&str>) -> bool {
    date(stamp).is_some()
}

/// `H:MM:SS` as seconds. MariaDB's type goes beyond a day and below zero.
pub(crate) fn seconds(text: Option<&str>) -> Option<i64> {
    let text = text?.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let text = text.split('.').next().unwrap_or_default();
    let mut parts = text.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    Some(sign * (hours * 3_600 + minutes * 60 + seconds))
}

/// An amount as stored; `what` names the column in the error of a value that is no number.
pub(crate) fn decimal(text: Option<&str>, what: &str) -> Result<Decimal> {
    let text = text.map(str::trim).unwrap_or_default();
    if text.is_empty() {
        return Ok(Decimal::ZERO);
    }
    text.parse()
        .or_else(|_| Decimal::from_scientific(text))
        .map_err(|_| Error::contract(format!("{what} is not a number")))
}

/// Plain text as HTML. ITFlow escapes these columns when it shows them; so must whoever calls them HTML.
pub(crate) fn escaped(text: Option<&str>) -> Option<Html> {
    let text = words(text)?;
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    Some(Html(safe.replace("\r\n", "\n").replace('\n', "<br>\n")))
}

/// The zone in which an installation writes its times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zone(pub Tz);

impl Zone {
    pub(crate) fn moment(self, text: Option<&str>) -> Option<Timestamp> {
        datetime(text).map(|local| self.at(local))
    }

    /// A local time as a moment. An hour that a clock change repeats is its first pass; one that it
    /// skips is read with the offset before the change, and so lies after it.
    fn at(self, local: NaiveDateTime) -> Timestamp {
        if let Some(moment) = self.0.from_local_datetime(&local).earliest() {
            return moment.with_timezone(&Utc);
        }
        let before = (1..=48)
            .filter_map(|hours| local.checked_sub_signed(TimeDelta::hours(hours)))
            .find_map(|earlier| self.0.offset_from_local_datetime(&earlier).latest());
        let offset = before.map_or(0, |offset| offset.fix().local_minus_utc());
        utc(local.checked_sub_signed(TimeDelta::seconds(i64::from(offset))).unwrap_or(local))
    }
}

/// A time that was written in UTC.
pub(crate) fn utc(time: NaiveDateTime) -> Timestamp {
    DateTime::from_naive_utc_and_offset(time, Utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_has_four_spellings() {
        for none in
            [None, Some(""), Some("  "), Some("0000-00-00"), Some("0000-00-00 00:00:00"), Some("0"), Some("soon")]
        {
            assert_eq!(date(none), None, "{none:?}");
            assert_eq!(datetime(none), None, "{none:?}");
            assert!(!is_set(none), "{none:?}");
        }
        assert_eq!(date(Some("2026-05-04")), NaiveDate::from_ymd_opt(2026, 5, 4));
        assert_eq!(datetime(Some("2026-05-04")).unwrap().to_string(), "2026-05-04 00:00:00");
        assert_eq!(datetime(Some("2026-05-04T09:08:07.5")).unwrap().to_string(), "2026-05-04 09:08:07.500");
    }

    #[test]
    fn local_times_become_utc_over_clock_changes() {
        let zone = Zone(chrono_tz::America::New_York);
        for (local, expected) in [
            ("2026-11-21 21:53:08", "2026-11-22T02:53:08+00:00"),
            ("2026-07-01 12:00:00", "2026-07-01T16:00:00+00:00"),
            // 01:30 happens twice on the first of November: the first one is daylight time.
            ("2026-11-01 01:30:00", "2026-11-01T05:30:00+00:00"),
            // 02:30 does not happen on the eighth of March: it is read as 03:30 daylight time.
            ("2026-03-08 02:30:00", "2026-03-08T07:30:00+00:00"),
        ] {
            assert_eq!(zone.moment(Some(local)).unwrap().to_rfc3339(), expected, "{local}");
        }
        // A whole day was skipped here.
        let skipped = Zone(chrono_tz::Pacific::Apia).moment(Some("2011-12-30 12:00:00")).unwrap();
        assert_eq!(skipped.to_rfc3339(), "2011-12-30T22:00:00+00:00");
    }

    #[test]
    fn times_worked_are_seconds() {
        for (text, expected) in [
            (Some("00:15:00"), Some(900)),
            (Some("120:00:01"), Some(432_001)),
            (Some("-01:00:00"), Some(-3_600)),
            (Some("00:00:10.5"), Some(10)),
            (Some("15"), None),
            (Some(""), None),
            (None, None),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn money_is_read_as_stored() {
        assert_eq!(decimal(Some("1221.50"), "x").unwrap().to_string(), "1221.50");
        assert_eq!(decimal(Some("-0.01"), "x").unwrap().to_string(), "-0.01");
        assert_eq!(decimal(Some("1e3"), "x").unwrap(), Decimal::from(1000));
        assert_eq!(decimal(None, "x").unwrap(), Decimal::ZERO);
        let error = decimal(Some("12,50"), "invoice 7").unwrap_err();
        assert!(error.log().to_string().contains("invoice 7"));
    }

    #[test]
    fn plain_text_cannot_become_markup() {
        assert_eq!(escaped(Some("a <b> & \"c\"\r\nd")).unwrap().0, "a &lt;b&gt; &amp; &quot;c&quot;<br>\nd");
        assert_eq!(escaped(Some(" ")), None);
    }
}
