//! Tickets and what hangs on them.

use super::{holds, on};
use crate::halopsa::resource::{PLAIN, Paging, Resource};
use crate::halopsa::row::time_of;

pub(super) const DESK: &[Resource] = &[
    Resource {
        path: "Tickets",
        key: "tickets",
        scope: "tickets",
        ints: "id tickettype_id client_id site_id user_id usertype status_id priority_id sla_id impact urgency agent_id \
               categoryid_1 source enduserstatus merged_into_id follower_count parent_id child_count contract_id \
               service_id service_request_detail_id attachment_count third_party_id",
        reals: "timetaken estimate chargehours cost slaholdtime",
        flags: "hasbeenclosed inactive deleted onhold excludefromsla faultapprovalexists flagged read is_vip",
        texts: "guid use summary details details_html reportedby client_name site_name user_name user_email status_name \
                tickettype_name agent_name sla_name team category_1 emailcclist emailtolist slaresponsestate \
                supplier_reference third_party_id_string",
        times: "dateoccurred datecreated dateassigned dateclosed lastactiondate last_update fixbydate respondbydate \
                responsedate deadlinedate",
        nested: "assets attachments customfields contributors approvers",
        detail: "details_html assets attachments customfields contributors approvers deleted emailtolist usertype \
                 datecreated follower_count",
        one: "client_id site_id user_id agent_id status_id requesttype_id=tickettype_id service_id parent_id",
        many: "client_ids=client_id status=status_id requesttype=tickettype_id priority=priority_id sla=sla_id \
               category_1=categoryid_1 ticketids=id agent=agent_id",
        search: "id summary details supplier_reference third_party_id_string customfields",
        paging: Paging::Pages(100),
        rules: &[
            ("open_only", |state, row, value| !on(value) || !state.closed(row)),
            ("closed_only", |state, row, value| !on(value) || state.closed(row)),
            ("includeclosed", |state, row, value| on(value) || !state.closed(row)),
            ("domain", |_, row, value| value == if row.text("use").is_empty() { "reqs" } else { row.text("use") }),
            ("search_summary", |_, row, value| row.text("summary").to_lowercase().contains(&value.to_lowercase())),
            ("search_id", |_, row, value| row.int("id").to_string().contains(value)),
            ("search_supplier_reference", |_, row, value| row.text("supplier_reference").contains(value)),
            ("team", |state, row, value| holds(value, state.named("Team", row.text("team")))),
            ("asset_id", |_, row, value| {
                row.list("assets").iter().any(|asset| asset["id"].as_i64().is_some_and(|id| holds(value, id)))
            }),
        ],
    },
    Resource {
        path: "Actions",
        key: "actions",
        scope: "tickets",
        ints: "ticket_id id outcome_id who_type who_agentid actionby_agent_id actionby_user_id old_status new_status \
               chargerate attachment_count action_systemid",
        reals: "timetaken nonbilltime actionchargehours actionchargeamount",
        flags: "hiddenfromuser important actisbillable ishiddenfrominternalit",
        texts: "guid outcome who note note_html emaildirection emailfrom emailto emailsubject new_status_name",
        times: "datetime actiondatecreated actionarrivaldate actioncompletiondate last_updated",
        nested: "attachments followers_user customfields",
        one: "ticket_id actoutcomenum=outcome_id",
        search: "note",
        rules: &[
            ("excludesys", |_, row, value| !on(value) || row.int("action_systemid") == 0),
            ("excludeprivate", |_, row, value| !on(value) || !row.is("hiddenfromuser")),
            ("agentonly", |_, row, value| !on(value) || row.int("who_type") == 1),
            ("timeentriesonly", |_, row, value| !on(value) || row.real("timetaken") > 0.0),
            ("startdate", |_, row, value| row.time("datetime") >= time_of(value)),
        ],
        ..PLAIN
    },
    Resource {
        path: "Attachment",
        key: "attachments",
        scope: "tickets",
        ints: "id filesize type unique_id ticket_id action_id agent_id user_id",
        flags: "isimage showforusers",
        texts: "guid filename content_type note desc link data_base64",
        times: "datecreated",
        detail: "data_base64",
        one: "ticket_id action_id type unique_id",
        ..PLAIN
    },
    Resource {
        path: "TicketApproval",
        scope: "tickets",
        ints: "ticket_id seq actionnumber type result user_id agent_id requestor_agent_id approval_process_id step_id",
        flags: "is_mandatory approval_inprogress",
        texts: "emailaddress name requestor_name approval_process_name step_name summary note approver_note token",
        times: "datetime dateapproved",
        one: "ticket_id action_number=actionnumber",
        ..PLAIN
    },
    Resource {
        path: "Feedback",
        scope: "tickets",
        ints: "id ticket_id score score_band",
        texts: "key comment",
        times: "date",
        ..PLAIN
    },
    Resource {
        path: "TimesheetEvent",
        scope: "timesheets",
        ints: "id event_type agent_id ticket_id action_number client_id site_id charge_rate",
        reals: "timetaken",
        texts: "subject note customer user_name",
        times: "start_date end_date",
        one: "agent_id",
        many: "agents=agent_id",
        rules: &[
            ("start_date", |_, row, value| row.time("start_date") >= time_of(value)),
            ("end_date", |_, row, value| row.time("start_date") <= time_of(value)),
        ],
        ..PLAIN
    },
];
