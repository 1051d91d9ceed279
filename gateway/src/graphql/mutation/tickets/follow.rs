//! Saying who follows a ticket.

use super::super::write::{Checked, Field, Writer, Wrong};
use super::act::{self, Act};
use crate::journal::CommandRow;
use crate::readmodel::entity::contacts;
use async_graphql::{ID, InputObject};
use portico_contract::command::SetFollowers;
use portico_contract::{Intent, Kind, NativeId};

/// Who follows a ticket.
#[derive(Debug, InputObject)]
pub struct SetTicketFollowersInput {
    /// All who follow it from now on: contacts of the ticket's account, at most 50. Who is not named does not follow.
    follower_ids: Vec<ID>,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

const FOLLOWERS: Field = &["input", "followerIds"];
const MOST: usize = 50;

pub async fn follow(writer: &Writer<'_>, id: &str, input: SetTicketFollowersInput) -> Checked<CommandRow> {
    use contacts::Column as C;
    let subject = act::subject(writer, id, Act::Follow).await?;
    let key = writer.key("setTicketFollowers", input.idempotency_key.as_deref(), id, &input)?;
    if input.follower_ids.len() > MOST {
        return Err(Wrong::invalid(FOLLOWERS, format!("Name at most {MOST}.")));
    }
    let (account, ..) = subject.owner();
    let mut followers: Vec<NativeId> = Vec::with_capacity(input.follower_ids.len());
    for id in &input.follower_ids {
        let row = writer.row::<contacts::Entity>(FOLLOWERS, id, &[C::AccountId, C::NativeKey]).await?;
        if row.account_id != account {
            return Err(Wrong::invalid(FOLLOWERS, "Is a contact of another account."));
        }
        let native = NativeId { kind: Kind::Contact, key: row.native_key.clone() };
        if !followers.contains(&native) {
            followers.push(native);
        }
    }
    act::send(writer, subject, Act::Follow, key, |ticket| Intent::SetFollowers(SetFollowers { ticket, followers }))
        .await
}
