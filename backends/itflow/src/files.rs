//! The bytes of attachments, read from ITFlow's folder `uploads`.
//!
//! A reference comes from a row that others write. It must name one file in one ticket's folder, and
//! the way there may hold no link: what a link points to was never uploaded.

use crate::backend::Itflow;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use portico_contract::{ByteStream, CallCx, Error, ErrorKind, FileBytes, Kind, NativeFile, Result};
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::{self, File};
use tokio::io::AsyncReadExt;

/// Below `uploads`.
const TICKETS: &str = "tickets";
const CHUNK: usize = 64 * 1024;

impl Itflow {
    pub(crate) async fn bytes(&self, cx: &CallCx, file: &NativeFile) -> Result<FileBytes> {
        let folder = self.config.uploads_dir.as_deref();
        let (Some(folder), Kind::Attachment) = (folder, file.owner.kind) else {
            return Err(Error::unsupported("reading files"));
        };
        let below = inside(&file.reference).ok_or_else(|| absent("the reference leads out of its folder"))?;
        let limit = cx.left().min(self.config.call_timeout());
        let opened = tokio::time::timeout(limit, open(folder, &below)).await;
        let (file, size) =
            opened.unwrap_or_else(|_| Err(Error::unavailable("the folder of files did not answer in time")))?;
        Ok(FileBytes { size: Some(size), bytes: chunks(file) })
    }

    /// What keeps files from being served, where they are to be.
    pub(crate) async fn files_problem(&self) -> Option<String> {
        let folder = self.config.uploads_dir.as_deref()?;
        let listed = fs::read_dir(folder).await;
        listed.err().map(|_| {
            "`uploads_dir` cannot be read, so files are not served. Point it at ITFlow's folder `uploads` and let this \
             process read it."
                .to_owned()
        })
    }
}

/// `<ticket>/<name>` as a path of exactly these two parts; `None` for everything else.
fn inside(reference: &str) -> Option<PathBuf> {
    let (ticket, name) = reference.split_once('/')?;
    let number = !ticket.is_empty() && ticket.bytes().all(|byte| byte.is_ascii_digit());
    let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0', ':']);
    (number && plain).then(|| Path::new(TICKETS).join(ticket).join(name))
}

async fn open(folder: &Path, below: &Path) -> Result<(File, u64)> {
    let root = fs::canonicalize(folder).await.map_err(|why| {
        Error::credentials("The setting `uploads_dir` of this backend names no folder that can be read. Check it.")
            .with_source(why)
    })?;
    let path = root.join(below);
    // A path without links is its own real path.
    if fs::canonicalize(&path).await.map_err(fault)? != path {
        return Err(absent("there is a link on the way to the file"));
    }
    // Asked of the name first, since opening a pipe would wait for its other end.
    if !fs::metadata(&path).await.map_err(fault)?.is_file() {
        return Err(absent("it is no file"));
    }
    let file = File::open(&path).await.map_err(fault)?;
    let size = file.metadata().await.map_err(fault)?.len();
    Ok((file, size))
}

fn chunks(file: File) -> ByteStream {
    let read = |mut file: File| async move {
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = (&mut file).take(CHUNK as u64).read_to_end(&mut chunk).await.map_err(fault)?;
        Ok((read > 0).then(|| (Bytes::from(chunk), file)))
    };
    stream::try_unfold(file, read).boxed()
}

fn absent(detail: &str) -> Error {
    Error::new(ErrorKind::NotFound, "The file is not there any more.").with_detail(detail)
}

fn fault(why: io::Error) -> Error {
    match why.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => {
            absent("no such file")
        }
        io::ErrorKind::PermissionDenied => Error::credentials(
            "A file of ITFlow may not be read. Let this process read the folder that `uploads_dir` names.",
        ),
        _ => Error::unavailable(format!("reading a file: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_one_file_in_one_folder() {
        assert_eq!(inside("12/a b.png"), Some(PathBuf::from("tickets/12/a b.png")));
        for reference in [
            "",
            "/",
            "12",
            "12/",
            "/a.png",
            "a/b.png",
            "12/..",
            "12/.",
            "12/.htaccess",
            "../12/a.png",
            "12/../13/a.png",
            "12/a/b.png",
            "12//a.png",
            "/12/a.png",
            "12/a\0.png",
            "12\\a.png",
            "12/..\\a.png",
            "12/C:a.png",
            "-1/a.png",
            "12 /a.png",
        ] {
            assert_eq!(inside(reference), None, "{reference:?}");
        }
    }
}
