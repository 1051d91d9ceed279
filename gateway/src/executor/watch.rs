//! A second net for debug builds: a denied coordinate that is executed all the same is a bug of ours,
//! and stops the operation. Rows, which the engine does not resolve, ask by themselves. Release builds carry no
//! extension: an empty one alone costs half a list.

use crate::authz::permission::PermissionSet;
use crate::authz::policy::Policy;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{ServerError, ServerResult, Value};
use async_trait::async_trait;
use std::sync::Arc;

/// The rights an operation runs with; `None` for a stranger.
#[derive(Debug, Clone, Copy)]
pub struct RunsWith(pub Option<PermissionSet>);

/// Checks every field that is resolved against the policy.
#[derive(Debug, Clone)]
pub struct Watch(pub Arc<Policy>);

impl Watch {
    /// Whether a field may be resolved with these rights.
    pub fn admits(&self, rights: Option<&RunsWith>, type_name: &str, field: &str) -> ServerResult<()> {
        let rights = rights.copied().unwrap_or(RunsWith(None));
        let known = self.0.rule(type_name, field);
        if known.is_some_and(|rule| !self.0.allows(rule, rights.0)) {
            debug_assert!(false, "{type_name}.{field} was executed although it is denied");
            return Err(ServerError::new("Something went wrong on our side.", None));
        }
        Ok(())
    }
}

impl ExtensionFactory for Watch {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl Extension for Watch {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        self.admits(ctx.data_opt::<RunsWith>(), info.parent_type, info.name)?;
        next.run(ctx, info).await
    }
}
