//! The rules of signing in, on a real database with a clock that stands still.

mod back_off;
mod people;
mod session;
mod sign_in;
mod vouch;
