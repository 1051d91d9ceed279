//! Logging as configured.

use crate::config::{LogFormat, LogSettings};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Libraries that say too much, whatever the level: migrations that there is nothing to do, the HTML
/// parser every word of a ticket, the HTTP ones what stands in headers.
const DISCREET: &str = "sea_orm_migration=warn,html5ever=warn,markup5ever=warn,hyper=info,h2=info";

/// What is logged at this level, or by these directives.
#[must_use]
pub fn filter(level: &str) -> EnvFilter {
    EnvFilter::try_new(format!("{DISCREET},{level}")).unwrap_or_else(|_| EnvFilter::new("info"))
}

/// Starts logging to standard error; a second start is ignored.
pub fn start(settings: &LogSettings) {
    let log = tracing_subscriber::fmt().with_env_filter(filter(&settings.level));
    let log = log.with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let _ = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}
