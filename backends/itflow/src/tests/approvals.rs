//! Approvals travel with their tickets, and are followed although they carry no stamps.

use super::fixture::{installation, keys, record};
use portico_contract::value::{ApprovalGroup, Visibility};
use portico_contract::{Kind, NativeId, Pass, Record, Stream};

#[tokio::test]
async fn a_ticket_brings_its_approvals() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Tickets, Pass::Full, None).await;
    let approval = |id: &str| match record(&batch, id) {
        Record::Approval(approval) => approval.clone(),
        other => panic!("{other:?}"),
    };
    let waiting = approval("approval:1");
    assert_eq!((waiting.subject.as_str(), waiting.status.group), ("Order part", ApprovalGroup::Pending));
    assert_eq!((waiting.any_with.as_deref(), waiting.decided_by), (Some("any"), None));
    assert_eq!(waiting.requested_by.name.as_deref(), Some("Ada Agent"));
    assert_eq!(approval("approval:2").visibility, Visibility::Hidden);
    let decided = approval("approval:4");
    assert_eq!(decided.ticket, NativeId::new(Kind::Ticket, 5));
    assert_eq!((decided.approvers, decided.any_with), (vec![NativeId::new(Kind::Contact, 1)], None));
    assert_eq!(decided.decided_by.unwrap().contact, Some(NativeId::new(Kind::Contact, 1)));
    // 3 is of a template, 9 of a task that is no more.
    let all = batch.snapshots.iter().flat_map(|s| &s.records).filter(|r| r.kind() == Kind::Approval).count();
    assert_eq!(all, 3);
    assert!(batch.snapshots.iter().all(|snapshot| snapshot.complete.contains(&Kind::Approval)));
}

#[tokio::test]
async fn each_trace_of_an_approval_finds_its_ticket() {
    let edits = [
        (
            "decided",
            "UPDATE task_approvals SET approval_status = 'approved', approval_approved_by = '11' WHERE approval_id = 1",
            "1",
        ),
        ("another type", "UPDATE task_approvals SET approval_type = 'billing' WHERE approval_id = 1", "1"),
        ("taken back", "DELETE FROM task_approvals WHERE approval_id = 1", "1"),
        ("its task is gone", "DELETE FROM tasks WHERE task_id = 2", "5"),
        (
            "asked for and decided at once",
            "INSERT INTO tasks (task_id, task_name, task_ticket_id) VALUES (4, 'x', 3); INSERT INTO task_approvals (approval_id, approval_scope, approval_type, approval_status, approval_created_by, approval_task_id) VALUES (10, 'client', 'any', 'declined', 1, 4)",
            "3",
        ),
        (
            "another name",
            "UPDATE tasks SET task_name = 'x', task_updated_at = '2026-11-22 10:00:00' WHERE task_id = 2",
            "5",
        ),
    ];
    for (why, edit, key) in edits {
        let itflow = installation(|config| config.batch = 1).await;
        let next = itflow.whole(Stream::Tickets, Pass::Full, None).await.next;
        let quiet = itflow.whole(Stream::Tickets, Pass::Changes, Some(&next)).await;
        assert_eq!(keys(&quiet), ["8"], "{why}");
        itflow.edit(edit).await;
        let beat = itflow.whole(Stream::Tickets, Pass::Changes, Some(&quiet.next)).await;
        assert_eq!((keys(&beat), beat.restored), (vec![key, "8"], false), "{why}");
        let after = itflow.whole(Stream::Tickets, Pass::Changes, Some(&beat.next)).await;
        assert_eq!(keys(&after), ["8"], "{why}");
    }
}

#[tokio::test]
async fn an_approval_that_moves_tells_of_both_tickets() {
    let itflow = installation(|_| {}).await;
    let next = itflow.whole(Stream::Tickets, Pass::Full, None).await.next;
    itflow.edit("UPDATE tasks SET task_ticket_id = 3 WHERE task_id = 1").await;
    let beat = itflow.whole(Stream::Tickets, Pass::Changes, Some(&next)).await;
    assert_eq!(keys(&beat), ["1", "3", "8"]);
    let Record::Approval(moved) = record(&beat, "approval:1") else { panic!() };
    assert_eq!(moved.ticket, NativeId::new(Kind::Ticket, 3));
}
