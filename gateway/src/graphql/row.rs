//! Rows of an answer, resolved one field after the other.
//!
//! What hangs on a row was loaded before its fields are asked, so none of them waits for anything. The engine's own
//! way to run fields side by side takes a task and a piece of memory for every field of every row; this takes one
//! piece for a whole list. Whatever it does not know it leaves to the engine.

use crate::executor::watch::Watch;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_container_serial;
use async_graphql::{ContainerType, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value};
use futures_util::future::BoxFuture;
use std::borrow::Cow;

/// One row, where the answer has an object.
#[derive(Debug, Clone)]
pub struct Row<T>(pub T);

/// Several rows, where the answer has a list of objects.
#[derive(Debug, Clone)]
pub struct Rows<T>(pub Vec<T>);

impl<T: ContainerType> OutputType for Row<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        one(ctx, &self.0).await
    }
}

impl<T: ContainerType> OutputType for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        all(ctx, &self.0).await
    }
}

/// A future behind a pointer: rows name rows that name them again.
fn one<'a, T: ContainerType>(ctx: &'a ContextSelectionSet<'a>, row: &'a T) -> BoxFuture<'a, ServerResult<Value>> {
    Box::pin(async move {
        let fields = Fields::of::<T>(ctx);
        fields.resolve(ctx, row, fields.blank()).await
    })
}

fn all<'a, T: ContainerType>(ctx: &'a ContextSelectionSet<'a>, rows: &'a [T]) -> BoxFuture<'a, ServerResult<Value>> {
    Box::pin(async move {
        let fields = Fields::of::<T>(ctx);
        let blank = fields.blank();
        let mut values = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let ctx = ctx.with_index(at);
            values.push(fields.resolve(&ctx, row, blank.clone()).await.map_err(|error| ctx.set_error_path(error))?);
        }
        Ok(Value::List(values))
    })
}

type Object = IndexMap<Name, Value>;

/// The fields that are selected of a type, fragments unfolded; nothing where that takes the engine.
struct Fields<'a>(Option<Vec<&'a Positioned<Field>>>);

impl<'a> Fields<'a> {
    fn of<T: ContainerType>(ctx: &ContextSelectionSet<'a>) -> Self {
        let mut fields = Vec::with_capacity(ctx.item.node.items.len());
        let plain = unfold(ctx, &ctx.item.node, &T::type_name(), &mut fields);
        Self(plain.then_some(fields))
    }

    /// An object with these fields that has no values yet. A copy of it takes a fraction of its making.
    fn blank(&self) -> Object {
        let fields = self.0.as_deref().unwrap_or_default();
        let mut object = Object::with_capacity(fields.len());
        for field in fields {
            object.insert(field.node.response_key().node.clone(), Value::Null);
        }
        object
    }

    async fn resolve<T: ContainerType>(
        &self,
        ctx: &ContextSelectionSet<'_>,
        row: &T,
        mut object: Object,
    ) -> ServerResult<Value> {
        // A row of several types is asked for its own: the engine does that.
        let Some(fields) = self.0.as_ref().filter(|_| row.introspection_type_name() == T::type_name()) else {
            return resolve_container_serial(ctx, row).await;
        };
        let watch = if cfg!(debug_assertions) { ctx.data_opt::<Watch>() } else { None };
        for (field, place) in fields.iter().zip(object.values_mut()) {
            let field = ctx.with_field(field);
            if let Some(watch) = watch {
                watch.admits(ctx.data_opt(), &T::type_name(), &field.item.node.name.node)?;
            }
            *place = match field.item.node.name.node.as_str() {
                "__typename" => Value::String(T::type_name().into_owned()),
                _ => row.resolve_field(&field).await?.unwrap_or_default(),
            };
        }
        Ok(Value::Object(object))
    }
}

/// Whether these selections are plain fields, each for a key of its own.
fn unfold<'a>(
    ctx: &ContextSelectionSet<'a>,
    set: &'a SelectionSet,
    type_name: &str,
    fields: &mut Vec<&'a Positioned<Field>>,
) -> bool {
    set.items.iter().all(|selection| {
        let (condition, set) = match &selection.node {
            Selection::Field(field) => {
                let key = &field.node.response_key().node;
                let plain = field.node.directives.is_empty()
                    && fields.iter().all(|known| known.node.response_key().node != *key);
                fields.push(field);
                return plain;
            }
            Selection::InlineFragment(inline) => (inline.node.type_condition.as_ref(), &inline.node.selection_set),
            Selection::FragmentSpread(spread) => {
                let Some(fragment) = ctx.query_env.fragments.get(&spread.node.fragment_name.node) else { return false };
                (Some(&fragment.node.type_condition), &fragment.node.selection_set)
            }
        };
        condition.is_none_or(|condition| condition.node.on.node == type_name)
            && unfold(ctx, &set.node, type_name, fields)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, SimpleObject, Union};

    #[derive(Debug, Clone, Copy)]
    struct Tree(u32);

    #[Object]
    impl Tree {
        async fn size(&self) -> u32 {
            self.0
        }

        async fn named(&self, prefix: String) -> String {
            format!("{prefix}{}", self.0)
        }

        async fn sick(&self) -> async_graphql::Result<u32> {
            if self.0 == 2 { Err("it fell".into()) } else { Ok(self.0) }
        }

        /// The same children by both ways.
        async fn rows(&self) -> Rows<Tree> {
            Rows(children(self.0))
        }

        async fn list(&self) -> Vec<Tree> {
            children(self.0)
        }
    }

    fn children(size: u32) -> Vec<Tree> {
        (0..size).map(Tree).collect()
    }

    #[derive(Debug, Clone, Copy, SimpleObject)]
    struct Stone {
        weight: u32,
    }

    #[derive(Debug, Clone, Copy, Union)]
    enum Thing {
        Tree(Tree),
        Stone(Stone),
    }

    /// The same things, resolved here and by the engine.
    struct Ours;
    struct Theirs;

    const THINGS: [Thing; 2] = [Thing::Tree(Tree(1)), Thing::Stone(Stone { weight: 7 })];

    #[Object(name = "Query")]
    impl Ours {
        async fn tree(&self) -> Option<Row<Tree>> {
            Some(Row(Tree(3)))
        }

        async fn trees(&self) -> Rows<Tree> {
            Rows(children(4))
        }

        async fn things(&self) -> Rows<Thing> {
            Rows(THINGS.to_vec())
        }
    }

    #[Object(name = "Query")]
    impl Theirs {
        async fn tree(&self) -> Option<Tree> {
            Some(Tree(3))
        }

        async fn trees(&self) -> Vec<Tree> {
            children(4)
        }

        async fn things(&self) -> Vec<Thing> {
            THINGS.to_vec()
        }
    }

    const DOCUMENTS: &[&str] = &[
        "{ tree { size again: size named(prefix: \"a\") __typename } }",
        "{ trees { __typename kind: __typename size } tree { size } }",
        "{ trees { ...F size } } fragment F on Tree { named(prefix: \"f\") rows { size ...G } } fragment G on Tree { g: size }",
        "{ trees { ... { size } ... on Tree { t: size } } }",
        "{ trees { rows { size } rows { t: size rows { size } } list { size } list { named(prefix: \"l\") } } }",
        "{ trees { size @skip(if: true) named(prefix: \"k\") @include(if: true) ...F @include(if: false) } } fragment F on Tree { f: size }",
        "{ things { __typename ... on Tree { size } ...S } } fragment S on Stone { weight }",
        "{ tree { rows { list { rows { size } } } } }",
        "{ trees { size sick } }",
        "{ tree { rows { sick } } }",
    ];

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "no data of ours are in these schemas")]
    async fn answers_are_the_engines_own() {
        let ours = Schema::new(Ours, EmptyMutation, EmptySubscription);
        let theirs = Schema::new(Theirs, EmptyMutation, EmptySubscription);
        assert_eq!(ours.sdl(), theirs.sdl());
        for document in DOCUMENTS {
            let (ours, theirs) = (ours.execute(*document).await, theirs.execute(*document).await);
            assert_eq!(serde_json::to_string(&ours).unwrap(), serde_json::to_string(&theirs).unwrap(), "{document}");
            assert!(document.contains("sick") || ours.is_ok(), "{document}: {:?}", ours.errors);
        }
    }
}
