//! The layers, each and in their order, on a wire that does what it is told and a clock that stands still.

mod fake;

mod breaker;
mod http;
mod limits;
mod log;
mod order;
mod replay;
mod retries;
mod tls;
mod tokens;
