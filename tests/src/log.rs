//! Everything that is logged during a test, for the sweep.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

/// A log kept in memory.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<u8>>>);

static LOG: OnceLock<Kept> = OnceLock::new();

/// The log of this process; the first call starts it.
pub fn kept() -> &'static Kept {
    LOG.get_or_init(|| {
        let kept = Kept::default();
        // The product's own filter at its widest, so that what a library says too much is found.
        let filter = portico::cli::log::filter("trace,sqlx=info");
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(kept.clone());
        let _ = log.try_init();
        kept
    })
}

impl Kept {
    /// The text so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
