//! `quotes` with items → a quote with lines. Amounts are the stored ones, as with invoices.

use super::estate::live;
use super::invoice::{currency, lines};
use super::value::{date, decimal, escaped, words};
use super::words as known;
use crate::wire::invoice::ItemRow;
use crate::wire::quote::QuoteRow;
use portico_contract::record::{Quote, Record};
use portico_contract::value::{Label, Money, QuoteGroup, Visibility};
use portico_contract::{Kind, NativeId, Result};

/// `None` for a quote that is archived or belongs to no client.
pub(crate) fn quote(row: &QuoteRow, items: &[ItemRow]) -> Result<Option<Record>> {
    let Some(account) = live(row.quote_client_id, row.quote_archived_at.as_deref()) else { return Ok(None) };
    let what = format!("quote {}", row.quote_id);
    let status = row.quote_status.trim();
    let group = known::quote(status);
    Ok(Some(Record::Quote(Quote {
        id: NativeId::new(Kind::Quote, row.quote_id),
        account,
        number: format!("{}{}", row.quote_prefix.as_deref().unwrap_or_default().trim(), row.quote_number),
        title: words(row.quote_scope.as_deref()),
        status: Label { group, label: status.to_owned(), native_id: status.to_owned() },
        visibility: visibility(group),
        total: Money {
            amount: decimal(row.quote_amount.as_deref(), &what)?,
            currency: currency(row.quote_currency_code.as_deref()),
        },
        discount: Some(decimal(row.quote_discount_amount.as_deref(), &what)?),
        note: escaped(row.quote_note.as_deref()),
        issued_on: date(row.quote_date.as_deref()),
        expires_on: date(row.quote_expire.as_deref()),
        lines: lines(items)?,
    })))
}

/// A draft is not sent. A status that is not known may be another kind of draft.
fn visibility(group: QuoteGroup) -> Visibility {
    match group {
        QuoteGroup::Draft | QuoteGroup::Other => Visibility::Hidden,
        QuoteGroup::Open | QuoteGroup::Accepted | QuoteGroup::Declined | QuoteGroup::Invoiced => Visibility::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: &str) -> Quote {
        let row = QuoteRow {
            quote_id: 3,
            quote_prefix: Some("QUO-".into()),
            quote_number: 30,
            quote_status: status.into(),
            quote_amount: Some("99.99".into()),
            quote_currency_code: Some("cad".into()),
            quote_expire: Some("0000-00-00".into()),
            quote_client_id: 1,
            ..QuoteRow::default()
        };
        match quote(&row, &[]) {
            Ok(Some(Record::Quote(quote))) => quote,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_sent_is_hidden() {
        for (status, expected) in [
            ("Draft", Visibility::Hidden),
            ("In review", Visibility::Hidden),
            ("Sent", Visibility::Public),
            ("Viewed", Visibility::Public),
            ("Declined", Visibility::Public),
        ] {
            assert_eq!(read(status).visibility, expected, "{status}");
        }
        let sent = read("Sent");
        assert_eq!((sent.number.as_str(), sent.total.currency.as_str()), ("QUO-30", "CAD"));
        assert_eq!((sent.total.amount.to_string(), sent.expires_on), ("99.99".into(), None));
    }
}
