//! The schema as one realm sees it: for validation and introspection, never for data.
//!
//! A realm's schema is cut from the printed schema by a predicate over coordinates. What is outside does not exist in
//! it, so a document that names it gets the engine's own answer for an unknown field, and introspection cannot show it.
//! The engine runs on a root without resolvers: validation is its own, in full, and nothing can be resolved.

mod coerce;
mod cut;
mod definitions;
#[cfg(test)]
mod tests;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::registry::Registry;
use async_graphql::{
    ContextDirective, CustomDirective, CustomDirectiveFactory, EmptyMutation, EmptySubscription, Request, Response,
    SDLExportOptions, Schema, ServerError, ServerResult, SimpleObject, Variables,
};
use async_graphql_parser::types::{Directive, DocumentOperations, ExecutableDocument, OperationDefinition};
use async_trait::async_trait;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A place in the schema, in the notation of the GraphQL specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coordinate<'a> {
    /// `Type`
    Type(&'a str),
    /// `Type.field`, `Input.field` or `Enum.VALUE`
    Member(&'a str, &'a str),
    /// `Type.field(argument:)`
    Argument(&'a str, &'a str, &'a str),
    /// `@directive`
    Directive(&'a str),
}

impl fmt::Display for Coordinate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(ty) => f.write_str(ty),
            Self::Member(ty, member) => write!(f, "{ty}.{member}"),
            Self::Argument(ty, field, argument) => write!(f, "{ty}.{field}({argument}:)"),
            Self::Directive(directive) => write!(f, "@{directive}"),
        }
    }
}

/// Why no schema could be cut for a realm. A mistake of the makers, found at start.
#[derive(Debug, thiserror::Error)]
pub enum RealmError {
    #[error("the printed schema does not parse: {0}")]
    Sdl(#[from] async_graphql_parser::Error),
    #[error("the realm sees no field of the query root")]
    Empty,
}

/// What a realm may name.
#[derive(Clone)]
pub struct RealmSchema {
    engine: Schema<Root, EmptyMutation, EmptySubscription>,
}

impl fmt::Debug for RealmSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealmSchema").finish_non_exhaustive()
    }
}

impl RealmSchema {
    /// Cuts what is `visible`, and reachable from the roots through what is visible, out of `sdl`.
    ///
    /// A field or input type whose required argument or input field is hidden is hidden as well: nobody could use it.
    /// Print `sdl` with [`printed_as`], or `@specifiedBy` is lost.
    pub fn cut(sdl: &str, visible: &dyn Fn(&Coordinate<'_>) -> bool) -> Result<Self, RealmError> {
        let mut kept = cut::cut(async_graphql_parser::parse_schema(sdl)?, visible)?;
        for directive in &mut kept.directives {
            directive.is_repeatable = is_repeatable(sdl, &directive.name.node);
        }
        let engine = Schema::build(Root::default(), EmptyMutation, EmptySubscription)
            .directive(Kept(kept))
            .disable_suggestions()
            .extension(OnlyValidate)
            .finish();
        Ok(Self { engine })
    }

    /// Validates as strictly as the engine can, then coerces the variables of the operation. Nothing runs.
    pub async fn validate(
        &self,
        doc: ExecutableDocument,
        variables: &Variables,
        operation_name: Option<&str>,
    ) -> Result<(), Vec<ServerError>> {
        let definitions =
            selected(&doc, operation_name).map(|operation| operation.variable_definitions.clone()).unwrap_or_default();
        let mut request = Request::new("").variables(variables.clone());
        request.operation_name = operation_name.map(str::to_owned);
        request.set_parsed_query(doc);
        let request = request.data(coerce::Given { definitions, values: variables.clone() });
        let errors = self.run(request).await.errors;
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Answers `__schema`, `__type` and `__typename` of a query's root; every other root field is null.
    pub async fn introspect(&self, request: Request) -> Response {
        self.run(request.only_introspection()).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "an engine without resolvers: nothing here needs the executor's walk"
    )]
    async fn run(&self, request: Request) -> Response {
        self.engine.execute(request).await
    }

    #[must_use]
    pub fn sdl(&self) -> String {
        self.engine.sdl_with_options(printed_as())
    }
}

/// How a schema has to be printed for [`RealmSchema::cut`].
#[must_use]
pub fn printed_as() -> SDLExportOptions {
    SDLExportOptions::new().include_specified_by()
}

/// The parser takes every directive for a repeatable one.
fn is_repeatable(sdl: &str, directive: &str) -> bool {
    sdl.lines()
        .filter_map(|line| line.strip_prefix("directive @")?.strip_prefix(directive))
        .any(|rest| rest.starts_with([' ', '(']) && rest.contains(" repeatable on "))
}

fn selected<'a>(doc: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    match (&doc.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(&operation.node),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name).map(|operation| &operation.node),
        (DocumentOperations::Multiple(all), None) => all.values().next().map(|operation| &operation.node),
    }
}

/// Stands in for the query root until [`Kept`] has put the realm's there.
#[derive(Debug, Default, SimpleObject)]
#[graphql(name = "Query")]
struct Root {
    nothing: bool,
}

/// Brings the cut types into the engine's registry: a factory of directives is the one thing it lets in there.
struct Kept(cut::Kept);

impl CustomDirectiveFactory for Kept {
    /// No document can hold a directive without a name.
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("")
    }

    fn register(&self, registry: &mut Registry) {
        definitions::register(&self.0, registry);
    }

    fn create(&self, _: &ContextDirective<'_>, _: &Directive) -> ServerResult<Box<dyn CustomDirective>> {
        Err(ServerError::new("There is no such directive.", None))
    }
}

/// Ends a request that came to be validated after its validation.
struct OnlyValidate;

impl ExtensionFactory for OnlyValidate {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for OnlyValidate {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        match ctx.data_opt::<coerce::Given>() {
            Some(given) => Response::from_errors(given.errors(&ctx.schema_env.registry)),
            None => next.run(ctx, operation_name).await,
        }
    }
}
