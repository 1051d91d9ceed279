//! The HTTP server: one request after the other, through the door to the tables.

use super::answer::Answer;
use super::door::{Fault, Seen};
use super::list::{Query, list, single};
use super::resource::{Resource, resource};
use super::row::{Cell, Key};
use super::{Inside, Shared, write};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use std::io::{Error, ErrorKind};
use std::sync::Arc;
use tokio::net::TcpListener;

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut open = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        open.spawn(async move {
            let service = hyper::service::service_fn(|request| respond(Arc::clone(&shared), request));
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while open.try_join_next().is_some() {}
    }
}

/// A request with its body.
struct Call {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
}

async fn respond(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Error::from(ErrorKind::ConnectionReset))?.to_bytes();
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let call = Call { method: parts.method, path: parts.uri.path().to_owned(), query, headers: parts.headers, body };
    let (fault, answer) = {
        let mut inside = shared.lock();
        inside.note(&call);
        let fault = if call.path.starts_with("/api/") { inside.door.fault(&call.path) } else { None };
        let answer = inside.faulty(call, fault);
        super::hook::due(&mut inside, &shared.deliveries);
        (fault, answer)
    };
    match fault {
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Reset | Fault::ResetAfter) => Err(Error::from(ErrorKind::ConnectionReset)),
        _ => Ok(answer.response()),
    }
}

impl Inside {
    fn note(&mut self, call: &Call) {
        self.door.seen.push(Seen {
            at: self.state.now(),
            method: call.method.to_string(),
            path: call.path.clone(),
            query: call.query.clone(),
            body: serde_json::from_slice(&call.body).ok(),
        });
    }

    /// The answer, with what was ordered to go wrong.
    fn faulty(&mut self, mut call: Call, fault: Option<Fault>) -> Answer {
        let nothing = |status| Answer::empty(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY));
        match fault {
            Some(Fault::Status(status)) => return self.counted(nothing(status)),
            Some(Fault::Limited(seconds)) => return self.counted(Answer::limited(self.door.limit, seconds)),
            Some(Fault::Html) => return self.counted(Answer::html()),
            Some(Fault::Reset | Fault::Hang) => return self.counted(nothing(500)),
            Some(Fault::FirstPage) => {
                call.query
                    .iter_mut()
                    .filter(|(name, _)| name == "page_no")
                    .for_each(|(_, page)| *page = "1".to_owned());
            }
            _ => {}
        }
        let answer = self.answer(&call);
        match fault {
            Some(Fault::Truncated) => answer.cut(),
            Some(Fault::FailedAfter) => nothing(500),
            _ => answer,
        }
    }

    fn counted(&mut self, answer: Answer) -> Answer {
        self.door.count(&self.manners).err().unwrap_or(answer)
    }

    fn answer(&mut self, call: &Call) -> Answer {
        match call.path.as_str() {
            "/auth/token" => {
                let media = call.headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
                let form = call.method == Method::POST && media.starts_with("application/x-www-form-urlencoded");
                return self.door.issue(form, &call.body, &call.query, &self.manners);
            }
            "/api/AuthInfo" => return self.door.auth_info(),
            "/api/InstanceInfo" => {
                return Answer::json(StatusCode::OK, &json!({ "version": "2.236.133", "product": "HaloPSA" }));
            }
            _ => {}
        }
        let Some(path) = call.path.strip_prefix("/api/") else { return Answer::empty(StatusCode::NOT_FOUND) };
        if let Err(refusal) = self.door.count(&self.manners) {
            return refusal;
        }
        self.admitted(call, path).unwrap_or_else(|refusal| refusal)
    }

    fn admitted(&mut self, call: &Call, path: &str) -> Result<Answer, Answer> {
        let header = call.headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        let token = self.door.token(header)?.clone();
        let mut parts = path.trim_end_matches('/').splitn(3, '/');
        let (name, rest, last) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let found = resource(name).filter(|resource| !self.manners.absent.contains(resource.path));
        let resource = found.ok_or_else(|| Answer::empty(StatusCode::NOT_FOUND))?;
        let verb = if call.method == Method::GET { "read" } else { "edit" };
        if !token.may(verb, resource.scope) {
            return Err(Answer::empty(StatusCode::FORBIDDEN));
        }
        let clients = token.clients.as_deref();
        match (call.method.as_str(), rest, last) {
            ("GET", None, _) => Ok(list(&self.state, &self.manners, resource, Query(&call.query), clients)),
            ("GET", Some("me"), None) if name == "Agent" => self.one(call, resource, (super::API_AGENT, 0), clients),
            ("GET", Some(id), None) => self.one(call, resource, self.key(call, resource, id)?, clients),
            ("POST", None, _) => self.post(call, resource, &call.body),
            ("POST", Some("Object"), None) if name == "Tickets" => {
                self.post(call, resource, &[b"[", call.body.as_ref(), b"]"].concat())
            }
            ("POST", Some("Approval"), None) if name == "Quotation" => self.decide_quote(call),
            ("POST", Some("PDF"), Some(id)) if name == "Invoice" => self.pdf(self.key(call, resource, id)?),
            ("DELETE", Some(id), None) => self.delete(resource, self.key(call, resource, id)?),
            ("GET" | "POST" | "DELETE", _, _) => Err(Answer::empty(StatusCode::NOT_FOUND)),
            _ => Err(Answer::empty(StatusCode::METHOD_NOT_ALLOWED)),
        }
    }

    /// The key that a path names; actions are found on their ticket.
    fn key(&self, call: &Call, resource: &Resource, id: &str) -> Result<Key, Answer> {
        if matches!(resource.path, "Priority" | "Webhook" | "WebhookEvent") {
            let found = self.state.table(resource.path).iter().find(|(_, row)| row.text("id") == id);
            return found.map(|(key, _)| *key).ok_or_else(|| Answer::empty(StatusCode::NOT_FOUND));
        }
        if let (true, Some((ticket, seq))) = (resource.path == "TicketApproval", id.split_once('&')) {
            return Ok((ticket.parse().unwrap_or(0), seq.parse().unwrap_or(0)));
        }
        let number = id.parse().map_err(|_| Answer::model_state("id", &format!("The value '{id}' is not valid.")))?;
        let ticket = Query(&call.query).get("ticket_id").and_then(|ticket| ticket.parse().ok());
        Ok(if resource.path == "Actions" { (ticket.unwrap_or(0), number) } else { (number, 0) })
    }

    fn one(&self, call: &Call, resource: &Resource, key: Key, clients: Option<&[i64]>) -> Result<Answer, Answer> {
        let row = self.state.row(resource.path, key).ok_or_else(|| Answer::empty(StatusCode::NOT_FOUND))?;
        if clients.is_some_and(|some| !some.contains(&self.state.client_of(resource.path, row))) {
            return Err(Answer::empty(StatusCode::FORBIDDEN));
        }
        let detail = Query(&call.query).on("includedetails");
        if resource.path == "Attachment" && !detail {
            let media = row.text("content_type");
            let media = if media.is_empty() { "application/octet-stream" } else { media };
            return Ok(Answer::bytes(StatusCode::OK, media, Bytes::from(write::bytes(row))));
        }
        let shown = single(&self.state, resource, key, row, detail || resource.path == "Actions");
        let shown = if self.manners.wraps_single { json!([shown]) } else { shown };
        Ok(Answer::json(StatusCode::OK, &shown))
    }

    fn post(&mut self, call: &Call, resource: &Resource, body: &[u8]) -> Result<Answer, Answer> {
        let unread = |_| Answer::model_state("", "Unexpected character encountered while parsing value.");
        let body: Json = serde_json::from_slice(body).map_err(unread)?;
        let keys = write::post(&mut self.state, resource, &body)?;
        let shown = |key: &Key| {
            let row = self.state.row(resource.path, *key)?;
            Some(single(&self.state, resource, *key, row, true))
        };
        let all = Query(&call.query).on("returnall");
        let shown: Json =
            if all { keys.iter().filter_map(shown).collect() } else { json!(keys.last().and_then(shown)) };
        Ok(Answer::json(StatusCode::CREATED, &shown))
    }

    fn delete(&mut self, resource: &Resource, key: Key) -> Result<Answer, Answer> {
        if self.state.delete(resource.path, key) {
            return Ok(Answer::empty(StatusCode::NO_CONTENT));
        }
        Err(Answer::empty(StatusCode::NOT_FOUND))
    }

    /// A quote is decided with yes or no.
    fn decide_quote(&mut self, call: &Call) -> Result<Answer, Answer> {
        let body: Json = serde_json::from_slice(&call.body).unwrap_or_default();
        let decision = body.get(0).ok_or_else(|| Answer::model_state("", "A JSON array is required."))?;
        let key = (decision["id"].as_i64().unwrap_or(0), 0);
        let yes = decision["result"].as_bool().ok_or_else(|| Answer::model_state("[0].result", "Not a boolean."))?;
        let now = self.state.now();
        let row =
            self.state.row_mut("Quotation", key).ok_or_else(|| Answer::exception("The quotation is not known."))?;
        row.set("approvalstate", Cell::Int(if yes { super::APPROVED } else { super::REJECTED }));
        row.set("can_approve", Cell::Flag(false));
        row.set("status", Cell::Int(if yes { 2 } else { 3 }));
        row.set("status_name", Cell::Text(if yes { "Accepted" } else { "Rejected" }.into()));
        row.set("approvaldatetime", Cell::Time(now));
        for name in ["approvalname", "approvalemailaddress", "approvalnote"] {
            row.set(name, Cell::of(super::resource::Kind::Text, &decision[name]).unwrap_or(Cell::Null));
        }
        Ok(Answer::json(StatusCode::CREATED, decision))
    }

    fn pdf(&self, key: Key) -> Result<Answer, Answer> {
        self.state.row("Invoice", key).ok_or_else(|| Answer::empty(StatusCode::NOT_FOUND))?;
        Ok(Answer::bytes(StatusCode::OK, "application/pdf", Bytes::from_static(crate::uploads::bytes_of("page.pdf"))))
    }
}
