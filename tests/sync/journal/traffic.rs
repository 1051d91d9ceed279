//! Staff see what went to a PSA, and whether it is left alone.

use super::rules::{posts, writing};
use super::*;
use portico_tests::house::{ADMINISTRATOR, AGENT};
use portico_tests::{Writing, log};

const TRAFFIC: &str =
    "{ backends { traffic { calls tries retries refused waiting breaker outcomes { outcome count } } } }";

async fn traffic(house: &House) -> Result<Value> {
    Ok(at(&house.data(ADMINISTRATOR, TRAFFIC).await?, "/backends/0/traffic"))
}

fn count(traffic: &Value, outcome: &str) -> i64 {
    let all = at(traffic, "/outcomes").as_array().cloned().unwrap_or_default();
    let of = all.iter().find(|it| at(it, "/outcome") == outcome);
    of.and_then(|it| at(it, "/count").as_i64()).unwrap_or_default()
}

#[tokio::test]
async fn staff_see_calls_failures_and_the_breaker() -> Result<()> {
    let house = writing(Writing::default()).await?;
    let logged = log::kept().text().len();
    create(&house, STANDARD, "Fine").await?;
    let now = traffic(&house).await?;
    assert_eq!((at(&now, "/calls"), at(&now, "/tries"), at(&now, "/breaker")), (json!(1), json!(1), json!("CLOSED")));
    assert_eq!((count(&now, "OK"), at(&now, "/refused")), (1, json!(0)), "{now}");
    // It fails until it is left alone: then nothing goes out any more.
    house.api.as_ref().context("an API")?.lose_answers(100);
    for n in 0..8 {
        create(&house, STANDARD, &format!("Fails {n}")).await?;
        house.pass(LONG);
    }
    let now = traffic(&house).await?;
    assert_eq!((at(&now, "/breaker"), count(&now, "OK")), (json!("OPEN"), 1), "{now}");
    let (tries, refused) = (at(&now, "/tries").as_i64(), at(&now, "/refused").as_i64());
    ensure!(refused > Some(0) && tries == i64::try_from(posts(&house)).ok(), "{now}, {} came", posts(&house));
    assert_eq!(at(&now, "/calls").as_i64(), tries.zip(refused).map(|(tries, refused)| tries + refused), "{now}");
    house.app.sync.tell_traffic();
    let log = log::kept().text().split_off(logged);
    ensure!(
        log.lines().any(|line| line.contains("calls so far") && line.contains("breaker=\"OPEN\"")),
        "not in the log"
    );
    // It takes BACKENDS_READ.
    for who in [PRIMARY, STANDARD, AGENT] {
        let told = house.ask(who, TRAFFIC).await?;
        ensure!(told.to_string().contains("errors") && at(&told, "/data/backends/0").is_null(), "{told}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_read_from_a_database_alone_has_no_calls() -> Result<()> {
    assert_eq!(traffic(&House::new().await?).await?, Value::Null);
    Ok(())
}
