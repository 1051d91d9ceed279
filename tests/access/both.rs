//! A house with both PSAs, where every type of the schema has rows, and the people of the second one.

mod stock;

use super::cast::{self, Viewer};
use super::crawl;
use super::samples::Samples;
use super::sdl::Sdl;
use anyhow::{Context, Result, ensure};
use portico::accounts::{ContactLink, NewUser, Realm};
use portico::authz::role::ROLES;
use portico::cli::people;
use portico::readmodel::ids;
use portico_contract::{Kind, NativeId};
use portico_sandbox::halopsa::SHIFT;
use portico_sandbox::{ContactType, Halo, Membership, Person, PersonKind, Seed, World};
use portico_tests::{House, Options, tenant};
use std::collections::BTreeSet;
use tokio::sync::OnceCell;

/// Marks the texts of the tenant's world.
pub const REALM: &str = "halo";

/// Guests by the beginning of their address: one who holds everything at their client, and one who holds nothing.
pub const PRIMARY: &str = "halo.priya.nair@";
pub const STANDARD: &str = "halo.sam.whitlock@";

/// What the rights of a tenant's user come to, beside a level of their own. Everybody may ask for what is offered.
const HELD: &[(ContactType, &[&str])] = &[
    (ContactType::Standard, &["CATALOGUE_REQUESTER"]),
    (ContactType::Billing, &["BILLING", "CONTRACT_VIEWER", "QUOTE_VIEWER", "CATALOGUE_REQUESTER"]),
    (ContactType::Technical, &["ACCOUNT_REQUESTER", "CATALOGUE_REQUESTER"]),
    (
        ContactType::Primary,
        &["ACCOUNT_REQUESTER", "BILLING", "CONTRACT_VIEWER", "QUOTE_VIEWER", "QUOTE_APPROVER", "CATALOGUE_REQUESTER"],
    ),
];

fn held(member: &Membership) -> BTreeSet<&'static str> {
    let of = HELD.iter().filter(|(kind, _)| member.types.contains(kind)).flat_map(|(_, keys)| keys.iter().copied());
    let mut roles: BTreeSet<&str> = of.collect();
    // A primary contact has the widest level, the role of those who keep the books has the narrowest.
    if !member.types.contains(&ContactType::Primary) || member.types.contains(&ContactType::Billing) {
        roles.insert("SERVICE_CONTACT");
    }
    roles
}

/// An ITFlow and a Halo before one Portico, both filled.
#[derive(Debug)]
pub struct Both {
    pub house: House,
    pub halo: Halo,
    /// What the tenant was made from.
    pub world: World,
    /// Users who are contacts of the tenant alone.
    pub guests: Vec<Viewer>,
    /// What an administrator finds of the tenant, and of everything.
    found: OnceCell<Samples>,
}

impl Both {
    pub async fn new() -> Result<Self> {
        let mut house = House::with(Options { configure: Some(crawl::unlimited), ..Options::default() }).await?;
        let world = World::seeded(&Seed { realm: REALM.to_owned(), ..Seed::default() });
        let halo = tenant::tenant(&world, &house.clock).await?;
        let people = people_there(&world);
        stock::shelf(&halo, plain(&people)?)?;
        let settings = tenant::backend_with(&halo, 100_000, stock::settings());
        tenant::join(&mut house, &halo, settings).await?;
        house.app.sync.fill_some(house.other()?).await;
        let thin = house.app.sync.fills().await.map_err(|e| portico::app::say(&e))?;
        let missing: u64 = thin.values().map(|fill| fill.total - fill.done).sum();
        ensure!(missing == 0, "{missing} threads were not read: nobody would look at what is in them");
        let guests = guests(&house, &people).await?;
        Ok(Self { house, halo, world, guests, found: OnceCell::new() })
    }

    /// Something is written, and accounts are proposed to be linked.
    pub async fn acts(&self) -> Result<()> {
        stock::acts(self).await
    }

    /// A guest by the beginning of the address.
    pub fn guest(&self, label: &str) -> Result<&Viewer> {
        self.guests.iter().find(|it| it.label.starts_with(label)).with_context(|| format!("no guest {label}"))
    }

    /// One guest for each mixture of contact types.
    pub fn each_type(&self) -> Vec<&Viewer> {
        let mut met = BTreeSet::new();
        let types = |it: &Viewer| -> Vec<_> { it.members.iter().flat_map(|member| member.types.clone()).collect() };
        self.guests.iter().filter(|it| met.insert((types(it), it.roles.clone(), it.members.len()))).collect()
    }

    /// The account that staff choose where they ask for the tenant's rows: that of the plain contact.
    pub fn home(&self) -> Result<String> {
        let member = self.guest(STANDARD)?.members.first().context("nobody there")?;
        self.house.other_id(Kind::Account, member.client)
    }

    /// A holder of every role, with a contact of the tenant; staff ask for one account of it.
    pub async fn holders(&self) -> Result<Vec<Viewer>> {
        let plain = self.guest(STANDARD)?;
        let (backend, home) = (self.house.other()?.id, self.home()?);
        let mut cast = Vec::new();
        for role in ROLES {
            let holder = cast::holder_as(&self.house, role, plain, backend).await?;
            cast.push(if role.staff { holder.at(home.clone()) } else { holder });
        }
        Ok(cast)
    }

    /// Somebody who is a contact of either PSA: nobody but themselves in the first, this guest in the second.
    pub async fn of_both(&self, here: &str, there: &str) -> Result<(Viewer, Viewer, Viewer)> {
        let (first, second) = (cast::person(&self.house, here)?, self.guest(there)?.clone());
        let (backend, other) = (self.house.backend()?, self.house.other()?.id);
        let link = |backend, member: &Membership| ContactLink {
            backend_id: backend,
            contact_id: ids::derived(backend, &NativeId::new(Kind::Contact, member.contact)),
        };
        let contacts = first.members.iter().map(|it| link(backend, it));
        let contacts = contacts.chain(second.members.iter().map(|it| link(other, it))).collect();
        let login = format!("both.{}", second.label);
        let new = NewUser {
            realm: Realm::Customer,
            name: "Both".to_owned(),
            email: login.clone(),
            login,
            password: None,
            contacts,
            roles: Vec::new(),
        };
        let token = Some(cast::sign_in(&self.house, new).await?);
        let roles = first.roles.union(&second.roles).copied().collect();
        let members = first.members.iter().chain(&second.members).cloned().collect();
        let both = Viewer { label: "Both".to_owned(), token, roles, members, ..first.clone() };
        Ok((both, first, second))
    }

    /// What a viewer finds, and of what there is nothing for them, what an administrator finds, of the tenant first.
    pub async fn samples(&self, sdl: &Sdl, viewer: &Viewer) -> Result<Samples> {
        let staff = cast::person(&self.house, "robin.vale@")?;
        let all = async || -> Result<Samples> {
            let near = Samples::found(&self.house, sdl, &staff.clone().at(self.home()?)).await?;
            Ok(near.or(Samples::found(&self.house, sdl, &staff).await?))
        };
        let others = self.found.get_or_try_init(all).await?.clone();
        Ok(if viewer.token.is_none() { others } else { Samples::found(&self.house, sdl, viewer).await?.or(others) })
    }
}

/// The contacts of the tenant as people, with the numbers that they have there.
fn people_there(world: &World) -> Vec<Person> {
    let there = |it: &Membership| Membership {
        contact: it.contact + i32::try_from(SHIFT.user).unwrap_or_default(),
        client: it.client + i32::try_from(SHIFT.client).unwrap_or_default(),
        ..it.clone()
    };
    let contacts = world.people().into_iter().filter(|it| it.kind == PersonKind::Contact && it.enabled);
    let moved = |it: Person| Person {
        email: it.email.as_ref().map(|email| format!("halo.{email}")),
        memberships: it.memberships.iter().map(there).collect(),
        ..it
    };
    contacts.map(moved).collect()
}

/// The number of the contact who has no right beyond what is their own.
fn plain(people: &[Person]) -> Result<i64> {
    let plain = people.iter().find(|it| is_plain(it.email.as_deref())).context("nobody is plain")?;
    Ok(plain.memberships.first().context("nobody there")?.contact.into())
}

fn is_plain(email: Option<&str>) -> bool {
    email.is_some_and(|email| email.starts_with(STANDARD))
}

async fn guests(house: &House, people: &[Person]) -> Result<Vec<Viewer>> {
    let mut cast = Vec::new();
    for user in people::make(&house.app.accounts, house.other()?.id, people).await? {
        let person = people.iter().find(|it| it.email.as_ref() == Some(&user.email)).context("a user of nobody")?;
        let members: Vec<Membership> = person.memberships.iter().filter(|it| it.active).cloned().collect();
        let mut roles: BTreeSet<&str> = members.iter().flat_map(held).collect();
        if is_plain(Some(&user.email)) {
            roles.remove("CATALOGUE_REQUESTER");
        }
        let (label, token) = (user.email, Some(user.token));
        cast.push(Viewer { label, token, realm: Some(Realm::Customer), roles, given: None, members, account: None });
    }
    Ok(cast)
}
