//! The bytes of what a command sends along.

use crate::command::Upload;
use crate::error::Result;
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt::Debug;

/// Where the bytes of a command's [`Upload`]s are. The gateway keeps them as long as the command is not done; an adapter
/// asks for them when it sends the command, each time that it does.
#[async_trait]
pub trait Files: Send + Sync + Debug {
    /// All bytes of an upload: as many as it says. One that is no longer there fails for good.
    async fn bytes(&self, upload: &Upload) -> Result<Bytes>;
}
