//! Files that go along with a command.

use super::fixture::{House, command, cx, number};
use super::writes::new_ticket;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::TryStreamExt;
use portico_contract::command::{AddComment, Upload};
use portico_contract::record::Attachment;
use portico_contract::value::{Html, Visibility};
use portico_contract::{
    Applied, Backend, Command, ErrorKind, Files, Intent, NativeFile, NativeId, Record, Result, Sent, Sought,
};
use portico_sandbox::halopsa::Fault;
use uuid::Uuid;

/// Every upload is these bytes.
#[derive(Debug)]
struct Kept(&'static [u8]);

#[async_trait]
impl Files for Kept {
    async fn bytes(&self, _upload: &Upload) -> Result<Bytes> {
        Ok(Bytes::from_static(self.0))
    }
}

const KEPT: Kept = Kept(b"bytes \x00\xff of a file");

fn upload(name: &str, size: usize) -> Upload {
    let media_type = "application/pdf".to_owned();
    Upload { file: Uuid::from_u128(9), name: name.to_owned(), media_type, size: i64::try_from(size).unwrap() }
}

async fn apply(house: &House, command: &Command) -> Result<Applied> {
    house.halo.apply_with(&cx(), command, &KEPT).await
}

async fn attachments(house: &House, ticket: &NativeId) -> Vec<Attachment> {
    let records = house.ticket(number(ticket)).await.records.into_iter();
    records.filter_map(|record| if let Record::Attachment(file) = record { Some(file) } else { None }).collect()
}

#[tokio::test]
async fn files_arrive_with_a_ticket_and_with_an_answer() {
    let house = House::new().await;
    assert_eq!(house.halo.capabilities().limits.max_attachment, 10 << 20);
    let (contact, account) = house.contact().await;
    let mut new = new_ticket(&contact, &account, "With files");
    new.attachments = vec![upload("../a.pdf", KEPT.0.len()), upload("b.pdf", KEPT.0.len())];
    let made = apply(&house, &command(&contact, 1, Intent::OpenTicket(new))).await.unwrap();
    let say = AddComment {
        ticket: made.target.clone(),
        body: Html("<p>See this.</p>".into()),
        visibility: Visibility::Public,
        attachments: vec![upload("c.pdf", KEPT.0.len())],
        seconds_worked: None,
    };
    let said = apply(&house, &command(&contact, 2, Intent::AddComment(say))).await.unwrap();
    let files = attachments(&house, &made.target).await;
    let found: Vec<_> = files.iter().map(|file| (file.name.as_str(), file.comment.as_ref(), file.visibility)).collect();
    let public = Visibility::Public;
    let comment = Some(&said.target);
    assert_eq!(found, [("a.pdf", None, public), ("b.pdf", None, public), ("c.pdf", comment, public)]);
    for file in files {
        let opened = NativeFile { owner: file.id.clone(), reference: file.reference.clone() };
        let parts: Vec<Bytes> = house.halo.open(&cx(), &opened).await.unwrap().bytes.try_collect().await.unwrap();
        assert_eq!((parts.concat().as_slice(), file.size), (KEPT.0, i64::try_from(KEPT.0.len()).ok()), "{}", file.name);
    }
}

#[tokio::test]
async fn a_ticket_whose_answer_was_lost_is_there_with_its_files_and_once() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let mut new = new_ticket(&contact, &account, "Lost with a file");
    new.attachments = vec![upload("a.pdf", KEPT.0.len())];
    let command = command(&contact, 1, Intent::OpenTicket(new));
    let (since, before) = (house.clock.now(), house.tenant.ids("Tickets").len());
    house.tenant.fail(Fault::ResetAfter, Some("Tickets"), 1);
    assert_eq!(apply(&house, &command).await.unwrap_err().sent, Sent::Maybe);
    let Sought::Found(ticket) = house.halo.seek(&cx(), &command, since).await.unwrap() else { panic!() };
    assert_eq!(house.tenant.ids("Tickets").len(), before + 1);
    assert_eq!(attachments(&house, &ticket).await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_sent_along_sends_nothing() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let small = House::with(|config| config.attachment_megabytes = 0).await;
    let before = house.tenant.ids("Tickets").len();
    let with = |uploads: Vec<Upload>| {
        let mut new = new_ticket(&contact, &account, "a");
        new.attachments = uploads;
        command(&contact, 1, Intent::OpenTicket(new))
    };
    let fits = with(vec![upload("a.pdf", KEPT.0.len())]);
    let large = with(vec![upload("a.pdf", 6 << 20), upload("b.pdf", 6 << 20)]);
    let error = apply(&house, &large).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (ErrorKind::Invalid, Sent::No), "{}", error.log());
    for error in [
        apply(&house, &with(vec![upload("a.pdf", 1)])).await.unwrap_err(),
        house.apply(&fits).await.unwrap_err(),
        apply(&small, &fits).await.unwrap_err(),
    ] {
        assert!([ErrorKind::Internal, ErrorKind::Unsupported].contains(&error.kind), "{}", error.log());
        assert_eq!(error.sent, Sent::No);
    }
    assert_eq!(house.tenant.ids("Tickets").len(), before);
}
