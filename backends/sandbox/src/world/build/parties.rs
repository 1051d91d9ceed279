//! Clients, their locations and their contacts, with portal sign-ins.

use super::parties_cases::{CLIENTS, ContactCase, EXTRA_CONTACTS, EXTRA_NAMES, SignIn};
use super::{Builder, next_id};
use crate::world::model::{Client, Contact, Location, Stamp, User, UserType};
use rust_decimal::Decimal;

/// Portal sign-ins start well after the agents, so contact ids and agent ids meet but user ids do not.
const FIRST_PORTAL_USER: i32 = 101;

pub(super) fn add(b: &mut Builder<'_>) {
    for case in CLIENTS {
        let client = client(b, case.name, case.kind, case.currency, case.archived);
        let location = location(b, client, case.city);
        for case in case.contacts {
            contact(b, client, location, case);
        }
    }
    for at in 0..b.seed.extra_accounts {
        extra(b, at);
    }
}

fn extra(b: &mut Builder<'_>, at: usize) {
    let base = b.dice.pick(&EXTRA_NAMES);
    let client = client(b, &format!("{base} {}", at + 1), "Other", "USD", false);
    let location = location(b, client, "Springfield");
    for (first, [primary, billing, technical]) in EXTRA_CONTACTS {
        let email = format!("{}@acct{client}.example.com", first.to_lowercase());
        let case = ContactCase {
            name: "",
            email: None,
            title: "",
            primary,
            billing: Some(billing),
            technical: Some(technical),
            sign_in: SignIn::No,
            archived: false,
        };
        let id = contact(b, client, location, &case);
        let name = format!("{first} Example {client}");
        let user = sign_in(b, client, &name, &email, SignIn::Own, false);
        if let Some(contact) = b.world.contacts.iter_mut().rfind(|contact| contact.id == id) {
            (contact.name, contact.email, contact.user) = (name, Some(email), user);
        }
    }
}

fn client(b: &mut Builder<'_>, name: &str, kind: &str, currency: &str, archived: bool) -> i32 {
    let id = next_id(&b.world.clients);
    let object = format!("client{id}");
    let client = Client {
        id,
        lead: false,
        name: name.to_owned(),
        client_type: Some(kind.to_owned()),
        website: Some(format!("client{id}.example.com")),
        referral: b.secret(id, &object, "referral"),
        rate: Some(Decimal::new(9500, 2)),
        currency: currency.to_owned(),
        net_terms: 30,
        tax_number: b.secret(id, &object, "tax_number"),
        abbreviation: Some(format!("C{id}")),
        notes: b.secret(id, &object, "notes"),
        created: Stamp::At(b.days_ago(500)),
        updated: Stamp::Never,
        archived: if archived { Stamp::At(b.days_ago(10)) } else { Stamp::Never },
    };
    b.world.clients.push(client);
    id
}

fn location(b: &mut Builder<'_>, client: i32, city: &str) -> i32 {
    let id = next_id(&b.world.locations);
    let object = format!("location{id}");
    let location = Location {
        id,
        client,
        name: "Head office".to_owned(),
        description: Some(b.account("Second floor", client, &object, "description")),
        address: Some(b.account(&format!("{id} Example Street"), client, &object, "address")),
        city: Some(city.to_owned()),
        region: None,
        zip: Some(format!("{:05}", 10_000 + id)),
        country: Some("United States".to_owned()),
        phone: Some(format!("51855501{:02}", id.rem_euclid(100))),
        primary: true,
        notes: b.secret(client, &object, "notes"),
        created: Stamp::At(b.days_ago(500)),
        archived: Stamp::Never,
    };
    b.world.locations.push(location);
    id
}

fn contact(b: &mut Builder<'_>, client: i32, location: i32, case: &ContactCase) -> i32 {
    let id = next_id(&b.world.contacts);
    let object = format!("contact{id}");
    let user = sign_in(b, client, case.name, case.email.unwrap_or_default(), case.sign_in, case.archived);
    let contact = Contact {
        id,
        client,
        user,
        location,
        name: case.name.to_owned(),
        title: Some(case.title.to_owned()).filter(|title| !title.is_empty()),
        department: Some(b.account("Main", client, &object, "department")),
        email: case.email.map(str::to_owned),
        phone: Some(format!("518555{:04}", id.rem_euclid(10_000))),
        mobile: None,
        pin: b.secret(client, &object, "pin"),
        notes: b.secret(client, &object, "notes"),
        primary: case.primary,
        important: case.primary,
        billing: case.billing,
        technical: case.technical,
        created: Stamp::At(b.days_ago(450)),
        updated: Stamp::Never,
        archived: if case.archived { Stamp::At(b.days_ago(20)) } else { Stamp::Never },
    };
    b.world.contacts.push(contact);
    id
}

/// The id of the sign-in, made where needed; 0 without one.
fn sign_in(b: &mut Builder<'_>, client: i32, name: &str, email: &str, how: SignIn, archived: bool) -> i32 {
    if how == SignIn::No {
        return 0;
    }
    let mut known = b.world.users.iter().filter(|user| how == SignIn::Shared && user.user_type == UserType::Portal);
    if let Some(user) = known.find(|user| user.email == email) {
        return user.id;
    }
    let id = b.world.users.last().map_or(0, |user| user.id).max(FIRST_PORTAL_USER - 1) + 1;
    let object = format!("user{id}");
    let user = User {
        id,
        name: name.to_owned(),
        email: email.to_owned(),
        password: format!("$2y$10${}", b.internal(client, &object, "password")),
        auth_method: "local".to_owned(),
        user_type: UserType::Portal,
        enabled: how != SignIn::Disabled,
        token: None,
        reset_token: b.secret(client, &object, "reset_token"),
        role: 0,
        created: Stamp::At(b.days_ago(440)),
        archived: if archived { Stamp::At(b.days_ago(20)) } else { Stamp::Never },
    };
    b.world.users.push(user);
    id
}
