//! Where the canaries sit: a walk over everything in the world.

use super::World;
use super::model::{LineOwner, Ticket};
use crate::canary::{Canary, Place, collect};
use std::collections::BTreeMap;

fn place(kind: &'static str, id: i32, account: i32) -> Place {
    Place { account, kind, id, parent: 0, contact: 0 }
}

pub(super) fn canaries(world: &World) -> Vec<Canary> {
    let mut found = Vec::new();
    firm(world, &mut found);
    parties(world, &mut found);
    desk(world, &mut found);
    books(world, &mut found);
    estate(world, &mut found);
    found
}

fn firm(world: &World, found: &mut Vec<Canary>) {
    collect(found, place("firm", 1, 0), &world.firm);
    let homes: BTreeMap<i32, (i32, i32)> =
        world.contacts.iter().rev().map(|contact| (contact.user, (contact.client, contact.id))).collect();
    for user in &world.users {
        let (account, contact) = homes.get(&user.id).copied().unwrap_or_default();
        collect(found, Place { contact, ..place("user", user.id, account) }, user);
    }
    world.statuses.iter().for_each(|status| collect(found, place("status", status.id, 0), status));
    world.categories.iter().for_each(|category| collect(found, place("category", category.id, 0), category));
    world.slas.iter().for_each(|sla| collect(found, place("sla", sla.id, 0), sla));
    world.taxes.iter().for_each(|tax| collect(found, place("tax", tax.id, 0), tax));
    world.providers.iter().for_each(|provider| collect(found, place("provider", provider.id, 0), provider));
    world.links.iter().for_each(|link| collect(found, place("link", link.id, 0), link));
}

fn parties(world: &World, found: &mut Vec<Canary>) {
    for client in &world.clients {
        collect(found, place("client", client.id, client.id), client);
    }
    for location in &world.locations {
        collect(found, place("location", location.id, location.client), location);
    }
    for contact in &world.contacts {
        collect(found, Place { contact: contact.id, ..place("contact", contact.id, contact.client) }, contact);
    }
}

fn desk(world: &World, found: &mut Vec<Canary>) {
    let clients: BTreeMap<i32, i32> = world.contacts.iter().map(|contact| (contact.id, contact.client)).collect();
    let asker = |ticket: &Ticket| {
        let own = clients.get(&ticket.contact) == Some(&ticket.client);
        if own { ticket.contact } else { 0 }
    };
    let homes: BTreeMap<i32, (i32, i32)> =
        world.tickets.iter().map(|ticket| (ticket.id, (ticket.client, asker(ticket)))).collect();
    let on = |kind, id, ticket| {
        let (account, contact) = homes.get(&ticket).copied().unwrap_or_default();
        Place { parent: ticket, contact, ..place(kind, id, account) }
    };
    for ticket in &world.tickets {
        collect(found, Place { contact: asker(ticket), ..place("ticket", ticket.id, ticket.client) }, ticket);
    }
    world.replies.iter().for_each(|reply| collect(found, on("reply", reply.id, reply.ticket), reply));
    world.attachments.iter().for_each(|file| collect(found, on("attachment", file.id, file.ticket), file));
    world.watchers.iter().for_each(|watcher| collect(found, on("watcher", watcher.id, watcher.ticket), watcher));
    world.history.iter().for_each(|entry| collect(found, on("history", entry.id, entry.ticket), entry));
    world.tasks.iter().for_each(|task| collect(found, on("task", task.id, task.ticket), task));
    let tickets: BTreeMap<i32, i32> = world.tasks.iter().map(|task| (task.id, task.ticket)).collect();
    for approval in &world.approvals {
        let ticket = tickets.get(&approval.task).copied().unwrap_or_default();
        collect(found, on("approval", approval.id, ticket), approval);
    }
}

fn books(world: &World, found: &mut Vec<Canary>) {
    let invoices: BTreeMap<i32, i32> = world.invoices.iter().map(|invoice| (invoice.id, invoice.client)).collect();
    let quotes: BTreeMap<i32, i32> = world.quotes.iter().map(|quote| (quote.id, quote.client)).collect();
    let recurring: BTreeMap<i32, i32> = world.recurring.iter().map(|invoice| (invoice.id, invoice.client)).collect();
    let of = |map: &BTreeMap<i32, i32>, id: i32| map.get(&id).copied().unwrap_or_default();
    for invoice in &world.invoices {
        collect(found, place("invoice", invoice.id, invoice.client), invoice);
    }
    for line in &world.lines {
        let (kind, account) = match line.owner {
            LineOwner::Invoice(id) => ("invoice_line", of(&invoices, id)),
            LineOwner::Quote(id) => ("quote_line", of(&quotes, id)),
            LineOwner::Recurring(id) => ("recurring_line", of(&recurring, id)),
        };
        collect(found, Place { parent: line.owner.id(), ..place(kind, line.id, account) }, line);
    }
    for payment in &world.payments {
        let account = of(&invoices, payment.invoice);
        collect(found, Place { parent: payment.invoice, ..place("payment", payment.id, account) }, payment);
    }
    world.quotes.iter().for_each(|quote| collect(found, place("quote", quote.id, quote.client), quote));
    world.recurring.iter().for_each(|invoice| collect(found, place("recurring", invoice.id, invoice.client), invoice));
    world.cards.iter().for_each(|card| collect(found, place("card", card.id, card.client), card));
    for rule in &world.card_rules {
        collect(found, place("card_rule", rule.id, of(&recurring, rule.recurring)), rule);
    }
}

fn estate(world: &World, found: &mut Vec<Canary>) {
    let assets: BTreeMap<i32, (i32, i32)> =
        world.assets.iter().map(|asset| (asset.id, (asset.client, asset.contact))).collect();
    world.vendors.iter().for_each(|vendor| collect(found, place("vendor", vendor.id, vendor.client), vendor));
    for asset in &world.assets {
        collect(found, Place { contact: asset.contact, ..place("asset", asset.id, asset.client) }, asset);
    }
    for port in &world.interfaces {
        let (account, contact) = assets.get(&port.asset).copied().unwrap_or_default();
        collect(found, Place { parent: port.asset, contact, ..place("interface", port.id, account) }, port);
    }
    world.domains.iter().for_each(|domain| collect(found, place("domain", domain.id, domain.client), domain));
    for certificate in &world.certificates {
        collect(found, place("certificate", certificate.id, certificate.client), certificate);
    }
    world.folders.iter().for_each(|folder| collect(found, place("folder", folder.id, folder.client), folder));
    world.documents.iter().for_each(|paper| collect(found, place("document", paper.id, paper.client), paper));
    for file in &world.files {
        collect(found, Place { parent: file.document, ..place("file", file.id, file.client) }, file);
    }
}
