//! The server: connections with time limits, and an orderly end.

use super::frame::frame;
use super::patience::Patience;
use super::settings::HttpSettings;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// Wait after a failed accept: the usual cause is that all file descriptors are taken.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `shutdown` resolves; then takes no new connection and gives the running requests their time.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: HttpSettings,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let open = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connect(stream, peer, router.clone(), &settings, &open),
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }
    drop(listener);
    let running = open.count();
    if tokio::time::timeout(Duration::from_secs(settings.shutdown_seconds), open.shutdown()).await.is_err() {
        tracing::warn!(running, "connections were still open at the end of the shutdown's time");
    }
    Ok(())
}

fn connect(stream: TcpStream, peer: SocketAddr, router: Router, settings: &HttpSettings, open: &GracefulShutdown) {
    // Answers are written at once; waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async { Ok::<_, Infallible>(frame(request, router).await) }
    });
    let patience = Duration::from_secs(settings.header_seconds);
    let connection = http1::Builder::new()
        .timer(Patience::new(patience))
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(stream), service);
    let connection = open.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}
