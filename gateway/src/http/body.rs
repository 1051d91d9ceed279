//! Reads a request's body: counted while it streams in, again while it is unpacked, and within a time.

use super::answer::Rejection;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use flate2::read::MultiGzDecoder;
use futures_util::StreamExt;
use portico_contract::ErrorKind;
use std::io::Read;
use std::time::Duration;

/// The text of a body of at most `limit` bytes, packed and unpacked.
pub async fn text(headers: &HeaderMap, body: Body, limit: usize, within: Duration) -> Result<String, Rejection> {
    let packed = is_packed(headers)?;
    if declared(headers).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let bytes = tokio::time::timeout(within, collected(body, limit)).await.map_err(|_| {
        Rejection::new(StatusCode::REQUEST_TIMEOUT, ErrorKind::Invalid, "The body did not arrive in time.")
    })??;
    let bytes = if packed { unpacked(&bytes, limit)? } else { bytes };
    String::from_utf8(bytes).map_err(|_| Rejection::invalid("The body is not UTF-8."))
}

fn too_large(limit: usize) -> Rejection {
    let message = format!("The body is larger than {limit} bytes.");
    Rejection::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorKind::Invalid, message)
}

fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_packed(headers: &HeaderMap) -> Result<bool, Rejection> {
    let mut packed = false;
    for value in headers.get_all(header::CONTENT_ENCODING) {
        match value.to_str().map(str::trim) {
            Ok(coding) if coding.eq_ignore_ascii_case("identity") => {}
            Ok(coding) if coding.eq_ignore_ascii_case("gzip") && !packed => packed = true,
            _ => {
                let message = "The content encoding is not supported: send gzip or none.";
                return Err(Rejection::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorKind::Invalid, message));
            }
        }
    }
    Ok(packed)
}

async fn collected(body: Body, limit: usize) -> Result<Vec<u8>, Rejection> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| Rejection::invalid("The body could not be read to its end."))?;
        if bytes.len().saturating_add(part.len()) > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

/// Stops one byte over the limit, however much the rest would unpack to.
fn unpacked(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Rejection> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(most)
        .read_to_end(&mut out)
        .map_err(|_| Rejection::invalid("The body is not valid gzip."))?;
    if out.len() > limit { Err(too_large(limit)) } else { Ok(out) }
}
