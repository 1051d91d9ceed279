//! Mutations are refused whole.

use super::cast::{self, codes, coordinates};
use super::samples::Samples;
use super::sdl::{Rule, Sdl};
use anyhow::Result;
use portico_contract::Kind;
use portico_tests::House;
use portico_tests::house::Who;
use serde_json::json;

const SIGN_IN: &str =
    "signIn(input: { login: \"sam.whitlock@harbour.example.com\", password: \"open-sesame-4711\" }) { token }";

#[tokio::test]
async fn a_denied_mutation_stops_those_before_it() -> Result<()> {
    let house = House::new().await?;
    for query in
        [format!("mutation {{ {SIGN_IN} signOut {{ signedOut }} }}"), "mutation { signOut { signedOut } }".to_owned()]
    {
        let answer = house.ask(Who::Nobody, &query).await?;
        assert!(answer.get("data").is_none(), "{answer}");
        assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{answer}");
    }
    let answer = house.ask(Who::Nobody, &format!("mutation {{ {SIGN_IN} }}")).await?;
    assert!(answer["data"]["signIn"]["token"].is_string(), "alone it runs: {answer}");
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_the_session_and_only_this_one() -> Result<()> {
    let house = House::new().await?;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let answer = house.ask(Who::Nobody, &format!("mutation {{ {SIGN_IN} }}")).await?;
        tokens.push(answer["data"]["signIn"]["token"].as_str().unwrap().to_owned());
    }
    let answer = house.ask(Who::Token(&tokens[0]), "mutation { signOut { signedOut } }").await?;
    assert_eq!(answer["data"]["signOut"]["signedOut"], true, "{answer}");
    assert_eq!(codes(&house.ask(Who::Token(&tokens[0]), "{ viewer { name } }").await?), ["UNAUTHENTICATED"]);
    assert!(house.ask(Who::Token(&tokens[1]), "{ viewer { name } }").await?["data"]["viewer"]["name"].is_string());
    Ok(())
}

/// Root mutations behind a permission: each is refused to whoever lacks it, before it runs.
#[tokio::test]
async fn every_mutation_is_for_everybody_or_for_those_who_signed_in_or_refused() -> Result<()> {
    let (house, sdl) = (House::new().await?, Sdl::read()?);
    let cast = [cast::person(&house, "sam.whitlock@")?, cast::person(&house, "kit.marsh@")?];
    let samples = Samples::one("Ticket", house.id(Kind::Ticket, 1)?);
    let fields = sdl.fields("Mutation").iter().flat_map(|field| cast.iter().map(move |viewer| (field, viewer)));
    for (field, viewer) in fields {
        let Rule::Needs(word) = &field.rule else { continue };
        if viewer.knows(&field.rule) && !viewer.holds(word) {
            let below = if sdl.is_composite(&field.gives) { " { __typename }" } else { "" };
            let arguments = super::paths::arguments(&sdl, "Mutation", &field.name, None, &samples)?;
            let query = format!("mutation {{ {}{arguments}{below} }}", field.name);
            let answer = cast::answer(&house, viewer.request(&query, json!({}))).await?;
            assert!(answer.get("data").is_none(), "{answer}");
            assert_eq!(coordinates(&answer), [format!("Mutation.{}", field.name)], "{answer}");
        }
    }
    Ok(())
}
