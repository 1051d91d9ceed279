//! The four annotations of a field, and the one of a search key. Nothing written means denied.

use crate::authz::permission::Permission;
use async_graphql::TypeDirective;

/// Everybody may see this, also without signing in.
#[TypeDirective(location = "FieldDefinition", location = "Object")]
pub fn public() {}

/// Everybody who has signed in may see this.
#[TypeDirective(location = "FieldDefinition", location = "Object", location = "Interface")]
pub fn signedIn() {}

/// Only holders of this permission may see this.
#[TypeDirective(location = "FieldDefinition", location = "Object", location = "Interface")]
pub fn requiresPermission(permission: Permission) {}

/// Whoever was allowed to see the object that holds this may see this.
#[TypeDirective(location = "FieldDefinition", location = "Object")]
pub fn inherits() {}

/// Using this reveals the named output field, so its rule applies.
#[TypeDirective(location = "InputFieldDefinition", location = "EnumValue")]
pub fn reveals(field: String) {}
