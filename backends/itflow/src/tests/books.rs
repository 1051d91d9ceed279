//! Quotes and recurring invoices.

use super::fixture::{installation, keys, record};
use portico_contract::value::{QuoteGroup, Visibility};
use portico_contract::{Pass, Record, Stream};

#[tokio::test]
async fn quotes_come_with_their_live_lines_in_order() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Quotes, Pass::Full, None).await;
    assert_eq!(keys(&batch), ["1", "2", "4"]);
    let quote = |id: &str| match record(&batch, id) {
        Record::Quote(quote) => quote.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(quote("quote:1").visibility, Visibility::Hidden);
    let viewed = quote("quote:2");
    assert_eq!((viewed.number.as_str(), viewed.status.group), ("QUO-2", QuoteGroup::Open));
    assert_eq!((viewed.total.amount.to_string(), viewed.total.currency.as_str()), ("59.49".into(), "CAD"));
    assert_eq!((viewed.visibility, viewed.expires_on), (Visibility::Public, None));
    let lines: Vec<_> = viewed.lines.iter().map(|line| (line.name.as_str(), line.total.unwrap().to_string())).collect();
    assert_eq!(lines.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["First", "Second"]);
    assert_eq!(lines[1].1, "59.49");
    let bare = quote("quote:4");
    assert_eq!((bare.number.as_str(), bare.total.currency.as_str()), ("4", "XXX"));
}

#[tokio::test]
async fn recurring_invoices_say_whether_they_are_active_and_paid_by_themselves() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::RecurringInvoices, Pass::Full, None).await;
    assert_eq!(keys(&batch), ["1", "2", "3"]);
    let said: Vec<_> = batch
        .snapshots
        .iter()
        .map(|snapshot| match &snapshot.records[0] {
            Record::RecurringInvoice(it) => {
                let last = it.last_on.map(|day| day.to_string());
                (
                    it.amount.amount.to_string(),
                    it.amount.currency.clone(),
                    it.frequency.clone(),
                    last,
                    it.autopay,
                    it.active,
                )
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("540.25", "USD", "month", Some("2026-11-01"), true, true),
        ("1299.99", "CAD", "year", None, false, false),
        // What is no year is a month to the job that makes invoices.
        ("10.55", "USD", "month", None, true, true),
    ];
    for (found, (amount, currency, frequency, last, autopay, active)) in said.into_iter().zip(expected) {
        let last = last.map(str::to_owned);
        assert_eq!(found, (amount.into(), currency.into(), Some(frequency.into()), last, Some(autopay), active));
    }
}

#[tokio::test]
async fn automatic_payment_is_followed_though_its_rows_are_deleted() {
    let autopay = |batch: &portico_contract::Batch| -> Vec<Option<bool>> {
        let records = batch.snapshots.iter().map(|snapshot| &snapshot.records[0]);
        records
            .map(|record| match record {
                Record::RecurringInvoice(it) => it.autopay,
                other => panic!("{other:?}"),
            })
            .collect()
    };
    for (edit, expected) in [
        ("DELETE FROM recurring_payments WHERE recurring_payment_id = 1", [false, false, true]),
        ("DELETE FROM recurring_payments WHERE recurring_payment_id = 2", [true, false, false]),
        (
            "INSERT INTO recurring_payments (recurring_payment_id, recurring_payment_recurring_invoice_id) VALUES (3, 2)",
            [true, true, true],
        ),
        (
            "UPDATE recurring_payments SET recurring_payment_recurring_invoice_id = 2 WHERE recurring_payment_id = 1",
            [false, true, true],
        ),
        ("DELETE FROM recurring_payments", [false, false, false]),
    ] {
        let itflow = installation(|_| {}).await;
        let next = itflow.whole(Stream::RecurringInvoices, Pass::Full, None).await.next;
        let quiet = itflow.whole(Stream::RecurringInvoices, Pass::Changes, Some(&next)).await;
        assert_eq!(keys(&quiet), ["3"]);
        itflow.edit(edit).await;
        let beat = itflow.whole(Stream::RecurringInvoices, Pass::Changes, Some(&quiet.next)).await;
        assert_eq!((autopay(&beat), beat.restored), (expected.map(Some).to_vec(), false), "{edit}");
        let after = itflow.whole(Stream::RecurringInvoices, Pass::Changes, Some(&beat.next)).await;
        assert_eq!(keys(&after), ["3"], "{edit}");
    }
}
