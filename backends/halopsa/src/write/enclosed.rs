//! Files that go along with a ticket or an answer: within the same call, so that they are there with it or not at all.

use crate::backend::Halo;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portico_contract::command::Upload;
use portico_contract::{Error, Files, Result};
use serde_json::{Value, json};

/// Halo keeps names of files in a column of this width.
const LONGEST: usize = 200;

impl Halo {
    /// The member of a ticket or an action that holds the files, if there are any. Together they are no larger than one
    /// may be: they pass through memory, and through Halo's own limit of a call.
    pub(super) async fn enclosed(
        &self,
        uploads: &[Upload],
        files: Option<&dyn Files>,
    ) -> Result<Option<(String, Value)>> {
        if uploads.is_empty() {
            return Ok(None);
        }
        let (most, files) = match (self.config.largest_file(), files) {
            (most, Some(files)) if most > 0 => (most, files),
            _ => return Err(Error::unsupported("attachments")),
        };
        let announced = uploads.iter().map(|upload| u64::try_from(upload.size).unwrap_or(u64::MAX));
        if announced.fold(0, u64::saturating_add) > most {
            let text = format!("The files are larger than {} MB together.", self.config.attachment_megabytes);
            return Err(Error::invalid(text));
        }
        let mut enclosed = Vec::new();
        for upload in uploads {
            let bytes = files.bytes(upload).await?;
            if i64::try_from(bytes.len()) != Ok(upload.size) {
                return Err(Error::internal("an upload has another size than its command says"));
            }
            enclosed.push(json!({ "filename": named(&upload.name), "data_base64": STANDARD.encode(&bytes),
                "isimage": false, "showforusers": true }));
        }
        Ok(Some(("attachments".to_owned(), Value::Array(enclosed))))
    }
}

/// The last part of a name, without what no file system takes. It keeps its ending.
fn named(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|letter| !letter.is_control() && !"<>:\"|?*".contains(*letter)).collect();
    let clean = clean.trim_matches(['.', ' ']);
    let skipped = clean.chars().count().saturating_sub(LONGEST);
    let kept: String = clean.chars().skip(skipped).collect();
    if kept.is_empty() { "file".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_alone() {
        for (given, kept) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a b.txt", "a b.txt"),
            ("ü🙂\n.png", "ü🙂.png"),
            ("..", "file"),
            ("", "file"),
            ("a<b>\"c\".svg", "abc.svg"),
        ] {
            assert_eq!(named(given), kept, "{given:?}");
        }
        assert!(named(&format!("{}.pdf", "x".repeat(500))).ends_with("x.pdf"));
    }
}
