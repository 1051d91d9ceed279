//! What a report says of a tenant, and what it never says.

use super::fixture::{House, cx};
use portico_contract::{Backend, Finding};
use portico_sandbox::halopsa::NewAction;
use serde_json::json;
use std::collections::BTreeSet;

async fn report(house: &House) -> Vec<Finding> {
    house.halo.report(&cx()).await.unwrap()
}

fn answer<'a>(findings: &'a [Finding], setting: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.settings.contains(&setting)).unwrap()
}

#[tokio::test]
async fn the_settings_can_be_read_off_a_report() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    for number in 0..60 {
        house.tenant.open_ticket(super::fixture::number(&account), 0, &format!("Number {number}")).unwrap();
    }
    let ticket = house.tenant.open_ticket(super::fixture::number(&account), 0, "a").unwrap();
    let said = NewAction { ticket, note: "<p>b</p>".into(), hidden: false, user: 0, hours: 0.0 };
    house.tenant.add_action(&said).unwrap();
    let decided = json!({ "ticket_id": ticket, "user_id": super::fixture::number(&contact), "result": 1 });
    house.tenant.write("TicketApproval", decided).unwrap();
    let findings = report(&house).await;
    for (setting, said) in [
        ("approval_approved", "result 1, dateapproved some"),
        ("web_access_own", "web_access_level 3"),
        ("auto_approved_roles", "name Primary Service Contact, web_access_level 3"),
        ("reply_outcome", "id 2, outcome Public Note, hidefromuser false"),
        ("note_outcome", "id 7, outcome Private Note, hidefromuser true"),
        ("closed_statuses", "id 9, name Closed"),
        ("payment_method", "method "),
        ("ticket_page", "/Tickets: 100 of "),
        ("act_as_users", "who_type "),
    ] {
        let finding = answer(&findings, setting);
        assert!(finding.seen.iter().any(|line| line.contains(said)), "{setting}: {finding:?}");
    }
    let pages = &answer(&findings, "ticket_page").seen;
    assert!(pages.iter().any(|line| line.starts_with("/Quotation")), "{pages:?}");
    let silent: Vec<_> = findings.iter().filter(|finding| finding.seen.is_empty()).collect();
    assert!(silent.iter().all(|finding| finding.remark.is_some()), "{silent:?}");
    // This tenant has no global search.
    assert!(silent.iter().any(|finding| finding.asks.contains("search")), "{silent:?}");
}

#[tokio::test]
async fn a_report_changes_nothing_and_names_nobody() {
    let house = House::new().await;
    house.tenant.forget_seen();
    let text = serde_json::to_string(&report(&house).await).unwrap();
    let calls = house.tenant.seen();
    let methods: BTreeSet<_> =
        calls.iter().filter(|call| call.path != "/auth/token").map(|call| &call.method).collect();
    assert_eq!(methods, BTreeSet::from([&"GET".to_owned()]));
    assert!(calls.len() < 150, "{} calls", calls.len());
    let people = house.world.contacts.iter().flat_map(|contact| contact.email.iter().chain([&contact.name]));
    let clients = house.world.clients.iter().map(|client| &client.name);
    let subjects = house.world.tickets.iter().map(|ticket| &ticket.subject);
    for word in people.chain(clients).chain(subjects).filter(|word| word.len() > 5) {
        assert!(!text.contains(word.as_str()), "{word}");
    }
    assert!(!text.contains("-internal") && !text.contains('@'), "{text}");
}

#[tokio::test]
async fn a_question_that_may_not_be_asked_leaves_the_others() {
    let house = House::with(|config| config.scope = "read:tickets".into()).await;
    let findings = report(&house).await;
    assert!(answer(&findings, "payment_method").remark.as_ref().unwrap().contains("cannot be read"));
    assert!(!answer(&findings, "reply_outcome").seen.is_empty());
}
