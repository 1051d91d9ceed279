//! Files that go along with what somebody writes: announced here, sent to `/uploads`, named in the input.

use super::UserError;
use super::write::{Checked, Field, Writer, Wrong};
use crate::authz::viewer::Viewer;
use crate::files::{Addresses, clean};
use crate::graphql::directive::{inherits, signedIn};
use crate::graphql::query::{Provider, UploadLimits};
use crate::graphql::scalar::{DateTime, Url};
use crate::readmodel::uploads::{LIFE, MOST, Stored, Uploads};
use crate::sync::Source;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::DateTime as Chrono;
use portico_contract::command::Upload as Sent;
use portico_contract::{Error, ErrorKind};
use std::sync::Arc;

/// Announcing files.
#[derive(Debug, Clone, Copy, Default)]
pub struct UploadWrites;

/// A file that is to be sent.
#[derive(Debug, InputObject)]
pub struct CreateUploadInput {
    /// Its name, with the ending that says its type.
    name: String,
    /// Its length in bytes.
    size: i64,
}

/// A place for a file.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct Upload {
    /// Named in `attachmentIds` of what the file goes along with.
    id: ID,
    /// Where the bytes are sent by PUT, with the same credential.
    url: Url,
    /// The name that it will have.
    name: String,
    /// When it is forgotten, if nothing takes it along.
    expires_at: DateTime,
}

/// What announcing a file led to.
#[derive(Debug, Clone, Default, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct CreateUploadPayload {
    /// The place for it.
    upload: Option<Upload>,
    /// What is wrong with the input.
    user_errors: Vec<UserError>,
}

const IDS: Field = &["input", "attachmentIds"];

fn limits<'a>(ctx: &Context<'a>) -> Checked<&'a UploadLimits> {
    let missing = |_| Error::internal("a mutation without the provider");
    Ok(ctx.data::<Provider>().map(|provider| &provider.uploads).map_err(missing)?)
}

async fn announce(ctx: &Context<'_>, input: CreateUploadInput) -> Checked<Upload> {
    let missing = |_| Error::internal("a mutation without its surroundings");
    let who = ctx.data::<Arc<Viewer>>().map_err(missing)?;
    let addresses = ctx.data::<Addresses>().map_err(missing)?;
    let most = limits(ctx)?.max_bytes;
    if !(1..=most).contains(&input.size) {
        return Err(Wrong::invalid(&["input", "size"], format!("Must be from 1 to {most} bytes.")));
    }
    let name = clean(&input.name);
    let uploads = ctx.data::<Uploads>().map_err(missing)?;
    let row = uploads.announce(who.user, &name, input.size).await?;
    let expires = Chrono::from_timestamp_millis(row.created_at + LIFE).unwrap_or_default();
    Ok(Upload {
        id: ID(row.id.to_string()),
        url: Url(addresses.upload(row.id)),
        name: row.name,
        expires_at: DateTime(expires),
    })
}

/// The files that an input names: sent by the viewer, of no other command, and such as the PSA takes.
pub async fn attached(writer: &Writer<'_>, source: &Source, ids: &[ID]) -> Checked<Vec<Sent>> {
    if ids.len() > MOST {
        return Err(Wrong::invalid(IDS, format!("Name at most {MOST} files.")));
    }
    let most = source.backend.capabilities().limits.max_attachment;
    if !ids.is_empty() && most == 0 {
        return Err(Wrong::at(IDS, ErrorKind::Unsupported, "This PSA takes no files from here."));
    }
    let mut files: Vec<Sent> = Vec::with_capacity(ids.len());
    for id in ids {
        let file = found(writer, id).await?.ok_or_else(|| Wrong::missing(IDS).below(id))?;
        if u64::try_from(file.size).is_ok_and(|size| size > most) {
            return Err(Wrong::invalid(IDS, format!("This PSA takes files of at most {most} bytes.")).below(id));
        }
        if files.iter().any(|known| known.file == file.id) {
            return Err(Wrong::invalid(IDS, "Is named twice.").below(id));
        }
        let Stored { id, name, media_type, size, .. } = file;
        files.push(Sent { file: id, name, media_type: media_type.unwrap_or_default(), size });
    }
    Ok(files)
}

async fn found(writer: &Writer<'_>, id: &str) -> Checked<Option<Stored>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    Ok(writer.uploads.waiting(writer.who.user, id).await?)
}

#[Object]
impl UploadWrites {
    /// Makes a place for a file that is to go along with a ticket or a comment. Send its bytes by PUT to the address
    /// that comes back, then name its id in `attachmentIds`.
    #[graphql(directive = signedIn::apply())]
    async fn create_upload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file.")] input: CreateUploadInput,
    ) -> Option<CreateUploadPayload> {
        Some(match announce(ctx, input).await {
            Ok(upload) => CreateUploadPayload { upload: Some(upload), user_errors: Vec::new() },
            Err(wrong) => CreateUploadPayload { upload: None, user_errors: vec![wrong.told()] },
        })
    }
}
