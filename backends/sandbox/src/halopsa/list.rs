//! Reading: lists with their filters and pages.

use super::answer::{model_state, result_code, sentence};
use super::resource::Resource;
use super::single::short;
use super::tenant::Tenant;
use super::{CLOSED, Counts};
use crate::rest::answer::Answer;
use crate::rest::call::Query;
use crate::rest::row::{Row, Shape, time_of};
use crate::rest::table::Key;
use chrono::TimeDelta;
use serde_json::{Value as Json, json};

/// A plain list of tickets leaves out what was closed longer ago.
const RECENTLY: TimeDelta = TimeDelta::days(30);
const PAGE: usize = 50;

/// One list, for a token that may see these customers (all, if none are named).
pub(super) fn list(tenant: &Tenant, resource: &Resource, query: Query<'_>, clients: Option<&[i64]>) -> Answer {
    if let Err(refusal) = readable(resource, query) {
        return refusal;
    }
    let ticket = query.number("ticket_id").filter(|_| resource.within());
    let range = ticket.map_or((i64::MIN, 0)..(i64::MAX, 0), |ticket: i64| (ticket, 0)..(ticket.saturating_add(1), 0));
    let rows = tenant.table(resource.path).range(range);
    let visible = |row: &Row| clients.is_none_or(|some| some.contains(&tenant.client_of(resource.path, row)));
    let sieve = Sieve::of(resource, query);
    let mut rows: Vec<(&Key, &Row)> =
        rows.filter(|(_, row)| visible(row) && sieve.stays(tenant, resource, query, row)).collect();
    order(&mut rows, resource, query);
    let total = rows.len();
    let (rows, paged) = page(rows, resource, query);
    let shown: Json = rows.into_iter().map(|(key, row)| short(tenant, resource, *key, row, query)).collect();
    let key = tenant.manners.keys.get(resource.path).copied().unwrap_or(resource.key);
    if key.is_empty() {
        return Answer::json(200, &shown);
    }
    let paged = paged.map(|(number, size)| [("page_no", json!(number)), ("page_size", json!(size))]);
    let count = match tenant.manners.counts {
        Counts::Total => Some(("record_count", json!(total))),
        Counts::Zero => Some(("record_count", json!(0))),
        Counts::Missing => None,
    };
    let children = (resource.path == "Tickets").then(|| ("include_children", json!(false)));
    let body = paged.into_iter().flatten().chain(count).chain(children).chain([(key, shown)]);
    Answer::json(200, &body.collect())
}

/// What is no number or no time is refused; what is not known is not looked at.
fn readable(resource: &Resource, query: Query<'_>) -> Result<(), Answer> {
    for (name, value) in query.0 {
        let number =
            matches!(resource.filter(name), Some((_, false))) || matches!(name.as_str(), "page_no" | "page_size");
        if number && value.parse::<i64>().is_err() {
            return Err(model_state(name, &format!("The value '{value}' is not valid.")));
        }
        if name.starts_with("lastupdate") && time_of(value).is_none() {
            return Err(sentence("A date could not be read."));
        }
        if name == "advanced_search" && !advanced(value) {
            return Err(result_code("The advanced search parameter is invalid."));
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

    fn stays(&self, tenant: &Tenant, resource: &Resource, query: Query<'_>, row: &Row) -> bool {
        let kept = self.asked.iter().all(|(name, value)| keeps(tenant, resource, row, name, value));
        kept && active(query, row) && (resource.path != "Tickets" || self.ticket_stays(tenant, query, row))
    }

    /// Without any filter that it knows, the list holds what is open and what was closed of late.
    fn ticket_stays(&self, tenant: &Tenant, query: Query<'_>, row: &Row) -> bool {
        let late = || row.time("dateclosed").is_some_and(|at| at + RECENTLY >= tenant.now());
        row.is("deleted") == query.on("deleted") && (!self.plain || row.int("status_id") != CLOSED || late())
    }
}

fn keeps(tenant: &Tenant, resource: &Resource, row: &Row, name: &str, value: &str) -> bool {
    if let Some(rule) = resource.rules.get(name) {
        return super::rule::stays(tenant, row, rule, value);
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
    resource.search.split_ascii_whitespace().any(|name| row.contains(name, text))
}

fn equals(resource: &Resource, row: &Row, value: &str) -> bool {
    let parts: Vec<Json> = serde_json::from_str(value).unwrap_or_default();
    parts.iter().all(|part| {
        let name = part["filter_name"].as_str().unwrap_or_default();
        let wanted = part["filter_value"].as_str().unwrap_or_default();
        resource.fields.field(name).is_none_or(|(name, _)| row.get(name).words() == wanted)
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
    let field = query.get("order").and_then(|name| resource.fields.field(name)).map(|(name, _)| name);
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
    let number = query.number::<usize>("page_no");
    let size = number.and_then(|_| query.number("page_size")).unwrap_or(PAGE).clamp(1, resource.pages);
    let number = number.unwrap_or(1).max(1);
    let skipped = if resource.stuck { 0 } else { (number - 1).saturating_mul(size) };
    (rows.into_iter().skip(skipped).take(size).collect(), Some((number, size)))
}
