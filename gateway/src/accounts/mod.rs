//! People who sign in: users, what they are bound to, their passwords and sessions.
//!
//! * [`store`]: the one handle. * [`sign_in`]: password to session. * [`back_off`]: waiting after failures.
//! * [`vouch`]: the first sign-in of somebody whose password a PSA knows.
//! * [`session`]: token to person, in one statement. * [`people`]: users, contacts, roles, access.
//! * [`password`]: setting and changing passwords. * [`hasher`], [`policy`], [`token`]: what those are made of.
//!
//! Rights are not decided here: this room says who somebody is and which contacts and roles are theirs.

pub mod audit;
mod back_off;
mod entity;
mod forget;
mod hasher;
mod housekeeping;
mod password;
mod people;
pub mod policy;
mod realm;
mod session;
mod sign_in;
mod store;
mod token;
mod vouch;

pub use forget::Forgotten;
pub(crate) use people::rights_moved;
pub use people::{ContactLink, NewUser, User};
pub use realm::{Realm, SessionKind};
pub use session::Session;
pub use sign_in::{SignIn, SignInRefused, SignedIn};
pub use store::AccountStore;
pub use vouch::{Vouched, Vouchers};

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
