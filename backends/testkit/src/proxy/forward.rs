//! The way to the PSA and back, whole.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderName, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Belong to one connection, or are made anew.
const HOP: &[HeaderName] = &[CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, CONTENT_LENGTH];

fn end_to_end(headers: &mut HeaderMap) {
    for name in HOP {
        headers.remove(name);
    }
}

/// Carries a request to the PSA and brings its whole answer.
pub(super) async fn forward(
    to: SocketAddr,
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, Box<dyn Error + Send + Sync>> {
    end_to_end(request.headers_mut());
    let stream = TcpStream::connect(to).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async {
        let (mut head, body) = sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        end_to_end(&mut head.headers);
        Ok(Response::from_parts(head, body))
    };
    tokio::pin!(exchange);
    // The connection is driven here, so that it ends with the exchange.
    tokio::select! {
        answer = &mut exchange => answer,
        end = connection => { end?; exchange.await }
    }
}
