//! Logging as configured.

use crate::config::{LogFormat, LogSettings};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error; a second start is ignored.
pub fn start(settings: &LogSettings) {
    // Migrations say at every start that there is nothing to do.
    let filter = EnvFilter::try_new(format!("sea_orm_migration=warn,{}", settings.level))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    let log = log.with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let _ = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}
