//! The way in for transports that carry no documents: the same credentials, rights as fresh, one desk.

use super::request::Credential;
use super::sign_in::Asking;
use super::{Executor, render};
use crate::readmodel::Desk;
use portico_contract::{Result, Stream};
use std::sync::Arc;
use uuid::Uuid;

impl Executor {
    /// The desk of whoever holds this credential, with this stream as fresh as promised; an error for a stranger.
    pub async fn desk_of(
        &self,
        credential: &Credential,
        account: Option<&str>,
        stream: Option<Stream>,
    ) -> Result<Desk> {
        let mut asking = self.signed_in(credential, account).await?;
        // Rights hang on the contacts.
        let wanted = || stream.into_iter().filter(|stream| *stream != Stream::Contacts).chain([Stream::Contacts]);
        let streams = asking.backends.iter().flat_map(|backend| wanted().map(|stream| (*backend, stream)));
        self.sync.freshen(streams.collect(), Vec::new()).await;
        if self.is_outdated(&asking) {
            // The contacts were read just now: what may be seen is what they say, not what they said.
            asking = self.signed_in(credential, account).await?;
        }
        Ok(Desk::new(self.store.clone(), Arc::clone(&asking.scope)).reading_whole(true))
    }

    /// Whoever holds this credential; an error for a stranger.
    pub async fn user_of(&self, credential: &Credential) -> Result<Uuid> {
        let asking = self.signed_in(credential, None).await?;
        asking.viewer.map(|viewer| viewer.user).ok_or_else(render::sign_in)
    }

    async fn signed_in(&self, credential: &Credential, account: Option<&str>) -> Result<Asking> {
        let asking = self.asking(credential, account).await?;
        if asking.viewer.is_some() { Ok(asking) } else { Err(render::sign_in()) }
    }
}
