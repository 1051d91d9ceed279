//! One field that fails is null alone: its siblings stay.

use super::both::Both;
use super::cast::{self, codes};
use super::paths::{Way, needed, ways};
use super::sdl::{Field, Sdl};
use anyhow::{Context, Result, ensure};
use portico_tests::House;
use portico_tests::house::PRIMARY;

/// Windows that every list refuses.
const BAD_WINDOWS: &[&str] = &[
    "first: 0",
    "first: -1",
    "first: 101",
    "last: 0",
    "first: 1, last: 1",
    "first: 1, after: \"nonsense\"",
    "after: \"\"",
];

fn is_list(field: &Field) -> bool {
    field.arguments.iter().any(|it| it.name == "first")
}

#[tokio::test]
async fn a_bad_window_takes_its_own_list_and_nothing_else() -> Result<()> {
    let (both, sdl) = (Both::new().await?, Sdl::read()?);
    let (house, viewer) = (&both.house, cast::person(&both.house, "robin.vale@")?);
    let ids = both.samples(&sdl, &viewer).await?;
    let ways: Vec<Way> = ways(&sdl).into_iter().filter(|way| way.root == "Query").collect();
    let mut tried = 0;
    for way in &ways {
        for field in sdl.fields(&way.gives).iter().filter(|field| is_list(field)) {
            for window in BAD_WINDOWS {
                let name = &field.name;
                let needed = needed(&way.gives, name);
                let selection =
                    format!("before: __typename {name}({needed}{window}) {{ totalCount }} after: __typename");
                let operation = way.operation(&sdl, &ids, &selection)?;
                let answer = house.ask(viewer.who(), &operation).await?;
                ensure!(answer.get("data").is_some(), "{operation}: {answer}");
                ensure!(codes(&answer).iter().all(|code| *code == "BAD_USER_INPUT"), "{operation}: {answer}");
                for object in way.objects(&answer["data"]) {
                    ensure!(object["before"].is_string() && object["after"].is_string(), "{operation}: {answer}");
                    ensure!(object[name].is_null(), "{operation} went through: {answer}");
                    ensure!(!codes(&answer).is_empty(), "{operation}: null without a reason: {answer}");
                    tried += 1;
                }
            }
        }
    }
    ensure!(tried > 100, "only {tried} lists were tried");
    Ok(())
}

#[tokio::test]
async fn an_unknown_id_takes_its_own_field_and_nothing_else() -> Result<()> {
    let house = House::new().await?;
    let query = "{ a: viewer { name } ticket(id: \"x\") { id } invoice(id: \"x\") { id } account(id: \"x\") { id } \
                 node(id: \"x\") { id } nodes(ids: [\"x\"]) { id } explainAccess(field: \"x\") { message } b: provider { name } }";
    let answer = house.ask(PRIMARY, query).await?;
    let data = answer["data"].as_object().context("no data")?;
    for (key, value) in data {
        let stays = matches!(key.as_str(), "a" | "b" | "nodes");
        assert_eq!(value.is_null(), !stays, "{key}: {answer}");
    }
    assert_eq!(codes(&answer), ["NOT_FOUND"; 5], "{answer}");
    let paths: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|it| it["path"].clone()).collect();
    assert!(paths.iter().all(|path| path.is_array()), "{answer}");
    Ok(())
}

#[tokio::test]
async fn too_many_ids_take_their_own_field_and_nothing_else() -> Result<()> {
    let house = House::new().await?;
    let ids: Vec<String> = (0..101).map(|id| format!("\"{id}\"")).collect();
    let query = format!("{{ viewer {{ name }} nodes(ids: [{}]) {{ id }} }}", ids.join(", "));
    let answer = house.ask(PRIMARY, &query).await?;
    assert!(answer["data"]["viewer"]["name"].is_string() && answer["data"]["nodes"].is_null(), "{answer}");
    assert_eq!(codes(&answer), ["BAD_USER_INPUT"]);
    Ok(())
}
