//! Pick lists, knowledge and the API's own settings.

use super::{holds, on};
use crate::halopsa::resource::{PLAIN, Paging, Resource};
use crate::halopsa::{CLOSED, PENDING};

pub(super) const LISTS: &[Resource] = &[
    Resource {
        path: "Status",
        ints: "id type sequence",
        texts: "guid name shortname colour slaaction",
        rules: &[
            ("excludeclosed", |_, row, value| !on(value) || row.int("id") != CLOSED),
            ("excludepending", |_, row, value| !on(value) || row.int("id") != PENDING),
        ],
        ..PLAIN
    },
    Resource {
        path: "Priority",
        ints: "priorityid slaid",
        reals: "responsetime fixtime",
        flags: "ishidden",
        texts: "id name responseunits fixunits colour",
        one: "slaid",
        rules: &[("includedistinct", |_, row, value| !on(value) || row.int("slaid") == 1)],
        ..PLAIN
    },
    Resource { path: "SLA", ints: "id workday_id", texts: "guid name", nested: "priorities", ..PLAIN },
    Resource {
        path: "TicketType",
        ints: "id sequence group_id itilrequesttype default_sla initial_status reopenedstatus statusafteruserupdate",
        flags: "default_showforusers enduserscanselect anonymouscanselect cancreate allowattachments",
        texts: "guid name use group_name default_category_1",
        nested: "fields",
        detail: "fields",
        rules: &[
            ("canusercreate", |_, row, value| !on(value) || row.is("enduserscanselect")),
            ("user_only", |_, row, value| !on(value) || row.is("default_showforusers")),
        ],
        ..PLAIN
    },
    Resource {
        path: "Category",
        ints: "id type_id category_group_id sla_id priority_id",
        texts: "guid value category_name user_note",
        one: "type_id",
        ..PLAIN
    },
    Resource {
        path: "Lookup",
        ints: "id lookupid sequence",
        flags: "inactive",
        texts: "name value2",
        one: "lookupid",
        rules: &[("exclude_zero", |_, row, value| !on(value) || row.int("id") != 0)],
        ..PLAIN
    },
    Resource {
        path: "Outcome",
        ints: "id newstatus approval_process_id sequence",
        flags: "hidefromuser hidden",
        texts: "guid outcome buttonname default_note",
        ..PLAIN
    },
    Resource {
        path: "FieldInfo",
        ints: "id type inputtype usage",
        texts: "guid name label hint",
        nested: "values",
        ..PLAIN
    },
    Resource {
        path: "KBArticle",
        key: "articles",
        scope: "kb",
        ints: "id type view_count useful_count notuseful_count",
        flags: "inactive showforall",
        texts: "name description description_html resolution resolution_html tag_string",
        times: "date_created date_edited next_review_date",
        nested: "kbentryclientaccess faqlists",
        search: "name description",
        paging: Paging::Pages(1000),
        rules: &[
            ("client_id", |_, row, value| {
                let access = row.list("kbentryclientaccess");
                row.is("showforall")
                    || access.iter().any(|client| client["client_id"].as_i64().is_some_and(|id| holds(value, id)))
            }),
            ("faqlists", |_, row, value| {
                row.list("faqlists").iter().any(|list| list["id"].as_i64().is_some_and(|id| holds(value, id)))
            }),
        ],
        ..PLAIN
    },
    Resource {
        path: "FAQLists",
        scope: "kb",
        ints: "id level group_id article_count",
        flags: "is_group showforall showforallagents dontshowonportal",
        texts: "guid name group_name full_name",
        one: "level",
        ..PLAIN
    },
    Resource {
        path: "PopupNote",
        ints: "id client_id site_id user_id",
        texts: "note",
        times: "startdate enddate",
        ..PLAIN
    },
    Resource { path: "Organisation", texts: "name portal_title portalurl portalcolour", ..PLAIN },
    Resource { path: "Currency", reals: "conversion_rate", texts: "name code symbol", ..PLAIN },
    Resource { path: "Tax", reals: "value", ..PLAIN },
    Resource {
        path: "Webhook",
        scope: "admin",
        ints: "type method authentication_type payload_type",
        flags: "active disabled",
        texts: "id name url content_type basic_username basic_password authentication_header",
        nested: "events",
        ..PLAIN
    },
    Resource {
        path: "WebhookEvent",
        key: "events",
        scope: "admin",
        ints: "status responsestatus entity_id",
        flags: "error",
        texts: "id webhook_id requestbody",
        times: "timestamp",
        paging: Paging::Pages(1000),
        rules: &[("webhook_id", |_, row, value| row.text("webhook_id") == value)],
        ..PLAIN
    },
];
