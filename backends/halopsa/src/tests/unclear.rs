//! After an answer that does not come, nothing is ever made twice: what was left behind is found.

use super::fixture::{House, command, cx, number};
use super::writes::new_ticket;
use portico_contract::command::AddComment;
use portico_contract::value::{Html, Visibility};
use portico_contract::{Backend, Command, Intent, Kind, NativeId, Sent, Sought};
use portico_sandbox::halopsa::Fault;

const LOST: [Fault; 3] = [Fault::ResetAfter, Fault::FailedAfter, Fault::Truncated];

/// Applies a command whose answer is lost, and looks for what it left.
async fn lose(house: &House, command: &Command, path: &'static str, fault: Fault) -> Sought {
    let rows = house.tenant.ids(path).len();
    let since = house.clock.now();
    // The lists that are read before the write are not to fail.
    let posts = house.tenant.seen().iter().filter(|call| call.method == "POST").count();
    house.tenant.fail(fault, Some(path), 1);
    let error = house.apply(command).await.unwrap_err();
    house.tenant.heal();
    let sent = house.tenant.seen().iter().filter(|call| call.method == "POST").count() - posts;
    assert_eq!((error.sent, sent), (Sent::Maybe, 1), "{fault:?}: {}", error.log());
    assert_eq!(house.tenant.ids(path).len(), rows + 1, "{fault:?}");
    house.halo.seek(&cx(), command, since).await.unwrap()
}

#[tokio::test]
async fn a_ticket_whose_answer_was_lost_is_found() {
    for marked in [true, false] {
        let house = House::with(|config| config.mark_tickets = marked).await;
        let (contact, account) = house.contact().await;
        for (number, fault) in (10..).zip(LOST) {
            let intent = Intent::OpenTicket(new_ticket(&contact, &account, &format!("Lost {number}")));
            let command = command(&contact, number, intent);
            let sought = lose(&house, &command, "Tickets", fault).await;
            let last = house.tenant.ids("Tickets").last().unwrap().0;
            assert_eq!(sought, Sought::Found(NativeId::new(Kind::Ticket, last)), "{fault:?} {marked}");
        }
    }
}

#[tokio::test]
async fn a_ticket_that_never_arrived_is_absent_and_a_twin_makes_it_unclear() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let open =
        |number, subject: &str| command(&contact, number, Intent::OpenTicket(new_ticket(&contact, &account, subject)));
    house.clock.advance(std::time::Duration::from_secs(3_600));
    let since = house.clock.now();
    assert_eq!(house.halo.seek(&cx(), &open(1, "Never"), since).await.unwrap(), Sought::Absent);
    // Nobody has seen yet that this tenant keeps markers.
    house.tenant.open_ticket(number(&account), number(&contact), "Other").unwrap();
    assert_eq!(house.halo.seek(&cx(), &open(1, "Never"), since).await.unwrap(), Sought::Unclear);
    house.apply(&open(2, "Marked")).await.unwrap();
    assert_eq!(house.halo.seek(&cx(), &open(1, "Never"), since).await.unwrap(), Sought::Absent);
}

#[tokio::test]
async fn a_comment_whose_answer_was_lost_is_found() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let ticket =
        NativeId::new(Kind::Ticket, house.tenant.open_ticket(number(&account), number(&contact), "a").unwrap());
    let say = |id| {
        let intent = AddComment {
            ticket: ticket.clone(),
            body: Html("<p>Hello</p>".into()),
            visibility: Visibility::Public,
            attachments: Vec::new(),
            seconds_worked: None,
        };
        command(&contact, id, Intent::AddComment(intent))
    };
    let since = house.clock.now();
    assert_eq!(house.halo.seek(&cx(), &say(1), since).await.unwrap(), Sought::Absent);
    for (id, fault) in (10..).zip(LOST) {
        let before = house.tenant.ids("Actions").len();
        let sought = lose(&house, &say(id), "Actions", fault).await;
        let action = house.tenant.ids("Actions").iter().filter(|(of, _)| *of == number(&ticket)).count();
        let key = format!("{}/{action}", ticket.key);
        assert_eq!(sought, Sought::Found(NativeId::new(Kind::Comment, key)), "{fault:?} {before}");
    }
}

#[tokio::test]
async fn a_write_that_never_left_is_said_to_be_so() {
    let house = House::new().await;
    let (contact, account) = house.contact().await;
    let tickets = house.tenant.ids("Tickets").len();
    house.tenant.fail(Fault::Limited(Some(60)), Some("Tickets"), 1);
    let intent = Intent::OpenTicket(new_ticket(&contact, &account, "a"));
    let error = house.apply(&command(&contact, 1, intent)).await.unwrap_err();
    assert_eq!((error.sent, house.tenant.ids("Tickets").len()), (Sent::No, tickets));
}
