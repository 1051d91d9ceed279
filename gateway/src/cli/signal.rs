//! Being told to stop.

use std::future::Future;
use tokio::signal::unix::{SignalKind, signal};

/// Ends at the first SIGINT or SIGTERM. The handlers are in place when this returns.
pub fn stop() -> anyhow::Result<impl Future<Output = ()> + Send> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
