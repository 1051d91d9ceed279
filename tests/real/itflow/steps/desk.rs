//! Tickets.

use super::{Act, By, Step, Upload, step};
use portico_contract::Kind;

const SAM: By = By::Contact("sam");
const PIA: By = By::Contact("pia");
const T1: &str = "{ ticket(id: \"{t1.id}\") { subject status { label } priority { label } feedback \
    assignee { name } comments(first: 50) { nodes { body attachments(first: 5) { nodes { name } } } } \
    attachments(first: 9) { nodes { name } } } }";
const T2: &str = "{ ticket(id: \"{t2.id}\") { subject status { label } comments(first: 50) { nodes { body } } } }";
const T5: &str = "{ ticket(id: \"{t5.id}\") { subject } }";
const T6: &str = "{ ticket(id: \"{t6.id}\") { subject } }";

const TICKET: &[&str] = &[
    "vendor_ticket_number",
    "vendor_id",
    "asset_id",
    "location_id",
    "project_id",
    "ticket_template_id",
    "category_id",
    "assigned_to",
    "billable",
];
const REPLY: &[&str] = &["hours", "minutes", "seconds"];

const LOG: Upload = Upload { field: "file[]", name: "zqlog.txt", bytes: b"zqbytes of a log\n" };

pub const STEPS: &[Step] = &[
    step(
        "an agent opens a ticket for a contact",
        By::Agent,
        Act::Blank(
            TICKET,
            &[
                ("add_ticket", "1"),
                ("client_id", "{alder}"),
                ("contact_id", "{sam}"),
                ("subject", "Printer zqprinter & <fire>"),
                ("priority", "High"),
                ("details", "<p>It zqburns.</p>"),
            ],
        ),
    )
    .learns("t1", Kind::Ticket, "tickets", "ticket_id")
    .opens("sam", T1, &["zqprinter", "\"New\"", "\"High\""], &[]),
    step(
        "an agent replies in public, with time",
        By::Agent,
        Act::Blank(
            REPLY,
            &[
                ("add_ticket_reply", "1"),
                ("ticket_id", "{t1}"),
                ("ticket_reply", "<p>zqcoming soon</p>"),
                ("status", "2"),
                ("minutes", "15"),
                ("public_reply_type", "1"),
            ],
        ),
    )
    .learns("r1", Kind::Comment, "ticket_replies", "ticket_reply_id")
    .opens("sam", T1, &["zqcoming", "\"Open\""], &[]),
    step(
        "an agent writes an internal note",
        By::Agent,
        Act::Blank(
            REPLY,
            &[
                ("add_ticket_reply", "1"),
                ("ticket_id", "{t1}"),
                ("ticket_reply", "<p>zqinternal gossip</p>"),
                ("status", "3"),
                ("public_reply_type", "0"),
            ],
        ),
    )
    .opens("sam", T1, &["\"On Hold\""], &["zqinternal"]),
    step(
        "the contact replies in ITFlow's portal, with a file",
        SAM,
        Act::File(&[("add_ticket_comment", "1"), ("ticket_id", "{t1}"), ("comment", "<p>zqhurry please</p>")], LOG),
    )
    .learns("r3", Kind::Comment, "ticket_replies", "ticket_reply_id")
    .opens("sam", T1, &["zqhurry", "\"Open\"", "zqlog.txt"], &["zqinternal"]),
    step(
        "an agent raises the priority",
        By::Agent,
        Act::Form(&[("edit_ticket_priority", "1"), ("ticket_id", "{t1}"), ("priority", "Urgent")]),
    )
    .opens("sam", T1, &["\"Urgent\""], &["\"High\""]),
    step(
        "an agent takes the ticket",
        By::Agent,
        Act::Form(&[("assign_ticket", "1"), ("ticket_id", "{t1}"), ("assigned_to", "1"), ("ticket_status", "2")]),
    )
    .opens("sam", T1, &["Robin Vale"], &[]),
    step("an agent resolves the ticket", By::Agent, Act::Link("resolve_ticket={t1}")).opens(
        "sam",
        T1,
        &["\"Resolved\""],
        &[],
    ),
    step("the contact reopens it", SAM, Act::Link("reopen_ticket={t1}")).opens(
        "sam",
        T1,
        &["\"Open\""],
        &["\"Resolved\""],
    ),
    step("the contact resolves it", SAM, Act::Link("resolve_ticket={t1}")).opens("sam", T1, &["\"Resolved\""], &[]),
    step("the contact closes it", SAM, Act::Link("close_ticket={t1}")).opens("sam", T1, &["\"Closed\""], &[]),
    step("the contact is content", SAM, Act::Form(&[("add_ticket_feedback", "Good"), ("ticket_id", "{t1}")])).opens(
        "sam",
        T1,
        &["\"Good\""],
        &[],
    ),
    step(
        "a contact opens a ticket in ITFlow's portal",
        PIA,
        Act::Form(&[
            ("add_ticket", "1"),
            ("subject", "zqportal order"),
            ("details", "<p>zqthree monitors</p>"),
            ("category", "0"),
            ("asset", "0"),
            ("priority", "Medium"),
        ]),
    )
    .learns("t2", Kind::Ticket, "tickets", "ticket_id")
    .opens("pia", T2, &["zqportal"], &[]),
    step(
        "a contact of another client opens one",
        By::Contact("bo"),
        Act::Form(&[
            ("add_ticket", "1"),
            ("subject", "zqbirch matter"),
            ("details", "<p>zqforeign</p>"),
            ("category", "0"),
            ("asset", "0"),
            ("priority", "Low"),
        ]),
    )
    .learns("t3", Kind::Ticket, "tickets", "ticket_id")
    .opens("pia", "{ ticket(id: \"{t3.id}\") { subject } }", &[], &["zqbirch"]),
    step(
        "an agent opens one that repeats another",
        By::Agent,
        Act::Blank(
            TICKET,
            &[
                ("add_ticket", "1"),
                ("client_id", "{alder}"),
                ("contact_id", "{pia}"),
                ("subject", "zqtwin of an order"),
                ("priority", "Low"),
                ("details", "<p>zqagain</p>"),
            ],
        ),
    )
    .learns("t4", Kind::Ticket, "tickets", "ticket_id"),
    step(
        "the two are merged",
        By::Agent,
        Act::Form(&[
            ("merge_ticket", "1"),
            ("ticket_id", "{t4}"),
            ("merge_into_ticket_id", "{t2}"),
            ("merge_comment", "zqmerged"),
            ("merge_move_replies", "1"),
        ]),
    )
    .opens("pia", T2, &["zqportal"], &[]),
    step(
        "a public reply is worded anew",
        By::Agent,
        Act::Form(&[
            ("edit_ticket_reply", "1"),
            ("ticket_reply_id", "{r1}"),
            ("ticket_reply", "<p>zqlater perhaps</p>"),
            ("ticket_reply_type", "Public"),
            ("time", "00:20:00"),
        ]),
    )
    .opens("sam", T1, &["zqlater"], &["zqcoming"]),
    step(
        "a public reply becomes internal",
        By::Agent,
        Act::Form(&[
            ("edit_ticket_reply", "1"),
            ("ticket_reply_id", "{r1}"),
            ("ticket_reply", "<p>zqlater perhaps</p>"),
            ("ticket_reply_type", "Internal"),
            ("time", "00:20:00"),
        ]),
    )
    .opens("sam", T1, &["zqhurry"], &["zqlater"]),
    step(
        "a reply is redacted",
        By::Agent,
        Act::Form(&[("redact_ticket_reply", "1"), ("ticket_reply_id", "{r3}"), ("ticket_reply", "<p>zqblack bar</p>")]),
    )
    .opens("sam", T1, &["zqblack"], &["zqhurry"]),
    step("a reply is archived", By::Agent, Act::Link("archive_ticket_reply={r3}")).opens("sam", T1, &[], &["zqblack"]),
    step(
        "an agent opens one for nobody in particular",
        By::Agent,
        Act::Blank(
            TICKET,
            &[
                ("add_ticket", "1"),
                ("client_id", "{alder}"),
                ("contact_id", "{sam}"),
                ("subject", "zqwander about"),
                ("priority", "Low"),
                ("details", "<p>zqnomad</p>"),
            ],
        ),
    )
    .learns("t5", Kind::Ticket, "tickets", "ticket_id")
    .opens("sam", T5, &["zqwander"], &[]),
    step(
        "it gets another contact of the client",
        By::Agent,
        Act::Form(&[
            ("edit_ticket_contact", "1"),
            ("ticket_id", "{t5}"),
            ("contact", "{ben}"),
            ("contact_notify", "0"),
        ]),
    )
    .opens("ben", T5, &["zqwander"], &[])
    .after_beat(),
    step(
        "it moves to another client",
        By::Agent,
        Act::Form(&[
            ("change_client_ticket", "1"),
            ("ticket_id", "{t5}"),
            ("new_client_id", "{birch}"),
            ("new_contact_id", "{bo}"),
        ]),
    )
    .opens("bo", T5, &["zqwander"], &[])
    .after_beat(),
    step(
        "its subject and details change",
        By::Agent,
        Act::Blank(
            TICKET,
            &[
                ("edit_ticket", "1"),
                ("ticket_id", "{t5}"),
                ("contact_id", "{bo}"),
                ("subject", "zqsettled here"),
                ("priority", "High"),
                ("details", "<p>zqhome</p>"),
            ],
        ),
    )
    .opens("bo", T5, &["zqsettled"], &["zqwander"]),
    step("it is closed by an agent", By::Agent, Act::Link("resolve_ticket={t5}")),
    step("it is closed for good", By::Agent, Act::Link("close_ticket={t5}")),
    step(
        "an agent opens one by mistake",
        By::Agent,
        Act::Blank(
            TICKET,
            &[
                ("add_ticket", "1"),
                ("client_id", "{alder}"),
                ("contact_id", "{sam}"),
                ("subject", "zqmistake"),
                ("priority", "Low"),
                ("details", "<p>zqoops</p>"),
            ],
        ),
    )
    .learns("t6", Kind::Ticket, "tickets", "ticket_id")
    .opens("sam", T6, &["zqmistake"], &[]),
    step("and deletes it", By::Agent, Act::Link("delete_ticket={t6}")).opens("sam", T6, &[], &["zqmistake"]).by_pass(),
];
