//! The layers, in one place.

use crate::breaker::{Breaker, Outcome};
use crate::limit::{Limits, limited};
use crate::metrics::Metrics;
use crate::request::Request;
use crate::response::{Response, Verdict};
use crate::retry::Retry;
use crate::seats::Seats;
use crate::settings::Settings;
use crate::token::{Token, TokenSource};
use crate::wire::http::HttpWire;
use crate::wire::{Departure, Outgoing, Wire};
use http::HeaderMap;
use portico_contract::traffic::{Figures, made};
use portico_contract::{CallCx, Clock, Error, ErrorKind, Result, Sent};
use std::sync::Arc;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

/// The way to one PSA. Built once for a backend; cheap to call.
#[derive(Debug)]
pub struct Transport {
    settings: Settings,
    base: Url,
    clock: Clock,
    metrics: Metrics,
    retry: Retry,
    breaker: Breaker,
    limits: Limits,
    seats: Seats,
    tokens: Arc<dyn TokenSource>,
    wire: Arc<dyn Wire>,
}

impl Transport {
    /// Over HTTP. Opens no connection: a PSA that is down does not stop the gateway.
    pub fn new(settings: Settings, tokens: Arc<dyn TokenSource>, clock: Clock) -> Result<Self> {
        let wire = Arc::new(HttpWire::new(&settings)?);
        Self::over(wire, settings, tokens, clock)
    }

    /// Over another wire: a recorder, a replayer.
    pub fn over(wire: Arc<dyn Wire>, settings: Settings, tokens: Arc<dyn TokenSource>, clock: Clock) -> Result<Self> {
        if let Some((name, problem)) = settings.validate().into_iter().next() {
            return Err(Error::credentials(format!("The setting {name} of this backend {problem}.")));
        }
        Ok(Self {
            base: settings.base()?,
            metrics: Metrics::default(),
            retry: Retry::new(&settings),
            breaker: Breaker::new(&settings),
            limits: Limits::new(settings.calls, settings.endpoint_calls),
            seats: Seats::new(settings.concurrency, settings.reserve),
            clock,
            tokens,
            wire,
            settings,
        })
    }

    /// What happened so far.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.metrics.figures(self.breaker.state())
    }

    /// Makes a call. All layers stand here, the outermost first.
    pub async fn send(&self, cx: &CallCx, request: Request) -> Result<Response> {
        let deadline = Instant::from_std(cx.deadline);
        // Metrics see what the adapter sees: one call, however often it is tried, and how it ended.
        self.metrics.call();
        // Retry is outside of all that follows, so that each try is counted, limited and timed as a call of its own.
        // What any of the tries may have done is what the call may have done.
        let mut tries = self.retry.begin(request.safety);
        let mut sent = Sent::No;
        let result = loop {
            if Instant::now() >= deadline {
                break Err(Error::unavailable(format!("{}: no time was left", request.operation)));
            }
            // The breaker counts tries. It comes before the limit: a PSA that is down costs no places, and no waiting.
            // What it refuses is not tried again, as little as what finds no place in time.
            let pass = match self.breaker.enter() {
                Ok(pass) => pass,
                Err(error) => {
                    self.metrics.refused();
                    break Err(error);
                }
            };
            let waits = self.metrics.waits();
            // The limit comes before the seats: who waits for a window that is full holds no seat.
            let seated = match self.limits.admit(cx, request.endpoint).await {
                Ok(()) => self.seats.take(cx).await,
                Err(error) => Err(error),
            };
            drop(waits);
            let seat = match seated {
                Ok(seat) => seat,
                Err(error) => {
                    self.metrics.refused();
                    break Err(error);
                }
            };
            // The time of a try begins once it may go; waiting above is bounded by the deadline alone.
            // Inside of it are the token, also a new one after a refusal, and the wire.
            self.metrics.tried();
            made();
            let result = self.attempt(cx, &request, deadline).await;
            drop(seat);
            pass.report(self.outcome(&result, deadline));
            let Err(error) = result else { break result };
            sent = sent.max(error.sent);
            // The total deadline wins over every wait.
            let Some(at) = tries.again(&error, deadline) else { break Err(error) };
            sleep_until(at).await;
            self.metrics.retried();
        };
        let result = result.map_err(|error| {
            let sent = sent.max(error.sent);
            error.sent(sent)
        });
        self.metrics.ended(&result);
        result
    }

    /// One try, within its time.
    async fn attempt(&self, cx: &CallCx, request: &Request, deadline: Instant) -> Result<Response> {
        let departure = Departure::default();
        let began = Instant::now();
        let until = deadline.min(began + request.timeout.unwrap_or(self.settings.try_timeout));
        let result = match timeout_at(until, self.exchange(cx, request, &departure)).await {
            Ok(result) => result,
            Err(_) => {
                let detail = format!("{}: no answer in {} ms", request.operation, began.elapsed().as_millis());
                Err(Error::unavailable(detail).sent(departure.stop()))
            }
        };
        log(request, &result, began);
        result
    }

    /// The token, the wire, and the token again if it was refused.
    async fn exchange(&self, cx: &CallCx, request: &Request, departure: &Departure) -> Result<Response> {
        let token = self.tokens.token(&self.wire).await.map_err(|error| error.sent(Sent::No))?;
        let answer = self.wire.send(self.outgoing(request, &token, departure.clone())?).await?;
        if !self.is_stale(&answer) {
            return self.judged(request, answer);
        }
        departure.came_back();
        let Some(token) = self.tokens.renew(&self.wire, &token).await.map_err(|error| error.sent(Sent::No))? else {
            return self.judged(request, answer);
        };
        self.metrics.renewed();
        // It goes out at once, because the try has its place; but the PSA counts it.
        self.limits.note(Instant::now(), request.endpoint, cx.lane);
        made();
        let answer = self.wire.send(self.outgoing(request, &token, departure.clone())?).await?;
        self.judged(request, answer)
    }

    fn outgoing(&self, request: &Request, token: &Token, departure: Departure) -> Result<Outgoing> {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::ACCEPT, http::HeaderValue::from_static("application/json"));
        headers.extend(request.header_map()?);
        let mut outgoing = Outgoing {
            operation: request.operation,
            template: request.template,
            method: request.method.clone(),
            url: request.url(&self.base)?,
            headers,
            body: request.body.clone(),
            max_answer: request.max_answer.unwrap_or(self.settings.max_answer),
            secrets: Vec::new(),
            departure,
        };
        self.tokens.place().put(token, &mut outgoing)?;
        Ok(outgoing)
    }

    fn is_stale(&self, answer: &Response) -> bool {
        (self.settings.judge)(answer) == Verdict::Stale || self.settings.stale.contains(&answer.status.as_u16())
    }

    /// The answer, or the error that it is.
    fn judged(&self, request: &Request, answer: Response) -> Result<Response> {
        let summary = answer.summary();
        match (self.settings.judge)(&answer) {
            Verdict::Answer => Ok(answer),
            Verdict::Down => {
                let mut error = Error::unavailable(summary).sent(Sent::Maybe);
                error.retry_after = answer.retry_after(&self.clock);
                Err(error)
            }
            Verdict::Limited => {
                let wait = answer.retry_after(&self.clock).unwrap_or(self.settings.pause);
                self.limits.pause(request.endpoint, Instant::now() + wait);
                Err(limited(&summary, wait))
            }
            Verdict::Stale => {
                let public = "The PSA does not accept the credentials of this backend. Check them and their rights.";
                Err(Error::credentials(public).with_detail(summary))
            }
            Verdict::Redirect => {
                let public = "The PSA leads elsewhere, which is not followed. Check the base URL of this backend.";
                Err(Error::credentials(public).with_detail(summary))
            }
        }
    }

    /// What the breaker learns. A try that the caller's deadline cut short says nothing about the PSA.
    fn outcome(&self, result: &Result<Response>, deadline: Instant) -> Outcome {
        match result {
            Err(error) if error.kind == ErrorKind::Unavailable && Instant::now() >= deadline => Outcome::Unknown,
            Err(error) if error.kind == ErrorKind::Unavailable => Outcome::Fails,
            Err(error) if error.kind == ErrorKind::Internal => Outcome::Unknown,
            _ => Outcome::Works,
        }
    }
}

/// One line for each try. Values, bodies and tokens are not in it.
fn log(request: &Request, result: &Result<Response>, began: Instant) {
    let (method, path) = (request.method.as_str(), request.template);
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let operation = request.operation;
    match result {
        Ok(answer) => {
            let (status, bytes) = (answer.status.as_u16(), answer.body.len());
            tracing::debug!(target: "portico::wire", operation, method, path, status, ms, bytes);
        }
        Err(error) => {
            let (kind, sent) = (error.kind.as_str(), error.sent.as_str());
            tracing::debug!(target: "portico::wire", operation, method, path, error = kind, sent, ms);
        }
    }
}
