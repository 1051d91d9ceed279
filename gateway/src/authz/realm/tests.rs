use super::*;
use async_graphql::{
    Enum, ID, InputObject, InputValueError, InputValueResult, Interface, Object, OneofObject, Scalar, ScalarType,
    SimpleObject, TypeDirective, Union, Value,
};
use async_graphql_parser::parse_query;
use std::collections::BTreeSet;

/// A sample of everything that a schema can hold.
mod sample {
    use super::*;

    /// What somebody may do.
    #[derive(Debug, Enum, Copy, Clone, Eq, PartialEq)]
    pub enum Permission {
        /// Read "invoices"
        /// on two lines.
        InvoicesRead,
        #[graphql(deprecation = "Nobody reads costs.")]
        CostsRead,
    }

    #[TypeDirective(location = "FieldDefinition", location = "Object", location = "Enum")]
    pub fn requiresPermission(permission: Permission) {}

    #[TypeDirective(location = "FieldDefinition")]
    pub fn internal() {}

    pub struct Money(String);

    /// An amount.
    #[Scalar(specified_by_url = "https://example.com/money")]
    impl ScalarType for Money {
        fn parse(value: Value) -> InputValueResult<Self> {
            match value {
                Value::String(text) => Ok(Self(text)),
                other => Err(InputValueError::expected_type(other)),
            }
        }

        fn to_value(&self) -> Value {
            Value::String(self.0.clone())
        }
    }

    #[derive(SimpleObject)]
    #[graphql(directive = requiresPermission::apply(Permission::InvoicesRead))]
    pub struct Invoice {
        id: ID,
        total: Money,
        #[graphql(directive = internal::apply(), directive = requiresPermission::apply(Permission::CostsRead))]
        margin: Option<Margin>,
        #[graphql(deprecation)]
        old: Option<i32>,
    }

    #[derive(SimpleObject)]
    pub struct Margin {
        percent: f64,
        note: MarginNote,
    }

    #[derive(SimpleObject)]
    pub struct MarginNote {
        text: String,
    }

    /// A ticket.
    #[derive(SimpleObject)]
    pub struct Ticket {
        id: ID,
        open: bool,
        tags: Vec<Option<String>>,
    }

    /// Anything with an id.
    #[derive(Interface)]
    #[graphql(field(name = "id", ty = "&ID", desc = "Unique."))]
    pub enum Node {
        Invoice(Invoice),
        Ticket(Ticket),
    }

    #[derive(Union)]
    pub enum Hit {
        Invoice(Invoice),
        Ticket(Ticket),
    }

    #[derive(InputObject)]
    pub struct Filter {
        #[graphql(default = 20)]
        first: i32,
        /// Words to look for.
        #[graphql(default_with = "vec![\"a \\\"b\\\"\".to_owned()]")]
        words: Vec<String>,
        permission: Option<Permission>,
        #[graphql(deprecation = "gone")]
        minimum: Option<Money>,
    }

    #[derive(OneofObject)]
    pub enum Key {
        Id(ID),
        Number(i32),
    }

    fn nothing_may_run<I, O>(_: I) -> O {
        panic!("a resolver ran")
    }

    pub struct Query;

    /// Where to
    /// begin.
    #[Object]
    impl Query {
        async fn node(&self, id: ID) -> Option<Node> {
            nothing_may_run(id)
        }

        /// Looks for things.
        async fn search(
            &self,
            #[graphql(desc = "What to look for.")] filter: Option<Filter>,
            #[graphql(default_with = "Permission::InvoicesRead")] may: Permission,
        ) -> Vec<Hit> {
            nothing_may_run((filter, may))
        }

        async fn one(&self, key: Key) -> Option<Ticket> {
            nothing_may_run(key)
        }

        #[graphql(directive = requiresPermission::apply(Permission::InvoicesRead))]
        async fn invoices(&self) -> Vec<Invoice> {
            nothing_may_run(())
        }
    }

    pub struct Mutation;

    #[Object]
    impl Mutation {
        async fn close(&self, id: ID, #[graphql(default)] silent: bool) -> bool {
            nothing_may_run((id, silent))
        }
    }

    pub fn schema() -> Schema<Query, Mutation, EmptySubscription> {
        Schema::new(Query, Mutation, EmptySubscription)
    }
}

const INTROSPECTION: &str = "query Introspection { __schema { queryType { name } mutationType { name } subscriptionType { name }
      types { ...Full } directives { name description isRepeatable locations args(includeDeprecated: true) { ...Input } } } }
    fragment Full on __Type { kind name description specifiedByURL isOneOf
      fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...Input } type { ...Ref }
        isDeprecated deprecationReason }
      inputFields(includeDeprecated: true) { ...Input } interfaces { ...Ref }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...Ref } }
    fragment Input on __InputValue { name description type { ...Ref } defaultValue isDeprecated deprecationReason }
    fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

fn realm(hidden: &[&str]) -> RealmSchema {
    let sdl = sample::schema().sdl_with_options(printed_as());
    RealmSchema::cut(&sdl, &|coordinate| !hidden.contains(&coordinate.to_string().as_str())).unwrap()
}

async fn data(realm: &RealmSchema, query: &str) -> serde_json::Value {
    let response = realm.introspect(Request::new(query)).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    response.data.into_json().unwrap()
}

async fn type_names(realm: &RealmSchema) -> BTreeSet<String> {
    let data = data(realm, "{ __schema { types { name } } }").await;
    data["__schema"]["types"].as_array().unwrap().iter().map(|ty| ty["name"].as_str().unwrap().to_owned()).collect()
}

async fn errors(realm: &RealmSchema, query: &str, variables: serde_json::Value) -> Vec<String> {
    let variables = Variables::from_json(variables);
    let verdict = realm.validate(parse_query(query).unwrap(), &variables, None).await;
    verdict.err().unwrap_or_default().into_iter().map(|error| error.message).collect()
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the whole schema, to compare with")]
async fn a_realm_that_sees_all_introspects_like_the_whole() {
    let whole = sample::schema().execute(INTROSPECTION).await.data.into_json().unwrap();
    let cut = data(&realm(&[]), INTROSPECTION).await;
    let names = |value: &serde_json::Value| value["__schema"]["types"].as_array().unwrap().len();
    assert!(names(&whole) > 20);
    assert_eq!(serde_json::to_string_pretty(&cut).unwrap(), serde_json::to_string_pretty(&whole).unwrap());
}

#[tokio::test]
async fn a_realm_that_sees_all_prints_like_the_whole() {
    assert_eq!(realm(&[]).sdl(), sample::schema().sdl_with_options(printed_as()));
}

#[tokio::test]
async fn hidden_is_answered_like_unknown() {
    let query = "{ invoices { id total margin { percent } } }";
    assert!(errors(&realm(&[]), query, serde_json::json!({})).await.is_empty());
    let hidden = realm(&["Invoice.margin"]);
    let found = errors(&hidden, query, serde_json::json!({})).await;
    let unknown = errors(&realm(&[]), "{ invoices { id total marginal { percent } } }", serde_json::json!({})).await;
    assert_eq!(found, ["Unknown field \"margin\" on type \"Invoice\"."]);
    assert_eq!(unknown, ["Unknown field \"marginal\" on type \"Invoice\"."], "and nothing is suggested");
}

#[tokio::test]
async fn types_behind_hidden_fields_disappear() {
    let all = type_names(&realm(&[])).await;
    let some = type_names(&realm(&["Invoice.margin"])).await;
    let gone: Vec<_> = all.difference(&some).map(String::as_str).collect();
    assert_eq!(gone, ["Margin", "MarginNote"]);
    let sdl = realm(&["Invoice.margin"]).sdl();
    assert!(!sdl.contains("margin") && !sdl.contains("Margin"), "{sdl}");
}

#[tokio::test]
async fn a_hidden_type_takes_fields_unions_and_possible_types_along() {
    let realm = realm(&["Invoice", "@requiresPermission", "Permission.COSTS_READ"]);
    let names = type_names(&realm).await;
    assert!(!names.contains("Invoice") && !names.contains("Money2") && names.contains("Hit"));
    let data = data(&realm, "{ node: __type(name: \"Node\") { possibleTypes { name } } hit: __type(name: \"Hit\") { possibleTypes { name } }
        query: __type(name: \"Query\") { fields { name } } gone: __type(name: \"Invoice\") { name }
        may: __type(name: \"Permission\") { enumValues(includeDeprecated: true) { name } } __schema { directives { name } } }").await;
    assert_eq!(data["node"]["possibleTypes"], serde_json::json!([{ "name": "Ticket" }]));
    assert_eq!(data["hit"]["possibleTypes"], serde_json::json!([{ "name": "Ticket" }]));
    assert_eq!(
        data["query"]["fields"],
        serde_json::json!([{ "name": "node" }, { "name": "search" }, { "name": "one" }])
    );
    assert_eq!(data["gone"], serde_json::Value::Null);
    assert_eq!(data["may"]["enumValues"], serde_json::json!([{ "name": "INVOICES_READ" }]));
    assert!(!data["__schema"]["directives"].to_string().contains("requiresPermission"));
    assert!(!realm.sdl().contains("requiresPermission"));
}

#[tokio::test]
async fn hidden_arguments_input_fields_and_values_are_unknown() {
    let realm = realm(&["Query.search(may:)", "Filter.words", "Permission.COSTS_READ", "Mutation.close(id:)"]);
    let none = serde_json::json!({});
    for (query, part) in [
        ("{ search(may: INVOICES_READ) { __typename } }", "Unknown argument \"may\""),
        ("{ search(filter: {words: [\"a\"]}) { __typename } }", "words"),
        ("{ search(filter: {permission: COSTS_READ}) { __typename } }", "COSTS_READ"),
        // Its required argument is hidden, so the field is, and with it the only mutation.
        ("mutation { close(id: 1) }", "mutation"),
    ] {
        let found = errors(&realm, query, none.clone()).await;
        assert!(found.iter().any(|error| error.contains(part)), "{query}: {found:?}");
    }
    assert!(errors(&realm, "{ search(filter: {first: 3}) { __typename } }", none).await.is_empty());
}

#[tokio::test]
async fn variables_are_coerced() {
    let realm = realm(&[]);
    let one = "query($id: ID!, $n: Int, $w: [String!]) { node(id: $id) { id } search(filter: {first: $n, words: $w}) { __typename } }";
    // Beside a variable that was left out the engine looks at nothing.
    let beside = "query($p: Permission, $w: [String!], $n: Int) { search(filter: {permission: $p, words: $w, first: $n}) { __typename } }";
    let filter = "query($f: Filter, $k: Key!) { search(filter: $f) { __typename } one(key: $k) { id } }";
    for (query, variables, message) in [
        (one, serde_json::json!({ "id": "a" }), None),
        (one, serde_json::json!({ "n": 1 }), Some("Variable \"$id\" of required type \"ID!\" was not provided.")),
        (one, serde_json::json!({ "id": null }), Some("expected type \"ID\"")),
        (
            one,
            serde_json::json!({ "id": "a", "n": "x" }),
            Some("\"$n\" got an invalid value: expected a value of type \"Int\"."),
        ),
        (filter, serde_json::json!({ "k": { "id": "1" }, "f": { "words": "one" } }), None),
        (
            filter,
            serde_json::json!({ "k": { "id": "1", "number": 2 } }),
            Some("Oneof input objects requires have exactly one field"),
        ),
        (filter, serde_json::json!({ "k": { "id": null } }), Some("exactly one field")),
        (filter, serde_json::json!({ "k": { "id": "1" }, "f": { "unknown": 1 } }), Some("unknown field \"unknown\"")),
        (filter, serde_json::json!({ "k": { "id": "1" }, "f": { "words": ["a", 1] } }), Some("words.1")),
        (filter, serde_json::json!({ "k": { "id": "1" }, "f": { "permission": "NONE" } }), Some("filter.permission")),
        (beside, serde_json::json!({ "p": "COSTS_READ", "w": "one" }), None),
        (
            beside,
            serde_json::json!({ "p": "NONE" }),
            Some("\"$p\" got an invalid value: expected a value of type \"Permission\"."),
        ),
        (
            beside,
            serde_json::json!({ "w": ["a", 1] }),
            Some("\"$w\" got an invalid value: [1]: expected a value of type \"String\"."),
        ),
        (
            beside,
            serde_json::json!({ "w": ["a", null] }),
            Some("[1]: expected a value of type \"String!\", found null."),
        ),
    ] {
        let found = errors(&realm, query, variables.clone()).await;
        match message {
            None => assert!(found.is_empty(), "{variables}: {found:?}"),
            Some(part) => assert!(found.iter().any(|error| error.contains(part)), "{variables}: {found:?}"),
        }
    }
}

#[tokio::test]
async fn validation_runs_nothing_and_knows_every_kind_of_operation() {
    let realm = realm(&[]);
    let none = serde_json::json!({});
    assert!(errors(&realm, "mutation { close(id: 1) }", none.clone()).await.is_empty());
    assert!(errors(&realm, "{ node(id: 1) { id } one(key: {number: 1}) { id } }", none.clone()).await.is_empty());
    assert!(!errors(&realm, "mutation { close }", none).await.is_empty());
    let doc = parse_query("query A { __typename } query B { __typename }").unwrap();
    assert!(realm.validate(doc.clone(), &Variables::default(), None).await.is_err());
    assert!(realm.validate(doc, &Variables::default(), Some("B")).await.is_ok());
}

#[tokio::test]
async fn introspection_resolves_no_data() {
    let data = data(&realm(&[]), "{ __typename __type(name: \"Ticket\") { name } node(id: 1) { id } }").await;
    assert_eq!(data, serde_json::json!({ "__typename": "Query", "__type": { "name": "Ticket" }, "node": null }));
}

#[test]
fn a_realm_without_queries_is_an_error() {
    let sdl = sample::schema().sdl_with_options(printed_as());
    let blind = RealmSchema::cut(&sdl, &|coordinate| *coordinate != Coordinate::Type("Query"));
    assert!(matches!(blind, Err(RealmError::Empty)));
    assert!(matches!(RealmSchema::cut("type {", &|_| true), Err(RealmError::Sdl(_))));
}
