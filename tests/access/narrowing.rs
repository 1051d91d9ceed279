//! Choosing one account narrows everything to it.

use super::both::{self, Both};
use super::cast::{self, Viewer, codes};
use super::rows::{Ids, listed, lists, nodes};
use super::sdl::Sdl;
use super::sight::Sight;
use super::sight::tenant::There;
use anyhow::{Context, Result};
use portico_contract::Kind;
use portico_tests::House;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Standard at the first account, Primary at the third.
const TWO: &str = "dana.reyes@";

async fn at(house: &House, viewer: &Viewer, account: &str, query: &str) -> Result<Value> {
    let mut request = viewer.request(query, json!({}));
    request.account = Some(account.to_owned());
    cast::answer(house, request).await
}

fn ids(nodes: &Value) -> BTreeSet<String> {
    nodes.as_array().into_iter().flatten().filter_map(|node| node["id"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn one_account_at_a_time() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, TWO)?;
    assert_eq!(viewer.members.len(), 2);
    for member in viewer.members.clone() {
        let alone = Viewer { members: vec![member.clone()], ..viewer.clone() };
        let sight = Sight::of(&house.world, &alone);
        let account = house.id(Kind::Account, member.client)?;
        let query = "{ tickets(first: 100) { nodes { id } } contacts(first: 100) { nodes { id } } \
                     accounts { nodes { id } } viewer { accounts { id } contacts { id } } }";
        let answer = at(&house, &viewer, &account, query).await?;
        let data = &answer["data"];
        assert_eq!(ids(&data["tickets"]["nodes"]), sight.ids(&house, Kind::Ticket)?, "{answer}");
        assert_eq!(ids(&data["contacts"]["nodes"]), sight.ids(&house, Kind::Contact)?);
        assert_eq!(ids(&data["accounts"]["nodes"]), BTreeSet::from([account.clone()]));
        assert_eq!(ids(&data["viewer"]["accounts"]), BTreeSet::from([account.clone()]));
        assert_eq!(ids(&data["viewer"]["contacts"]), BTreeSet::from([house.id(Kind::Contact, member.contact)?]));
        for kind in [Kind::Ticket, Kind::Invoice] {
            let all = Sight::of(&house.world, &viewer);
            for id in all.rows(kind) {
                let global = house.id(kind, id)?;
                let answer = at(&house, &viewer, &account, &format!("{{ node(id: \"{global}\") {{ id }} }}")).await?;
                assert_eq!(answer["data"]["node"].is_object(), sight.has(kind, id), "{answer}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_right_of_one_account_is_none_at_the_other() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, TWO)?;
    let query = "{ invoices(first: 100) { nodes { id } } viewer { permissions { permission accountId } } }";
    let (standard, primary) = (house.id(Kind::Account, 1)?, house.id(Kind::Account, 3)?);
    let answer = at(&house, &viewer, &standard, query).await?;
    assert_eq!(codes(&answer), ["FORBIDDEN"], "{answer}");
    let held = answer["data"]["viewer"]["permissions"].as_array().context("no permissions")?;
    assert!(held.iter().all(|it| it["accountId"] == json!(standard)), "of the active scope alone: {answer}");
    assert!(held.iter().all(|it| it["permission"] != "INVOICES_READ"), "{answer}");
    let answer = at(&house, &viewer, &primary, query).await?;
    assert_eq!(ids(&answer["data"]["invoices"]["nodes"]), Sight::of(&house.world, &viewer).ids(&house, Kind::Invoice)?);
    let both = house.data(viewer.who(), query).await?;
    assert_eq!(both["invoices"], answer["data"]["invoices"], "rows use their own account's rights");
    Ok(())
}

#[tokio::test]
async fn only_accounts_of_ones_own_can_be_chosen() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, TWO)?;
    let own_ticket = Sight::of(&house.world, &viewer).ids(&house, Kind::Ticket)?;
    let mut foreign = vec![house.id(Kind::Account, 2)?, house.id(Kind::Account, 99)?, String::new(), "account_".into()];
    foreign.extend(own_ticket.into_iter().next());
    let mut answers = BTreeSet::new();
    for account in foreign {
        let answer = at(&house, &viewer, &account, "{ viewer { name } }").await?;
        assert_eq!(codes(&answer), ["NOT_FOUND"], "{account}: {answer}");
        assert!(answer.get("data").is_none());
        answers.insert(answer.to_string());
    }
    assert_eq!(answers.len(), 1, "foreign and unknown accounts are told apart: {answers:?}");
    Ok(())
}

#[tokio::test]
async fn staff_can_choose_any_account() -> Result<()> {
    let house = House::new().await?;
    let viewer = cast::person(&house, "kit.marsh@")?;
    let account = house.id(Kind::Account, 2)?;
    let answer = at(&house, &viewer, &account, "{ tickets(first: 100) { nodes { id account { id } } } }").await?;
    let nodes = &answer["data"]["tickets"]["nodes"];
    assert!(!ids(nodes).is_empty(), "{answer}");
    assert!(nodes.as_array().unwrap().iter().all(|node| node["account"]["id"] == json!(account)), "{answer}");
    Ok(())
}

/// Somebody who is a contact of either PSA, with the rights of each at its own rows.
struct TwoPsas<'a> {
    both: &'a Both,
    viewer: Viewer,
    sight: Sight,
    there: There,
}

/// Kinds of which rules say who may see what in both PSAs, or that one of them alone has.
fn is_ruled(there: &There, kind: Kind) -> bool {
    there.0.contains_key(&kind)
}

impl TwoPsas<'_> {
    /// What is seen of a kind, with an account of one of them chosen, or of both.
    fn expected(&self, kind: Kind, here: bool, there: bool) -> Result<Ids> {
        let house = &self.both.house;
        let mut ids = if here { self.sight.ids(house, kind)? } else { Ids::new() };
        ids.extend(if there { self.there.ids(house, kind)? } else { Ids::new() });
        Ok(ids)
    }

    async fn sees(&self, viewer: &Viewer, here: bool, there: bool) -> Result<()> {
        let house = &self.both.house;
        for (kind, list) in lists(&Sdl::read()?).iter().filter(|(kind, _)| is_ruled(&self.there, *kind)) {
            let expected = self.expected(*kind, here, there)?;
            let (found, total) = listed(house, viewer, list, false).await?;
            assert_eq!(found, expected, "{} {:?} {list}", viewer.label, viewer.account);
            assert_eq!(total, u64::try_from(expected.len())?, "{list}");
            let all = self.expected(*kind, true, true)?;
            for (id, node) in all.iter().zip(nodes(house, viewer, &all, "").await?) {
                assert_eq!(node.is_object(), expected.contains(id), "{} {:?} {id}", viewer.label, viewer.account);
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_right_in_one_psa_is_none_in_the_other() -> Result<()> {
    let both = Both::new().await?;
    for (here, there) in [("sam.whitlock@", both::PRIMARY), ("priya.nair@", both::STANDARD)] {
        let (viewer, first, second) = both.of_both(here, there).await?;
        let sight = Sight::of(&both.house.world, &first);
        let there = There::of(&both.halo, &both.world, &second);
        let two = TwoPsas { both: &both, viewer, sight, there };
        two.sees(&two.viewer, true, true).await?;
        let account = |viewer: &Viewer| viewer.members.first().map(|it| it.client).context("nobody there");
        let ours = both.house.id(Kind::Account, account(&first)?)?;
        two.sees(&two.viewer.clone().at(ours), true, false).await?;
        let theirs = both.house.other_id(Kind::Account, account(&second)?)?;
        two.sees(&two.viewer.clone().at(theirs), false, true).await?;
    }
    Ok(())
}

/// Staff who choose an account are told of it alone, and of what its PSA keeps for all of its accounts.
#[tokio::test]
async fn staff_who_choose_an_account_see_nothing_of_the_other_psa() -> Result<()> {
    let both = Both::new().await?;
    let (house, staff) = (&both.house, cast::person(&both.house, "kit.marsh@")?);
    let there = There::everything(&both.halo, &both.world);
    let here = Sight::everything(&house.world);
    let (ours, theirs) = (staff.clone().at(house.id(Kind::Account, 1)?), staff.at(both.home()?));
    let mut met = 0;
    for (kind, list) in lists(&Sdl::read()?).iter().filter(|(kind, _)| is_ruled(&there, *kind)) {
        let (mine, foreign) = (here.ids(house, *kind)?, there.ids(house, *kind)?);
        for (viewer, of_theirs, of_mine) in [(&ours, &mine, &foreign), (&theirs, &foreign, &mine)] {
            let (found, _) = listed(house, viewer, list, false).await?;
            assert!(found.is_subset(of_theirs), "{list} of {:?}: {found:?}", viewer.account);
            let opened = nodes(house, viewer, of_mine, "").await?;
            assert!(opened.iter().all(Value::is_null), "{list} of {:?}: {opened:?}", viewer.account);
        }
        met += usize::from(!listed(house, &theirs, list, false).await?.0.is_empty());
    }
    assert!(met > 5, "only {met} lists show something of the tenant");
    Ok(())
}
