//! From a call to the tables: the token, the scope, and what each path and method does.

use super::answer::{exception, model_state};
use super::list::list;
use super::resource::{Resource, resource};
use super::scope::may;
use super::single::single;
use super::tenant::{TENANT, Tenant};
use super::{API_AGENT, APPROVED, REJECTED, write};
use crate::rest::answer::Answer;
use crate::rest::call::{Call, Query};
use crate::rest::row::{Cell, Kind};
use crate::rest::table::Key;
use crate::rest::token::refused;
use crate::uploads::bytes_of;
use hyper::Method;
use serde_json::{Value as Json, json};

type Outcome = Result<Answer, Answer>;

fn unknown() -> Answer {
    Answer::empty(404)
}

impl Tenant {
    pub(super) fn answered(&mut self, call: &Call) -> Outcome {
        match call.path.as_str() {
            "/auth/token" => return Ok(self.token(call)),
            "/api/AuthInfo" => {
                let url = format!("{}/auth", self.url);
                return Ok(Answer::json(200, &json!({ "auth_url": url, "tenant_id": TENANT, "auth_type": 0 })));
            }
            "/api/InstanceInfo" => {
                return Ok(Answer::json(200, &json!({ "version": "2.236.133", "product": "HaloPSA" })));
            }
            _ => {}
        }
        let path = call.path.strip_prefix("/api/").ok_or_else(unknown)?;
        self.door.count()?;
        self.admitted(call, path)
    }

    fn token(&mut self, call: &Call) -> Answer {
        let Some(form) = call.form() else { return refused(400, "invalid_request") };
        let (form, now) = (Query(&form), self.now());
        if call.query().get("tenant").or(form.get("tenant")).is_some_and(|tenant| tenant != TENANT) {
            return refused(400, "invalid_request");
        }
        let scopes = self.scopes(form.get("scope").unwrap_or("all"));
        self.tokens.issue(form, now, |_| scopes)
    }

    fn admitted(&mut self, call: &Call, path: &str) -> Outcome {
        // Unknown and old tokens are 401, without a word.
        let token = self.tokens.good(call.bearer(), self.now()).ok_or_else(|| Answer::empty(401))?.clone();
        let mut parts = path.trim_end_matches('/').splitn(3, '/');
        let (name, rest, last) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let found = resource(name).filter(|resource| !self.manners.absent.contains(resource.path));
        let resource = found.ok_or_else(unknown)?;
        let verb = if call.method == Method::GET { "read" } else { "edit" };
        if !may(&token, verb, resource.scope) {
            return Err(Answer::empty(403));
        }
        let clients = token.sees.as_deref();
        match (call.method.as_str(), rest, last) {
            ("GET", None, _) => Ok(list(self, resource, call.query(), clients)),
            ("GET", Some("me"), None) if name == "Agent" => self.one(call, resource, (API_AGENT, 0), clients),
            ("GET", Some(id), None) => self.one(call, resource, self.key(call, resource, id)?, clients),
            ("POST", None, _) => self.post(call, resource, &call.body),
            ("POST", Some("Object"), None) if name == "Tickets" => {
                self.post(call, resource, &[b"[", call.body.as_ref(), b"]"].concat())
            }
            ("POST", Some("Approval"), None) if name == "Quotation" => self.decide_quote(call),
            ("POST", Some("PDF"), Some(id)) if name == "Invoice" => self.pdf(self.key(call, resource, id)?),
            ("DELETE", Some(id), None) => match self.key(call, resource, id)? {
                key if self.delete(resource.path, key) => Ok(Answer::empty(204)),
                _ => Err(unknown()),
            },
            ("GET" | "POST" | "DELETE", _, _) => Err(unknown()),
            _ => Err(Answer::empty(405)),
        }
    }

    /// The key that a path names; actions are found on their ticket.
    fn key(&self, call: &Call, resource: &Resource, id: &str) -> Result<Key, Answer> {
        if matches!(resource.path, "Priority" | "Webhook" | "WebhookEvent") {
            let found = self.table(resource.path).iter().find(|(_, row)| row.text("id") == id);
            return found.map(|(key, _)| *key).ok_or_else(unknown);
        }
        if let (true, Some((ticket, seq))) = (resource.path == "TicketApproval", id.split_once('&')) {
            return Ok((ticket.parse().unwrap_or(0), seq.parse().unwrap_or(0)));
        }
        let number = id.parse().map_err(|_| model_state("id", &format!("The value '{id}' is not valid.")))?;
        let ticket = call.query().number("ticket_id").unwrap_or(0);
        Ok(if resource.path == "Actions" { (ticket, number) } else { (number, 0) })
    }

    fn one(&self, call: &Call, resource: &Resource, key: Key, clients: Option<&[i64]>) -> Outcome {
        let row = self.row(resource.path, key).ok_or_else(unknown)?;
        if clients.is_some_and(|some| !some.contains(&self.client_of(resource.path, row))) {
            return Err(Answer::empty(403));
        }
        let detail = call.query().on("includedetails");
        if resource.path == "Attachment" && !detail {
            let media = Some(row.text("content_type")).filter(|media| !media.is_empty());
            return Ok(Answer::bytes(200, media.unwrap_or("application/octet-stream"), write::bytes(row)));
        }
        let shown = single(self, resource, key, row, detail || resource.path == "Actions");
        Ok(Answer::json(200, &if self.manners.wraps_single { json!([shown]) } else { shown }))
    }

    fn post(&mut self, call: &Call, resource: &Resource, body: &[u8]) -> Outcome {
        let unread = |_| model_state("", "Unexpected character encountered while parsing value.");
        let body: Json = serde_json::from_slice(body).map_err(unread)?;
        let keys = write::post(self, resource, &body)?;
        let shown = |key: &Key| Some(single(self, resource, *key, self.row(resource.path, *key)?, true));
        let all = call.query().on("returnall");
        let shown = if all { keys.iter().filter_map(shown).collect() } else { json!(keys.last().and_then(shown)) };
        Ok(Answer::json(201, &shown))
    }

    /// A quote is decided with yes or no.
    fn decide_quote(&mut self, call: &Call) -> Outcome {
        let body: Json = serde_json::from_slice(&call.body).unwrap_or_default();
        let decision = body.get(0).ok_or_else(|| model_state("", "A JSON array is required."))?;
        let yes = decision["result"].as_bool().ok_or_else(|| model_state("[0].result", "Not a boolean."))?;
        let (key, now) = ((decision["id"].as_i64().unwrap_or(0), 0), self.now());
        let row = self.row_mut("Quotation", key).ok_or_else(|| exception("The quotation is not known."))?;
        let (state, status, name) = if yes { (APPROVED, 2, "Accepted") } else { (REJECTED, 3, "Rejected") };
        row.set("approvalstate", state);
        row.set("can_approve", false);
        row.set("status", status);
        row.set("status_name", name.to_owned());
        row.set("approvaldatetime", Some(now));
        for name in ["approvalname", "approvalemailaddress", "approvalnote"] {
            row.set(name, Cell::of(Kind::Text, &decision[name]).unwrap_or(Cell::Null));
        }
        Ok(Answer::json(201, decision))
    }

    fn pdf(&self, key: Key) -> Outcome {
        self.row("Invoice", key).ok_or_else(unknown)?;
        Ok(Answer::bytes(200, "application/pdf", bytes_of("page.pdf")))
    }
}
