//! How long a connection may take, and how it ends.

use super::*;

/// A server on a free port; the sender ends it.
async fn server(
    settings: HttpSettings,
) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<std::io::Result<()>>, Arc<Script>) {
    let world = world_with(settings.clone(), Limits::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move {
        stopped.await.ok();
    };
    (address, stop, tokio::spawn(serve(listener, world.router, settings, shutdown)), world.script)
}

async fn exchange(address: SocketAddr, bytes: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn slow_clients_are_cut_off() {
    let quick = HttpSettings { header_seconds: 1, body_seconds: 0, ..HttpSettings::default() };
    let (address, stop, served, script) = server(quick).await;
    // The connection ends although the client says nothing more.
    let head = exchange(address, "POST /graphql HTTP/1.1\r\nhost: a\r\n").await;
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    let body = exchange(
        address,
        "POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    )
    .await;
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert!(script.seen.lock().unwrap().is_empty());
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn nothing_is_read_after_a_chunked_request() {
    let (address, stop, served, script) = server(HttpSettings::default()).await;
    let body = named("first");
    let smuggled = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
        named("second").len(),
        named("second")
    );
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n{smuggled}",
        body.len()
    );
    let answer = exchange(address, &request).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    assert!(script.seen.lock().unwrap().iter().all(|request| request.operation_name.as_deref() == Some("first")));
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn shutdown_ends_idle_connections_and_waits_no_longer_than_it_may() {
    let (address, stop, served, script) = server(HttpSettings { shutdown_seconds: 0, ..HttpSettings::default() }).await;
    let body = named("wait");
    let waiting = tokio::spawn(async move {
        exchange(address, &format!("POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await
    });
    script.started.notified().await;
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
    waiting.abort();
}
