//! Rows to JSON, byte by byte, in the spelling of Portico's own answers: so they can be compared.

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use std::io::Write;

/// One row in the driver's own buffer.
pub trait Cells {
    fn text(&self, at: usize) -> Option<&str>;
    fn number(&self, at: usize) -> Option<i64>;
    fn id(&self, at: usize) -> [u8; 16];
}

/// A whole answer.
pub fn answer(body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// An answer while it is written.
#[derive(Debug)]
pub struct Page {
    out: Vec<u8>,
    first: bool,
}

impl Page {
    pub fn new(start: &str) -> Self {
        let mut out = Vec::with_capacity(16 * 1024);
        out.extend_from_slice(start.as_bytes());
        Self { out, first: true }
    }

    pub fn end(mut self, end: &str) -> Vec<u8> {
        self.out.extend_from_slice(end.as_bytes());
        self.out
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn comma(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
    }

    /// A ticket of a list, six fields.
    fn head(&mut self, row: &impl Cells) {
        self.comma();
        self.raw("{\"id\":\"ticket_");
        self.hex(row.id(0));
        self.raw("\",\"number\":");
        self.text(row.text(1));
        self.raw(",\"subject\":");
        self.text(row.text(2));
        for (name, at) in [(",\"createdAt\":", 3), (",\"updatedAt\":", 4), (",\"dueAt\":", 5)] {
            self.raw(name);
            self.moment(row.number(at));
        }
    }

    pub fn plain(&mut self, row: &impl Cells) {
        self.head(row);
        self.raw("}");
    }

    /// The same with what hangs on it.
    pub fn rich(&mut self, row: &impl Cells) {
        self.head(row);
        self.raw(",\"status\":{\"label\":");
        self.text(row.text(6));
        self.raw("},\"account\":{\"name\":");
        self.text(row.text(7));
        self.raw("},\"assignee\":");
        self.named(row.text(8));
        self.raw(",\"lastComment\":");
        match row.text(9) {
            None => self.raw("null}"),
            body => {
                self.raw("{\"body\":");
                self.text(body);
                self.raw(",\"createdAt\":");
                self.moment(row.number(10));
                self.raw("}}");
            }
        }
    }

    /// The beginning of one ticket, up to its comments.
    pub fn ticket(&mut self, row: &impl Cells) {
        self.raw("{\"id\":\"ticket_");
        self.hex(row.id(0));
        self.raw("\",\"number\":");
        self.text(row.text(1));
        self.raw(",\"subject\":");
        self.text(row.text(2));
        self.raw(",\"status\":{\"label\":");
        self.text(row.text(3));
        self.raw("},\"createdAt\":");
        self.moment(row.number(4));
        self.raw(",\"comments\":{\"nodes\":[");
    }

    pub fn comment(&mut self, row: &impl Cells) {
        self.comma();
        self.raw("{\"id\":\"comment_");
        self.hex(row.id(0));
        self.raw("\",\"body\":");
        self.text(row.text(1));
        self.raw(",\"createdAt\":");
        self.moment(row.number(2));
        self.raw(",\"author\":");
        self.named(row.text(3));
        self.raw("}");
    }

    fn named(&mut self, name: Option<&str>) {
        if name.is_some() {
            self.raw("{\"name\":");
            self.text(name);
            self.raw("}");
        } else {
            self.raw("null");
        }
    }

    fn hex(&mut self, id: [u8; 16]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0');
        self.out.extend(id.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    }

    /// Most texts hold nothing that must be escaped, and go out in one piece.
    fn text(&mut self, text: Option<&str>) {
        let Some(text) = text else { return self.raw("null") };
        self.out.push(b'"');
        let mut rest = text.as_bytes();
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=31)) {
            let (plain, special) = rest.split_at(at);
            self.out.extend_from_slice(plain);
            let Some((byte, after)) = special.split_first() else { break };
            self.escape(*byte);
            rest = after;
        }
        self.out.extend_from_slice(rest);
        self.out.push(b'"');
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'"' => self.raw("\\\""),
            b'\\' => self.raw("\\\\"),
            b'\n' => self.raw("\\n"),
            b'\r' => self.raw("\\r"),
            b'\t' => self.raw("\\t"),
            other => write!(self.out, "\\u{other:04x}").unwrap_or_default(),
        }
    }

    /// RFC 3339; 0 is how a stored row says that there is none.
    fn moment(&mut self, millis: Option<i64>) {
        let Some(millis) = millis.filter(|millis| *millis != 0) else { return self.raw("null") };
        let (days, in_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
        let (year, month, day) = date(days);
        let (seconds, fraction) = (in_day / 1_000, in_day % 1_000);
        let pair = |n: i64| [digit(n / 10), digit(n)];
        let year = [digit(year / 1_000), digit(year / 100), digit(year / 10), digit(year)];
        let [m, d, h, n, s] = [month, day, seconds / 3_600, seconds / 60 % 60, seconds % 60].map(pair);
        for part in [b"\"".as_slice(), &year, b"-", &m, b"-", &d, b"T", &h, b":", &n, b":", &s] {
            self.out.extend_from_slice(part);
        }
        if fraction > 0 {
            self.out.extend([b'.', digit(fraction / 100), digit(fraction / 10), digit(fraction)]);
        }
        self.out.extend_from_slice(b"Z\"");
    }
}

fn digit(number: i64) -> u8 {
    b'0' + u8::try_from(number % 10).unwrap_or(0)
}

/// Year, month and day of a count of days since 1970, in the proleptic Gregorian calendar.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march = (5 * day_of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Page)) -> String {
        let mut page = Page::new("");
        write(&mut page);
        String::from_utf8(page.end("")).unwrap()
    }

    #[test]
    fn moments_are_written_as_chrono_writes_them() {
        for millis in [1, 951_782_400_000, 1_772_451_845_120, 1_709_251_199_999, 4_102_444_800_000] {
            let at = chrono::DateTime::from_timestamp_millis(millis).unwrap();
            let expected = at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
            assert_eq!(written(|page| page.moment(Some(millis))), format!("\"{expected}\""));
        }
        assert_eq!(written(|page| page.moment(Some(0))), "null");
    }

    #[test]
    fn texts_are_escaped_as_json_asks() {
        let text = "a \"b\" \\ \n\t\r \u{1} ü";
        let json = written(|page| page.text(Some(text)));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
