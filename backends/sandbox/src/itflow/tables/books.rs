//! Invoices, quotes, recurring invoices, payments, cards.

use crate::itflow::table::{
    Column, Table, chars, created, day, flag, float, id, int, link, money, stamp, table, text, updated,
};

pub(crate) static TAXES: Table = table(
    "taxes",
    &[
        id("tax_id"),
        chars("tax_name", 200),
        float("tax_percent"),
        created("tax_created_at"),
        updated("tax_updated_at"),
        stamp("tax_archived_at"),
    ],
);
pub(crate) static INVOICES: Table = table(
    "invoices",
    &[
        id("invoice_id"),
        chars("invoice_prefix", 200).null(),
        int("invoice_number"),
        chars("invoice_scope", 255).null(),
        chars("invoice_status", 200),
        day("invoice_date"),
        day("invoice_due"),
        money("invoice_discount_amount"),
        money("invoice_credit_amount"),
        money("invoice_amount"),
        chars("invoice_currency_code", 200),
        text("invoice_note").null(),
        chars("invoice_url_key", 200).null().internal(),
        created("invoice_created_at"),
        updated("invoice_updated_at"),
        stamp("invoice_archived_at"),
        int("invoice_category_id"),
        link("invoice_recurring_invoice_id"),
        int("invoice_client_id"),
    ],
);

/// The three tables of lines differ in the name of their owner only.
const fn line(owner: &'static str) -> [Column; 15] {
    [
        id("item_id"),
        chars("item_name", 200),
        text("item_description").null(),
        money("item_quantity"),
        money("item_price"),
        money("item_subtotal"),
        money("item_tax"),
        money("item_total"),
        link("item_order"),
        created("item_created_at"),
        updated("item_updated_at"),
        stamp("item_archived_at"),
        link("item_tax_id"),
        link("item_product_id"),
        link(owner),
    ]
}
static INVOICE_LINE: [Column; 15] = line("item_invoice_id");
static RECURRING_LINE: [Column; 15] = line("item_recurring_invoice_id");
static QUOTE_LINE: [Column; 15] = line("item_quote_id");
pub(crate) static INVOICE_ITEMS: Table = table("invoice_items", &INVOICE_LINE);
pub(crate) static RECURRING_INVOICE_ITEMS: Table = table("recurring_invoice_items", &RECURRING_LINE);
pub(crate) static QUOTE_ITEMS: Table = table("quote_items", &QUOTE_LINE);

pub(crate) static PAYMENTS: Table = table(
    "payments",
    &[
        id("payment_id"),
        day("payment_date"),
        money("payment_amount"),
        chars("payment_currency_code", 10),
        chars("payment_method", 200).null(),
        chars("payment_reference", 200).null().internal(),
        created("payment_created_at"),
        updated("payment_updated_at"),
        stamp("payment_archived_at"),
        int("payment_account_id"),
        link("payment_invoice_id"),
    ],
);
pub(crate) static RECURRING_INVOICES: Table = table(
    "recurring_invoices",
    &[
        id("recurring_invoice_id"),
        chars("recurring_invoice_prefix", 200).null(),
        int("recurring_invoice_number"),
        chars("recurring_invoice_scope", 255).null(),
        chars("recurring_invoice_frequency", 200),
        day("recurring_invoice_last_sent").null(),
        day("recurring_invoice_next_date"),
        int("recurring_invoice_status"),
        money("recurring_invoice_discount_amount"),
        money("recurring_invoice_amount"),
        chars("recurring_invoice_currency_code", 200),
        text("recurring_invoice_note").null(),
        flag("recurring_invoice_email_notify").or("1"),
        created("recurring_invoice_created_at"),
        updated("recurring_invoice_updated_at"),
        stamp("recurring_invoice_archived_at"),
        int("recurring_invoice_category_id"),
        int("recurring_invoice_client_id"),
    ],
);
pub(crate) static QUOTES: Table = table(
    "quotes",
    &[
        id("quote_id"),
        chars("quote_prefix", 200).null(),
        int("quote_number"),
        chars("quote_scope", 255).null(),
        chars("quote_status", 200),
        money("quote_discount_amount"),
        day("quote_date"),
        day("quote_expire").null(),
        money("quote_amount"),
        chars("quote_currency_code", 200),
        text("quote_note").null(),
        chars("quote_url_key", 200).null().internal(),
        created("quote_created_at"),
        updated("quote_updated_at"),
        stamp("quote_archived_at"),
        int("quote_category_id"),
        int("quote_client_id"),
    ],
);
pub(crate) static PAYMENT_PROVIDERS: Table = table(
    "payment_providers",
    &[
        id("payment_provider_id"),
        chars("payment_provider_name", 200),
        chars("payment_provider_description", 250).null(),
        chars("payment_provider_public_key", 250).null(),
        chars("payment_provider_private_key", 250).null().internal(),
        money("payment_provider_threshold").null(),
        flag("payment_provider_active").or("1"),
        link("payment_provider_account"),
        created("payment_provider_created_at"),
        updated("payment_provider_updated_at"),
    ],
);
pub(crate) static CLIENT_SAVED_PAYMENT_METHODS: Table = table(
    "client_saved_payment_methods",
    &[
        id("saved_payment_id"),
        chars("saved_payment_provider_method", 200).internal(),
        chars("saved_payment_description", 200).null(),
        int("saved_payment_client_id"),
        int("saved_payment_provider_id"),
        created("saved_payment_created_at"),
        updated("saved_payment_updated_at"),
    ],
);
pub(crate) static RECURRING_PAYMENTS: Table = table(
    "recurring_payments",
    &[
        id("recurring_payment_id"),
        chars("recurring_payment_currency_code", 10),
        chars("recurring_payment_method", 200),
        created("recurring_payment_created_at"),
        updated("recurring_payment_updated_at"),
        stamp("recurring_payment_archived_at"),
        link("recurring_payment_account_id"),
        link("recurring_payment_recurring_expense_id"),
        int("recurring_payment_recurring_invoice_id"),
        int("recurring_payment_saved_payment_id").null(),
    ],
);
