//! The bytes of attachments.

use super::fixture::{Installation, cx, installation};
use futures_util::TryStreamExt;
use portico_contract::{Backend, Error, ErrorKind, FieldGroup, HealthState, Kind, NativeFile, NativeId};
use std::path::Path;

async fn open(itflow: &Installation, kind: Kind, reference: &str) -> Result<Vec<u8>, Error> {
    let file = NativeFile { owner: NativeId::new(kind, 1), reference: reference.to_owned() };
    let chunks: Vec<_> = itflow.backend.open(&cx(), &file).await?.bytes.try_collect().await?;
    Ok(chunks.concat())
}

async fn with_uploads(folder: &Path) -> Installation {
    let folder = folder.to_owned();
    installation(|config| config.uploads_dir = Some(folder)).await
}

/// A folder of uploads with one file, and a secret beside it.
fn uploads() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(place.path().join("uploads/tickets/12/folder")).unwrap();
    std::fs::create_dir_all(place.path().join("uploads/tickets/13")).unwrap();
    std::fs::write(place.path().join("uploads/tickets/12/a.png"), vec![7; 200_000]).unwrap();
    std::fs::write(place.path().join("config.php"), "secret").unwrap();
    place
}

#[tokio::test]
async fn without_the_setting_files_are_not_offered() {
    let itflow = installation(|_| {}).await;
    assert!(!itflow.backend.capabilities().carries.contains(&FieldGroup::AttachmentBytes));
    let error = open(&itflow, Kind::Attachment, "12/a.png").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
}

#[tokio::test]
async fn a_file_comes_whole_and_in_pieces() {
    let place = uploads();
    let itflow = with_uploads(&place.path().join("uploads")).await;
    assert!(itflow.backend.capabilities().carries.contains(&FieldGroup::AttachmentBytes));
    assert_eq!(open(&itflow, Kind::Attachment, "12/a.png").await.unwrap(), vec![7; 200_000]);
    let file = NativeFile { owner: NativeId::new(Kind::Attachment, 1), reference: "12/a.png".to_owned() };
    let opened = itflow.backend.open(&cx(), &file).await.unwrap();
    assert_eq!(opened.size, Some(200_000));
    let chunks: Vec<_> = opened.bytes.try_collect().await.unwrap();
    assert!(chunks.len() > 1, "a large file must not be held whole");
    assert_eq!(itflow.backend.probe(&cx()).await.unwrap().state, HealthState::Ok);
    let error = open(&itflow, Kind::Document, "12/a.png").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
}

#[tokio::test]
async fn nothing_outside_the_folder_is_opened() {
    let place = uploads();
    let tickets = place.path().join("uploads/tickets");
    for (link, target) in
        [("12/link.png", "../../../config.php"), ("12/inner.png", "a.png"), ("14", "12"), ("12/gone.png", "nowhere")]
    {
        std::os::unix::fs::symlink(target, tickets.join(link)).unwrap();
    }
    let itflow = with_uploads(&place.path().join("uploads")).await;
    for reference in [
        "12/none.png",
        "99/a.png",
        "12/folder",
        "12/link.png",
        "12/inner.png",
        "12/gone.png",
        "14/a.png",
        "12/../../../config.php",
        "../../config.php",
        "12/../12/a.png",
        "/etc/passwd",
        "12/a.png/x",
        "12/a.png\0",
        "",
    ] {
        let error = open(&itflow, Kind::Attachment, reference).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{reference:?}: {}", error.log());
        assert!(!error.public.contains("config"), "{reference:?}");
    }
}

#[tokio::test]
async fn a_folder_of_uploads_may_itself_be_a_link() {
    let place = uploads();
    std::os::unix::fs::symlink("uploads", place.path().join("mount")).unwrap();
    let itflow = with_uploads(&place.path().join("mount")).await;
    assert_eq!(open(&itflow, Kind::Attachment, "12/a.png").await.unwrap().len(), 200_000);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_setting_to_correct() {
    let place = uploads();
    let itflow = with_uploads(&place.path().join("nowhere")).await;
    let error = open(&itflow, Kind::Attachment, "12/a.png").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(error.public.contains("uploads_dir") && !error.public.contains("nowhere"));
    let health = itflow.backend.probe(&cx()).await.unwrap();
    assert_eq!(health.state, HealthState::Degraded);
    assert!(health.problems.iter().any(|problem| problem.contains("uploads_dir")), "{:?}", health.problems);
}
