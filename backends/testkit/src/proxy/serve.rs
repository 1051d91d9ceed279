//! The port, its connections, and what becomes of each request.

use super::fault::{Fault, Plan, Reply};
use super::forward::forward;
use super::log::Seen;
use super::{Shared, Switch};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

/// Accepts while the port is open; a closed port has no connections.
pub(super) async fn run(
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    mut switched: mpsc::Receiver<Switch>,
) {
    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept(listener.as_ref()) => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
            }
            Some((open, done)) = switched.recv() => {
                let result = if open { reopen(&mut listener, address).await } else {
                    listener = None;
                    connections.shutdown().await;
                    Ok(())
                };
                // Nobody listens any more who asked for it: then nobody is told.
                let _unheard = done.send(result);
            }
            Some(_ended) = connections.join_next() => {}
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => pending().await,
    }
}

async fn reopen(listener: &mut Option<TcpListener>, address: SocketAddr) -> io::Result<()> {
    if listener.is_none() {
        *listener = Some(TcpListener::bind(address).await?);
    }
    Ok(())
}

/// Serves one connection until it ends or is to be reset.
async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let reset = Notify::new();
    let service = service_fn(|request| answer(request, &shared, &reset));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        _ended = &mut connection => true,
        () = reset.notified() => false,
    };
    if !ended {
        let stream = connection.into_parts().io.into_inner();
        // A close that lingers for no time is a reset.
        let _closed_before = stream.set_zero_linger();
    }
}

/// Reads a request, asks the script, and answers.
async fn answer(request: Request<Incoming>, shared: &Arc<Shared>, reset: &Notify) -> Result<Response<Torn>, Failure> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let fault = shared.fault(&head.method, head.uri.path());
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let seen = Seen { method: head.method.clone(), path, body: body.clone(), fault, forwarded: 0, answered: None };
    let number = shared.log.enter(seen);
    let plan = fault.map_or(Plan::PLAIN, Fault::plan);
    // What was read reaches the PSA although whoever sent it may be gone by then.
    let theirs = tokio::spawn(deliver(Arc::clone(shared), plan, number, Request::from_parts(head, body))).await?;
    let response = match (plan.reply, theirs) {
        (Reply::Theirs, Some(theirs)) => theirs.map(Torn::whole),
        (Reply::Half, Some(theirs)) => theirs.map(Torn::half),
        (Reply::Ours(status, wait, media, body), _) => ours(status, wait, media, body),
        (Reply::Reset, _) => {
            reset.notify_one();
            pending().await
        }
        (Reply::Nothing | Reply::Theirs | Reply::Half, _) => pending().await,
    };
    shared.log.answered(number, response.status().as_u16());
    Ok(response)
}

/// Waits, and sends a request on as often as it is to be; gives the last answer.
async fn deliver(shared: Arc<Shared>, plan: Plan, number: usize, request: Request<Bytes>) -> Option<Response<Bytes>> {
    tokio::time::sleep(plan.wait).await;
    let mut theirs = None;
    for _ in 0..plan.forwards {
        theirs = Some(match forward(shared.upstream, request.clone().map(Full::new)).await {
            Ok(answer) => {
                shared.log.forwarded(number);
                answer
            }
            Err(error) => gone(error.as_ref()),
        });
    }
    theirs
}

/// The PSA itself is not there. That is no fault of the script, and should not look like one.
fn gone(error: &(dyn Error + Send + Sync)) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!("the proxy finds no PSA: {error}")));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}

fn ours(status: StatusCode, wait: Option<u64>, media: &'static str, body: &'static str) -> Response<Torn> {
    let mut response = Response::new(Torn::whole(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// A body that may end before it said it would.
#[derive(Debug)]
struct Torn {
    announced: usize,
    bytes: Option<Bytes>,
    torn: bool,
    flushed: bool,
}

impl Torn {
    fn whole(bytes: Bytes) -> Self {
        Self { announced: bytes.len(), bytes: Some(bytes), torn: false, flushed: false }
    }

    fn half(bytes: Bytes) -> Self {
        let half = bytes.slice(..bytes.len() / 2);
        // Of an empty body a byte is announced that does not come.
        Self { announced: bytes.len().max(1), bytes: Some(half), torn: true, flushed: false }
    }
}

impl Body for Torn {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if !self.torn {
            return Poll::Ready(None);
        }
        if !self.flushed {
            // What was given so far is written out while there is nothing more.
            self.flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err("torn".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.announced == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.announced).unwrap_or(u64::MAX))
    }
}
