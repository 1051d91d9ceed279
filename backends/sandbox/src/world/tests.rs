//! The world itself: the same every time, and what it promises to hold.

use super::model::{InvoiceStatus, LineOwner, ReplyType, Stamp};
use crate::canary::{canary, found_in};
use crate::{ContactType, PersonKind, Seed, Visibility, World};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn equal_seeds_make_equal_worlds() {
    let seed = Seed { tickets_per_account: 40, extra_accounts: 2, ..Seed::default() };
    let world = World::seeded(&seed);
    assert_eq!(world, World::seeded(&seed));
    assert_ne!(world, World::seeded(&Seed { random: 8, ..seed.clone() }));
    assert_ne!(world, World::seeded(&Seed { realm: "b".to_owned(), ..seed }));
}

#[test]
fn the_size_follows_the_seed() {
    let small = World::seeded(&Seed::default());
    assert_eq!((small.clients.len(), small.tickets.len(), small.invoices.len()), (5, 63, 29));
    let seed = Seed { tickets_per_account: 100, invoices_per_account: 9, extra_accounts: 3, ..Seed::default() };
    let large = World::seeded(&seed);
    assert_eq!((large.clients.len(), large.tickets.len(), large.invoices.len()), (8, 703, 64));
    let none = Seed { tickets_per_account: 0, invoices_per_account: 0, ..Seed::default() };
    assert!(World::seeded(&none).tickets.is_empty());
}

#[test]
fn everything_was_written_before_the_present() {
    let seed = Seed { tickets_per_account: 50, ..Seed::default() };
    let world = World::seeded(&seed);
    let past = |stamp: Stamp| !matches!(stamp, Stamp::At(at) if at > seed.start);
    assert!(world.tickets.iter().all(|t| past(t.created) && past(t.updated) && past(t.resolved) && past(t.closed)));
    assert!(world.replies.iter().all(|r| past(r.created) && past(r.updated) && past(r.archived)));
    let undated: Vec<_> = world.tickets.iter().filter(|t| t.resolved == Stamp::Zero).collect();
    assert_eq!(undated.len(), 4, "one zero date per account in use");
}

#[test]
fn canaries_are_unique_and_name_their_place() {
    let world = World::seeded(&Seed { tickets_per_account: 30, ..Seed::default() });
    let canaries = world.canaries();
    let mut places: BTreeMap<&str, BTreeSet<(&str, i32)>> = BTreeMap::new();
    for found in &canaries {
        places.entry(&found.text).or_default().insert((found.kind, found.id));
        assert!(found.text.starts_with(&format!("cnry-acct{}-", found.account)), "{found:?}");
        assert!(found.text.ends_with(found.visibility.word()), "{found:?}");
    }
    for (text, places) in places {
        assert_eq!(places.len(), 1, "{text} sits in {places:?}");
    }
    for found in canaries.iter().filter(|found| found.contact != 0) {
        let contact = world.contacts.iter().find(|contact| contact.id == found.contact).expect("a contact");
        assert_eq!(contact.client, found.account, "{found:?}");
    }
    for visibility in Visibility::ALL {
        assert!(canaries.iter().any(|found| found.visibility == visibility), "{visibility:?}");
    }
}

#[test]
fn what_customers_may_not_read_is_marked_internal() {
    let world = World::seeded(&Seed::default());
    let canaries = world.canaries();
    let of = |kind: &str, id: i32, field: &str| {
        canaries.iter().find(|c| c.kind == kind && c.id == id && c.field == field).map(|c| c.visibility)
    };
    for reply in &world.replies {
        let ticket = world.tickets.iter().find(|ticket| ticket.id == reply.ticket).expect("its ticket");
        let hidden = reply.reply_type == ReplyType::Internal || reply.archived.is_set() || ticket.archived.is_set();
        let expected = if hidden { Visibility::Internal } else { Visibility::Account };
        assert_eq!(of("reply", reply.id, "body"), Some(expected), "{reply:?}");
        let name = format!("reply{}", reply.id);
        assert!(reply.body.contains(&canary("", ticket.client, &format!("ticket{}", ticket.id), &name, expected)));
    }
    for invoice in &world.invoices {
        let draft = invoice.status == InvoiceStatus::Draft;
        let expected = if draft { Visibility::Internal } else { Visibility::Account };
        assert_eq!(of("invoice", invoice.id, "note"), Some(expected), "{invoice:?}");
        assert_eq!(of("invoice", invoice.id, "url_key"), Some(Visibility::Internal));
    }
    let notes = world.contacts.iter().all(|c| of("contact", c.id, "notes") == Some(Visibility::Internal));
    assert!(notes && world.clients.iter().all(|c| of("client", c.id, "notes") == Some(Visibility::Internal)));
    for file in world.attachments.iter().filter(|file| file.name.ends_with(".eml")) {
        assert_eq!(of("attachment", file.id, "name"), None);
        assert_eq!(of("attachment", file.id, "reference"), Some(Visibility::Internal));
    }
}

#[test]
fn the_demo_shows_no_canaries_but_keeps_the_hidden_ones() {
    let world = World::seeded(&Seed { visible_canaries: false, ..Seed::default() });
    assert!(world.canaries().iter().all(|found| found.visibility == Visibility::Internal));
    assert!(world.replies.iter().any(|reply| found_in(&reply.body).next().is_some()));
    assert!(
        world.tickets.iter().filter(|t| t.client != 0 && !t.archived.is_set()).all(|t| !t.subject.contains("cnry"))
    );
}

#[test]
fn the_people_are_those_of_the_brief() {
    let world = World::seeded(&Seed::default());
    let people = world.people();
    let types = |contact: i32| {
        let memberships = people.iter().flat_map(|person| &person.memberships);
        memberships.filter(|m| m.contact == contact).flat_map(|m| m.types.clone()).collect::<Vec<_>>()
    };
    use ContactType::{Billing, Primary, Standard, Technical};
    assert_eq!(types(1), [Primary]);
    assert_eq!(types(2), [Billing]);
    assert_eq!(types(3), [Technical]);
    assert_eq!(types(4), [Standard]);
    assert_eq!(types(5), [Billing, Technical]);
    assert_eq!(types(6), [Standard]);
    let both: Vec<_> = people.iter().filter(|person| person.memberships.len() == 2).collect();
    assert_eq!(both.len(), 1);
    let rights: Vec<_> = both[0].memberships.iter().map(|m| (m.client, m.types.as_slice())).collect();
    assert_eq!(rights, [(1, [Standard].as_slice()), (3, [Primary].as_slice())]);
    let shared = people.iter().filter(|person| person.email.as_deref() == Some("reception@shared.example.org"));
    assert_eq!(shared.count(), 2, "two people with one address");
    assert_eq!(people.iter().filter(|person| person.kind == PersonKind::Administrator).count(), 1);
    let mails = people.iter().filter_map(|person| person.email.as_deref());
    assert!(mails.into_iter().all(|mail| mail.ends_with(".example.com") || mail.ends_with(".example.org")));
    assert_eq!(world.provider(), "Northlight IT");
}

#[test]
fn the_books_are_as_odd_as_real_ones() {
    let world = World::seeded(&Seed::default());
    let statuses: BTreeSet<&str> =
        world.invoices.iter().filter(|i| i.client == 1).map(|invoice| invoice.status.word()).collect();
    assert_eq!(statuses.len(), 7);
    let currencies: BTreeSet<&str> =
        world.invoices.iter().filter(|i| i.client == 2).map(|invoice| invoice.currency.as_str()).collect();
    assert_eq!(currencies.into_iter().collect::<Vec<_>>(), ["EUR", "GBP"]);
    for invoice in &world.invoices {
        let lines = world.lines.iter().filter(|line| line.owner == LineOwner::Invoice(invoice.id));
        let total: rust_decimal::Decimal = lines.map(|line| line.total).sum();
        assert_eq!(total - invoice.discount, invoice.amount);
        let payments = world.payments.iter().filter(|p| p.invoice == invoice.id && !p.archived.is_set());
        let paid: rust_decimal::Decimal = payments.map(|payment| payment.amount).sum();
        match invoice.status {
            InvoiceStatus::Paid => assert_eq!(paid, invoice.amount),
            InvoiceStatus::Partial => assert!(!paid.is_zero() && paid < invoice.amount),
            _ => assert!(paid.is_zero()),
        }
    }
    let odd = world.lines.iter().find(|line| line.id == 1).expect("a line");
    assert_ne!(odd.subtotal + odd.tax, odd.total, "the parts do not add up, as upstream");
}
