//! Signing in over HTTP: tokens and cookies.

use crate::demo::{Demo, User};
use anyhow::{Context, Result};
use portico_tests::wire::{Answer, Call};
use serde_json::{Value, json};

const WHO: &str = "{ viewer { email } }";
const SIGN_IN: &str = "mutation In($input: SignInInput!) {
    signIn(input: $input) { token expiresAt userErrors { code message field } } }";
const SIGN_OUT: &str = "mutation { signOut { signedOut userErrors { code } } }";

async fn sign_in(demo: &Demo, user: &User, password: &str, transport: &str) -> Result<Answer> {
    let input = json!({
        "login": user.email, "password": password, "realm": user.realm, "transport": transport, "remember": true,
    });
    demo.running.send(&Call::post(json!({ "query": SIGN_IN, "variables": { "input": input } }).to_string())).await
}

fn token(answer: &Answer) -> Result<String> {
    let json = answer.json()?;
    let token = json.pointer("/data/signIn/token").and_then(Value::as_str);
    token.map(str::to_owned).with_context(|| json.to_string())
}

fn errors(answer: &Answer) -> Result<Value> {
    Ok(answer.json()?.pointer("/data/signIn/userErrors").cloned().unwrap_or_default())
}

/// Acceptance: A01 (Mutation.signIn, SignInInput.login, SignInInput.password)
#[tokio::test]
async fn passwords_sign_in_and_a_wrong_one_does_not() -> Result<()> {
    let demo = Demo::start().await?;
    for user in &demo.facts.users {
        let answer = sign_in(&demo, user, &user.password, "BEARER").await?;
        assert_eq!(answer.header("set-cookie"), None);
        let said = demo.running.data(Some(&token(&answer)?), WHO).await?;
        assert_eq!(said["viewer"]["email"], user.email.as_str());
    }
    let user = demo.facts.user("priya.nair@")?;
    let wrong = sign_in(&demo, user, "open-sesame-4712", "BEARER").await?;
    assert_eq!(wrong.status, 200);
    assert!(token(&wrong).is_err());
    assert_eq!(errors(&wrong)?[0]["code"], "UNAUTHENTICATED", "{}", wrong.body);
    Ok(())
}

/// Acceptance: A21 (Mutation.signOut)
#[tokio::test]
async fn a_token_that_was_signed_out_or_never_was_is_refused() -> Result<()> {
    let demo = Demo::start().await?;
    let user = demo.facts.user("priya.nair@")?;
    let own = token(&sign_in(&demo, user, &user.password, "BEARER").await?)?;
    let said = demo.running.data(Some(&own), SIGN_OUT).await?;
    assert_eq!(said["signOut"]["signedOut"], true);
    let never = own.replace(|c: char| c.is_ascii_digit(), "x");
    for dead in [own.as_str(), never.as_str(), "", "x", "pcs_"] {
        let answer = demo.running.send(&Call::query(WHO).bearer(Some(dead))).await?;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{dead}: {}", answer.body);
        assert!(answer.json()?.get("data").is_none(), "{}", answer.body);
    }
    demo.running.data(Some(&user.token), WHO).await.context("other sessions stay")?;
    Ok(())
}

/// What a browser would send back: name and value.
fn cookie(answer: &Answer) -> Result<(String, Vec<String>)> {
    let text = answer.header("set-cookie").context("no cookie")?;
    let mut parts = text.split(';').map(|part| part.trim().to_owned());
    Ok((parts.next().context("a value")?, parts.collect()))
}

#[tokio::test]
async fn a_cookie_signs_in_and_out() -> Result<()> {
    let demo = Demo::start().await?;
    let user = demo.facts.user("priya.nair@")?;
    let signed_in = sign_in(&demo, user, &user.password, "COOKIE").await?;
    assert_eq!(signed_in.json()?["data"]["signIn"]["token"], Value::Null, "the cookie is the only copy");
    let (value, attributes) = cookie(&signed_in)?;
    assert!(value.starts_with("portico_session=") && value.len() > 40, "{value}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.iter().any(|known| known == attribute), "{attribute} in {attributes:?}");
    }
    assert!(attributes.iter().any(|known| known.starts_with("Max-Age=")), "{attributes:?}");
    assert!(!attributes.iter().any(|known| known.starts_with("Domain")), "{attributes:?}");

    let with = |query: &str| Call::query(query).header("cookie", &value);
    let said = demo.running.send(&with(WHO)).await?.json()?;
    assert_eq!(said["data"]["viewer"]["email"], user.email.as_str());
    let foreign = with(WHO).header("origin", "https://evil.example.org");
    let refused = demo.running.send(&foreign).await?;
    assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"));
    let mut get = Call::get("/graphql?query=%7Bviewer%7Bemail%7D%7D").header("cookie", &value);
    assert_eq!(demo.running.send(&get).await?.status, 403, "a picture on a foreign page can send a GET");
    get = get.header("graphql-require-preflight", "1");
    assert_eq!(demo.running.send(&get).await?.status, 200);

    let signed_out = demo.running.send(&with(SIGN_OUT)).await?;
    let (emptied, attributes) = cookie(&signed_out)?;
    assert_eq!(emptied, "portico_session=");
    assert!(attributes.iter().any(|known| known == "Max-Age=0"), "{attributes:?}");
    let dead = demo.running.send(&with(WHO)).await?;
    assert_eq!(dead.code(), "UNAUTHENTICATED");
    assert_eq!(cookie(&dead)?.0, "portico_session=", "a dead cookie would keep its owner from signing in again");
    Ok(())
}
