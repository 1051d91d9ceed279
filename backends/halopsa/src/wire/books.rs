//! Invoices with lines, payments, quotes. Costs, margins and what payment providers answered are not read.

use super::{Flag, Int, Many, Num, Text};
use serde::Deserialize;

/// `InvoiceHeader`, of invoices and of recurring ones.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InvoiceRow {
    pub id: Int,
    pub client_id: Int,
    pub invoicenumber: Text,
    pub thirdpartyinvoicenumber: Text,
    pub posted: Flag,
    pub hideinvoice: Flag,
    pub voided: Flag,
    pub reviewrequired: Flag,
    pub invoice_date: Text,
    pub duedate: Text,
    pub datesent: Text,
    pub total: Num,
    pub tax_total: Num,
    pub composite_tax_total: Num,
    pub amountpaid: Num,
    pub amountdue: Num,
    pub amount_remaining: Num,
    pub currency_code: Int,
    pub currency_code_name: Text,
    pub paymentstatus: Int,
    pub cust_order_number: Text,
    pub reference: Text,
    pub recurring_invoice_id: Int,
    pub period_start_date: Text,
    pub period_end_date: Text,
    pub lines: Many<LineRow>,
    pub payments: Many<PaymentRow>,
    pub nextcreationdate: Text,
    pub lastcreated: Text,
    pub periodname: Text,
    pub disabled: Flag,
}

/// `InvoiceDetail`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LineRow {
    pub id: Int,
    pub item_shortdescription: Text,
    pub item_longdescription: Text,
    pub qty_order: Num,
    pub unit_price: Num,
    pub net_amount: Num,
    pub tax_amount: Num,
    pub isinactive: Flag,
    pub hide_on_pdf: Flag,
    pub isgroupdesc: Flag,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PaymentRow {
    pub id: Int,
    pub invoice_id: Int,
    pub date: Text,
    pub amount: Num,
    pub method: Int,
    pub thirdpartyid: Text,
}

/// `QuotationHeader`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct QuoteRow {
    pub id: Int,
    pub client_id: Int,
    pub title: Text,
    pub status: Int,
    pub status_name: Text,
    pub approvalstate: Int,
    pub date: Text,
    pub expiry_date: Text,
    pub total: Num,
    pub currency_code: Int,
    pub currency_code_name: Text,
    pub lines: Many<QuoteLineRow>,
}

/// `QuotationDetail`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct QuoteLineRow {
    pub id: Int,
    pub name: Text,
    pub description: Text,
    pub quantity: Num,
    pub current_quantity: Num,
    pub price: Num,
    pub baseprice: Num,
    pub net_total: Num,
    pub total_tax: Num,
    pub total_price: Num,
    pub hideitems: Flag,
}
