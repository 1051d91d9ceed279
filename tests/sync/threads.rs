//! Comments, files and time follow their visibility upstream.

use crate::{seen, upstream};
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_sandbox::itflow::edit::NewReply;
use portico_sandbox::world::model::{Reply, ReplyType};
use portico_tests::house::{AGENT, PRIMARY};
use portico_tests::{House, Options};
use std::time::Duration;

/// The printer's ticket of account 1: a client's, a public and an internal reply, with files.
struct Thread {
    ticket: i32,
    id: String,
    replies: Vec<Reply>,
}

impl Thread {
    fn of(house: &House) -> Result<Self> {
        let internal = |reply: &&Reply| reply.reply_type == ReplyType::Internal && reply.time_worked.is_some();
        let ticket = house.world.replies.iter().find(internal).context("no internal reply")?.ticket;
        let replies = house.world.replies.iter().filter(|reply| reply.ticket == ticket).cloned().collect();
        Ok(Self { ticket, id: house.id(Kind::Ticket, ticket)?, replies })
    }

    fn reply(&self, reply_type: ReplyType) -> Result<i32> {
        let found = self.replies.iter().find(|reply| reply.reply_type == reply_type);
        Ok(found.context("no such reply")?.id)
    }

    /// What the customer is told is what the PSA calls public.
    async fn is_right(&self, house: &House) -> Result<usize> {
        let shown = seen::comments(house, PRIMARY, &self.id).await?;
        assert_eq!(shown, upstream::comments(house, self.ticket).await?);
        Ok(shown.len())
    }
}

#[tokio::test]
async fn a_comment_that_turns_internal_disappears_and_comes_back() -> Result<()> {
    comment_turns(Options::default()).await
}

pub async fn comment_turns(options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let thread = Thread::of(&house)?;
    let reply = thread.reply(ReplyType::Public)?;
    let id = house.id(Kind::Comment, reply)?;
    let before = thread.is_right(&house).await?;
    house.editor().set_reply_type(reply, ReplyType::Internal, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(thread.is_right(&house).await?, before - 1);
    assert!(seen::comments(&house, AGENT, &thread.id).await?.contains(&id));
    let node = format!("{{ node(id: \"{id}\") {{ id }} nodes(ids: [\"{id}\"]) {{ id }} }}");
    let answer = house.ask(PRIMARY, &node).await?;
    assert!(seen::at(&answer, "/data/node").is_null() && seen::at(&answer, "/data/nodes/0").is_null(), "{answer}");
    house.editor().set_reply_type(reply, ReplyType::Public, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(thread.is_right(&house).await?, before);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn the_last_comment_of_a_list_is_never_an_internal_one() -> Result<()> {
    let house = House::new().await?;
    let thread = Thread::of(&house)?;
    let query = format!("{{ nodes(ids: [\"{}\"]) {{ ... on Ticket {{ lastComment {{ id }} }} }} }}", thread.id);
    let last = async |who| -> Result<serde_json::Value> {
        Ok(house.data(who, &query).await?["nodes"][0]["lastComment"]["id"].clone())
    };
    let (public, client) = (thread.reply(ReplyType::Public)?, thread.reply(ReplyType::Client)?);
    assert_eq!(last(PRIMARY).await?, house.id(Kind::Comment, public)?);
    house.editor().set_reply_type(public, ReplyType::Internal, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(last(PRIMARY).await?, house.id(Kind::Comment, client)?);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_new_comment_appears_after_a_beat_and_an_edited_one_changes() -> Result<()> {
    let house = House::new().await?;
    let thread = Thread::of(&house)?;
    let before = thread.is_right(&house).await?;
    let new = NewReply { ticket: thread.ticket, body: "<p>On its way.</p>".to_owned(), by: 2, ..NewReply::default() };
    let reply = house.editor().add_reply(&new, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(thread.is_right(&house).await?, before + 1);
    house.editor().edit_reply(reply, "<p>It is here.</p>", house.psa_now()).await?;
    house.beat().await;
    let query = format!("{{ nodes(ids: [\"{}\"]) {{ ... on Comment {{ body }} }} }}", house.id(Kind::Comment, reply)?);
    assert_eq!(house.data(PRIMARY, &query).await?["nodes"][0]["body"], "<p>It is here.</p>");
    upstream::agrees(&house).await
}

#[tokio::test]
async fn an_archived_comment_disappears_after_a_beat() -> Result<()> {
    let house = House::new().await?;
    let thread = Thread::of(&house)?;
    let before = thread.is_right(&house).await?;
    house.editor().archive_reply(thread.reply(ReplyType::Public)?, house.psa_now()).await?;
    house.beat().await;
    assert_eq!(thread.is_right(&house).await?, before - 1);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_deleted_comment_disappears_after_a_sweep() -> Result<()> {
    let house = House::new().await?;
    let thread = Thread::of(&house)?;
    let before = thread.is_right(&house).await?;
    house.editor().delete_reply(thread.reply(ReplyType::Client)?).await?;
    upstream::sweep(&house).await?;
    assert_eq!(thread.is_right(&house).await?, before - 1);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_deleted_comment_disappears_at_once_when_its_ticket_is_opened() -> Result<()> {
    let house = House::new().await?;
    let thread = Thread::of(&house)?;
    house.editor().delete_reply(thread.reply(ReplyType::Client)?).await?;
    house.pass(Duration::from_secs(21));
    let answer = seen::open(&house, PRIMARY, &thread.id).await?;
    let shown = seen::ids(&answer["data"]["ticket"]["comments"]["nodes"]);
    assert_eq!(shown, upstream::comments(&house, thread.ticket).await?);
    upstream::agrees(&house).await
}

#[tokio::test]
async fn files_and_time_are_as_visible_as_their_comment() -> Result<()> {
    let house = House::new().await?;
    let thread = Thread::of(&house)?;
    let internal = thread.reply(ReplyType::Internal)?;
    let file = house.world.attachments.iter().find(|file| file.reply == Some(internal)).context("no file")?.id;
    let (file, time) = (house.id(Kind::Attachment, file)?, house.id(Kind::TimeEntry, format!("reply:{internal}"))?);
    for (reply_type, visible) in [(ReplyType::Internal, false), (ReplyType::Public, true), (ReplyType::Internal, false)]
    {
        house.editor().set_reply_type(internal, reply_type, house.psa_now()).await?;
        house.beat().await;
        let files = seen::on_ticket(&house, PRIMARY, &thread.id, "attachments").await?;
        let times = seen::on_ticket(&house, PRIMARY, &thread.id, "timeEntries").await?;
        assert_eq!((files.contains(&file), times.contains(&time)), (visible, visible), "{reply_type:?}");
    }
    house.editor().archive_reply(internal, house.psa_now()).await?;
    house.beat().await;
    assert!(!seen::on_ticket(&house, AGENT, &thread.id, "attachments").await?.contains(&file));
    upstream::agrees(&house).await
}

#[tokio::test]
async fn a_new_file_appears_after_a_beat_and_a_deleted_one_goes_with_a_sweep() -> Result<()> {
    let house = House::new().await?;
    let thread = Thread::of(&house)?;
    let file = house.editor().add_attachment(thread.ticket, None, "photo.jpg", house.psa_now()).await?;
    house.beat().await;
    let id = house.id(Kind::Attachment, file)?;
    assert!(seen::on_ticket(&house, PRIMARY, &thread.id, "attachments").await?.contains(&id));
    house.editor().delete_attachment(file).await?;
    upstream::sweep(&house).await?;
    assert!(!seen::on_ticket(&house, PRIMARY, &thread.id, "attachments").await?.contains(&id));
    upstream::agrees(&house).await
}
