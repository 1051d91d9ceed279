//! `portico serve`.

use super::{log, signal};
use crate::app::App;
use crate::config::Config;
use crate::http::Portal;
use crate::{http, registry};
use anyhow::{Context, Result};
use portico_contract::Clock;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub async fn run(config: Config) -> Result<()> {
    log::start(&config.log);
    let stop = signal::stop()?;
    let portal = portal(&config)?;
    let clock = Clock::system();
    let backends = registry::backends(&config.backends, &clock)?;
    let app = App::start(&config, backends, clock).await?;
    let listener = listen(&config.server.listen, "change server.listen").await?;
    let address = listener.local_addr()?;
    println!("ready http://{address}");
    serve(&app, &config, portal, listener, stop).await
}

/// `remedy` says what to do when the address cannot be had.
pub async fn listen(address: &str, remedy: &str) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address}: if the port is in use, {remedy}"))
}

/// The portal of the configuration, if there is one.
pub fn portal(config: &Config) -> Result<Option<Portal>> {
    let folder = &config.server.portal_dir;
    let wanted = !folder.as_os_str().is_empty();
    wanted.then(|| Portal::read(folder).context("server.portal_dir")).transpose()
}

/// Serves and synchronises until told to stop, then ends both in order.
pub async fn serve(
    app: &App,
    config: &Config,
    portal: Option<Portal>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let (tell, told) = watch::channel(false);
    let background = config.sync.enabled.then(|| tokio::spawn(app.sync.clone().run(wait(told.clone()))));
    let journal = config.sync.enabled.then(|| tokio::spawn(app.journal.clone().run(wait(told))));
    let accounts = Arc::clone(&app.accounts);
    let store = app.store.clone();
    let house = tokio::spawn(async move { tokio::join!(accounts.keep_house(), store.keep_house()) });
    let behind = http::Behind {
        executor: Arc::clone(&app.executor) as Arc<_>,
        files: Arc::new(app.files(config)),
        hooks: Arc::new(app.sync.clone()),
        portal,
    };
    let router = http::router(behind, config.server.clone(), config.limits.clone());
    let stopping = async move {
        stop.await;
        let _ = tell.send(true);
    };
    http::serve(listener, router, config.server.clone(), stopping).await.context("the server failed")?;
    if let Some(background) = background {
        background.await.context("synchronisation failed")?;
    }
    if let Some(journal) = journal {
        journal.await.context("the journal failed")?;
    }
    house.abort();
    Ok(())
}

async fn wait(mut told: watch::Receiver<bool>) {
    let _ = told.wait_for(|stop| *stop).await;
}
