//! What is easily got wrong with ITFlow, and where it is held.
//!
//! | Trap | Held by |
//! | --- | --- |
//! | stamps are local, and UTC where the HTTP API wrote them | `creation_is_utc_for_the_http_api_and_local_otherwise`, `local_times_become_utc_over_clock_changes`, `times_need_a_zone` |
//! | a stamp does not move, or lies in another zone | `each_trace_of_a_change_finds_its_ticket` and its like, `doors_that_open_or_close_beside_the_contact_are_seen`, `automatic_payment_is_followed_though_its_rows_are_deleted`, `a_row_that_is_stamped_in_another_zone_is_found` |
//! | "none" is NULL, `''`, 0 and `0000-00-00` | `none_has_four_spellings`, `zero_is_nobody_and_is_joined_with_nobody` |
//! | ids that lead nowhere | `ids_that_lead_nowhere_take_nothing_along` |
//! | flags that may be NULL | `flags_are_facts_and_null_is_no` |
//! | a status that ITFlow does not know, or half a close | `an_unknown_status_keeps_its_number`, `ends_need_both_status_and_stamp`, `a_half_closed_ticket_is_closed_without_a_moment` |
//! | the category is a number in a text, of any type | `categories_are_found_by_the_number_in_the_text` |
//! | who wrote a reply depends on its type | `the_author_depends_on_the_type` |
//! | an unknown type of reply | `only_public_and_client_replies_are_shown` |
//! | the raw mail among the attachments | `attachments_follow_their_reply_and_raw_mail_stays_inside`, `raw_mail_is_for_staff_under_every_name_that_itflow_gives_it` |
//! | amounts that do not add up | `money_is_read_as_stored` |
//! | few indexes | `an_opening_uses_the_keys_that_itflow_has` |
//! | secrets in the same tables | `secrets_are_in_no_statement`, `the_published_grants_are_enough_and_not_too_much` |
//! | a version that was not tested | `a_probe_says_who_is_there_and_what_to_do`, `a_version_outside_the_tested_range_is_reported_and_read` |
//! | a character set that garbles | the probe's check, `odd_values_decode` |
//! | rows deleted for good, backups restored | `ids_agree_with_the_full_pass`, `a_source_that_goes_backwards_is_restored` |

use super::fixture::{cx, installation, keys, record};
use portico_contract::value::Visibility;
use portico_contract::{Backend, HealthState, Kind, NativeId, Pass, Record, Stream};

#[tokio::test]
async fn ids_that_lead_nowhere_take_nothing_along() {
    let itflow = installation(|_| {}).await;
    for edit in [
        "UPDATE tickets SET ticket_contact_id = 9999, ticket_assigned_to = 9999, ticket_asset_id = 9999, \
         ticket_location_id = 9999, ticket_category = '9999', ticket_status = 9999 WHERE ticket_id = 1",
        "UPDATE ticket_replies SET ticket_reply_by = 9999 WHERE ticket_reply_id IN (1, 3)",
        "UPDATE ticket_attachments SET ticket_attachment_reply_id = 9999 WHERE ticket_attachment_id = 3",
        "UPDATE tickets SET ticket_client_id = 9999 WHERE ticket_id = 8",
        "UPDATE contacts SET contact_user_id = 9999 WHERE contact_id = 1",
        "UPDATE contacts SET contact_client_id = 9999 WHERE contact_id = 2",
        "UPDATE documents SET document_folder_id = 9999",
        "UPDATE domains SET domain_registrar = 9999",
    ] {
        itflow.edit(edit).await;
    }
    let tickets = itflow.whole(Stream::Tickets, Pass::Full, None).await;
    let Record::Ticket(ticket) = record(&tickets, "ticket:1") else { panic!() };
    assert_eq!((ticket.category.as_ref(), ticket.status.label.as_str()), (None, "Status 9999"));
    let Record::Comment(said) = record(&tickets, "comment:3") else { panic!() };
    assert_eq!(said.author.name, None);
    let file = NativeId::new(Kind::Attachment, 3);
    assert!(tickets.snapshots.iter().flat_map(|s| &s.records).all(|record| *record.id() != file), "its reply is gone");
    // A client that is not there: the ticket is told of, and is nobody's.
    let Record::Ticket(orphan) = record(&tickets, "ticket:8") else { panic!() };
    assert_eq!(orphan.account, NativeId::new(Kind::Account, 9999));

    let contacts = itflow.whole(Stream::Contacts, Pass::Full, None).await;
    for (id, why) in [("contact:1", "its portal user is gone"), ("contact:2", "its client is gone")] {
        let Record::Contact(contact) = record(&contacts, id) else { panic!() };
        assert_eq!(contact.access.portal, Some(false), "{why}");
    }
    for (stream, kind) in [(Stream::Documents, Kind::Document), (Stream::Domains, Kind::Domain)] {
        let all = itflow.whole(stream, Pass::Full, None).await;
        let found = all.snapshots.iter().flat_map(|snapshot| &snapshot.records).filter(|record| match record {
            Record::Document(document) => document.folder.is_none(),
            Record::Domain(domain) => domain.registrar.is_none(),
            _ => false,
        });
        assert!(found.count() > 0, "{kind}");
    }
}

/// A row of number 0 is not there in a sound database; if it were, nothing may be joined with it.
#[tokio::test]
async fn zero_is_nobody_and_is_joined_with_nobody() {
    let itflow = installation(|_| {}).await;
    for edit in [
        "INSERT INTO users (user_id, user_name, user_email, user_type, user_status) VALUES (0, 'Zero', 'z@x', 2, 1)",
        "INSERT INTO contacts (contact_id, contact_name, contact_primary, contact_user_id, contact_client_id) \
         VALUES (0, 'Zero', 1, 0, 1)",
        "UPDATE ticket_replies SET ticket_reply_by = 0 WHERE ticket_reply_id IN (1, 3)",
        "UPDATE tickets SET ticket_contact_id = 0, ticket_assigned_to = 0, ticket_asset_id = 0 WHERE ticket_id = 1",
    ] {
        itflow.edit(edit).await;
    }
    let tickets = itflow.whole(Stream::Tickets, Pass::Full, None).await;
    let Record::Ticket(ticket) = record(&tickets, "ticket:1") else { panic!() };
    assert_eq!((&ticket.contact, &ticket.assignee, &ticket.asset), (&None, &None, &None));
    for id in ["comment:1", "comment:3"] {
        let Record::Comment(said) = record(&tickets, id) else { panic!() };
        assert_eq!((&said.author.contact, &said.author.agent, &said.author.name), (&None, &None, &None), "{id}");
    }
    // Contact 3 has no portal user: number 0 is not its user.
    let contacts = itflow.whole(Stream::Contacts, Pass::Full, None).await;
    let Record::Contact(contact) = record(&contacts, "contact:3") else { panic!() };
    assert_eq!((contact.access.portal, contact.access.user_name.as_ref()), (Some(false), None));
}

/// ITFlow's pages write hours behind its HTTP API, and a beat looks for stamps.
#[tokio::test]
async fn a_row_that_is_stamped_in_another_zone_is_found() {
    let itflow = installation(|_| {}).await;
    let full = itflow.whole(Stream::Tickets, Pass::Full, None).await;
    for (ticket, stamp) in [(1, "2026-11-21 23:00:00"), (2, "2026-11-23 04:00:00")] {
        let edit = format!(
            "UPDATE tickets SET ticket_updated_at = '{stamp}', ticket_priority = 'High' WHERE ticket_id = {ticket}"
        );
        itflow.edit(&edit).await;
    }
    let beat = itflow.whole(Stream::Tickets, Pass::Changes, Some(&full.next)).await;
    assert!(keys(&beat).contains(&"1") && keys(&beat).contains(&"2"), "{:?}", keys(&beat));
}

/// Closed by the HTTP API: the status says so and no stamp does.
#[tokio::test]
async fn a_half_closed_ticket_is_closed_without_a_moment() {
    let itflow = installation(|_| {}).await;
    itflow.edit("UPDATE tickets SET ticket_status = 5 WHERE ticket_id = 1").await;
    let tickets = itflow.whole(Stream::Tickets, Pass::Full, None).await;
    let Record::Ticket(ticket) = record(&tickets, "ticket:1") else { panic!() };
    assert_eq!((ticket.status.label.as_str(), ticket.closed_at, ticket.resolved_at), ("Closed", None, None));
}

#[tokio::test]
async fn raw_mail_is_for_staff_under_every_name_that_itflow_gives_it() {
    let itflow = installation(|_| {}).await;
    for (id, name) in [(10, "Original-parsed-email.eml"), (11, "original-parsed-EMAIL.EML "), (12, "holiday.png")] {
        let edit =
            format!("INSERT INTO ticket_attachments VALUES ({id}, '{name}', 'r{id}', '2026-09-01 08:00:00', 1, NULL)");
        itflow.edit(&edit).await;
    }
    let tickets = itflow.whole(Stream::Tickets, Pass::Full, None).await;
    for (id, visibility) in [(10, Visibility::Hidden), (11, Visibility::Hidden), (12, Visibility::Public)] {
        let Record::Attachment(file) = record(&tickets, &format!("attachment:{id}")) else { panic!() };
        assert_eq!(file.visibility, visibility, "{}", file.name);
    }
}

#[tokio::test]
async fn a_version_outside_the_tested_range_is_reported_and_read() {
    for (version, tested) in [("2.6.0", true), ("2.6.99", true), ("2.7.0", false), ("2.60.1", false), ("1.9", false)] {
        let itflow = installation(|_| {}).await;
        itflow.edit(&format!("UPDATE settings SET config_current_database_version = '{version}'")).await;
        let health = itflow.backend.probe(&cx()).await.unwrap();
        assert_eq!(health.state == HealthState::Ok, tested, "{version}: {:?}", health.problems);
        assert_eq!(health.problems.iter().any(|problem| problem.contains(version)), !tested, "{version}");
        assert!(!itflow.pull(Stream::Tickets, Pass::Full, None).await.snapshots.is_empty(), "{version}");
    }
}
