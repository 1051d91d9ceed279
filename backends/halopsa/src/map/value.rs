//! Halo's times, and plain text as HTML.

use crate::wire::Text;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use portico_contract::Timestamp;
use portico_contract::value::Html;

/// Up to this year a date says "not set": 1899-12-30, 1900-01-01, 0001-01-01.
const UNSET: i32 = 1_900;

/// The zone of times that name none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zone(pub Tz);

/// A time as it was written.
enum Written {
    Moment(Timestamp),
    Local(NaiveDateTime),
}

fn written(text: &Text) -> Option<Written> {
    let text = text.as_str()?;
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return (moment.year() > UNSET).then(|| Written::Moment(moment.to_utc().trunc_subsecs(3)));
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
        .ok()
        .or_else(|| NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))?;
    (local.year() > UNSET).then(|| Written::Local(local.trunc_subsecs(3)))
}

impl Zone {
    pub(crate) fn moment(self, text: &Text) -> Option<Timestamp> {
        match written(text)? {
            Written::Moment(moment) => Some(moment),
            Written::Local(local) => Some(self.at(local)),
        }
    }

    /// The day, as it was meant where it was written.
    pub(crate) fn day(self, text: &Text) -> Option<NaiveDate> {
        match written(text)? {
            Written::Moment(moment) => Some(moment.with_timezone(&self.0).date_naive()),
            Written::Local(local) => Some(local.date()),
        }
    }

    /// A moment as Halo takes it in a parameter.
    pub(crate) fn text(self, moment: Timestamp) -> String {
        moment.with_timezone(&self.0).format("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// An hour that a clock change repeats is its first pass; one that it skips lies after the change.
    fn at(self, local: NaiveDateTime) -> Timestamp {
        if let Some(moment) = self.0.from_local_datetime(&local).earliest() {
            return moment.to_utc();
        }
        let before = local.checked_sub_signed(TimeDelta::days(2)).unwrap_or(local);
        let offset =
            self.0.offset_from_local_datetime(&before).latest().map_or(0, |offset| offset.fix().local_minus_utc());
        let utc = local.checked_sub_signed(TimeDelta::seconds(i64::from(offset))).unwrap_or(local);
        DateTime::from_naive_utc_and_offset(utc, Utc)
    }
}

/// Plain text as HTML.
pub(crate) fn escaped(text: &str) -> Html {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    Html(safe.replace("\r\n", "\n").replace('\n', "<br>\n"))
}

/// The HTML where there is some, else the plain text as HTML.
pub(crate) fn html(html: &Text, plain: &Text) -> Html {
    match (html.words(), plain.as_str()) {
        (Some(html), _) => Html(html),
        (None, Some(plain)) => escaped(plain),
        (None, None) => Html::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text(Some(text.to_owned()))
    }

    #[test]
    fn not_set_has_many_dates() {
        let zone = Zone(chrono_tz::UTC);
        for none in
            ["1899-12-30T00:00:00", "1900-01-01T00:00:00", "0001-01-01T00:00:00", "1900-12-31T23:59:59Z", "soon", ""]
        {
            assert_eq!((zone.moment(&text(none)), zone.day(&text(none))), (None, None), "{none}");
        }
        assert_eq!(zone.moment(&Text(None)), None);
    }

    #[test]
    fn times_without_a_zone_are_the_tenants() {
        let zone = Zone(chrono_tz::Europe::Berlin);
        for (written, expected) in [
            ("2025-03-01T09:30:00", "2025-03-01T08:30:00+00:00"),
            ("2025-07-01T09:30:00.1234567", "2025-07-01T07:30:00.123+00:00"),
            ("2025-03-01T09:30:00Z", "2025-03-01T09:30:00+00:00"),
            ("2025-03-01T09:30:00.5+02:00", "2025-03-01T07:30:00.500+00:00"),
            ("2025-03-01", "2025-02-28T23:00:00+00:00"),
            // 02:30 happens twice in October, and not at all in March.
            ("2025-10-26T02:30:00", "2025-10-26T00:30:00+00:00"),
            ("2025-03-30T02:30:00", "2025-03-30T01:30:00+00:00"),
        ] {
            assert_eq!(zone.moment(&text(written)).unwrap().to_rfc3339(), expected, "{written}");
        }
        assert_eq!(zone.day(&text("2025-03-01T00:00:00")).unwrap().to_string(), "2025-03-01");
        assert_eq!(zone.day(&text("2025-02-28T23:00:00Z")).unwrap().to_string(), "2025-03-01");
        let moment = zone.moment(&text("2025-07-01T09:30:00")).unwrap();
        assert_eq!(zone.text(moment), "2025-07-01T09:30:00");
    }

    #[test]
    fn plain_text_cannot_become_markup() {
        assert_eq!(html(&Text(None), &text("a <b> & \"c\"\r\nd")).0, "a &lt;b&gt; &amp; &quot;c&quot;<br>\nd");
        assert_eq!(html(&text("<p>a</p>"), &text("b")).0, "<p>a</p>");
        assert_eq!(html(&Text(None), &Text(None)).0, "");
    }
}
