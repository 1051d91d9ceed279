//! The stages of one request, in order.

use super::known::{Known, Learnt, NoOperation};
use super::refusal::{Refusal, VALIDATION_FAILED};
use super::render::{self, Extensions};
use super::request::{CookieChange, Credential, Execute, Executed, GraphqlRequest, Outcome};
use super::sign_in::Asking;
use super::watch::RunsWith;
use super::{Caller, Executor, cost, scan, shape};
use crate::authz::scope::Realm;
use crate::authz::viewer::Viewer;
use crate::authz::walk::{Fault, OperationKind, Plan, restore, walk};
use crate::readmodel::{Desk, GlobalId};
use crate::sync::{Opened, Stale};
use async_graphql::{Request, Response, ServerError, Value, Variables};
use async_graphql_parser::types::{ExecutableDocument, OperationDefinition};
use async_trait::async_trait;
use indexmap::IndexMap;
use portico_contract::{Error, ErrorKind, Stream};
use std::sync::Arc;
use std::time::Duration;

/// A request on its way.
struct Ready<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    plan: Arc<Plan>,
    asking: Asking,
    variables: Variables,
    operation_name: Option<String>,
}

/// The operation of a document that is to be run.
#[derive(Clone, Copy)]
struct Chosen<'a> {
    known: &'a Known,
    operation: &'a OperationDefinition,
    learnt: &'a Learnt,
    name: Option<&'a str>,
}

impl<'a> Chosen<'a> {
    fn of(known: &'a Known, name: Option<&'a str>) -> Stage<Self> {
        let (operation, learnt) = known.pick(name).or_else(|why| {
            refused(Refusal::invalid(match why {
                NoOperation::Unknown => "There is no operation of this operationName in the document.",
                NoOperation::Several => "The document has several operations: say which by operationName.",
            }))
        })?;
        Ok(Self { known, operation, learnt, name })
    }
}

type Stage<T> = Result<T, (Outcome, Vec<ServerError>)>;

fn refused<T>(error: impl Into<ServerError>) -> Stage<T> {
    Err((Outcome::Refused, vec![error.into()]))
}

#[async_trait]
impl Execute for Executor {
    async fn execute(&self, request: GraphqlRequest) -> Executed {
        let caller = Arc::new(Caller::new(request.peer, self.store.now()));
        let limit = Duration::from_secs(self.limits.seconds);
        let run = tokio::time::timeout(limit, self.stages(request, &caller)).await;
        let (outcome, response) = match run {
            Ok(Ok(response)) => (Outcome::Ran, response),
            Ok(Err((outcome, errors))) => (outcome, Response::from_errors(errors)),
            Err(_) => {
                let text = format!("The operation took longer than {} s. Ask for less.", self.limits.seconds);
                let error = Error::new(ErrorKind::Unavailable, text);
                (Outcome::Ran, Response::from_errors(vec![render::server_error(&error)]))
            }
        };
        Executed { outcome, response, cookie: caller.take_cookie() }
    }
}

impl Executor {
    async fn stages(&self, request: GraphqlRequest, caller: &Arc<Caller>) -> Stage<Response> {
        let name = request.operation_name.as_deref().filter(|name| !name.is_empty());
        let known = self.parse(&request.query, &request.variables)?;
        let chosen = Chosen::of(&known, name)?;
        self.measure(&chosen)?;
        let asking = self.who_asks(&request.credential, request.account.as_deref(), caller).await?;
        self.validate(&chosen, &request.variables, &asking).await?;
        let plan = self.plan(&chosen, &asking)?;
        let mut ready = Ready {
            document: &known.document,
            operation: chosen.operation,
            plan,
            asking,
            variables: request.variables,
            operation_name: request.operation_name.clone(),
        };
        self.admit(&ready, request.read_only, request.reject_denied)?;
        let cost = self.cost(&ready)?;
        let mut desk = self.desk(&ready);
        let mut stale = self.freshen(&ready, &desk).await;
        if self.is_outdated(&ready.asking) {
            // The contacts were read just now: what may be seen is what they say, not what they said.
            ready.asking = self.who_asks(&request.credential, request.account.as_deref(), caller).await?;
            ready.plan = self.plan(&chosen, &ready.asking)?;
            self.admit(&ready, request.read_only, request.reject_denied)?;
            desk = self.desk(&ready);
            stale = self.freshen(&ready, &desk).await;
        }
        let mut response = self.run(&ready, desk, caller).await;
        render::errors(&mut response, &ready.plan.denied, ready.asking.viewer.is_some());
        render::extensions(&mut response, &Extensions { cost, limit: self.limits.cost, stale: &stale });
        Ok(response)
    }

    /// A cookie that no longer signs in is taken back: no script of a page could, and whoever still sent it could
    /// not sign in again.
    async fn who_asks(&self, credential: &Credential, account: Option<&str>, caller: &Caller) -> Stage<Asking> {
        self.asking(credential, account).await.or_else(|error| {
            if error.kind == ErrorKind::Unauthenticated && matches!(credential, Credential::Cookie(_)) {
                caller.set_cookie(CookieChange::Clear);
            }
            refused(render::server_error(&error))
        })
    }

    fn desk(&self, ready: &Ready<'_>) -> Arc<Desk> {
        Arc::new(Desk::new(self.store.clone(), Arc::clone(&ready.asking.scope)).reading_whole(ready.plan.repeats))
    }

    fn parse(&self, text: &str, variables: &Variables) -> Stage<Arc<Known>> {
        shape::check_variables(variables, &self.limits).or_else(refused)?;
        if let Some(known) = self.documents.get(text) {
            return Ok(known);
        }
        scan::scan(text, &self.limits).or_else(refused)?;
        match async_graphql_parser::parse_query(text) {
            Ok(document) => {
                let known = Arc::new(Known::new(document));
                self.documents.insert(text.into(), Arc::clone(&known));
                Ok(known)
            }
            Err(error) => {
                let position = error.positions().next();
                let mut refusal = ServerError::from(Refusal::parse_failed(reason(&error.to_string())));
                refusal.locations = position.into_iter().collect();
                refused(refusal)
            }
        }
    }

    fn measure(&self, chosen: &Chosen<'_>) -> Stage<()> {
        if !chosen.learnt.is_measured() {
            shape::measure(&chosen.known.document, chosen.operation, &self.limits).map(drop).or_else(refused)?;
            chosen.learnt.set_measured();
        }
        Ok(())
    }

    /// Validates strictly against the realm's schema. What a stranger may not name, but a customer
    /// could, asks for a sign-in instead of calling it unknown.
    async fn validate(&self, chosen: &Chosen<'_>, variables: &Variables, asking: &Asking) -> Stage<()> {
        let Chosen { known, operation, learnt, name } = *chosen;
        let realm = asking.viewer.as_ref().map(|viewer| viewer.realm);
        let constant = operation.variable_definitions.is_empty() && variables.is_empty();
        if constant && learnt.is_accepted(realm) {
            return Ok(());
        }
        let Err(errors) = self.realm(realm).validate(known.document.clone(), variables, name).await else {
            if constant {
                learnt.set_accepted(realm);
            }
            return Ok(());
        };
        let customers = self.realm(Some(Realm::Customer));
        if realm.is_none() && customers.validate(known.document.clone(), variables, name).await.is_ok() {
            return refused(render::server_error(&render::sign_in()));
        }
        Err((Outcome::Refused, errors.into_iter().map(|error| render::coded(error, VALIDATION_FAILED)).collect()))
    }

    fn plan(&self, chosen: &Chosen<'_>, asking: &Asking) -> Stage<Arc<Plan>> {
        let allowed = asking.viewer.as_ref().map(|_| asking.scope.allowed);
        let rights = (asking.viewer.as_ref().map(|viewer| viewer.realm), allowed);
        if let Some(plan) = chosen.learnt.plan(rights) {
            return Ok(plan);
        }
        let Some(plan) = walk(&self.policy, allowed, &chosen.known.document, chosen.name) else {
            return refused(Refusal::invalid("There is no such operation in the document."));
        };
        let plan = Arc::new(plan);
        chosen.learnt.keep(rights, &plan);
        Ok(plan)
    }

    fn admit(&self, ready: &Ready<'_>, read_only: bool, reject_denied: bool) -> Stage<()> {
        let signed_in = ready.asking.viewer.is_some();
        match ready.plan.operation {
            OperationKind::Mutation if read_only => {
                let refusal = Refusal::invalid("GET only reads. Send mutations by POST.");
                return Err((Outcome::ReadOnly, vec![refusal.into()]));
            }
            OperationKind::Subscription => return refused(Refusal::invalid("Subscriptions are not served here.")),
            OperationKind::Query | OperationKind::Mutation => {}
        }
        let allowed = ready.asking.viewer.as_ref().map(|_| ready.asking.scope.allowed);
        let first = ready
            .plan
            .refused
            .clone()
            .or_else(|| ready.plan.check_variables(&self.policy, allowed, ready.operation, &ready.variables));
        match first {
            Some(Fault::Denied(denied)) => return refused(render::forbidden(&denied, signed_in)),
            Some(Fault::Invalid(text)) => return refused(render::server_error(&Error::invalid(text))),
            None => {}
        }
        if reject_denied && !ready.plan.denied.is_empty() {
            let errors = ready.plan.denied.iter().take(render::MAX_DENIED);
            return Err((Outcome::Refused, errors.map(|denied| render::forbidden(denied, signed_in)).collect()));
        }
        Ok(())
    }

    fn cost(&self, ready: &Ready<'_>) -> Stage<u64> {
        let root = if ready.plan.operation == OperationKind::Mutation { "Mutation" } else { "Query" };
        let set = &ready.operation.selection_set.node;
        let cost = ready
            .plan
            .cost
            .unwrap_or_else(|| cost::of(&self.policy, root, set, &ready.document.fragments, &ready.variables));
        if cost > self.limits.cost {
            let text = format!(
                "The operation costs {cost}, the limit is {}. Ask for smaller pages or fewer nested lists.",
                self.limits.cost
            );
            return refused(Refusal::too_complex(text));
        }
        Ok(cost)
    }

    /// What this operation touches, made fresh once.
    async fn freshen(&self, ready: &Ready<'_>, desk: &Desk) -> Vec<Stale> {
        if ready.asking.backends.is_empty() {
            return Vec::new();
        }
        let mut streams = Vec::new();
        for backend in ready.asking.backends.iter() {
            let mut wanted: Vec<_> = ready.plan.kinds.iter().map(|kind| kind.stream()).collect();
            // Rights hang on the contacts: they are kept fresh whatever is asked for.
            wanted.push(Stream::Contacts);
            wanted.sort();
            wanted.dedup();
            streams.extend(wanted.into_iter().map(|stream| (*backend, stream)));
        }
        let opened = self.opened(ready, desk).await;
        self.sync.freshen(streams, opened).await
    }

    async fn opened(&self, ready: &Ready<'_>, desk: &Desk) -> Vec<Opened> {
        let mut opened = Vec::new();
        for id in ready.plan.opened_ids(ready.operation, &ready.variables) {
            let Ok(id) = id.parse::<GlobalId>() else { continue };
            if self.sync.is_fresh(id.uuid) {
                continue;
            }
            match desk.opened(id).await {
                Ok(found) => opened.extend(found),
                Err(error) => tracing::error!(error = %error.log(), "an opened object could not be looked up"),
            }
        }
        opened
    }

    #[expect(clippy::disallowed_methods, reason = "this is the executor")]
    async fn run(&self, ready: &Ready<'_>, desk: Arc<Desk>, caller: &Arc<Caller>) -> Response {
        let introspection = if ready.plan.introspects { self.introspect(ready).await } else { IndexMap::new() };
        let mut request = Request::new("").variables(ready.variables.clone()).data(desk).data(Arc::clone(caller));
        if cfg!(debug_assertions) {
            request = request.data(RunsWith(ready.asking.viewer.as_ref().map(|_| ready.asking.scope.allowed)));
        }
        if let Some(viewer) = &ready.asking.viewer {
            request = request.data::<Arc<Viewer>>(Arc::clone(viewer));
        }
        request.operation_name.clone_from(&ready.operation_name);
        if let Some(document) = &ready.plan.document {
            request.set_parsed_query(ExecutableDocument::clone(document));
        }
        let mut response = self.schema.execute(request).await;
        if !ready.plan.stands.is_empty() {
            response.data = restore(response.data, &ready.plan.stands, &introspection);
        }
        response
    }

    /// What the realm's own schema says of itself.
    async fn introspect(&self, ready: &Ready<'_>) -> IndexMap<async_graphql::Name, Value> {
        let realm = ready.asking.viewer.as_ref().map(|viewer| viewer.realm);
        let mut request = Request::new("").variables(ready.variables.clone());
        request.operation_name.clone_from(&ready.operation_name);
        request.set_parsed_query(ready.document.clone());
        match self.realm(realm).introspect(request).await.data {
            Value::Object(fields) => fields,
            _ => IndexMap::new(),
        }
    }
}

/// The parser's reason without its picture of the line, which may be as long as the document.
fn reason(text: &str) -> String {
    let last = text.lines().last().unwrap_or_default().trim_start();
    format!("The document cannot be read: {}.", last.strip_prefix("= ").unwrap_or(last).trim_end_matches('.'))
}
