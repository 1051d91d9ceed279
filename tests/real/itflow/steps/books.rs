//! Invoices, payments, quotes, recurring invoices.

use super::{Act, By, Step, step};
use portico_contract::Kind;

const I1: &str = "{ invoice(id: \"{i1.id}\") { title status { label } total { amount } balance { amount } \
    lines { name total { amount } } payments(first: 9) { nodes { amount { amount } } } } }";
const Q1: &str = "{ quote(id: \"{q1.id}\") { title status { label } total { amount } lines { name } } }";
const R1: &str = "{ recurringInvoice(id: \"{ri.id}\") { title amount { amount } nextOn active } }";

const ITEM: &[&str] = &["description", "tax_id", "product_id"];
const DISCOUNTS: &[&str] = &["invoice_discount", "recurring_discount", "quote_discount"];

const fn agent(name: &'static str, act: Act) -> Step {
    step(name, By::Agent, act)
}

pub const STEPS: &[Step] = &[
    agent(
        "an invoice is drafted",
        Act::Blank(
            DISCOUNTS,
            &[
                ("add_invoice", "1"),
                ("client_id", "{alder}"),
                ("date", "2026-11-20"),
                ("category", "1"),
                ("scope", "zqhardware"),
            ],
        ),
    )
    .learns("i1", Kind::Invoice, "invoices", "invoice_id")
    .opens("ben", I1, &[], &["zqhardware"]),
    agent(
        "it gets a line",
        Act::Blank(
            ITEM,
            &[
                ("add_invoice_item", "1"),
                ("invoice_id", "{i1}"),
                ("name", "zqcable"),
                ("qty", "1.5"),
                ("price", "33.33"),
                ("item_order", "1"),
            ],
        ),
    )
    .learns("l1", Kind::Invoice, "invoice_items", "item_id"),
    agent("it is sent", Act::Link("mark_invoice_sent={i1}"))
        .opens("ben", I1, &["zqhardware", "\"Sent\"", "zqcable", "\"50.00\""], &[])
        .after_beat(),
    agent(
        "a second line is added",
        Act::Blank(
            ITEM,
            &[
                ("add_invoice_item", "1"),
                ("invoice_id", "{i1}"),
                ("name", "zqswitch"),
                ("qty", "1"),
                ("price", "150"),
                ("item_order", "2"),
            ],
        ),
    )
    .learns("l2", Kind::Invoice, "invoice_items", "item_id")
    .opens("ben", I1, &["zqswitch", "\"200.00\""], &[]),
    agent(
        "a part of it is paid",
        Act::Form(&[
            ("add_payment", "1"),
            ("invoice_id", "{i1}"),
            ("balance", "200"),
            ("date", "2026-11-21"),
            ("amount", "80"),
            ("account", "1"),
            ("currency_code", "EUR"),
            ("payment_method", "Cash"),
            ("reference", "zqreference"),
            ("email_receipt", "0"),
        ]),
    )
    .learns("p1", Kind::Payment, "payments", "payment_id")
    .opens("ben", I1, &["\"Partial\"", "\"80.00\"", "\"120.00\""], &["zqreference"]),
    agent("the payment is deleted", Act::Link("delete_payment={p1}")).opens("ben", I1, &[], &["\"80.00\""]),
    agent("a line is deleted", Act::Link("delete_invoice_item={l2}")).opens("ben", I1, &["\"50.00\""], &["zqswitch"]),
    agent("it is cancelled", Act::Link("cancel_invoice={i1}")).opens("ben", I1, &["\"Cancelled\""], &[]),
    agent("it is deleted", Act::Link("delete_invoice={i1}")).opens("ben", I1, &[], &["zqhardware"]).by_pass(),
    agent(
        "a quote is drafted",
        Act::Blank(
            DISCOUNTS,
            &[
                ("add_quote", "1"),
                ("client_id", "{alder}"),
                ("date", "2026-11-20"),
                ("expire", "2026-12-20"),
                ("category", "1"),
                ("scope", "zqoffer"),
            ],
        ),
    )
    .learns("q1", Kind::Quote, "quotes", "quote_id")
    .opens("ben", Q1, &[], &["zqoffer"]),
    agent(
        "the quote gets a line",
        Act::Blank(
            ITEM,
            &[
                ("add_quote_item", "1"),
                ("quote_id", "{q1}"),
                ("name", "zqrack"),
                ("qty", "2"),
                ("price", "99.99"),
                ("item_order", "1"),
            ],
        ),
    ),
    agent("the quote is sent", Act::Link("mark_quote_sent={q1}"))
        .opens("ben", Q1, &["zqoffer", "\"Sent\"", "\"199.98\"", "zqrack"], &[])
        .after_beat(),
    agent("the quote is accepted", Act::Link("accept_quote={q1}")).opens("ben", Q1, &["\"Accepted\""], &[]),
    agent("the quote is deleted", Act::Link("delete_quote={q1}")).opens("ben", Q1, &[], &["zqoffer"]).by_pass(),
    agent(
        "something is billed every month",
        Act::Form(&[
            ("add_recurring_invoice", "1"),
            ("client_id", "{alder}"),
            ("frequency", "month"),
            ("start_date", "2026-12-01"),
            ("category", "1"),
            ("scope", "zqsupport"),
        ]),
    )
    .learns("ri", Kind::RecurringInvoice, "recurring_invoices", "recurring_invoice_id")
    .opens("ben", R1, &["zqsupport"], &[]),
    agent(
        "it gets an amount",
        Act::Blank(
            ITEM,
            &[
                ("add_recurring_invoice_item", "1"),
                ("recurring_invoice_id", "{ri}"),
                ("name", "zqseats"),
                ("qty", "10"),
                ("price", "4.20"),
                ("item_order", "1"),
            ],
        ),
    )
    .opens("ben", R1, &["\"42.00\""], &[]),
    agent(
        "it is stopped",
        Act::Form(&[
            ("edit_recurring_invoice", "1"),
            ("recurring_invoice_id", "{ri}"),
            ("frequency", "month"),
            ("next_date", "2026-12-01"),
            ("category", "1"),
            ("scope", "zqsupport"),
            ("status", "0"),
            ("recurring_invoice_discount", "0"),
        ]),
    )
    // The portal shows what runs: a customer has no other.
    .opens("ben", R1, &["NOT_FOUND"], &["42.00"]),
    agent("it is deleted", Act::Link("delete_recurring_invoice={ri}")).opens("ben", R1, &[], &["zqsupport"]).by_pass(),
];
