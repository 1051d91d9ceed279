use super::*;
use crate::executor::refusal::TOO_COMPLEX;
use async_graphql_parser::parse_query;

fn try_measure(text: &str, limits: &Limits) -> Result<Shape, Refusal> {
    let doc = parse_query(text).unwrap();
    let (_, operation) = doc.operations.iter().next().unwrap();
    measure(&doc, &operation.node, limits)
}

fn shape(text: &str) -> Shape {
    try_measure(text, &Limits::default()).unwrap()
}

fn refusal(text: &str) -> Refusal {
    try_measure(text, &Limits::default()).unwrap_err()
}

/// Fragments that each spread the next one twice.
fn doubling(levels: usize, leaf: &str) -> String {
    let mut text = "{ ...F0 }".to_owned();
    for level in 0..levels {
        text.push_str(&format!(" fragment F{level} on Query {{ ...F{0} ...F{0} }}", level + 1));
    }
    text + &format!(" fragment F{levels} on Query {{ {leaf} }}")
}

/// The query that GraphiQL and graphql-codegen send, with nine levels of `ofType`.
fn usual_introspection(of_types: usize) -> String {
    let mut reference = "kind name".to_owned();
    for _ in 0..of_types {
        reference = format!("kind name ofType {{ {reference} }}");
    }
    format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
           subscriptionType {{ name kind }} types {{ ...FullType }}
           directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
           fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }}
             type {{ ...TypeRef }} isDeprecated deprecationReason }}
           inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
           enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
           possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason }}
         fragment TypeRef on __Type {{ {reference} }}"
    )
}

#[test]
fn counts_fields_depth_aliases_roots_and_directives() {
    let counted = shape(
        "query @a { x: a { b ... on T @skip(if: true) { c @include(if: true) } } ...F } fragment F on Q { d e: d }",
    );
    assert_eq!(counted, Shape { nodes: 5, depth: 2, aliases: 2, root_fields: 3, directives: 3, ..Shape::default() });
}

#[test]
fn a_fragment_counts_for_its_depth_wherever_it_is_spread() {
    assert_eq!(shape("{ ...F a { b { ...F } } } fragment F on T { c { d } }").depth, 4);
    assert_eq!(shape("{ a { b { ...F } } ...F } fragment F on T { c { d } }").depth, 4);
}

#[test]
fn shallow_then_deep_use_is_refused() {
    let mut deep = "...F".to_owned();
    for _ in 0..10 {
        deep = format!("a {{ {deep} }}");
    }
    let fragment = "fragment F on T { b { b { b { b { b { b } } } } } }";
    assert_eq!(refusal(&format!("{{ ...F {deep} }} {fragment}")).code, TOO_COMPLEX);
    assert_eq!(refusal(&format!("{{ {deep} ...F }} {fragment}")).code, TOO_COMPLEX);
}

#[test]
fn doubling_fragments_saturate_and_are_refused() {
    for levels in [11, 30, 62] {
        assert_eq!(refusal(&doubling(levels, "__typename")).code, TOO_COMPLEX);
        assert_eq!(refusal(&doubling(levels, "...Unknown")).code, TOO_COMPLEX, "an unknown leaf is no way round");
    }
    assert_eq!(shape(&doubling(4, "__typename")).nodes, 16);
    let boundless = Limits { nesting: 4_000, nodes: u64::MAX, root_fields: usize::MAX, ..Limits::default() };
    assert_eq!(try_measure(&doubling(80, "a"), &boundless).unwrap().nodes, u64::MAX);
}

#[test]
fn operations_that_do_not_run_are_measured_too() {
    let bomb = doubling(30, "a").replacen("{ ...F0 }", "query B { ...F0 }", 1);
    let doc = parse_query(format!("query A {{ a }} {bomb}")).unwrap();
    for (_, operation) in doc.operations.iter() {
        assert_eq!(measure(&doc, &operation.node, &Limits::default()).unwrap_err().code, TOO_COMPLEX);
    }
    let unused = doubling(30, "a").replacen("{ ...F0 }", "{ a }", 1);
    assert_eq!(refusal(&unused).code, TOO_COMPLEX);
}

#[test]
fn cycles_are_refused() {
    for text in [
        "{ ...F } fragment F on Q { ...F }",
        "{ ...F } fragment F on Q { a { ...G } } fragment G on Q { b { ...F } }",
        "{ a } fragment F on Q { ...G } fragment G on Q { ...F }",
    ] {
        assert_eq!(refusal(text).code, "GRAPHQL_VALIDATION_FAILED", "{text}");
    }
}

#[test]
fn unknown_fragments_are_left_to_validation() {
    assert_eq!(shape("{ a ...Nobody }").nodes, 2);
}

#[test]
fn floods_are_refused() {
    let many = |count: usize, what: &dyn Fn(usize) -> String| (0..count).map(what).collect::<String>();
    for text in [
        format!("{{ {} }}", many(31, &|n| format!("a{n}: a "))),
        format!("{{ b {{ {} }} }}", many(31, &|n| format!("a{n}: a "))),
        format!("{{ {} }}", many(21, &|_| "a ".to_owned())),
        format!("{{ b {{ {} }} }}", many(2_000, &|_| "a ".to_owned())),
        format!("{{ b {{ {} }} }}", many(51, &|_| "a @skip(if: false) ".to_owned())),
        format!("{{ a {} }}", many(6, &|_| "@unknown ".to_owned())),
        format!("query {} {{ a }}", many(6, &|_| "@unknown ".to_owned())),
        format!("{{ {} }}", "a {".repeat(15) + "a" + &"}".repeat(15)),
    ] {
        assert_eq!(refusal(&text).code, TOO_COMPLEX, "{text}");
    }
    assert_eq!(shape(&format!("{{ {} }}", "a {".repeat(14) + "a" + &"}".repeat(14))).depth, 15);
}

#[test]
fn chains_of_fragments_do_not_recurse_without_end() {
    let mut text = "{ ...F0 }".to_owned();
    for level in 0..500 {
        text.push_str(&format!(" fragment F{level} on Query {{ ...F{} }}", level + 1));
    }
    assert_eq!(refusal(&(text + " fragment F500 on Query { a }")).code, TOO_COMPLEX);
}

#[test]
fn the_usual_introspection_passes() {
    for of_types in [7, 9] {
        let measured = shape(&usual_introspection(of_types));
        assert_eq!((measured.depth, measured.introspection_depth), (1, 6 + of_types));
    }
    assert_eq!(shape("{ __type(name: \"A\") { fields { type { fields { name } } } } }").introspection_depth, 5);
}

#[test]
fn circular_and_deep_introspection_is_refused() {
    for text in [
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "{ __type(name: \"A\") { fields { args { type { inputFields { type { inputFields { name } } } } } } } }",
        "{ __schema { types { interfaces { possibleTypes { interfaces { name } } } } } }",
        "{ x: __schema { types { ...T } } } fragment T on __Type { fields { type { ...U } } }
         fragment U on __Type { fields { type { fields { name } } } }",
        "{ ...R } fragment R on Query { __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    ] {
        assert_eq!(refusal(text).code, TOO_COMPLEX, "{text}");
    }
    assert_eq!(refusal(&usual_introspection(15)).code, TOO_COMPLEX);
}

#[test]
fn reserved_names_of_operations_fragments_and_aliases_mean_nothing() {
    let deep = "a {".repeat(15) + "a" + &"}".repeat(15);
    for text in [
        format!("query __schema {{ {deep} }}"),
        format!("query __typename {{ {deep} }}"),
        format!("{{ ...__schema }} fragment __schema on Query {{ {deep} }}"),
        format!("{{ ...__type }} fragment __type on Query {{ {deep} }}"),
        format!("{{ __schema: a {{ {deep} }} }}"),
    ] {
        assert_eq!(refusal(&text).code, TOO_COMPLEX, "{text}");
    }
}

#[test]
fn variables_are_bounded_in_depth_and_number() {
    let limits = Limits::default();
    let nested = |levels: usize| {
        let json = format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        serde_json::from_str::<Variables>(&json).unwrap()
    };
    assert!(check_variables(&nested(63), &limits).is_ok());
    assert_eq!(check_variables(&nested(64), &limits).unwrap_err().code, TOO_COMPLEX);
    let many = serde_json::from_str::<Variables>(&format!("{{\"a\":[{}1]}}", "1,".repeat(4_000))).unwrap();
    assert_eq!(check_variables(&many, &limits).unwrap_err().code, TOO_COMPLEX);
}
