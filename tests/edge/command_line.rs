//! From an empty folder to an answer, by the command line alone.

use crate::site::Site;
use anyhow::{Context, Result};
use portico_sandbox::{Seed, World};
use portico_tests::binary;

const PASSWORD: &str = "a long enough sentence\n";

/// The contact that a person of the world is, as the command line takes it.
fn contact(email: &str) -> Result<String> {
    let people = World::seeded(&Seed::default()).people();
    let person = people.iter().find(|person| person.email.as_deref().is_some_and(|known| known.starts_with(email)));
    let member = person.and_then(|person| person.memberships.first()).with_context(|| format!("no {email}"))?;
    Ok(format!("main:{}", member.contact))
}

#[tokio::test]
async fn from_a_box_to_an_answer() -> Result<()> {
    let site = Site::new().await?;
    let first = site.run(&["migrate"]).await?.good()?;
    assert_eq!(site.run(&["migrate"]).await?.good()?, first, "a second time changes nothing");
    let synced = site.run(&["sync"]).await?.good()?;
    assert!(synced.lines().any(|line| line.starts_with("main tickets: ")), "{synced}");
    assert!(!synced.contains(" 0 read"), "{synced}");

    let contact = contact("priya.nair@")?;
    let add = ["user", "add", "--name", "Priya", "--email", "priya@harbour.example.com", "--contact", &contact];
    site.run_with(&add, PASSWORD).await?.good()?;
    let staff = ["user", "add", "--name", "Root", "--email", "root@example.com", "--role", "ADMINISTRATOR"];
    site.run_with(&staff, PASSWORD).await?.good()?;
    let customer = site.run(&["user", "token", "--login", "priya@harbour.example.com"]).await?.good()?;
    let staff = site.run(&["user", "token", "--login", "root@example.com", "--staff", "--days", "1"]).await?.good()?;

    let mut serving = site.serve().await?;
    let query = "{ viewer { name roles { key } } tickets(first: 1) { totalCount } }";
    let own = serving.data(Some(customer.trim()), query).await?;
    let all = serving.data(Some(staff.trim()), query).await?;
    assert_eq!(own["viewer"]["roles"][0]["key"], "PRIMARY", "{own}");
    let count = |said: &serde_json::Value| said["tickets"]["totalCount"].as_u64();
    assert!(Some(0) < count(&own) && count(&own) < count(&all), "{own} {all}");
    serving.signal("INT").await?;
    assert_eq!(serving.ended(std::time::Duration::from_secs(10)).await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_done_is_said_with_what_to_do() -> Result<()> {
    let site = Site::new().await?;
    let person = ["user", "add", "--name", "A", "--email", "a@example.com"];
    let unread = site.run_with(&[&person[..], &["--contact", "main:1"]].concat(), PASSWORD).await?;
    assert!(unread.err.contains("portico sync contacts"), "nothing was read yet: {}", unread.err);
    site.run(&["sync", "contacts"]).await?.good()?;
    let contact = contact("priya.nair@")?;
    let staff = ["--role", "ADMINISTRATOR"];
    for (extra, password, words) in [
        (&[][..], PASSWORD, "--contact"),
        (&["--role", "KING"], PASSWORD, "ADMINISTRATOR"),
        (&["--contact", "42"], PASSWORD, "main:42"),
        (&["--contact", "other:1"], PASSWORD, "\"other\""),
        (&["--contact", "main:4711"], PASSWORD, "there is no contact 4711"),
        (&["--contact", &contact], "short", "12"),
        (&staff, "", "password"),
        (&staff, "password1234", "password"),
    ] {
        let refused = site.run_with(&[&person[..], extra].concat(), password).await?;
        assert_eq!(refused.status.code(), Some(1), "{extra:?}: {}", refused.text());
        assert!(refused.err.contains(words), "{extra:?}: {}", refused.err);
        assert_eq!(refused.out, "");
    }
    site.run_with(&[&person[..], &staff].concat(), PASSWORD).await?.good()?;
    let twice = site.run_with(&[&person[..], &staff].concat(), PASSWORD).await?;
    assert_eq!(twice.status.code(), Some(1), "{}", twice.text());
    let nobody = site.run(&["user", "token", "--login", "nobody@example.com"]).await?;
    assert!(nobody.err.contains("there is no CUSTOMER user \"nobody@example.com\""), "{}", nobody.err);
    let grant = ["user", "grant", "--login", "a@example.com", "--staff", "--role"];
    let wrong = site.run(&[&grant[..], &["EXTERNAL_MANAGER"]].concat()).await?;
    assert!(wrong.err.contains("the roles are: AGENT"), "{}", wrong.err);
    site.run(&[&grant[..], &["FINANCE"]].concat()).await?.good()?;
    let stream = site.run(&["sync", "ticktes"]).await?;
    assert!(stream.err.contains("tickets"), "{}", stream.err);
    Ok(())
}

#[tokio::test]
async fn the_printed_schema_is_the_checked_in_one() -> Result<()> {
    let site = Site::empty()?;
    let printed = site.run(&["schema"]).await?.good()?;
    let kept = std::fs::read_to_string(binary::project().join("schema.graphql"))?;
    assert!(printed == kept, "schema.graphql is not what the code says: print it again with `portico schema`");
    Ok(())
}
