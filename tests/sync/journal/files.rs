//! Files that go along: announced, sent, taken once, and kept no longer than they are needed.

use super::*;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use portico::app::say;
use portico::files::{FileStore, NewFile};
use portico_contract::{CommandKind, ErrorKind};
use portico_tests::house::BILLING;
use portico_tests::writable::Fault;
use secrecy::ExposeSecret;

const ANNOUNCE: &str = "mutation($input: CreateUploadInput!) { createUpload(input: $input) { \
    upload { id url name expiresAt } userErrors { code message field } } }";
const PDF: &[u8] = b"%PDF-1.7\nwhat it is about";

async fn announce(house: &House, who: Who<'_>, name: &str, size: usize) -> Result<Value> {
    run(house, who, ANNOUNCE, json!({ "input": { "name": name, "size": size } })).await
}

/// Sends bytes to a place, in small pieces; why it was not taken.
async fn send(house: &House, who: Who<'_>, id: &str, bytes: &[u8]) -> Result<Option<ErrorKind>> {
    let pieces: Vec<_> = bytes.chunks(7).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    let file = NewFile { id: id.to_owned(), credential: house.credential(who)?, bytes: stream::iter(pieces).boxed() };
    Ok(house.app.files(&house.config).receive(file).await.err().map(|error| error.kind))
}

async fn sent(house: &House, who: Who<'_>, name: &str, bytes: &[u8]) -> Result<String> {
    let place = announce(house, who, name, bytes.len()).await?;
    let id = word(&place, "/upload/id")?;
    ensure!(send(house, who, &id, bytes).await?.is_none(), "{name} was not taken");
    Ok(id)
}

async fn open(house: &House, who: Who<'_>, key: &str, files: &[&str]) -> Result<Value> {
    let input = json!({ "subject": "With files", "description": "x", "idempotencyKey": key, "attachmentIds": files });
    run(house, who, CREATE, json!({ "input": input })).await
}

/// Rows of files and of their parts.
async fn kept(house: &House) -> Result<(i64, i64)> {
    use sea_orm::{ConnectionTrait, Database, Statement};
    let conn = Database::connect(house.config.database.url.expose_secret()).await?;
    let mut counts = [0; 2];
    for (count, table) in counts.iter_mut().zip(["uploads", "upload_parts"]) {
        let sql = Statement::from_string(conn.get_database_backend(), format!("SELECT COUNT(*) AS n FROM {table}"));
        *count = conn.query_one_raw(sql).await?.context("a row")?.try_get::<i64>("", "n")?;
    }
    Ok((counts[0], counts[1]))
}

/// Acceptance: T14 (Mutation.createUpload, CreateTicketInput.attachmentIds, Provider.uploads)
/// Acceptance: T41 (AddTicketCommentInput.attachmentIds)
#[tokio::test]
async fn a_file_goes_along_once_and_is_not_kept() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let (one, two) =
        (sent(&house, STANDARD, "../a\u{202e}.pdf", PDF).await?, sent(&house, STANDARD, "b.txt", b"b").await?);
    assert_eq!(kept(&house).await?, (2, 2));
    let made = open(&house, STANDARD, "k", &[&one, &two]).await?;
    ensure!(at(&made, "/delivery") == "APPLIED", "{made}");
    let (first, second) = (("a.pdf".to_owned(), PDF.to_vec()), ("b.txt".to_owned(), b"b".to_vec()));
    assert_eq!(writes.files(), [first.clone(), second.clone()]);
    assert_eq!(kept(&house).await?, (0, 0), "what was delivered is not kept");
    assert_eq!(open(&house, STANDARD, "k", &[&one, &two]).await?, made, "the same wish");
    let again = open(&house, STANDARD, "other", &[&one]).await?;
    assert_eq!(at(&again, "/userErrors/0/code"), "NOT_FOUND", "{again}");

    let three = sent(&house, STANDARD, "c.txt", b"ccc").await?;
    let input = json!({ "body": "see", "attachmentIds": [three] });
    let ticket = word(&made, "/ticket/id")?;
    let said = run(&house, STANDARD, COMMENT, json!({ "id": ticket, "input": input })).await?;
    ensure!(at(&said, "/delivery") == "APPLIED", "{said}");
    assert_eq!(writes.files(), [first, second, ("c.txt".to_owned(), b"ccc".to_vec())]);
    let told = house.data(STANDARD, "{ provider { uploads { maxBytes maxFiles endings } } }").await?;
    assert_eq!(at(&told, "/provider/uploads/maxFiles"), 10, "{told}");
    Ok(())
}

#[tokio::test]
async fn a_queued_file_waits_with_its_ticket() -> Result<()> {
    let writes = Writable::default();
    let house = house(&writes).await?;
    let file = sent(&house, STANDARD, "a.pdf", PDF).await?;
    writes.goes_down(true);
    let made = open(&house, STANDARD, "k", &[&file]).await?;
    ensure!(at(&made, "/delivery") == "QUEUED", "{made}");
    // Longer than a file waits that nothing takes along.
    for _ in 0..8 {
        house.pass(Duration::from_secs(600));
        house.app.journal.tidy().await.map_err(|e| say(&e))?;
    }
    assert_eq!(kept(&house).await?, (1, 1));
    writes.goes_down(false);
    house.pass(LONG);
    house.app.journal.deliver().await.map_err(|e| say(&e))?;
    assert_eq!((writes.files().len(), kept(&house).await?), (1, (0, 0)));

    let file = sent(&house, STANDARD, "b.pdf", PDF).await?;
    writes.fails(&[Fault::Refuses(ErrorKind::Invalid)]);
    let refused = open(&house, STANDARD, "refused", &[&file]).await?;
    ensure!(at(&refused, "/delivery") == "REJECTED", "{refused}");
    assert_eq!(kept(&house).await?, (0, 0), "what was refused is not kept");
    Ok(())
}

#[tokio::test]
async fn what_is_no_such_file_is_not_taken() -> Result<()> {
    let house = house(&Writable::default()).await?;
    for (name, size, bytes, why) in [
        ("short.txt", 9, &b"12345678"[..], ErrorKind::Invalid),
        ("long.txt", 7, b"12345678", ErrorKind::Invalid),
        ("page.html", 3, b"<p>", ErrorKind::Invalid),
        ("a.png", 8, b"<script>", ErrorKind::Invalid),
        ("a.svg", 5, b"<svg>", ErrorKind::Invalid),
    ] {
        let place = announce(&house, STANDARD, name, size).await?;
        let id = word(&place, "/upload/id")?;
        assert_eq!(send(&house, STANDARD, &id, bytes).await?, Some(why), "{name}");
        let made = open(&house, STANDARD, name, &[&id]).await?;
        assert_eq!(at(&made, "/userErrors/0/code"), "NOT_FOUND", "{name}: {made}");
    }
    assert_eq!(kept(&house).await?, (5, 0), "nothing is kept of what was not whole");
    let place = word(&announce(&house, STANDARD, "a.pdf", PDF.len()).await?, "/upload/id")?;
    assert_eq!(send(&house, BILLING, &place, PDF).await?, Some(ErrorKind::NotFound), "somebody else's place");
    assert_eq!(send(&house, STANDARD, "no-id", PDF).await?, Some(ErrorKind::NotFound));
    assert_eq!(send(&house, STANDARD, &place, PDF).await?, None);
    assert_eq!(send(&house, STANDARD, &place, PDF).await?, Some(ErrorKind::Conflict), "it is here already");
    for size in [0, 25 * 1024 * 1024 + 1] {
        let refused = announce(&house, STANDARD, "a.pdf", size).await?;
        assert_eq!(at(&refused, "/userErrors/0/field/1"), "size", "{refused}");
    }
    Ok(())
}

#[tokio::test]
async fn what_an_input_names_is_checked() -> Result<()> {
    let writes = Writable::with(|it| it.max_attachment = 30);
    let house = house(&writes).await?;
    let mine = sent(&house, STANDARD, "a.txt", b"a").await?;
    let large = sent(&house, STANDARD, "large.txt", &[b'x'; 31]).await?;
    let theirs = sent(&house, BILLING, "b.txt", b"b").await?;
    for (files, code) in [
        (vec![theirs.as_str()], "NOT_FOUND"),
        (vec!["no-id"], "NOT_FOUND"),
        (vec![mine.as_str(), mine.as_str()], "BAD_USER_INPUT"),
        (vec![large.as_str()], "BAD_USER_INPUT"),
        (vec![mine.as_str(); 11], "BAD_USER_INPUT"),
    ] {
        let made = open(&house, STANDARD, "k", &files).await?;
        assert_eq!(at(&made, "/userErrors/0/code"), code, "{made}");
        assert_eq!(at(&made, "/userErrors/0/field/1"), "attachmentIds", "{made}");
    }
    let ok = open(&house, STANDARD, "k", &[&mine]).await?;
    ensure!(at(&ok, "/delivery") == "APPLIED" && writes.tries() == 1, "{ok}");

    let none = Writable::with(|it| (it.max_attachment, it.commands) = (0, vec![CommandKind::OpenTicket]));
    let house = super::house(&none).await?;
    let mine = sent(&house, STANDARD, "a.txt", b"a").await?;
    let made = open(&house, STANDARD, "k", &[&mine]).await?;
    assert_eq!(at(&made, "/userErrors/0/code"), "UNSUPPORTED", "{made}");
    Ok(())
}

#[tokio::test]
async fn a_file_that_nothing_takes_along_goes_after_its_hour() -> Result<()> {
    let house = house(&Writable::default()).await?;
    let file = sent(&house, STANDARD, "a.txt", b"a").await?;
    let place = word(&announce(&house, STANDARD, "b.txt", 1).await?, "/upload/id")?;
    house.pass(Duration::from_secs(3_601));
    assert_eq!(send(&house, STANDARD, &place, b"b").await?, Some(ErrorKind::NotFound));
    let made = open(&house, STANDARD, "k", &[&file]).await?;
    assert_eq!(at(&made, "/userErrors/0/code"), "NOT_FOUND", "{made}");
    house.app.journal.tidy().await.map_err(|e| say(&e))?;
    assert_eq!(kept(&house).await?, (0, 0));
    for _ in 0..20 {
        announce(&house, STANDARD, "a.txt", 1).await?;
    }
    let refused = announce(&house, STANDARD, "a.txt", 1).await?;
    assert_eq!(at(&refused, "/userErrors/0/code"), "RATE_LIMITED", "{refused}");
    ensure!(at(&announce(&house, BILLING, "a.txt", 1).await?, "/upload/id").is_string(), "others are not hindered");
    Ok(())
}
