//! What the log of the wire says, and what it does not.

use super::fake::{Act, Fake, clock, settings, with, within};
use crate::{Fixed, Place, Request, Settings};
use portico_contract::Sent;
use secrecy::SecretString;
use serde_json::json;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_names_each_try_and_no_value() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false);
    let _guard = tracing::subscriber::set_default(subscriber.with_max_level(tracing::Level::TRACE).finish());
    let key = || SecretString::from("geheim-key");
    for place in [Place::Bearer, Place::QueryOrJson("api_key")] {
        let fake = Fake::new(&[Act::Breaks(Sent::No), Act::Body("\"geheim-answer\"")], Act::Status(200));
        let transport = with(&fake, Settings { tries: 2, ..settings() }, Arc::new(Fixed::key(place, key())), &clock());
        let request = Request::post("t.create", "things/{id}").at("geheim-id").query("q", "geheim-query");
        transport.send(&within(60), request.json(json!({ "a": "geheim-body" }))).await.unwrap();
    }
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let wire: Vec<&str> = text.lines().filter(|line| line.contains("portico::wire")).collect();
    assert_eq!(wire.len(), 4, "{text}");
    assert!(
        wire[0].contains("t.create") && wire[0].contains("BACKEND_UNAVAILABLE") && wire[0].contains("NO"),
        "{text}"
    );
    assert!(
        wire[1].contains("status=200") && wire[1].contains("things/{id}") && wire[1].contains("bytes=15"),
        "{text}"
    );
    assert!(!text.contains("geheim"), "{text}");
}
