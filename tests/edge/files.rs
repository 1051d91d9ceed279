//! Downloads: who gets which file, and what a browser is told to do with it.

#![expect(clippy::indexing_slicing, reason = "an answer without the place is a failed test")]

use crate::demo::Demo;
use crate::site::Site;
use anyhow::{Context, Result};
use portico::accounts::{ContactLink, Realm};
use portico::app::say;
use portico::executor::request::Credential;
use portico::files::{FileRequest, FileStore};
use portico_contract::{ErrorKind, Kind};
use portico_sandbox::world::model::{Attachment, ReplyType};
use portico_sandbox::{ItflowSandbox, bytes_of, write_uploads};
use portico_tests::House;
use portico_tests::running::Running;
use portico_tests::wire::{Answer, Call};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const PRIMARY: &str = "priya.nair@";
const OTHER: &str = "joerg.mueller@";
const STANDARD: &str = "sam.whitlock@";
/// A name of the world that cannot be a name on a disk.
const ODD: &str = "plan \"B\" (final)/v2 ünïcode.pdf";
const RAW_MAIL: &str = "Original-parsed-email.eml";

/// Every attachment that somebody sees, name and address by id.
async fn addresses(running: &Running, token: &str) -> Result<BTreeMap<String, (String, Value)>> {
    let query = "{ tickets(first: 100) { nodes { attachments(first: 100) { nodes { id name url } } } } }";
    let data = running.data(Some(token), query).await?;
    let tickets = data["tickets"]["nodes"].as_array().context("tickets")?.clone();
    let files =
        tickets.iter().flat_map(|ticket| ticket["attachments"]["nodes"].as_array().cloned().unwrap_or_default());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(files.map(|file| (text(&file["id"]), (text(&file["name"]), file["url"].clone()))).collect())
}

async fn get(running: &Running, token: Option<&str>, path: &str) -> Result<Answer> {
    running.send(&Call::get(path).bearer(token)).await
}

/// Acceptance in part: T38 (Attachment.url)
#[tokio::test]
async fn a_file_comes_as_it_was_uploaded_and_as_a_download() -> Result<()> {
    let demo = Demo::start().await?;
    let token = demo.token(PRIMARY)?;
    let mut types = Vec::new();
    for (id, (name, url)) in addresses(&demo.running, token).await? {
        assert_eq!(url, json!(format!("/files/{id}")));
        let path = url.as_str().context("an address")?;
        let answer = get(&demo.running, Some(token), path).await?;
        assert_eq!((answer.status, answer.bytes.as_slice()), (200, bytes_of(&name)), "{name}: {}", answer.body);
        let length = bytes_of(&name).len().to_string();
        let shown = match name.as_str() {
            ODD => "attachment; filename=\"v2 _n_code.pdf\"; filename*=UTF-8''v2%20%C3%BCn%C3%AFcode.pdf".to_owned(),
            plain => format!("attachment; filename=\"{plain}\""),
        };
        for (header, expected) in [
            ("content-disposition", shown.as_str()),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "private, no-store"),
            ("cross-origin-resource-policy", "same-origin"),
            ("content-length", &length),
        ] {
            assert_eq!(answer.header(header), Some(expected), "{name}: {header}");
        }
        types.push(answer.header("content-type").unwrap_or_default().to_owned());
        let head = demo.running.send(&Call { method: "HEAD", ..Call::get(path) }.bearer(Some(token))).await?;
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{name}");
        assert_eq!(head.header("content-length"), Some(length.as_str()), "{name}");
    }
    for expected in ["image/jpeg", "image/png", "text/csv; charset=utf-8", "application/octet-stream"] {
        assert!(types.iter().any(|seen| seen == expected), "{expected} is not among {types:?}");
    }
    Ok(())
}

/// The same status and text, so that nobody learns what exists.
#[tokio::test]
async fn what_may_not_be_seen_is_what_never_was() -> Result<()> {
    let demo = Demo::start().await?;
    let staff = addresses(&demo.running, demo.administrator()?).await?;
    let never = get(&demo.running, Some(demo.token(PRIMARY)?), &format!("/files/attachment_{:032x}", 1)).await?;
    assert_eq!((never.status, never.code().as_str()), (404, "NOT_FOUND"));
    let mut hidden = 0;
    for email in [PRIMARY, OTHER, STANDARD] {
        let token = demo.token(email)?;
        let own = addresses(&demo.running, token).await?;
        assert!(!own.is_empty(), "{email} sees no file");
        for (id, (name, _)) in &staff {
            let answer = get(&demo.running, Some(token), &format!("/files/{id}")).await?;
            if own.contains_key(id) {
                assert_eq!(answer.status, 200, "{email} {name}");
                continue;
            }
            hidden += 1;
            assert_eq!((answer.status, &answer.body), (never.status, &never.body), "{email} {name}");
        }
        assert!(!own.values().any(|(name, _)| name == RAW_MAIL), "{email} is told of the raw mail");
    }
    assert!(hidden > 20, "only {hidden} were hidden");
    assert!(staff.values().any(|(name, _)| name == RAW_MAIL), "staff see the mail as it came in");
    for id in ["", "x", "attachment_", "..%2f..%2fdemo.json", "attachment_%00", "ticket_1"] {
        let answer = get(&demo.running, Some(demo.token(PRIMARY)?), &format!("/files/{id}")).await?;
        assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"), "{id}: {}", answer.body);
    }
    Ok(())
}

#[tokio::test]
async fn only_who_has_signed_in_gets_files_and_foreign_pages_do_not() -> Result<()> {
    let demo = Demo::start().await?;
    let user = demo.facts.user(PRIMARY)?;
    let files = addresses(&demo.running, &user.token).await?;
    let path = format!("/files/{}", files.keys().next().context("a file")?);
    for dead in [None, Some("x"), Some("")] {
        let answer = get(&demo.running, dead, &path).await?;
        assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHENTICATED"), "{}", answer.body);
    }
    let input = json!({ "login": user.email, "password": user.password, "realm": user.realm, "transport": "COOKIE" });
    let sign_in = "mutation In($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }";
    let sign_in = json!({ "query": sign_in, "variables": { "input": input } }).to_string();
    let answer = demo.running.send(&Call::post(sign_in)).await?;
    let cookie = answer.header("set-cookie").and_then(|text| text.split(';').next()).context("a cookie")?.to_owned();
    let with = || Call::get(&path).header("cookie", &cookie);
    assert_eq!(demo.running.send(&with()).await?.status, 200, "a link is followed with the cookie");
    let own = with().header("origin", &format!("http://{}", demo.running.address));
    assert_eq!(demo.running.send(&own).await?.status, 200);
    let foreign = demo.running.send(&with().header("origin", "https://evil.example.org")).await?;
    assert_eq!((foreign.status, foreign.code().as_str()), (403, "FORBIDDEN"));
    let post = demo.running.send(&Call { method: "POST", ..with() }).await?;
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD, OPTIONS")));

    let out = Call::query("mutation { signOut { signedOut } }").header("cookie", &cookie);
    demo.running.send(&out).await?;
    let answer = demo.running.send(&with()).await?;
    assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHENTICATED"), "{}", answer.body);
    Ok(())
}

/// Rows of a PSA are written by others: neither name nor reference leads anywhere.
#[tokio::test]
async fn hostile_rows_open_nothing_and_spoil_no_header() -> Result<()> {
    let site = Site::new().await?;
    let psa = ItflowSandbox::open(&site.psa_url()?).await?;
    std::fs::write(site.psa().join("config.php"), "secret")?;
    let reference = |id: i32, text: &str| {
        format!(
            "UPDATE ticket_attachments SET ticket_attachment_reference_name = '{text}' WHERE ticket_attachment_id = {id}"
        )
    };
    let hostile = ["../../../config.php", "/etc/passwd", "..", "config.php\\..\\..", "../2/x", ""];
    for (id, text) in (1..).zip(hostile) {
        psa.conn().execute_unprepared(&reference(id, text)).await?;
    }
    let name = "x\r\nset-cookie: a=b\u{202e}/../\"q\".txt";
    let renamed =
        format!("UPDATE ticket_attachments SET ticket_attachment_name = '{name}' WHERE ticket_attachment_id > 6");
    psa.conn().execute_unprepared(&renamed).await?;
    site.run(&["sync"]).await?.good()?;
    let staff = ["user", "add", "--name", "Root", "--email", "root@example.com", "--role", "ADMINISTRATOR"];
    site.run_with(&staff, "a long enough sentence").await?.good()?;
    let token = site.run(&["user", "token", "--login", "root@example.com", "--staff"]).await?.good()?;
    let token = token.trim();
    let serving = site.serve().await?;
    let files = addresses(&serving, token).await?;
    let (mut refused, mut renamed) = (0, 0);
    for (name, url) in files.values() {
        let answer = get(&serving, Some(token), url.as_str().context("an address")?).await?;
        assert!(!answer.body.contains("secret") && !answer.body.contains("root:"), "{name}: {}", answer.body);
        assert_eq!(answer.header("set-cookie"), None, "{name}");
        if answer.status == 404 {
            refused += 1;
            continue;
        }
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"_q_.txt\""), "{name}");
        renamed += 1;
    }
    assert!(refused == hostile.len() && renamed > 3, "{refused} refused, {renamed} renamed");
    Ok(())
}

#[tokio::test]
async fn a_backend_without_files_says_so() -> Result<()> {
    let site = Site::new().await?;
    let configuration = std::fs::read_to_string(site.dir.path().join("portico.toml"))?;
    let without: Vec<&str> = configuration.lines().filter(|line| !line.starts_with("uploads_dir")).collect();
    assert!(without.len() < configuration.lines().count(), "{configuration}");
    site.configure(&without.join("\n"))?;
    site.run(&["sync"]).await?.good()?;
    let staff = ["user", "add", "--name", "Root", "--email", "root@example.com", "--role", "ADMINISTRATOR"];
    site.run_with(&staff, "a long enough sentence").await?.good()?;
    let token = site.run(&["user", "token", "--login", "root@example.com", "--staff"]).await?.good()?;
    let serving = site.serve().await?;
    let files = addresses(&serving, token.trim()).await?;
    let (id, (_, url)) = files.first_key_value().context("a file")?;
    assert_eq!(*url, Value::Null);
    let answer = get(&serving, Some(token.trim()), &format!("/files/{id}")).await?;
    assert_eq!((answer.status, answer.code().as_str()), (501, "UNSUPPORTED"), "{}", answer.body);
    Ok(())
}

/// A house with files, and one that the primary contact sees.
async fn house() -> Result<(House, String, Attachment)> {
    let house = House::new().await?;
    write_uploads(&house.dir.path().join("uploads"), &house.world)?;
    let world = &house.world;
    let public = |id: i32| world.replies.iter().any(|it| it.id == id && it.reply_type != ReplyType::Internal);
    let ticket = |id: i32| world.tickets.iter().any(|it| it.id == id && it.client == 1);
    let on_reply = |file: &&Attachment| file.reply.is_some_and(public) && ticket(file.ticket) && file.name != RAW_MAIL;
    let file = world.attachments.iter().find(on_reply).context("a file on a public reply")?.clone();
    let id = house.id(Kind::Attachment, file.id)?;
    Ok((house, id, file))
}

async fn outcome(house: &House, email: &str, id: &str) -> Result<Option<ErrorKind>> {
    let token = house.user(email).context("a user")?.token.as_str();
    let request =
        FileRequest { id: id.to_owned(), credential: Credential::Bearer(token.into()), ..FileRequest::default() };
    Ok(house.app.files(&house.config).open(request).await.err().map(|error| error.kind))
}

#[tokio::test]
async fn rights_that_end_end_with_the_next_download() -> Result<()> {
    let (house, id, file) = house().await?;
    assert_eq!(outcome(&house, PRIMARY, &id).await?, None);
    assert_eq!(outcome(&house, OTHER, &id).await?, Some(ErrorKind::NotFound));

    // The message that it came with turns internal in the PSA.
    let reply = file.reply.context("a reply")?;
    house.pass(Duration::from_secs(60));
    house.editor().set_reply_type(reply, ReplyType::Internal, house.psa_now()).await?;
    house.pass(Duration::from_secs(60));
    assert_eq!(outcome(&house, PRIMARY, &id).await?, Some(ErrorKind::NotFound));
    house.editor().set_reply_type(reply, ReplyType::Public, house.psa_now()).await?;
    house.pass(Duration::from_secs(600));
    assert_eq!(outcome(&house, PRIMARY, &id).await?, None);

    let accounts = &house.app.accounts;
    let email = house.user(PRIMARY).context("a user")?.email.clone();
    let user = accounts.find_user(Realm::Customer, &email).await.map_err(|e| say(&e))?.context("a user")?.id;
    let link: ContactLink = *accounts.contacts_of(user).await.map_err(|e| say(&e))?.first().context("a contact")?;
    accounts.unlink_contact(user, link.contact_id).await.map_err(|e| say(&e))?;
    assert_eq!(outcome(&house, PRIMARY, &id).await?, Some(ErrorKind::NotFound));
    accounts.disable(user).await.map_err(|e| say(&e))?;
    assert_eq!(outcome(&house, PRIMARY, &id).await?, Some(ErrorKind::Unauthenticated));
    assert_eq!(outcome(&house, "ben.okafor@", &id).await?, Some(ErrorKind::NotFound), "a Billing contact's own alone");
    house.pass(Duration::from_secs(11 * 365 * 86_400));
    assert_eq!(outcome(&house, OTHER, &id).await?, Some(ErrorKind::Unauthenticated), "a session that has expired");
    Ok(())
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_sent() -> Result<()> {
    let (mut house, id, file) = house().await?;
    let length = u64::try_from(bytes_of(&file.name).len())?;
    house.config.limits.file_bytes = length;
    assert_eq!(outcome(&house, PRIMARY, &id).await?, None);
    house.config.limits.file_bytes = length - 1;
    assert_eq!(outcome(&house, PRIMARY, &id).await?, Some(ErrorKind::Unsupported));
    Ok(())
}
