//! Rights that end, end with the next request, or within three seconds where another process ended them.

use super::cast::{self, Viewer, at, codes};
use super::sight::Sight;
use anyhow::{Context, Result};
use portico::accounts::{ContactLink, Realm};
use portico::app::say;
use portico_contract::{Kind, Stream};
use portico_sandbox::itflow::edit::Flags;
use portico_tests::House;
use secrecy::SecretString;
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

const SAM: &str = "sam.whitlock@";
const QUERY: &str = "{ tickets { totalCount } invoices { totalCount } }";

async fn user(house: &House, viewer: &Viewer) -> Result<Uuid> {
    let token = SecretString::from(viewer.token.as_deref().context("no token")?);
    let session = house.app.accounts.session(&token).await.map_err(|e| say(&e))?;
    Ok(session.context("no session")?.user_id)
}

fn tickets(answer: &Value) -> u64 {
    at(answer, "/data/tickets/totalCount").as_u64().unwrap_or_default()
}

#[tokio::test]
async fn a_revoked_session_is_refused_at_once() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, SAM)?;
    let id = user(&house, &viewer).await?;
    assert!(tickets(&house.ask(viewer.who(), QUERY).await?) > 0);
    house.app.accounts.revoke_all(id).await.map_err(|e| say(&e))?;
    let answer = house.ask(viewer.who(), QUERY).await?;
    assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{answer}");
    assert!(answer.get("data").is_none());
    Ok(())
}

#[tokio::test]
async fn a_disabled_user_is_refused_at_once_and_stays_out_of_old_sessions() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, SAM)?;
    let id = user(&house, &viewer).await?;
    house.app.accounts.disable(id).await.map_err(|e| say(&e))?;
    assert_eq!(codes(&house.ask(viewer.who(), QUERY).await?), ["UNAUTHENTICATED"]);
    house.app.accounts.enable(id).await.map_err(|e| say(&e))?;
    assert_eq!(codes(&house.ask(viewer.who(), QUERY).await?), ["UNAUTHENTICATED"], "an ended session stays ended");
    Ok(())
}

#[tokio::test]
async fn a_role_counts_from_the_next_request_on_and_no_longer_than_it_is_held() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::holder(&house, cast::role("EXTERNAL_MANAGER")?).await?;
    let id = user(&house, &viewer).await?;
    let manager = house.ask(viewer.who(), QUERY).await?;
    assert!(manager["data"]["invoices"]["totalCount"].as_u64() > Some(0), "{manager}");
    house.app.accounts.set_roles(id, &[]).await.map_err(|e| say(&e))?;
    let plain = house.ask(viewer.who(), QUERY).await?;
    assert_eq!(codes(&plain), ["FORBIDDEN"], "{plain}");
    assert!(tickets(&plain) < tickets(&manager));
    house.app.accounts.set_roles(id, &["EXTERNAL_MANAGER".to_owned()]).await.map_err(|e| say(&e))?;
    assert_eq!(house.ask(viewer.who(), QUERY).await?["data"], manager["data"]);
    house.app.accounts.set_roles(id, &["ADMINISTRATOR".to_owned()]).await.map_err(|e| say(&e))?;
    let climbed = house.ask(viewer.who(), QUERY).await?;
    assert_eq!(climbed["data"], plain["data"], "a role of staff gives a customer nothing");
    Ok(())
}

#[tokio::test]
async fn a_contact_that_is_taken_away_takes_its_rows_along() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, SAM)?;
    let id = user(&house, &viewer).await?;
    let contact = house.app.accounts.contacts_of(id).await.map_err(|e| say(&e))?;
    let link = *contact.first().context("no contact")?;
    house.app.accounts.unlink_contact(id, link.contact_id).await.map_err(|e| say(&e))?;
    let answer = house.ask(viewer.who(), "{ tickets { totalCount } viewer { name accounts { id } } }").await?;
    assert!(answer["data"]["tickets"].is_null(), "{answer}");
    assert_eq!(answer["data"]["viewer"]["accounts"], serde_json::json!([]));
    let back = ContactLink { ..link };
    house.app.accounts.link_contact(id, back).await.map_err(|e| say(&e))?;
    assert!(tickets(&house.ask(viewer.who(), QUERY).await?) > 0);
    Ok(())
}

#[tokio::test]
async fn what_the_psa_takes_away_is_gone_after_the_next_pull_and_three_seconds() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, "priya.nair@")?;
    let member = viewer.members.first().context("no contact")?.clone();
    let before = house.ask(viewer.who(), QUERY).await?;
    assert!(before["data"]["invoices"]["totalCount"].as_u64() > Some(0));
    house.editor().set_contact_flags(member.contact, Flags::default(), house.psa_now()).await?;
    house.sweep(Stream::Contacts).await?;
    house.pass(Duration::from_millis(3_001));
    let after = house.ask(viewer.who(), QUERY).await?;
    assert_eq!(codes(&after), ["FORBIDDEN"], "{after}");
    let mut plain = viewer.clone();
    plain.members = vec![portico_sandbox::Membership { types: vec![portico_sandbox::ContactType::Standard], ..member }];
    plain.roles = ["STANDARD"].into();
    let own = Sight::of(&house.world, &plain).rows(Kind::Ticket).count();
    assert_eq!(tickets(&after), u64::try_from(own)?);
    Ok(())
}

#[tokio::test]
async fn a_contact_whose_sign_in_ends_upstream_sees_nothing() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, SAM)?;
    let member = viewer.members.first().context("no contact")?.clone();
    assert!(tickets(&house.ask(viewer.who(), QUERY).await?) > 0);
    house.editor().archive_contact(member.contact, house.psa_now()).await?;
    house.sweep(Stream::Contacts).await?;
    house.pass(Duration::from_millis(3_001));
    let answer = house.ask(viewer.who(), QUERY).await?;
    assert!(answer["data"]["tickets"].is_null(), "{answer}");
    Ok(())
}

#[tokio::test]
async fn a_contact_that_moved_leaves_its_old_account_behind() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, "priya.nair@")?;
    let mut member = viewer.members.first().context("no contact")?.clone();
    house.editor().move_contact(member.contact, 2, house.psa_now()).await?;
    house.sweep(Stream::Contacts).await?;
    house.pass(Duration::from_millis(3_001));
    member.client = 2;
    let mut world = house.world.clone();
    world.contacts.iter_mut().filter(|it| it.id == member.contact).for_each(|it| it.client = 2);
    let moved = Viewer { members: vec![member], ..viewer.clone() };
    let sight = Sight::of(&world, &moved);
    for (list, kind) in [("tickets", Kind::Ticket), ("invoices", Kind::Invoice), ("contacts", Kind::Contact)] {
        let data = house.data(viewer.who(), &format!("{{ {list}(first: 100) {{ nodes {{ id }} }} }}")).await?;
        let nodes = data[list]["nodes"].as_array().context("no nodes")?;
        let found = nodes.iter().filter_map(|node| node["id"].as_str().map(str::to_owned)).collect();
        assert_eq!(sight.ids(&house, kind)?, found, "{list}");
    }
    Ok(())
}

#[tokio::test]
async fn a_user_of_the_other_realm_is_another_user() -> Result<()> {
    let house = House::new().await?;
    for realm in Realm::ALL {
        let found =
            house.app.accounts.find_user(*realm, "sam.whitlock@harbour.example.com").await.map_err(|e| say(&e))?;
        assert_eq!(found.is_some(), *realm == Realm::Customer);
    }
    Ok(())
}
