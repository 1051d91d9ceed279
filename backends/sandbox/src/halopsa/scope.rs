//! Scopes: which there are, which a token gets, and what may be done with them.

use super::tenant::Tenant;
use crate::rest::token::Token;
use std::collections::BTreeSet;

const READ_OR_EDIT: &str = "tickets calendar customers crm timesheets contracts suppliers items projects sales quotes sos \
                            pos invoices reporting software softwarelicensing kb assets";
const OTHER_SCOPES: &str =
    "all all:standard admin editMine:timesheets access:chat access:adpasswordreset offline_access";

impl Tenant {
    /// The scopes of a token, if everything that is asked for exists and was granted.
    pub(super) fn scopes(&self, asked: &str) -> Option<BTreeSet<String>> {
        let mut scopes = BTreeSet::new();
        for scope in asked.split_ascii_whitespace() {
            let exists = OTHER_SCOPES.split_ascii_whitespace().any(|known| known == scope) || pair(scope).is_some();
            if exists && (self.tokens.granted.contains(scope) || covers(&self.tokens.granted, scope)) {
                scopes.insert(scope.to_owned());
            } else if !exists || !self.manners.drops_scopes {
                return None;
            }
        }
        Some(scopes)
    }
}

/// Whether a list that needs this scope may be read or edited with the token.
pub(super) fn may(token: &Token, verb: &str, scope: &str) -> bool {
    match scope {
        "" => true,
        "admin" => token.scopes.contains("admin"),
        _ => covers(&token.scopes, &format!("{verb}:{scope}")),
    }
}

fn pair(scope: &str) -> Option<&str> {
    let name = scope.strip_prefix("read:").or_else(|| scope.strip_prefix("edit:"))?;
    READ_OR_EDIT.split_ascii_whitespace().any(|known| known == name).then_some(name)
}

/// Whether these scopes include a pair's one; to edit is to read as well.
fn covers(scopes: &BTreeSet<String>, scope: &str) -> bool {
    let Some(name) = pair(scope) else { return scopes.contains(scope) };
    let wide = scopes.contains("all") || (scopes.contains("all:standard") && name != "reporting");
    wide || scopes.contains(scope) || scopes.contains(&format!("edit:{name}"))
}
