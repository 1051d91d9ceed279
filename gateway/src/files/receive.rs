//! Taking a file in: who sends it, how long it may be, and of which type it is.

use super::{Files, media, prompt};
use crate::executor::request::Credential;
use bytes::BytesMut;
use futures_util::TryStreamExt;
use portico_contract::{ByteStream, Error, Result};
use uuid::Uuid;

/// Bytes of one part in the database.
const PART: usize = 512 * 1024;

/// A file on its way in.
pub struct NewFile {
    /// The upload it was announced as.
    pub id: String,
    pub credential: Credential,
    pub bytes: ByteStream,
}

impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewFile").field("id", &self.id).finish_non_exhaustive()
    }
}

fn wrong_length(said: i64) -> Error {
    Error::invalid(format!("The file was announced with {said} bytes and has another length. Announce it again."))
}

impl Files {
    /// Stores the bytes of an announced file.
    pub(super) async fn take_in(&self, file: NewFile) -> Result<()> {
        let user = self.executor.user_of(&file.credential).await?;
        // What is no id names no upload.
        let id = file.id.parse().unwrap_or(Uuid::nil());
        let place = self.uploads.open(user, id).await?;
        let attempt = Uuid::new_v4();
        match self.store_parts(place.id, attempt, &place.name, place.size, prompt(file.bytes)).await {
            Ok((parts, media_type)) => self.uploads.finish(place.id, attempt, parts, media_type).await,
            Err(error) => {
                self.uploads.drop_parts(place.id, Some(attempt)).await?;
                Err(error)
            }
        }
    }

    /// How many parts it was, and of which type it is.
    async fn store_parts(
        &self,
        id: Uuid,
        attempt: Uuid,
        name: &str,
        size: i64,
        mut bytes: ByteStream,
    ) -> Result<(u64, &'static str)> {
        let (mut buffer, mut left, mut media_type) = (BytesMut::with_capacity(PART), size, None);
        let mut parts = 0_i64;
        loop {
            let piece = bytes.try_next().await?;
            let length = piece.as_ref().map_or(0, |piece| i64::try_from(piece.len()).unwrap_or(i64::MAX));
            left = left.checked_sub(length).filter(|left| *left >= 0).ok_or_else(|| wrong_length(size))?;
            buffer.extend_from_slice(piece.as_deref().unwrap_or_default());
            let ended = piece.is_none();
            if media_type.is_none() && (ended || buffer.len() >= PART) {
                media_type = Some(media::taken(name, &buffer)?);
            }
            while buffer.len() >= PART || (ended && !buffer.is_empty()) {
                let part = buffer.split_to(PART.min(buffer.len()));
                self.uploads.add_part(id, attempt, parts, part.to_vec()).await?;
                parts += 1;
            }
            if ended {
                break;
            }
        }
        match media_type.filter(|_| left == 0) {
            Some(media_type) => Ok((parts.unsigned_abs(), media_type)),
            None => Err(wrong_length(size)),
        }
    }
}
