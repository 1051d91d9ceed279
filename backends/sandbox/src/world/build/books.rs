//! Invoices with lines and payments, quotes, recurring invoices and saved cards.

use super::{Builder, next_id};
use crate::canary::Visibility;
use crate::world::model::{
    Card, CardRule, Frequency, Invoice, InvoiceStatus, Line, LineOwner, Payment, Quote, Recurring, Stamp,
};
use rust_decimal::Decimal;

/// A put-away account keeps this many invoices.
const ARCHIVED_ACCOUNT_INVOICES: usize = 1;
/// The category of income.
const INCOME: i32 = 5;

/// Name, quantity, price, subtotal, tax, total, in hundredths. Each column was rounded on its own, so
/// the parts of the first line do not add up.
type LineCase = (&'static str, i64, i64, i64, i64, i64);
const LINES: [LineCase; 3] = [
    ("Remote support", 150, 3333, 5000, 950, 5949),
    ("Managed workstation", 400, 4360, 17440, 0, 17440),
    ("Goodwill", 100, -500, -500, 0, -500),
];
const QUOTE_STATUSES: [&str; 3] = ["Sent", "Draft", "Accepted"];

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

pub(super) fn add(b: &mut Builder<'_>) {
    let clients: Vec<(i32, String, bool)> =
        b.world.clients.iter().map(|client| (client.id, client.currency.clone(), client.archived.is_set())).collect();
    for turn in 0..b.seed.invoices_per_account {
        for (client, currency, archived) in &clients {
            if !archived || turn < ARCHIVED_ACCOUNT_INVOICES {
                invoice(b, *client, currency, turn);
            }
        }
    }
    let made = i32::try_from(b.world.invoices.len()).unwrap_or(0);
    b.world.firm.next_invoice_number = 5001_i32.saturating_add(made);
    for (client, currency, _) in &clients {
        quotes(b, *client, currency);
        recurring(b, *client, currency);
    }
}

fn invoice(b: &mut Builder<'_>, client: i32, currency: &str, turn: usize) {
    let id = next_id(&b.world.invoices);
    let object = format!("invoice{id}");
    let status = InvoiceStatus::ALL.get(turn % InvoiceStatus::ALL.len()).copied().unwrap_or_default();
    let visibility = if status == InvoiceStatus::Draft { Visibility::Internal } else { Visibility::Account };
    // Rows of one client may differ in currency; the fifth of every seven does.
    let currency = if turn % 7 == 4 { "GBP" } else { currency };
    let age = i64::try_from(turn).unwrap_or(0).saturating_mul(9).rem_euclid(360);
    let discount = if turn % 3 == 1 { cents(250) } else { cents(0) };
    let total: Decimal = LINES.iter().map(|line| cents(line.5)).sum();
    let invoice = Invoice {
        id,
        prefix: "INV-".to_owned(),
        number: 5000_i32.saturating_add(id),
        scope: Some(b.text("Monthly services", client, &object, "scope", visibility)),
        status,
        date: b.day(-age),
        // The first of each account is overdue, the others are due later than they were written.
        due: if turn == 0 { b.day(-5) } else { b.day(30 - age) },
        discount,
        credit: if turn % 7 == 5 { cents(1000) } else { cents(0) },
        amount: total - discount,
        currency: currency.to_owned(),
        note: Some(format!("<p>{}</p>", b.text("Net 30", client, &object, "note", visibility))),
        url_key: b.secret(client, &object, "url_key"),
        category: INCOME,
        recurring: 0,
        client,
        created: Stamp::At(b.days_ago(age)),
        updated: Stamp::Never,
        archived: Stamp::Never,
    };
    lines(b, client, LineOwner::Invoice(id), visibility);
    pay(b, &invoice);
    b.world.invoices.push(invoice);
}

fn lines(b: &mut Builder<'_>, client: i32, owner: LineOwner, visibility: Visibility) {
    let kind = match owner {
        LineOwner::Invoice(_) => "invoice",
        LineOwner::Quote(_) => "quote",
        LineOwner::Recurring(_) => "recurring",
    };
    let object = format!("{kind}{}", owner.id());
    for (order, (name, quantity, price, subtotal, tax, total)) in (1..).zip(LINES) {
        let line = Line {
            id: (owner.id() - 1) * 3 + order,
            owner,
            name: b.text(name, client, &object, &format!("line{order}_name"), visibility),
            description: Some(b.text("As agreed", client, &object, &format!("line{order}_description"), visibility)),
            quantity: cents(quantity),
            price: cents(price),
            subtotal: cents(subtotal),
            tax: cents(tax),
            total: cents(total),
            order,
            tax_id: i32::from(tax != 0),
            created: Stamp::At(b.days_ago(40)),
        };
        b.world.lines.push(line);
    }
}

/// The payments that the status speaks of.
fn pay(b: &mut Builder<'_>, invoice: &Invoice) {
    let half = cents(10_000);
    match invoice.status {
        InvoiceStatus::Partial => payment(b, invoice, half, "Bank transfer", false),
        InvoiceStatus::Paid => {
            payment(b, invoice, half, "Cash", false);
            payment(b, invoice, invoice.amount - half, "Stripe", false);
            payment(b, invoice, cents(1), "Cash", true);
        }
        _ => {}
    }
}

fn payment(b: &mut Builder<'_>, invoice: &Invoice, amount: Decimal, method: &str, archived: bool) {
    let id = next_id(&b.world.payments);
    let reference = b.internal(invoice.client, &format!("payment{id}"), "reference");
    let payment = Payment {
        id,
        invoice: invoice.id,
        date: b.day(-2),
        amount,
        currency: invoice.currency.clone(),
        method: Some(method.to_owned()),
        reference: Some(if method == "Stripe" { format!("Stripe - pi_{reference}") } else { reference }),
        created: Stamp::At(b.days_ago(2)),
        archived: if archived { Stamp::At(b.days_ago(1)) } else { Stamp::Never },
    };
    b.world.payments.push(payment);
}

fn quotes(b: &mut Builder<'_>, client: i32, currency: &str) {
    for status in QUOTE_STATUSES {
        let id = next_id(&b.world.quotes);
        let object = format!("quote{id}");
        let visibility = if status == "Draft" { Visibility::Internal } else { Visibility::Account };
        let quote = Quote {
            id,
            prefix: "QUO-".to_owned(),
            number: 300_i32.saturating_add(id),
            scope: Some(b.text("New firewall", client, &object, "scope", visibility)),
            status: status.to_owned(),
            date: b.day(-12),
            expires: Some(b.day(18)),
            amount: LINES.iter().map(|line| cents(line.5)).sum(),
            currency: currency.to_owned(),
            note: Some(format!("<p>{}</p>", b.text("Valid 30 days", client, &object, "note", visibility))),
            url_key: b.secret(client, &object, "url_key"),
            category: INCOME,
            client,
            created: Stamp::At(b.days_ago(12)),
        };
        lines(b, client, LineOwner::Quote(id), visibility);
        b.world.quotes.push(quote);
    }
}

fn recurring(b: &mut Builder<'_>, client: i32, currency: &str) {
    for (active, frequency) in [(true, Frequency::Month), (true, Frequency::Year), (false, Frequency::Month)] {
        let id = next_id(&b.world.recurring);
        let object = format!("recurring{id}");
        let visibility = if active { Visibility::Account } else { Visibility::Internal };
        let recurring = Recurring {
            id,
            prefix: "REC-".to_owned(),
            number: 100_i32.saturating_add(id),
            scope: Some(b.text("Managed services", client, &object, "scope", visibility)),
            frequency,
            last_sent: Some(b.day(-20)),
            next: b.day(10),
            active,
            amount: LINES.iter().map(|line| cents(line.5)).sum(),
            currency: currency.to_owned(),
            note: Some(b.text("Renews by itself", client, &object, "note", visibility)),
            category: INCOME,
            client,
            created: Stamp::At(b.days_ago(300)),
        };
        lines(b, client, LineOwner::Recurring(id), visibility);
        b.world.recurring.push(recurring);
        if active && frequency == Frequency::Month {
            card(b, client, id, currency);
        }
    }
}

fn card(b: &mut Builder<'_>, client: i32, recurring: i32, currency: &str) {
    let id = next_id(&b.world.cards);
    let object = format!("card{id}");
    let created = Stamp::At(b.days_ago(50));
    b.world.cards.push(Card {
        id,
        client,
        provider: 1,
        method: format!("pm_{}", b.internal(client, &object, "method")),
        description: b.account("visa - 4242 | Exp 8/2029", client, &object, "description"),
        created,
    });
    let (currency, method) = (currency.to_owned(), "Stripe".to_owned());
    b.world.card_rules.push(CardRule { id, recurring, card: id, currency, method, created });
}
