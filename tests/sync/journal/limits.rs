//! What a PSA allows to a credential is allowed to all processes together, to writes and reads alike.

use super::crash::another;
use super::*;
use portico::app::{App, say};
use portico::executor::request::{Credential, Execute, GraphqlRequest};
use portico_contract::Lane;
use portico_tests::Psa;
use portico_tests::house::as_json;
use secrecy::SecretString;

const CALLS: u32 = 200;
const WINDOW: Duration = Duration::from_secs(300);

/// The same question, asked of one process or the other.
async fn ask(app: &App, house: &House, query: &str, variables: Value) -> Result<Value> {
    let user = house.user("sam.whitlock@").context("nobody")?;
    let credential = Credential::Bearer(SecretString::from(user.token.as_str()));
    let variables = async_graphql::Variables::from_json(variables);
    let request = GraphqlRequest { query: query.to_owned(), variables, credential, ..GraphqlRequest::default() };
    let answer = as_json(&app.executor.execute(request).await)?;
    ensure!(answer.get("errors").is_none(), "{answer}");
    Ok(answer)
}

async fn tickets_like(house: &House, subject: &str) -> Result<i64> {
    upstream(house, &format!("SELECT COUNT(*) FROM tickets WHERE ticket_subject LIKE '{subject}'")).await
}

/// Each verb needs two calls, of which it says nothing beforehand: they count as well.
#[tokio::test]
async fn two_processes_keep_the_limit_of_one_credential() -> Result<()> {
    let writes = Writable::with(|it| (it.calls, it.each) = (Some((CALLS, WINDOW)), 2));
    let house = house(&writes).await?;
    let other = another(&house, &writes, &Psa::default()).await?;
    let seen = house.data(STANDARD, "{ tickets(first: 8) { nodes { id } } }").await?;
    let own: Vec<String> = ids(&at(&seen, "/tickets/nodes")).into_iter().collect();
    house.pass(WINDOW * 2);
    let apps = [&house.app, &other];
    let (mut made, mut opened) = (Vec::new(), 0);
    for n in 0..120 {
        let app = if n % 2 == 0 { &house.app } else { &other };
        let input = json!({ "subject": format!("Together {n}"), "description": "x" });
        let told = ask(app, &house, CREATE, json!({ "input": input })).await?;
        let delivery = word(&told, "/data/createTicket/delivery")?;
        made.push((word(&told, "/data/createTicket/ticket/id")?, delivery));
        // Who opens an older one has it read again, or is told that it is not fresh.
        house.pass(Duration::from_millis(200));
        if n % 4 == 0 {
            let ticket = own.get(n / 4 % own.len()).context("no ticket")?;
            let told = ask(app, &house, "query($id: ID!) { ticket(id: $id) { id } }", json!({ "id": ticket })).await?;
            opened += usize::from(told.pointer("/extensions/freshness").is_none());
        }
    }
    let applied = made.iter().filter(|(_, delivery)| delivery == "APPLIED").count();
    let busiest = writes.busiest(WINDOW, Lane::ALL);
    println!("{applied} of {} at once, {opened} opened; busiest window: {busiest} of {CALLS}", made.len());
    ensure!((30..110).contains(&applied), "{applied} were applied at once");
    // A verb is let in by its first call; what it needs beyond is over the line by so much at most.
    ensure!((150..=205).contains(&busiest), "{busiest}");
    let mut rounds = 0;
    while tickets_like(&house, "Together %").await? < 120 {
        rounds += 1;
        ensure!(rounds < 100, "the rest is not delivered");
        house.pass(Duration::from_secs(30));
        for app in apps {
            app.journal.deliver().await.map_err(|e| say(&e))?;
        }
    }
    let (busiest, background) = (writes.busiest(WINDOW, Lane::ALL), writes.busiest(WINDOW, &[Lane::Background]));
    println!("the rest in {rounds} rounds; busiest {busiest}, in the background {background}");
    ensure!(busiest <= 210 && background <= 110, "{busiest} {background}");
    house.beat().await;
    assert_eq!(shown(&house, STANDARD, "Together ").await?.len(), 100, "a page of them");
    Ok(())
}
