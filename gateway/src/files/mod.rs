//! Files: who may have which, where its bytes come from or go to, and how they may be named and typed.
//!
//! A file is known by the global id of what carries it. The row comes from the viewer's desk, so a file that may not
//! be seen and one that never was are one answer; the bytes come from the row's backend and are never whole in memory.

mod media;
mod name;
mod receive;

pub use media::taken_endings;
pub use name::{clean, disposition};
pub use receive::NewFile;

use crate::executor::Executor;
use crate::executor::request::Credential;
use crate::readmodel::entity::{attachments, documents, invoices};
use crate::readmodel::fence::Fenced;
use crate::readmodel::relation::{Place, Related, Selection};
use crate::readmodel::uploads::Uploads;
use crate::readmodel::{Desk, GlobalId, NOT_FOUND};
use crate::sync::{Source, Sync};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use portico_contract::{
    ByteStream, CallCx, Error, ErrorKind, FieldGroup, FileBytes, Kind, Lane, NativeFile, NativeId, Result,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Where files are below the address of this server.
pub const PATH: &str = "/files";
/// Where files are sent to.
pub const UPLOADS: &str = "/uploads";

/// How long a PSA has for the next piece of a file.
const PIECE: Duration = Duration::from_secs(30);

/// One request for a file, whatever it came in through.
#[derive(Debug, Default)]
pub struct FileRequest {
    /// A global id, as it came.
    pub id: String,
    pub credential: Credential,
    /// Narrows the scope to one account: a global id.
    pub account: Option<String>,
}

/// A file on its way out.
pub struct File {
    /// As it was uploaded, by whomever.
    pub name: String,
    pub media_type: &'static str,
    pub size: Option<u64>,
    pub bytes: ByteStream,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("media_type", &self.media_type).field("size", &self.size).finish_non_exhaustive()
    }
}

/// Whoever hands out files and takes them in.
#[async_trait]
pub trait FileStore: Send + std::marker::Sync + fmt::Debug {
    async fn open(&self, request: FileRequest) -> Result<File>;
    async fn receive(&self, file: NewFile) -> Result<()>;
}

/// Files of the PSAs, behind the fence.
#[derive(Debug)]
pub struct Files {
    pub executor: Arc<Executor>,
    pub uploads: Uploads,
    pub sync: Sync,
    /// Bytes of the largest file that is handed out.
    pub limit: u64,
    /// How long opening may take.
    pub within: Duration,
}

#[async_trait]
impl FileStore for Files {
    async fn open(&self, request: FileRequest) -> Result<File> {
        let id = request.id.parse::<GlobalId>();
        let stream = id.ok().map(|id| id.kind.stream());
        let desk = self.executor.desk_of(&request.credential, request.account.as_deref(), stream).await?;
        let id = id.map_err(|_| missing())?;
        let Wanted { backend, name, file } = self.wanted(&desk, id).await?;
        let source = self.sync.source(backend).filter(|source| hands_out(source, file.owner.kind));
        let source = source.ok_or_else(|| Error::unsupported("reading files"))?;
        self.sync.afford(source, Lane::Interactive).await?;
        let cx = CallCx::new(Lane::Interactive, self.within);
        let opened = self.sync.metered(source, cx.lane, 1, source.backend.open(&cx, &file)).await?;
        self.typed(name, opened).await
    }

    async fn receive(&self, file: NewFile) -> Result<()> {
        self.take_in(file).await
    }
}

impl Files {
    /// The file of a row that may be seen, after that was confirmed: what became internal in the PSA is internal here.
    async fn wanted(&self, desk: &Desk, id: GlobalId) -> Result<Wanted> {
        match id.kind {
            Kind::Attachment => {
                let row = seen::<attachments::Entity>(desk, id).await?;
                self.confirm(desk, GlobalId::new(Kind::Ticket, row.ticket_id)).await?;
                Ok(Wanted::attached(&*seen::<attachments::Entity>(desk, id).await?))
            }
            Kind::Invoice => {
                seen::<invoices::Entity>(desk, id).await?;
                self.confirm(desk, id).await?;
                Ok(Wanted::printed(&*seen::<invoices::Entity>(desk, id).await?))
            }
            Kind::Document => Err(text_alone(desk, id).await?),
            _ => Err(missing()),
        }
    }

    async fn confirm(&self, desk: &Desk, what: GlobalId) -> Result<()> {
        let opened = desk.opened(what).await?;
        self.sync.freshen(Vec::new(), opened.into_iter().collect()).await;
        Ok(())
    }

    /// Looks at the first piece for the type, and at all of them for the limit.
    async fn typed(&self, name: String, opened: FileBytes) -> Result<File> {
        let FileBytes { size, bytes } = opened;
        if size.is_some_and(|size| size > self.limit) {
            return Err(too_large(self.limit));
        }
        let mut bytes = prompt(bytes);
        let first = bytes.try_next().await?.unwrap_or_default();
        let media_type = media::of(&name, &first);
        let first = stream::iter((!first.is_empty()).then_some(Ok(first)));
        Ok(File { name, media_type, size, bytes: bounded(first.chain(bytes).boxed(), self.limit) })
    }
}

/// What is read from which backend, and what it is to be called.
struct Wanted {
    backend: Uuid,
    name: String,
    file: NativeFile,
}

impl Wanted {
    fn attached(row: &attachments::Model) -> Self {
        let owner = NativeId::new(Kind::Attachment, &row.native_key);
        let file = NativeFile { owner, reference: row.reference.clone() };
        Self { backend: row.backend_id, name: row.name.clone(), file }
    }

    fn printed(row: &invoices::Model) -> Self {
        let file = NativeFile { owner: NativeId::new(Kind::Invoice, &row.native_key), reference: String::new() };
        Self { backend: row.backend_id, name: format!("{}.pdf", row.number), file }
    }
}

async fn seen<E: Fenced>(desk: &Desk, id: GlobalId) -> Result<Arc<E::Model>>
where
    E::Model: Related,
{
    desk.by_id::<E>(id.uuid, &Selection::default(), Place::root()).await?.ok_or_else(missing)
}

/// Documents are texts in every PSA so far: whoever sees one is told where it is.
async fn text_alone(desk: &Desk, id: GlobalId) -> Result<Error> {
    seen::<documents::Entity>(desk, id).await?;
    Ok(Error::new(ErrorKind::Unsupported, "This document is a text and no file. Ask for its field body."))
}

fn missing() -> Error {
    Error::new(ErrorKind::NotFound, NOT_FOUND)
}

fn too_large(limit: u64) -> Error {
    let text = format!("The file is larger than {limit} bytes, the most that is handed out here. Ask your provider.");
    Error::new(ErrorKind::Unsupported, text)
}

/// Whether files of such an owner can be had.
fn hands_out(source: &Source, owner: Kind) -> bool {
    let group = if owner == Kind::Invoice { FieldGroup::InvoicePdf } else { FieldGroup::AttachmentBytes };
    source.backend.capabilities().carries.contains(&group)
}

/// Each piece within its time.
fn prompt(bytes: ByteStream) -> ByteStream {
    let next = |mut bytes: ByteStream| async move {
        let piece = tokio::time::timeout(PIECE, bytes.try_next()).await;
        let piece = piece.unwrap_or_else(|_| Err(Error::unavailable("a file stopped in the middle")))?;
        Ok(piece.map(|piece| (piece, bytes)))
    };
    stream::try_unfold(bytes, next).boxed()
}

/// Fails at the first byte over the limit: the receiver sees a broken transfer, never a shorter file.
fn bounded(bytes: ByteStream, limit: u64) -> ByteStream {
    let mut left = limit;
    let counted = move |piece: Result<Bytes>| {
        let piece = piece?;
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(length).ok_or_else(|| too_large(limit))?;
        Ok(piece)
    };
    bytes.map(counted).boxed()
}

/// Where clients find files.
#[derive(Debug, Clone)]
pub struct Addresses {
    base: String,
    uploads: String,
    sync: Sync,
}

impl Addresses {
    #[must_use]
    pub fn new(public_url: &str, sync: Sync) -> Self {
        Self { base: format!("{public_url}{PATH}"), uploads: format!("{public_url}{UPLOADS}"), sync }
    }

    /// The address of a file, where its backend hands out files.
    #[must_use]
    pub fn of(&self, file: GlobalId, backend: Uuid) -> Option<String> {
        let served = self.sync.source(backend).is_some_and(|source| hands_out(source, file.kind));
        served.then(|| format!("{}/{file}", self.base))
    }

    /// Where the bytes of an announced file go.
    #[must_use]
    pub fn upload(&self, id: Uuid) -> String {
        format!("{}/{id}", self.uploads)
    }
}
