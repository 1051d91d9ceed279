//! Media types: what a client sends, and what it wants back.

use axum::http::{HeaderMap, header};

/// The two forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// Statuses say only whether the server understood the request.
    Json,
    /// Statuses tell refused documents from run ones.
    GraphqlResponse,
}

/// In the order of preference among equals.
const OFFERED: [Media; 2] = [Media::Json, Media::GraphqlResponse];

impl Media {
    fn subtype(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::GraphqlResponse => "graphql-response+json",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// One entry of an `Accept` header.
struct Range<'a> {
    media: &'a str,
    quality: f32,
    index: usize,
}

impl Range<'_> {
    /// How exactly this range names the medium.
    fn exactness(&self, media: Media) -> Option<u8> {
        let (ty, subtype) = self.media.split_once('/')?;
        let names = |text: &str, what: &str| text.eq_ignore_ascii_case(what);
        match (ty, subtype) {
            ("*", "*") => Some(1),
            (ty, "*") if names(ty, "application") => Some(2),
            (ty, subtype) if names(ty, "application") && names(subtype, media.subtype()) => Some(3),
            _ => None,
        }
    }
}

/// The medium that a client likes best; `None` if it takes neither.
pub fn accepted(headers: &HeaderMap) -> Option<Media> {
    let values: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let all = values.join(",");
    if all.trim().is_empty() {
        return headers.get(header::ACCEPT).is_none_or(|value| value.is_empty()).then_some(Media::Json);
    }
    let ranges: Vec<Range<'_>> = all.split(',').enumerate().filter_map(|(index, text)| range(index, text)).collect();
    let wish = |media: Media| {
        let of_range =
            |range: &Range<'_>| range.exactness(media).map(|exactness| (exactness, range.quality, range.index));
        // The most exact range decides; of several, the first.
        ranges.iter().filter_map(of_range).reduce(|best, next| if next.0 > best.0 { next } else { best })
    };
    OFFERED
        .into_iter()
        .filter_map(|media| wish(media).map(|(_, quality, index)| (media, quality, index)))
        .filter(|(_, quality, _)| *quality > 0.0)
        .reduce(|best, next| if next.1 > best.1 || (next.1 == best.1 && next.2 < best.2) { next } else { best })
        .map(|(media, ..)| media)
}

fn range(index: usize, text: &str) -> Option<Range<'_>> {
    let (media, parameters) = parts(text);
    let mut quality = 1.0;
    for (name, value) in parameters {
        if name.eq_ignore_ascii_case("q") {
            quality = value.parse::<f32>().ok().filter(|quality| (0.0..=1.0).contains(quality))?;
        } else if name.eq_ignore_ascii_case("charset") && !is_utf8(value) {
            return None;
        }
    }
    Some(Range { media, quality, index })
}

/// The media type before the first semicolon, and its parameters.
fn parts(text: &str) -> (&str, impl Iterator<Item = (&str, &str)>) {
    let mut pieces = text.split(';').map(str::trim);
    let media = pieces.next().unwrap_or_default();
    let parameters = pieces.map(|piece| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        (name.trim(), value.trim().trim_matches('"'))
    });
    (media, parameters)
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// Whether the body claims to be JSON in UTF-8. Anything else could be sent by a web page without asking first.
pub fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(Ok(text)), None) = (values.next().map(|value| value.to_str()), values.next()) else { return false };
    let (media, mut parameters) = parts(text);
    media.eq_ignore_ascii_case("application/json")
        && parameters.all(|(name, value)| !name.eq_ignore_ascii_case("charset") || is_utf8(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn accept_is_weighed() {
        use Media::{GraphqlResponse, Json};
        for (accept, media) in [
            (&[][..], Some(Json)),
            (&[""], Some(Json)),
            (&["*/*"], Some(Json)),
            (&["application/*"], Some(Json)),
            (&["application/json"], Some(Json)),
            (&["Application/JSON; charset=UTF-8"], Some(Json)),
            (&["application/json; charset=latin1"], None),
            (&["application/graphql-response+json"], Some(GraphqlResponse)),
            (&["application/graphql-response+json, application/json;q=0.9"], Some(GraphqlResponse)),
            (
                &["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"],
                Some(GraphqlResponse),
            ),
            (&["application/json, application/graphql-response+json"], Some(Json)),
            (&["application/json;q=0.5, application/graphql-response+json;q=0.6"], Some(GraphqlResponse)),
            (&["application/json;q=0, */*"], Some(GraphqlResponse)),
            (&["application/json;q=0"], None),
            (&["*/*;q=0.1, application/json;q=0.05"], Some(GraphqlResponse)),
            (&["text/html", "application/graphql-response+json"], Some(GraphqlResponse)),
            (&["text/html, */*;q=0.8"], Some(Json)),
            (&["text/event-stream"], None),
            (&["text/event-stream, application/json"], Some(Json)),
            (&["application/json;q=2"], None),
            (&["nonsense"], None),
        ] {
            assert_eq!(accepted(&headers(header::ACCEPT, accept)), media, "{accept:?}");
        }
    }

    #[test]
    fn only_json_in_utf8_is_json() {
        for (content_type, json) in [
            (&["application/json"][..], true),
            (&["application/json; charset=utf-8"], true),
            (&["APPLICATION/JSON;charset=\"UTF-8\""], true),
            (&["application/json; charset=utf-16"], false),
            (&["application/json; charset=iso-8859-1"], false),
            (&["text/plain"], false),
            (&["application/x-www-form-urlencoded"], false),
            (&["multipart/form-data; boundary=x"], false),
            (&["application/cbor"], false),
            (&["application/graphql-response+json"], false),
            (&["application/jsonx"], false),
            (&[""], false),
            (&[], false),
            (&["application/json", "text/plain"], false),
        ] {
            assert_eq!(is_json(&headers(header::CONTENT_TYPE, content_type)), json, "{content_type:?}");
        }
    }
}
