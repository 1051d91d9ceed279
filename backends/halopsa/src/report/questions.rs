//! The questions, as data.

use super::tally::Fields;
use crate::query::{
    ACTIONS, APPROVALS, ARTICLES, ASSETS, CLIENTS, CONTRACTS, Endpoint, INVOICES, ITEMS, OUTCOMES, PAYMENTS, QUOTES,
    SERVICES, SITES, STATUSES, TICKET, TICKETS, TYPES, USER_ROLES, USERS,
};

/// How a question is asked. Everything reads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ask {
    /// Fields of the newest rows of a list.
    Rows(&'static Endpoint, &'static [(&'static str, &'static str)], Fields),
    /// Fields of the newest things of a list, or of the rows of a list within each.
    Within(&'static Endpoint, &'static Endpoint, &'static str, Fields),
    /// Fields of what hangs on the newest tickets.
    OnTickets(&'static Endpoint, Fields),
    /// How many rows these lists give at once.
    Pages(&'static [&'static Endpoint]),
    /// What an offset does to times.
    Offset,
    /// The names of fields, and their sorts.
    Shape(&'static Endpoint, &'static [(&'static str, &'static str)]),
    /// It cannot be asked by reading.
    Never(&'static str),
}

#[derive(Debug)]
pub(super) struct Question {
    pub asks: &'static str,
    pub settings: &'static [&'static str],
    pub ask: Ask,
}

const fn asks(asks: &'static str, settings: &'static [&'static str], ask: Ask) -> Question {
    Question { asks, settings, ask }
}

const fn reads(name: &'static str, path: &'static str, params: &'static [&'static str]) -> Endpoint {
    Endpoint { name, path, keys: &[], params, scope: "tickets" }
}

pub(super) const TICKETS_SHIFTED: Endpoint = reads(
    "halopsa.report.offset",
    "Tickets",
    &["pageinate", "page_no", "page_size", "order", "orderdesc", "utcoffset"],
);
const TYPE: Endpoint = reads("halopsa.report.type", "TicketType/{id}", &["includedetails"]);
const FIELDS: Endpoint = reads("halopsa.report.fields", "FieldInfo", &[]);
const SEARCH: Endpoint = reads("halopsa.report.search", "Search", &["search", "count_per_entity"]);

const ACCESS: &[&str] = &["web_access_none", "web_access_own", "web_access_site", "web_access_customer"];

pub(super) const QUESTIONS: &[Question] = &[
    asks(
        "Which field holds a ticket's followers?",
        &["followers_field"],
        Ask::Within(
            &TICKETS,
            &TICKET,
            "",
            "emailcclist followers_user follower_count? contributors can_add_cc_followers",
        ),
    ),
    asks(
        "Which `result` of an approval says yes, and which no?",
        &["approval_approved", "approval_declined"],
        Ask::OnTickets(&APPROVALS, "result dateapproved? type user_id? agent_id? approval_inprogress"),
    ),
    asks(
        "What do the numbers of `web_access_level` mean?",
        ACCESS,
        Ask::Rows(&USERS, &[], "web_access_level device_access_level showmeonly cataloglevel inactive"),
    ),
    asks(
        "Which levels do user roles give, and which roles need no approval?",
        &["web_access_customer", "auto_approved_roles"],
        Ask::Rows(&USER_ROLES, &[], "name! web_access_level device_access_level showmeonly cataloglevel ispoapprover"),
    ),
    asks(
        "Which levels do services ask for?",
        &[],
        Ask::Rows(&SERVICES, &[], "userlevel showinusercatalog user_access allowservicerequests"),
    ),
    asks(
        "Which numbers say that a form shows a field, or wants it?",
        &[],
        Ask::Within(&TYPES, &TYPE, "fields", "fieldname! endusernew enduserdetail technew techdetail fieldinfo.type"),
    ),
    asks("Which `type` is which kind of custom field?", &[], Ask::Rows(&FIELDS, &[], "type inputtype name! values?")),
    asks(
        "Which outcomes do users see, and which status do they set?",
        &["reply_outcome", "note_outcome"],
        Ask::Rows(&OUTCOMES, &[], "id outcome! hidefromuser hidden newstatus"),
    ),
    asks(
        "Which statuses are there, and which are closed?",
        &["closed_status", "closed_statuses", "resolved_status", "reopened_status"],
        Ask::Rows(&STATUSES, &[], "id name! type"),
    ),
    asks(
        "What becomes of the statuses of a ticket's type?",
        &["ticket_type", "reopened_status"],
        Ask::Rows(
            &TYPES,
            &[],
            "id name! use! initial_status reopenedstatus statusafteruserupdate default_showforusers enduserscanselect",
        ),
    ),
    asks(
        "Whose is an action with `actionby_user_id`?",
        &["act_as_users"],
        Ask::OnTickets(&ACTIONS, "who_type who_agentid? actionby_agent_id? actionby_user_id? hiddenfromuser"),
    ),
    asks(
        "What do `paymentstatus` and the amounts of an invoice say together?",
        &[],
        Ask::Rows(&INVOICES, &[], "paymentstatus amountpaid? amountdue? datepaid? posted hideinvoice voided"),
    ),
    asks(
        "Which `method` and `status` do payments have?",
        &["payment_method"],
        Ask::Rows(&PAYMENTS, &[], "method status module_id? intent_id? thirdpartyid?"),
    ),
    asks(
        "What are the statuses of contracts?",
        &[],
        Ask::Rows(
            &CONTRACTS,
            &[("includeinactive", "true")],
            "status contract_status! active started expired rollingcontract billingperiod billingdescription",
        ),
    ),
    asks(
        "How many rows does a list give at once?",
        &["ticket_page", "page"],
        Ask::Pages(&[&TICKETS, &CLIENTS, &SITES, &USERS, &ASSETS, &INVOICES, &QUOTES, &ITEMS, &ARTICLES]),
    ),
    asks("Which way does `utcoffset` move times?", &["timezone"], Ask::Offset),
    asks(
        "What does a row of the global search look like?",
        &[],
        Ask::Shape(&SEARCH, &[("search", "a"), ("count_per_entity", "1")]),
    ),
    asks(
        "Does a refusal for too many calls name a time (`Retry-After`), and who counts them?",
        &["calls"],
        Ask::Never(
            "It would take the tenant's calls away from others. Portico keeps to `calls` and waits 30 seconds where no time is named.",
        ),
    ),
    asks(
        "Are the assets of a ticket replaced or added to?",
        &[],
        Ask::Never("Only a write shows it. Try it on a test ticket."),
    ),
    asks(
        "What does the request for an invoice's PDF answer with?",
        &[],
        Ask::Never(
            "It makes a file, so it is not read-only. Portico takes both a PDF and the number of an attachment.",
        ),
    ),
    asks(
        "Can end users sign in with a password (password grant)?",
        &[],
        Ask::Never("It takes a user's password. Portico does not use it."),
    ),
];
