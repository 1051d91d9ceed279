//! Who may see what: permissions, roles, scopes, and the one walk over a document.
//!
//! * [`permission`], [`role`]: what can be allowed, as data. * [`viewer`]: claims → grants.
//! * [`scope`]: grants → rows. * [`policy`]: the schema's annotations. * [`walk`]: the document.
//! * [`realm`]: the part of the schema that a realm may know.

pub mod permission;
pub mod policy;
pub mod realm;
pub mod role;
pub mod scope;
pub mod viewer;
pub mod walk;
