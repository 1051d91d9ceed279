//! Approvals and contacts: who decides, and what fits.

use super::fixture::cx;
use super::place::{BILLING, FOREIGN, PRIMARY, Place, STANDARD, command, contact, places};
use portico_contract::command::{DecideApproval, UpsertContact};
use portico_contract::{Backend, ErrorKind, Intent, Kind, NativeId, Sought, Timestamp};

pub(super) fn decide(approval: &str, approve: bool, note: Option<&str>) -> Intent {
    let note = note.map(str::to_owned);
    Intent::DecideApproval(DecideApproval { approval: NativeId::new(Kind::Approval, approval), approve, note })
}

/// A pending approval on a new ticket of the first customer.
pub(super) async fn approval(place: &Place, kind: &str, user: Option<i64>) -> String {
    let ticket = place.ticket().await;
    place.set(&format!("INSERT INTO tasks (task_name, task_ticket_id) VALUES ('Order part', {})", ticket.key)).await;
    let user = user.map_or("NULL".to_owned(), |user| user.to_string());
    place
        .set(&format!(
            "INSERT INTO task_approvals (approval_scope, approval_type, approval_required_user_id, approval_status, \
             approval_created_by, approval_url_key, approval_task_id) SELECT 'client', '{kind}', {user}, 'pending', 2, \
             'k', MAX(task_id) FROM tasks"
        ))
        .await;
    place.row(&["MAX(approval_id)"], "task_approvals").await
}

async fn state(place: &Place, id: &str) -> String {
    place.row(&["approval_status", "approval_approved_by"], &format!("task_approvals WHERE approval_id = {id}")).await
}

fn since() -> Timestamp {
    "2026-11-22T14:00:00Z".parse().unwrap()
}

/// ITFlow's own page lets any contact of any customer decide by the key alone.
#[tokio::test]
async fn an_approval_is_decided_by_whom_its_type_names_in_its_own_customer() {
    for place in places().await {
        let user = |id: i64| format!("contacts WHERE contact_id = {id}");
        let standard: i64 = place.row(&["contact_user_id"], &user(STANDARD)).await.parse().unwrap();
        for (kind, required, may, may_not) in [
            ("any", None, STANDARD, FOREIGN),
            ("billing", None, BILLING, STANDARD),
            ("billing", None, PRIMARY, FOREIGN),
            ("technical", None, 3, BILLING),
            ("specific", Some(standard), STANDARD, PRIMARY),
        ] {
            let id = approval(&place, kind, required).await;
            let error = place.refused(contact(may_not), decide(&id, true, None)).await;
            assert_eq!(error.kind, ErrorKind::Forbidden, "{} {kind} {may_not}", place.name);
            assert_eq!(state(&place, &id).await, "pending|");
            place.apply(&command(contact(may), decide(&id, true, None))).await.unwrap();
            let by = place.row(&["contact_user_id"], &user(may)).await;
            assert_eq!(state(&place, &id).await, format!("approved|{by}"), "{} {kind}", place.name);
        }
        let internal = approval(&place, "any", None).await;
        place
            .set(&format!("UPDATE task_approvals SET approval_scope = 'internal' WHERE approval_id = {internal}"))
            .await;
        let error = place.refused(contact(PRIMARY), decide(&internal, true, None)).await;
        assert_eq!(error.kind, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn an_approval_is_decided_once() {
    for place in places().await {
        let id = approval(&place, "any", None).await;
        let command_ = command(contact(STANDARD), decide(&id, false, Some("Too dear")));
        assert_eq!(place.backend.seek(&cx(), &command_, since()).await.unwrap(), Sought::Absent);
        assert!(!place.apply(&command_).await.unwrap().found);
        assert!(place.apply(&command_).await.unwrap().found);
        let found = Sought::Found(NativeId::new(Kind::Approval, &id));
        assert_eq!(place.backend.seek(&cx(), &command_, since()).await.unwrap(), found);
        let other = command(contact(PRIMARY), decide(&id, true, None));
        assert_eq!(place.apply(&other).await.unwrap_err().kind, ErrorKind::Conflict, "{}", place.name);
        assert_eq!(place.backend.seek(&cx(), &other, since()).await.unwrap(), Sought::Unclear);
        assert!(state(&place, &id).await.starts_with("declined|"));
        let notices = place.rows(&["notification_user_id", "notification"], "notifications").await;
        assert_eq!(notices, ["2|Sam Whitlock declined ticket task Order part: Too dear"], "{}", place.name);
    }
}

pub(super) fn wish(id: Option<i64>) -> UpsertContact {
    UpsertContact {
        contact: id.map(|id| NativeId::new(Kind::Contact, id)),
        account: NativeId::new(Kind::Account, 1),
        name: None,
        title: None,
        department: None,
        email: None,
        phone: None,
        mobile: None,
        facts: None,
    }
}

fn newcomer() -> UpsertContact {
    UpsertContact {
        name: Some(" Nora New ".into()),
        email: Some("nora@harbour.example.com".into()),
        phone: Some("+1 (518) 555-0177 x12".into()),
        facts: Some(vec!["billing".into()]),
        ..wish(None)
    }
}

#[tokio::test]
async fn a_contact_is_added_and_changed() {
    for place in places().await {
        let add = command(contact(PRIMARY), Intent::UpsertContact(newcomer()));
        assert_eq!(place.backend.seek(&cx(), &add, since()).await.unwrap(), Sought::Absent);
        let target = place.apply(&add).await.unwrap().target;
        let columns = [
            "contact_name",
            "contact_email",
            "contact_phone",
            "contact_extension",
            "contact_billing",
            "contact_technical",
            "contact_primary",
            "contact_user_id",
            "contact_client_id",
            "contact_created_at",
        ];
        let row = async || place.row(&columns, &format!("contacts WHERE contact_id = {}", target.key)).await;
        let expected = "Nora New|nora@harbour.example.com|15185550177|12|1|0|0|0|1|2026-11-22 16:00:00";
        assert_eq!(row().await, expected, "{}", place.name);
        assert_eq!(place.backend.seek(&cx(), &add, since()).await.unwrap(), Sought::Found(target.clone()));
        assert_eq!(place.refused(contact(PRIMARY), Intent::UpsertContact(newcomer())).await.kind, ErrorKind::Invalid);

        // The country stands in a column of its own by now.
        let id: i64 = target.key.parse().unwrap();
        place.set(&format!("UPDATE contacts SET contact_phone_country_code = '1' WHERE contact_id = {id}")).await;
        let edit = UpsertContact {
            name: Some("Nora Newer".into()),
            phone: Some("+1 518 555 0188".into()),
            facts: Some(vec!["standard".into()]),
            ..wish(Some(id))
        };
        let edit = command(contact(PRIMARY), Intent::UpsertContact(edit));
        assert_eq!(place.backend.seek(&cx(), &edit, since()).await.unwrap(), Sought::Absent);
        place.apply(&edit).await.unwrap();
        let expected = "Nora Newer|nora@harbour.example.com|5185550188||0|0|0|0|1|2026-11-22 16:00:00";
        assert_eq!(row().await, expected, "{}", place.name);
        assert_eq!(place.backend.seek(&cx(), &edit, since()).await.unwrap(), Sought::Found(target));
    }
}

#[tokio::test]
async fn a_contact_that_does_not_fit_is_refused() {
    for place in places().await {
        let before = place.rows(&["contact_id", "contact_name", "contact_email", "contact_primary"], "contacts").await;
        let facts = |facts: &[&str]| Some(facts.iter().map(|fact| (*fact).to_owned()).collect());
        let cases = [
            ("no name", UpsertContact { name: None, ..newcomer() }, ErrorKind::Invalid),
            ("no address", UpsertContact { email: None, ..newcomer() }, ErrorKind::Invalid),
            ("an address that is none", UpsertContact { email: Some("nora".into()), ..newcomer() }, ErrorKind::Invalid),
            ("a tag", UpsertContact { name: Some("<b>Nora</b>".into()), ..newcomer() }, ErrorKind::Invalid),
            ("too long", UpsertContact { name: Some("n".repeat(201)), ..newcomer() }, ErrorKind::Invalid),
            ("a new primary", UpsertContact { facts: facts(&["primary"]), ..newcomer() }, ErrorKind::Invalid),
            (
                "a primary no more",
                UpsertContact { facts: facts(&["billing"]), ..wish(Some(PRIMARY)) },
                ErrorKind::Invalid,
            ),
            ("an unknown fact", UpsertContact { facts: facts(&["boss"]), ..newcomer() }, ErrorKind::Invalid),
            (
                "a name taken away",
                UpsertContact { name: Some(String::new()), ..wish(Some(STANDARD)) },
                ErrorKind::Invalid,
            ),
            (
                "somebody else's contact",
                UpsertContact { name: Some("x".into()), ..wish(Some(FOREIGN)) },
                ErrorKind::NotFound,
            ),
            (
                "somebody's address",
                UpsertContact { email: Some("BEN.okafor@harbour.example.com".into()), ..wish(Some(STANDARD)) },
                ErrorKind::Invalid,
            ),
        ];
        for (why, wish, kind) in cases {
            let error = place.refused(contact(PRIMARY), Intent::UpsertContact(wish)).await;
            assert_eq!(error.kind, kind, "{why}: {}", error.log());
        }
        let error = place.refused(contact(FOREIGN), Intent::UpsertContact(newcomer())).await;
        assert_eq!(error.kind, ErrorKind::Forbidden);
        let after = place.rows(&["contact_id", "contact_name", "contact_email", "contact_primary"], "contacts").await;
        assert_eq!(after, before, "{}", place.name);
    }
}
