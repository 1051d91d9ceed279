//! Tickets with their replies, attachments, watchers and history.

use super::desk_cases::{Asker, CASES, Clip, Ordinary, Progress, ReplyCase, TicketCase, ordinary};
use super::{Builder, PAST_DAYS, next_id};
use crate::canary::Visibility;
use crate::world::model::{Approval, Attachment, History, Reply, ReplyType, Stamp, Task, Ticket, Watcher};
use chrono::{NaiveDateTime, TimeDelta};

/// A contact id that no contact has.
const NOBODY: i32 = 9998;
/// A put-away account keeps this many tickets.
const ARCHIVED_ACCOUNT_TICKETS: usize = 2;
const ORDINARY_REPLY: ReplyCase =
    ReplyCase { kind: ReplyType::Public, body: "", time: None, archived: false, edited: false, undated: false };

/// An account while its tickets are made.
struct Account {
    client: i32,
    quota: usize,
    contacts: Vec<i32>,
    foreign: i32,
}

/// A ticket while what hangs on it is made.
struct Home {
    ticket: i32,
    client: i32,
    created: NaiveDateTime,
    /// The contact who writes the `Client` replies.
    asker: i32,
    agent: i32,
    hidden: bool,
}

pub(super) fn add(b: &mut Builder<'_>) {
    let accounts = accounts(b);
    let total: usize = accounts.iter().map(|account| account.quota).sum();
    let longest = accounts.iter().map(|account| account.quota).max().unwrap_or(0);
    let mut made = 0;
    for turn in 0..longest {
        for account in accounts.iter().filter(|account| turn < account.quota) {
            let from = b.days_ago(PAST_DAYS);
            let created = b.between(from, made, total.saturating_add(1));
            ticket(b, account, turn, created);
            made += 1;
        }
    }
    orphan(b);
    let highest = i32::try_from(longest).unwrap_or(0);
    b.world.firm.next_ticket_number = 1001_i32.saturating_add(highest);
}

fn accounts(b: &Builder<'_>) -> Vec<Account> {
    let mut contacts: Vec<Vec<i32>> = vec![Vec::new(); b.world.clients.len()];
    for contact in &b.world.contacts {
        let home = usize::try_from(contact.client - 1).ok().and_then(|at| contacts.get_mut(at));
        home.into_iter().for_each(|list| list.push(contact.id));
    }
    let last = b.world.clients.len();
    let firsts: Vec<i32> = contacts.iter().map(|list| list.first().copied().unwrap_or(0)).collect();
    let accounts = b.world.clients.iter().zip(contacts).enumerate();
    let accounts = accounts.map(|(at, (client, contacts))| Account {
        client: client.id,
        quota: if client.archived.is_set() {
            b.seed.tickets_per_account.min(ARCHIVED_ACCOUNT_TICKETS)
        } else {
            b.seed.tickets_per_account
        },
        contacts,
        foreign: firsts.get((at + 1) % last.max(1)).copied().unwrap_or(0),
    });
    accounts.collect()
}

fn asker(account: &Account, asker: Asker) -> i32 {
    match asker {
        Asker::Nth(at) => account.contacts.get(at % account.contacts.len().max(1)).copied().unwrap_or(0),
        Asker::None => 0,
        Asker::Dangling => NOBODY,
        Asker::Foreign => account.foreign,
    }
}

fn ticket(b: &mut Builder<'_>, account: &Account, turn: usize, created: NaiveDateTime) {
    let id = next_id(&b.world.tickets);
    let object = format!("ticket{id}");
    let location = b.world.locations.iter().find(|location| location.client == account.client);
    let location = location.map_or(0, |location| location.id);
    let mut ticket = Ticket {
        id,
        prefix: Some("TCK-".to_owned()),
        number: 1001_i32.saturating_add(i32::try_from(turn).unwrap_or(0)),
        url_key: b.secret(account.client, &object, "url_key"),
        vendor_number: b.secret(account.client, &object, "vendor_number"),
        client: account.client,
        location,
        created: created.into(),
        ..Ticket::default()
    };
    match CASES.get(turn) {
        Some(case) => from_case(b, account, case, ticket, created),
        None => {
            let made = ordinary(&mut b.dice);
            fill_ordinary(b, account, &made, &mut ticket);
            let home = home(&ticket, created, false);
            progress(b, &mut ticket, made.progress, created);
            b.world.tickets.push(ticket);
            ordinary_replies(b, &home, made.replies);
        }
    }
}

fn home(ticket: &Ticket, created: NaiveDateTime, hidden: bool) -> Home {
    let (client, asker, agent) = (ticket.client, ticket.contact, ticket.assigned_to.clamp(1, 3));
    Home { ticket: ticket.id, client, created, asker, agent, hidden }
}

fn from_case(b: &mut Builder<'_>, account: &Account, case: &TicketCase, mut ticket: Ticket, created: NaiveDateTime) {
    let object = format!("ticket{}", ticket.id);
    let hidden = case.progress == Progress::Archived;
    let visibility = if hidden { Visibility::Internal } else { Visibility::Account };
    ticket.subject = b.text(case.subject, account.client, &object, "subject", visibility);
    let mark = b.text("", account.client, &object, "details", visibility);
    let mark = if mark.is_empty() { mark } else { format!("<p>{mark}</p>") };
    ticket.details = format!("{}{mark}<br>", case.details);
    ticket.contact = asker(account, case.asker);
    ticket.status = case.status;
    ticket.priority = case.priority.map(str::to_owned);
    ticket.category = case.category.map(str::to_owned);
    ticket.assigned_to = case.agent;
    ticket.source = case.source.map(str::to_owned);
    progress(b, &mut ticket, case.progress, created);
    let home = home(&ticket, created, hidden);
    b.world.tickets.push(ticket);
    let mut replies = Vec::new();
    for (at, case) in case.replies.iter().enumerate() {
        replies.push(reply(b, &home, case, at, case.kind));
    }
    for clip in case.clips {
        attach(b, &home, *clip, &replies);
    }
    history(b, &home);
    watcher(b, &home);
    if ticket_has_tasks(home.ticket) {
        tasks(b, &home);
    }
}

fn fill_ordinary(b: &Builder<'_>, account: &Account, made: &Ordinary, ticket: &mut Ticket) {
    let object = format!("ticket{}", ticket.id);
    ticket.subject = b.account(&made.subject, account.client, &object, "subject");
    let details = b.account("Since yesterday.", account.client, &object, "details");
    ticket.details = format!("<p>{details}</p><br>");
    ticket.contact = asker(account, made.asker);
    ticket.status = made.status;
    ticket.priority = Some(made.priority.to_owned());
    ticket.category = Some(made.category.to_owned());
    ticket.assigned_to = made.agent;
    ticket.source = Some("Portal".to_owned());
}

/// Sets the times as the vendor would have, or would not have.
fn progress(b: &Builder<'_>, ticket: &mut Ticket, progress: Progress, created: NaiveDateTime) {
    let (late, last) = (Stamp::At(b.between(created, 7, 10)), Stamp::At(b.between(created, 9, 10)));
    ticket.response_due = Stamp::At(created + TimeDelta::hours(8));
    ticket.resolution_due = Stamp::At(created + TimeDelta::hours(40));
    ticket.due = ticket.resolution_due;
    ticket.sla = 1;
    match progress {
        Progress::New => {}
        Progress::Open => ticket.updated = late,
        Progress::Resolved | Progress::HalfResolved => (ticket.resolved, ticket.updated) = (late, late),
        Progress::HalfClosed => ticket.updated = last,
        Progress::Archived => (ticket.archived, ticket.updated) = (last, last),
        Progress::Closed => {
            (ticket.resolved, ticket.closed, ticket.updated) = (late, last, last);
            ticket.closed_by = ticket.assigned_to;
            ticket.feedback = Some(if ticket.id % 3 == 0 { "Bad" } else { "Good" }.to_owned());
            ticket.first_response = Stamp::At(created + TimeDelta::hours(1));
            (ticket.response_met, ticket.resolution_met) = (Some(true), Some(ticket.id % 2 == 0));
        }
        Progress::ZeroDates => {
            ticket.sla = 0;
            (ticket.response_due, ticket.resolution_due) = (Stamp::Never, Stamp::Never);
            (ticket.due, ticket.resolved, ticket.closed) = (Stamp::Zero, Stamp::Zero, Stamp::Zero);
            (ticket.updated, ticket.scheduled) = (Stamp::Zero, Stamp::Zero);
        }
    }
}

fn ordinary_replies(b: &mut Builder<'_>, home: &Home, count: usize) {
    for at in 0..count {
        let kind = [ReplyType::Public, ReplyType::Client, ReplyType::Internal].get(b.dice.below(3)).copied();
        reply(b, home, &ORDINARY_REPLY, at, kind.unwrap_or_default());
    }
}

/// Adds a reply; gives its id and whether it is hidden from customers.
fn reply(b: &mut Builder<'_>, home: &Home, case: &ReplyCase, at: usize, kind: ReplyType) -> (i32, bool) {
    let id = next_id(&b.world.replies);
    let hidden = home.hidden || case.archived || kind == ReplyType::Internal;
    let visibility = if hidden { Visibility::Internal } else { Visibility::Account };
    let mark = b.text(case.body, home.client, &format!("ticket{}", home.ticket), &format!("reply{id}"), visibility);
    let written = b.between(home.created, at + 1, 12);
    let later = Stamp::At(written + (b.seed.start - written) / 4);
    let reply = Reply {
        id,
        ticket: home.ticket,
        body: mark,
        reply_type: kind,
        time_worked: case.time.map(str::to_owned),
        by: if kind == ReplyType::Client { home.asker } else { home.agent },
        created: if case.undated { Stamp::Zero } else { written.into() },
        updated: if case.edited { later } else { Stamp::Never },
        archived: if case.archived { later } else { Stamp::Never },
    };
    b.world.replies.push(reply);
    (id, hidden)
}

fn attach(b: &mut Builder<'_>, home: &Home, clip: Clip, replies: &[(i32, bool)]) {
    let id = next_id(&b.world.attachments);
    let (name, on) = match clip {
        Clip::OnTicket(name) => (name, None),
        Clip::OnReply(at, name) => (name, replies.get(at).copied()),
    };
    let hidden = home.hidden || on.is_some_and(|(_, hidden)| hidden);
    let object = format!("attachment{id}");
    // The raw mail has one name everywhere; its reference carries the canary.
    let shown = if name.ends_with(".eml") {
        name.to_owned()
    } else {
        let visibility = if hidden { Visibility::Internal } else { Visibility::Account };
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        format!("{}.{extension}", b.text(stem, home.client, &object, "name", visibility))
    };
    let attachment = Attachment {
        id,
        ticket: home.ticket,
        reply: on.map(|(id, _)| id),
        name: shown,
        reference: format!("{}.bin", b.internal(home.client, &object, "reference")),
        created: home.created.into(),
    };
    b.world.attachments.push(attachment);
}

fn history(b: &mut Builder<'_>, home: &Home) {
    for status in ["New", "Open"] {
        let id = next_id(&b.world.history);
        let description = b.internal(home.client, &format!("history{id}"), "description");
        let created = home.created.into();
        b.world.history.push(History { id, ticket: home.ticket, status: status.to_owned(), description, created });
    }
}

fn watcher(b: &mut Builder<'_>, home: &Home) {
    let id = next_id(&b.world.watchers);
    let mark = b.internal(home.client, &format!("watcher{id}"), "name");
    let email = format!("watcher{id}@example.org");
    b.world.watchers.push(Watcher { id, ticket: home.ticket, name: Some(mark), email });
}

fn ticket_has_tasks(ticket: i32) -> bool {
    ticket % 4 == 0
}

/// Three tasks, two of them waiting for an approval.
fn tasks(b: &mut Builder<'_>, home: &Home) {
    let kinds = [(None, "Order the part"), (Some("any"), "Approve the price"), (Some("billing"), "Approve the budget")];
    for (order, (approval, name)) in (0..).zip(kinds) {
        let id = next_id(&b.world.tasks);
        let visibility = if home.hidden { Visibility::Internal } else { Visibility::Account };
        let name = b.text(name, home.client, &format!("task{id}"), "name", visibility);
        let (completed, completed_by) = (Stamp::Never, None);
        let created = home.created.into();
        b.world.tasks.push(Task { id, ticket: home.ticket, name, order, completed, completed_by, created });
        let Some(kind) = approval else { continue };
        let approval = next_id(&b.world.approvals);
        let url_key = b.internal(home.client, &format!("approval{approval}"), "url_key");
        b.world.approvals.push(Approval {
            id: approval,
            task: id,
            scope: "client".to_owned(),
            approval_type: kind.to_owned(),
            required_user: None,
            status: "pending".to_owned(),
            created_by: home.agent,
            approved_by: None,
            url_key,
        });
    }
}

/// A ticket of no client at all: nobody's, so nobody may see it.
fn orphan(b: &mut Builder<'_>) {
    if b.seed.tickets_per_account == 0 {
        return;
    }
    let id = next_id(&b.world.tickets);
    let object = format!("ticket{id}");
    let created = b.days_ago(1);
    let ticket = Ticket {
        id,
        prefix: Some("TCK-".to_owned()),
        number: 999,
        source: Some("Email".to_owned()),
        subject: b.internal(0, &object, "subject"),
        details: b.internal(0, &object, "details"),
        status: 1,
        url_key: b.secret(0, &object, "url_key"),
        vendor_number: b.secret(0, &object, "vendor_number"),
        created: created.into(),
        ..Ticket::default()
    };
    b.world.tickets.push(ticket);
}
