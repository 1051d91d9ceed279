//! Who is trusted: the system's authorities and those of the backend's own file, and nobody else.

use super::fake::clock;
use crate::{Fixed, Request, Settings, Transport};
use portico_contract::{CallCx, Error, Lane, Sent};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A server whose certificate is for one name; gives its port and the certificate in PEM.
async fn serve(name: &str) -> (u16, String) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust us ends here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _request = stream.read(&mut [0; 4_096]).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (port, made.cert.pem())
}

async fn call(port: u16, ca_file: Option<PathBuf>) -> Result<u16, Error> {
    let base_url = format!("https://localhost:{port}/");
    let settings = Settings { base_url, ca_file, tries: 1, ..Settings::default() };
    let transport = Transport::new(settings, Arc::new(Fixed::none()), clock())?;
    let cx = CallCx::new(Lane::Interactive, Duration::from_secs(20));
    let request = Request::post("t.make", "things").json("geheim".into());
    transport.send(&cx, request).await.map(|answer| answer.status.as_u16())
}

#[tokio::test]
async fn an_authority_is_trusted_that_the_setting_names_and_only_for_its_names() {
    let folder = tempfile::tempdir().unwrap();
    for (name, trusted) in [("localhost", true), ("elsewhere.example", false)] {
        let (port, pem) = serve(name).await;
        let file = folder.path().join(name);
        std::fs::write(&file, pem).unwrap();
        let result = call(port, Some(file)).await;
        assert_eq!(result.is_ok(), trusted, "{name}: {result:?}");
        let error = call(port, None).await.unwrap_err();
        assert_eq!(error.sent, Sent::No, "a stranger gets nothing: {}", error.log());
    }
}
