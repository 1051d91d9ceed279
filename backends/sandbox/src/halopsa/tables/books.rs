//! Contracts, invoices, quotes and what is sold.

use super::on;
use crate::halopsa::resource::{PLAIN, Paging, Resource};

const INVOICE: Resource = Resource {
    key: "invoices",
    scope: "invoices",
    ints: "id client_id sitenumber uid invoicetype paymentstatus currency_code contract_id ticket_id recurring_invoice_id \
           creditlinkedtoinvoiceid pdf_attachment_id schedule_id period period_type",
    reals: "total tax_total revenue amountpaid amountdue amount_remaining credit_total",
    flags: "posted hideinvoice voided reviewrequired disabled",
    texts: "invoicenumber thirdpartyinvoicenumber client_name contactname accountsid currency currency_code_name \
            payment_ref reference internal_note notes_1 generic_online_invoice_payment_url periodname",
    times: "invoice_date duedate datepaid dateposted datesent date_created last_modified nextcreationdate lastcreated \
            startdate enddate",
    nested: "lines payments",
    detail: "payments internal_note",
    one: "client_id contract_id ticket_id user_id=uid recurringinvoice_id=recurring_invoice_id",
    many: "client_ids=client_id paymentstatuses=paymentstatus",
    search: "id invoicenumber thirdpartyinvoicenumber reference",
    paging: Paging::Pages(1000),
    rules: &[
        ("postedonly", |_, row, value| !on(value) || row.is("posted")),
        ("notpostedonly", |_, row, value| !on(value) || !row.is("posted")),
        ("includecredits", |_, row, value| on(value) || row.real("credit_total") == 0.0),
        ("includeinvoices", |_, row, value| on(value) || row.real("credit_total") > 0.0),
    ],
    ..PLAIN
};

pub(super) const BOOKS: &[Resource] = &[
    Resource { path: "Invoice", ..INVOICE },
    Resource { path: "RecurringInvoice", ..INVOICE },
    Resource {
        path: "InvoicePayment",
        key: "payments",
        scope: "invoices",
        ints: "id invoice_id client_id method status",
        reals: "amount",
        texts: "invoice_invoicenumber client_name intent_id intent_response webhook_payload thirdpartyid",
        times: "date",
        one: "client_id invoice_id",
        search: "invoice_invoicenumber thirdpartyid",
        paging: Paging::Pages(1000),
        ..PLAIN
    },
    Resource {
        path: "ClientContract",
        key: "contracts",
        scope: "contracts",
        ints: "id client_id site_id user_id termmonths status contracttype billingperiod billingdescription subtype sla_id",
        reals: "periodchargeamount costperperiod numberofunitsfree contract_prepaytotal contract_prepayused \
                contract_prepaybalance",
        flags: "started expired active rollingcontract",
        texts: "client_name ref contract_status contracttype_name billing_period_string sla_name note",
        times: "start_date end_date next_invoice_date",
        nested: "customfields",
        detail: "note customfields",
        one: "client_id site_id",
        search: "id ref",
        paging: Paging::Pages(1000),
        rules: &[("includeinactive", |_, row, value| on(value) || row.is("active"))],
        ..PLAIN
    },
    Resource {
        path: "Quotation",
        key: "quotes",
        scope: "quotes",
        ints: "id client_id site_id user_id ticket_id status approvalstate currency_code",
        reals: "total revenue tax_total",
        flags: "can_approve",
        texts: "title client_name status_name note approvalname approvalemailaddress approvalnote internal_approvalnote",
        times: "date expiry_date approvaldatetime",
        nested: "lines",
        detail: "internal_approvalnote",
        one: "client_id site_id user_id ticket_id",
        search: "id title",
        paging: Paging::Stuck,
        ..PLAIN
    },
    Resource {
        path: "Item",
        key: "items",
        scope: "items",
        ints: "id assetgroup_id taxcode supplier_id",
        reals: "baseprice recurringprice costprice quantity_in_stock",
        flags: "isrecurringitem",
        texts: "name description user_description assetgroup_name internalreference note supplier_part_code",
        search: "id name description",
        paging: Paging::Pages(1000),
        ..PLAIN
    },
    Resource {
        path: "Service",
        key: "services",
        scope: "items",
        ints: "id sequence userlevel service_category_id estimated_delivery service_tickettype_id \
               incident_tickettype_id requestdetails_count requestdetails_id",
        reals: "cost",
        flags: "showinusercatalog allowservicerequests",
        texts: "guid name summary icon service_category_name servicedetailshtml",
        nested: "user_access",
        one: "service_category_id",
        many: "service_category_ids=service_category_id",
        search: "name summary",
        paging: Paging::Pages(1000),
        ..PLAIN
    },
    Resource {
        path: "ServiceCategory",
        scope: "items",
        ints: "id parent_id userlevel seq service_count",
        flags: "important",
        texts: "guid name summary icon parent_name long_name",
        ..PLAIN
    },
    Resource {
        path: "ServiceRestriction",
        scope: "items",
        ints: "id service_id service_category_id data_id",
        flags: "allow_access",
        texts: "type data_name",
        one: "service_id service_category_id",
        ..PLAIN
    },
    Resource {
        path: "ServiceRequestDetails",
        key: "servicerequestdetails",
        scope: "items",
        ints: "id servicedetail_servsiteid servicedetail_type servicedetail_requesttypeid servicedetail_templateid \
               sequenceid",
        flags: "allow_all_items",
        texts: "guid servicedetail_requesttypename servicedetail_url servicedetail_label servicedetail_hint",
        one: "service_id=servicedetail_servsiteid",
        ..PLAIN
    },
];
