//! The tickets themselves. The n-th ticket of the first client is the same in every world but for
//! its id: what a viewer reads does not depend on how much others have.

use super::Bulk;
use super::people::People;
use crate::seed::Dice;
use crate::world::model::{Reply, ReplyType, Stamp, Ticket};
use chrono::{NaiveDateTime, TimeDelta};

/// What the world's past covers.
const PAST_DAYS: i64 = 3 * 365;
/// A word that at most 200 tickets of a world have, half of them the first client's.
pub(super) const RARE: &str = "Zephyrine";
const RARE_EVERY: usize = 50;
const RARE_AMONG_OTHERS: usize = 100;
/// One ticket in so many has a long thread.
const LONG_EVERY: usize = 50;
const LONG: usize = 24;
/// One reply in so many is for agents alone, but never in a long thread.
const INTERNAL_EVERY: usize = 8;

const THINGS: [&str; 10] = [
    "Laptop",
    "Docking station",
    "Phone",
    "Mailbox",
    "Shared drive",
    "Tablet",
    "VPN",
    "Projector",
    "Router",
    "Scanner",
];
const TROUBLES: [&str; 8] = [
    "does not start this morning",
    "is very slow since the update",
    "shows an error after sign-in",
    "lost its settings",
    "needs an update before Friday",
    "asks for a password again and again",
    "is missing after the move",
    "makes noise",
];
const PRIORITIES: [&str; 4] = ["Low", "Medium", "High", "Urgent"];
const SAYINGS: [&str; 6] = [
    "<p>Thank you for the report. We looked at the log and found nothing unusual so far; please try once more.</p>",
    "<p>Still the same today. It happens mostly in the morning, <b>right after</b> the computer was started.</p>",
    "<p>The part is ordered and comes on Thursday. Until then please use the spare one from the cupboard.</p>",
    "<p>That helped, thank you. One colleague still sees it though, could you have a look there as well?</p>",
    "<p>We changed the setting for the whole office.</p><ul><li>Sign out</li><li>Sign in again</li></ul>",
    "<p>It works now.</p>",
];

/// Makes tickets in the order of their ids, which is the order of their times.
pub(super) struct Maker<'a> {
    bulk: &'a Bulk,
    people: &'a People,
    start: NaiveDateTime,
    first_ticket: usize,
    next_reply: usize,
    made: usize,
    /// Tickets of the first client so far.
    of_first: usize,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        bulk: &'a Bulk,
        people: &'a People,
        start: NaiveDateTime,
        first_ticket: usize,
        next_reply: usize,
    ) -> Self {
        Self { bulk, people, start, first_ticket, next_reply, made: 0, of_first: 0 }
    }

    pub(super) fn batch(&mut self, count: usize) -> (Vec<Ticket>, Vec<Reply>) {
        let (mut tickets, mut replies) = (Vec::with_capacity(count), Vec::with_capacity(count * 3));
        for _ in 0..count {
            self.one(&mut tickets, &mut replies);
        }
        (tickets, replies)
    }

    fn one(&mut self, tickets: &mut Vec<Ticket>, replies: &mut Vec<Reply>) {
        let at = self.made;
        self.made += 1;
        // The first client's share of the first n tickets is always its share of all of them.
        let first = self.made * self.bulk.first_client / self.bulk.tickets.max(1) > self.of_first;
        let turn = if first { self.of_first } else { at - self.of_first };
        self.of_first += usize::from(first);
        let mut dice = Dice::new(word(turn) ^ if first { 1 } else { 2 << 40 });
        let place = if first { 0 } else { 1 + turn % self.people.others().max(1) };
        let (client, contact) = self.people.contact(place, dice.below(1_000));
        let created = self.moment(at, self.bulk.tickets);
        let id = id(self.first_ticket + at);
        let agent = self.people.agent(dice.below(1_000));
        let mut ticket = Ticket {
            id,
            prefix: Some("TCK-".to_owned()),
            number: id.saturating_add(1_000),
            source: Some("Portal".to_owned()),
            category: Some((1 + dice.below(3)).to_string()),
            subject: self.subject(&mut dice, first, turn),
            details: format!("<p>{}</p><br>{}", dice.pick(&TROUBLES), dice.pick(&SAYINGS)),
            priority: Some(dice.pick(&PRIORITIES).to_owned()),
            client,
            contact,
            assigned_to: agent,
            created: created.into(),
            response_due: Stamp::At(created + TimeDelta::hours(8)),
            resolution_due: Stamp::At(created + TimeDelta::hours(40)),
            due: Stamp::At(created + TimeDelta::hours(40)),
            sla: 1,
            ..Ticket::default()
        };
        let count = if turn % LONG_EVERY == 0 { LONG } else { 1 + dice.below(4) };
        let last = self.thread(&ticket, count, &mut dice, replies);
        progress(&mut ticket, dice.below(10), last);
        tickets.push(ticket);
    }

    fn subject(&self, dice: &mut Dice, first: bool, turn: usize) -> String {
        let others = self.bulk.tickets - self.bulk.first_client;
        let every = if first { RARE_EVERY } else { (others / RARE_AMONG_OTHERS).max(1) };
        let rare = turn % every == every / 2 && turn / every < RARE_AMONG_OTHERS;
        let subject = format!("{} {}", dice.pick(&THINGS), dice.pick(&TROUBLES));
        if rare { format!("{subject}, {RARE} model") } else { subject }
    }

    /// Replies to a ticket, an hour apart; gives the time of the last.
    fn thread(&mut self, ticket: &Ticket, count: usize, dice: &mut Dice, replies: &mut Vec<Reply>) -> NaiveDateTime {
        let Stamp::At(mut at) = ticket.created else { return self.start };
        for turn in 0..count {
            at = (at + TimeDelta::minutes(50)).min(self.start);
            let internal = count < LONG && dice.below(INTERNAL_EVERY) == 0;
            let reply_type = match (internal, turn % 2) {
                (true, _) => ReplyType::Internal,
                (false, 0) => ReplyType::Public,
                (false, _) => ReplyType::Client,
            };
            replies.push(Reply {
                id: id(self.next_reply),
                ticket: ticket.id,
                body: dice.pick(&SAYINGS).to_owned(),
                reply_type,
                by: if reply_type == ReplyType::Client { ticket.contact } else { ticket.assigned_to },
                created: at.into(),
                ..Reply::default()
            });
            self.next_reply += 1;
        }
        at
    }

    /// The point `part / whole` of the way through the past.
    fn moment(&self, part: usize, whole: usize) -> NaiveDateTime {
        let span = TimeDelta::days(PAST_DAYS).num_seconds();
        let (part, whole) = (i64::try_from(part).unwrap_or(0), i64::try_from(whole.max(1)).unwrap_or(i64::MAX));
        let gone = span.saturating_mul(part).checked_div(whole).unwrap_or(0);
        self.start - TimeDelta::days(PAST_DAYS) + TimeDelta::seconds(gone)
    }
}

/// Two tickets in ten are being worked on; the rest is solved or closed.
fn progress(ticket: &mut Ticket, roll: usize, last: NaiveDateTime) {
    let last = Stamp::At(last);
    ticket.updated = last;
    match roll {
        0 => ticket.status = 1,
        1 => ticket.status = 2,
        2 => (ticket.status, ticket.resolved) = (4, last),
        _ => {
            (ticket.status, ticket.resolved, ticket.closed) = (5, last, last);
            ticket.closed_by = ticket.assigned_to;
        }
    }
}

fn id(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn word(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
