//! Reading: lists with their filters and pages, and single rows.

use super::answer::Answer;
use super::resource::{NAMES, Resource, SWITCHED};
use super::row::{Cell, Key, Row, time_of};
use super::state::State;
use super::{Counts, Manners};
use chrono::TimeDelta;
use hyper::StatusCode;
use serde_json::{Map, Value as Json, json};

/// A plain list of tickets leaves out what was closed longer ago.
const RECENTLY: TimeDelta = TimeDelta::days(30);
const PAGE: usize = 50;

/// The query of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<'a>(pub(super) &'a [(String, String)]);

impl Query<'_> {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name).and_then(|value| value.parse().ok())
    }
}

/// One list, for a token that may see these customers (all, if none are named).
pub(super) fn list(
    state: &State,
    manners: &Manners,
    resource: &Resource,
    query: Query<'_>,
    clients: Option<&[i64]>,
) -> Answer {
    if let Err(refusal) = readable(resource, query) {
        return refusal;
    }
    let ticket = query.get("ticket_id").and_then(|id| id.parse().ok());
    let range = ticket.filter(|_| matches!(resource.path, "Actions" | "TicketApproval"));
    let range = range.map_or((i64::MIN, 0)..(i64::MAX, 0), |ticket: i64| (ticket, 0)..(ticket.saturating_add(1), 0));
    let rows = state.table(resource.path).range(range);
    let visible = |row: &Row| clients.is_none_or(|some| some.contains(&state.client_of(resource.path, row)));
    let sieve = Sieve::of(resource, query);
    let mut rows: Vec<(&Key, &Row)> =
        rows.filter(|(_, row)| visible(row) && sieve.stays(state, resource, query, row)).collect();
    order(&mut rows, resource, query);
    let total = rows.len();
    let (rows, paged) = page(rows, resource, query);
    let shown: Vec<Json> = rows.into_iter().map(|(key, row)| short(state, resource, *key, row, query)).collect();
    let key = manners.keys.get(resource.path).copied().unwrap_or(resource.key);
    if key.is_empty() {
        return Answer::json(StatusCode::OK, &json!(shown));
    }
    let mut body = Map::new();
    if let Some((number, size)) = paged {
        body.insert("page_no".to_owned(), json!(number));
        body.insert("page_size".to_owned(), json!(size));
    }
    match manners.counts {
        Counts::Total => drop(body.insert("record_count".to_owned(), json!(total))),
        Counts::Zero => drop(body.insert("record_count".to_owned(), json!(0))),
        Counts::Missing => {}
    }
    if resource.path == "Tickets" {
        body.insert("include_children".to_owned(), json!(false));
    }
    body.insert(key.to_owned(), json!(shown));
    Answer::json(StatusCode::OK, &Json::Object(body))
}

/// What is no number or no time is refused; what is not known is not looked at.
fn readable(resource: &Resource, query: Query<'_>) -> Result<(), Answer> {
    for (name, value) in query.0 {
        let number =
            matches!(resource.filter(name), Some((_, false))) || matches!(name.as_str(), "page_no" | "page_size");
        if number && value.parse::<i64>().is_err() {
            return Err(Answer::model_state(name, &format!("The value '{value}' is not valid.")));
        }
        if name.starts_with("lastupdate") && time_of(value).is_none() {
            return Err(Answer::sentence("A date could not be read."));
        }
        if name == "advanced_search" && !advanced(value) {
            return Err(Answer::result_code("The advanced search parameter is invalid."));
        }
    }
    Ok(())
}

fn advanced(value: &str) -> bool {
    let parts: Option<Vec<Json>> = serde_json::from_str(value).ok();
    parts.is_some_and(|parts| parts.iter().all(|part| part["filter_name"].is_string() && part["filter_type"] == 2))
}

/// What of a query is looked at for each row, found once: there may be a hundred thousand of them.
struct Sieve<'a> {
    asked: Vec<&'a (String, String)>,
    /// Nothing was asked that the list of tickets knows.
    plain: bool,
}

impl<'a> Sieve<'a> {
    fn of(resource: &Resource, query: Query<'a>) -> Self {
        let by_words = |name: &str| matches!(name, "search" | "lastupdatefromdate" | "advanced_search");
        let asked = |name: &str| resource.known(name) || by_words(name);
        let looked_at = |name: &str| asked(name) || name == "lastupdatetodate";
        Self {
            asked: query.0.iter().filter(|(name, value)| !value.is_empty() && looked_at(name)).collect(),
            plain: !query.0.iter().any(|(name, _)| asked(name)),
        }
    }

    fn stays(&self, state: &State, resource: &Resource, query: Query<'_>, row: &Row) -> bool {
        let kept = self.asked.iter().all(|(name, value)| keeps(state, resource, row, name, value));
        kept && active(query, row) && (resource.path != "Tickets" || self.ticket_stays(state, query, row))
    }

    /// Without any filter that it knows, the list holds what is open and what was closed of late.
    fn ticket_stays(&self, state: &State, query: Query<'_>, row: &Row) -> bool {
        let late = || row.time("dateclosed").is_some_and(|at| at + RECENTLY >= state.now());
        row.is("deleted") == query.on("deleted") && (!self.plain || !state.closed(row) || late())
    }
}

fn keeps(state: &State, resource: &Resource, row: &Row, name: &str, value: &str) -> bool {
    if let Some(rule) = resource.rules.get(name) {
        return super::rule::stays(state, row, rule, value);
    }
    if let Some((field, many)) = resource.filter(name) {
        let id = row.int(field);
        return if many { value.split(',').any(|part| part.trim().parse() == Ok(id)) } else { value.parse() == Ok(id) };
    }
    let since = matches!(resource.path, "Tickets" | "Client" | "Site" | "Users" | "Asset");
    match name {
        "lastupdatefromdate" if since => time_of(value).is_none_or(|from| row.updated >= from),
        "lastupdatetodate" if since => time_of(value).is_none_or(|to| row.updated <= to),
        "search" if resource.pages > 0 => found(resource, row, value),
        "advanced_search" => equals(resource, row, value),
        _ => true,
    }
}

fn found(resource: &Resource, row: &Row, text: &str) -> bool {
    let text = text.to_lowercase();
    resource.search.split_ascii_whitespace().any(|name| {
        let shown = row.get(name).shown(false, 0);
        shown.as_str().map_or_else(|| shown.to_string(), str::to_owned).to_lowercase().contains(&text)
    })
}

fn equals(resource: &Resource, row: &Row, value: &str) -> bool {
    let parts: Vec<Json> = serde_json::from_str(value).unwrap_or_default();
    parts.iter().all(|part| {
        let name = part["filter_name"].as_str().unwrap_or_default();
        let wanted = part["filter_value"].as_str().unwrap_or_default();
        resource
            .field(name)
            .is_none_or(|(name, _)| row.get(name).shown(false, 0).to_string().trim_matches('"') == wanted)
    })
}

/// Put-away rows come only when asked for.
fn active(query: Query<'_>, row: &Row) -> bool {
    let mut wanted = query.get("activeinactive").unwrap_or("true,false").split(',');
    let (first, second) = (wanted.next() == Some("true"), wanted.next() == Some("true"));
    let put_away = row.is("inactive");
    if put_away { second || query.on("includeinactive") } else { first && query.get("includeactive") != Some("false") }
}

/// Tickets come newest first, everything else oldest first, where no order is asked for.
fn order(rows: &mut [(&Key, &Row)], resource: &Resource, query: Query<'_>) {
    let field = query.get("order").and_then(|name| resource.field(name)).map(|(name, _)| name);
    if let Some(name) = field.filter(|name| *name != "id") {
        rows.sort_by(|(_, a), (_, b)| a.get(name).order(b.get(name)));
    }
    if query.on("orderdesc") || (field.is_none() && resource.path == "Tickets") {
        rows.reverse();
    }
}

type Paged<'a> = (Vec<(&'a Key, &'a Row)>, Option<(usize, usize)>);

fn page<'a>(rows: Vec<(&'a Key, &'a Row)>, resource: &Resource, query: Query<'_>) -> Paged<'a> {
    if resource.pages == 0 || !query.on("pageinate") {
        let count = query.number("count").unwrap_or(usize::MAX);
        return (rows.into_iter().take(count).collect(), None);
    }
    let number = query.number("page_no");
    let size = number.and_then(|_| query.number("page_size")).unwrap_or(PAGE).clamp(1, resource.pages);
    let number = number.unwrap_or(1).max(1);
    let skipped = if resource.stuck { 0 } else { (number - 1).saturating_mul(size) };
    (rows.into_iter().skip(skipped).take(size).collect(), Some((number, size)))
}

/// A row as lists show it.
fn short(state: &State, resource: &Resource, key: Key, row: &Row, query: Query<'_>) -> Json {
    if query.on("idonly") || query.on("ticketidonly") {
        return json!({ "id": key.0 });
    }
    let left_out = |name: &str| {
        let switch = SWITCHED.iter().find(|(known, _)| *known == name);
        let switch = switch.filter(|_| matches!(resource.path, "Tickets" | "Actions"));
        let lines = name == "lines" && query.get("includelines") != Some("true");
        lines || resource.only_in_detail(name) || switch.is_some_and(|(_, switch)| !query.on(switch))
    };
    let mut shown = shown(state, resource, key, row, left_out);
    if resource.path == "Actions" && query.on("includeattachments") {
        shown.insert("attachments".to_owned(), attachments(state, key.0, Some(key.1)));
    }
    Json::Object(shown)
}

/// A row as the answer to its id shows it.
pub(super) fn single(state: &State, resource: &Resource, key: Key, row: &Row, detail: bool) -> Json {
    let left_out =
        |name: &str| name == "data_base64" || (!detail && (name == "lines" || resource.only_in_detail(name)));
    let mut shown = shown(state, resource, key, row, left_out);
    if resource.path == "Tickets" && detail {
        shown.insert("attachments".to_owned(), attachments(state, key.0, None));
        shown.insert("priority".to_owned(), policy(state, row).unwrap_or(Json::Null));
    }
    Json::Object(shown)
}

/// The row of the ticket's priority under its SLA.
fn policy(state: &State, ticket: &Row) -> Option<Json> {
    let (sla, priority) = (ticket.int("sla_id"), ticket.int("priority_id"));
    let mut rows = state.table("Priority").iter();
    let (key, row) = rows.find(|(_, row)| row.int("priorityid") == priority && row.int("slaid") == sla)?;
    Some(single(state, super::resource::resource("Priority")?, *key, row, true))
}

fn shown(
    state: &State,
    resource: &Resource,
    key: Key,
    row: &Row,
    left_out: impl Fn(&str) -> bool,
) -> Map<String, Json> {
    let mut shown = Map::new();
    for (name, cell) in row.cells().filter(|(name, _)| !left_out(name)) {
        let time = resource.times.split_ascii_whitespace().any(|time| time == *name);
        shown.insert((*name).to_owned(), cell.shown(time, key.0.saturating_add(key.1)));
    }
    for (name, id, path, source) in NAMES {
        if resource.field(name).is_none() || left_out(name) || *row.get(name) != Cell::Null {
            continue;
        }
        let named = state.row(path, (row.int(id), 0)).map(|other| other.get(source).shown(false, 0));
        shown.insert(name.to_owned(), named.unwrap_or(Json::Null));
    }
    // Builds grow properties by the month.
    shown.insert("_new_in_this_build".to_owned(), json!({ "beta": true }));
    shown
}

fn attachments(state: &State, ticket: i64, action: Option<i64>) -> Json {
    let Some(resource) = super::resource::resource("Attachment") else { return Json::Null };
    let on = |row: &Row| row.int("ticket_id") == ticket && action.is_none_or(|action| row.int("action_id") == action);
    let rows = state.table(resource.path).iter().filter(|(_, row)| on(row));
    rows.map(|(key, row)| single(state, resource, *key, row, false)).collect()
}
