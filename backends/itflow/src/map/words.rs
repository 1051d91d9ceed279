//! ITFlow's own words and what they mean. All of it is data: a new spelling is one line.

use portico_contract::value::{ApprovalGroup, InvoiceGroup, PriorityGroup, QuoteGroup, StatusGroup, TicketSource};

/// Statuses that ITFlow's code knows by number.
pub(crate) const NEW: i64 = 1;
pub(crate) const OPEN: i64 = 2;
pub(crate) const RESOLVED: i64 = 4;
pub(crate) const CLOSED: i64 = 5;
const FIXED: &[(i64, StatusGroup)] = &[
    (NEW, StatusGroup::New),
    (OPEN, StatusGroup::Open),
    (3, StatusGroup::OnHold),
    (RESOLVED, StatusGroup::Resolved),
    (CLOSED, StatusGroup::Closed),
];

/// Statuses that an installation added itself, by the names that are in use. None of them can be an
/// end state: ITFlow ends a ticket by number only.
const CUSTOM: &[(&str, StatusGroup)] = &[
    ("in progress", StatusGroup::InProgress),
    ("work in progress", StatusGroup::InProgress),
    ("working", StatusGroup::InProgress),
    ("waiting on client", StatusGroup::WaitingOnCustomer),
    ("waiting on customer", StatusGroup::WaitingOnCustomer),
    ("waiting for client", StatusGroup::WaitingOnCustomer),
    ("waiting for customer", StatusGroup::WaitingOnCustomer),
    ("waiting on contact", StatusGroup::WaitingOnCustomer),
    ("awaiting client", StatusGroup::WaitingOnCustomer),
    ("awaiting customer", StatusGroup::WaitingOnCustomer),
    ("pending client", StatusGroup::WaitingOnCustomer),
    ("pending customer", StatusGroup::WaitingOnCustomer),
    ("waiting on vendor", StatusGroup::WaitingOnThirdParty),
    ("waiting for vendor", StatusGroup::WaitingOnThirdParty),
    ("awaiting vendor", StatusGroup::WaitingOnThirdParty),
    ("pending vendor", StatusGroup::WaitingOnThirdParty),
    ("waiting on third party", StatusGroup::WaitingOnThirdParty),
    ("waiting for third party", StatusGroup::WaitingOnThirdParty),
    ("waiting on 3rd party", StatusGroup::WaitingOnThirdParty),
    ("waiting on supplier", StatusGroup::WaitingOnThirdParty),
];

/// The four priorities that ITFlow offers, from low to high.
pub(crate) const PRIORITIES: &[(&str, PriorityGroup)] = &[
    ("Low", PriorityGroup::Low),
    ("Medium", PriorityGroup::Medium),
    ("High", PriorityGroup::High),
    ("Urgent", PriorityGroup::Urgent),
];

const SOURCES: &[(&str, TicketSource)] = &[
    ("portal", TicketSource::Portal),
    ("client portal", TicketSource::Portal),
    ("email", TicketSource::Email),
    ("phone", TicketSource::Phone),
    ("api", TicketSource::Api),
    ("agent", TicketSource::Agent),
    ("in-app", TicketSource::Agent),
    ("recurring", TicketSource::Recurring),
];

/// Sent and Viewed are both unpaid: opening the link turns one into the other.
const INVOICES: &[(&str, InvoiceGroup)] = &[
    ("draft", InvoiceGroup::Draft),
    ("sent", InvoiceGroup::Unpaid),
    ("viewed", InvoiceGroup::Unpaid),
    ("partial", InvoiceGroup::Partial),
    ("paid", InvoiceGroup::Paid),
    ("cancelled", InvoiceGroup::Cancelled),
    ("non-billable", InvoiceGroup::NonBillable),
];

/// Sent and Viewed are both open, as with invoices.
const QUOTES: &[(&str, QuoteGroup)] = &[
    ("draft", QuoteGroup::Draft),
    ("sent", QuoteGroup::Open),
    ("viewed", QuoteGroup::Open),
    ("accepted", QuoteGroup::Accepted),
    ("declined", QuoteGroup::Declined),
    ("invoiced", QuoteGroup::Invoiced),
];

const APPROVALS: &[(&str, ApprovalGroup)] = &[
    ("pending", ApprovalGroup::Pending),
    ("approved", ApprovalGroup::Approved),
    ("declined", ApprovalGroup::Declined),
];

/// The types of asset that ITFlow's forms offer; it keeps the plain word.
pub(crate) const ASSET_TYPES: &[&str] = &[
    "Laptop",
    "Desktop",
    "Server",
    "Phone",
    "Mobile Phone",
    "Tablet",
    "Firewall/Router",
    "Switch",
    "Access Point",
    "Printer",
    "Camera",
    "TV",
    "Virtual Machine",
    "Other",
];

/// The states of an asset where an installation keeps no list of its own.
pub(crate) const ASSET_STATUSES: &[&str] =
    &["Ready to Deploy", "Deployed", "Out for Repair", "Lost", "Stolen", "Retired"];

/// How often a recurring invoice is made. Every other word is a month to the job that makes them.
const YEAR: &str = "year";
const MONTH: &str = "month";

fn look_up<G: Copy>(table: &[(&str, G)], word: &str) -> Option<G> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word.trim())).map(|(_, group)| *group)
}

pub(crate) fn status(id: i64, name: Option<&str>) -> StatusGroup {
    let fixed = FIXED.iter().find(|(known, _)| *known == id).map(|(_, group)| *group);
    fixed.or_else(|| look_up(CUSTOM, name?)).unwrap_or(StatusGroup::Other)
}

pub(crate) fn priority(word: &str) -> PriorityGroup {
    look_up(PRIORITIES, word).unwrap_or(PriorityGroup::Other)
}

pub(crate) fn source(word: Option<&str>) -> TicketSource {
    word.and_then(|word| look_up(SOURCES, word)).unwrap_or(TicketSource::Other)
}

pub(crate) fn invoice(word: &str) -> InvoiceGroup {
    look_up(INVOICES, word).unwrap_or(InvoiceGroup::Other)
}

pub(crate) fn quote(word: &str) -> QuoteGroup {
    look_up(QUOTES, word).unwrap_or(QuoteGroup::Other)
}

pub(crate) fn approval(word: &str) -> ApprovalGroup {
    look_up(APPROVALS, word).unwrap_or(ApprovalGroup::Other)
}

pub(crate) fn frequency(word: &str) -> &'static str {
    if word.trim().eq_ignore_ascii_case(YEAR) { YEAR } else { MONTH }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_go_by_number_then_by_name_and_never_end_by_name() {
        for (id, name, expected) in [
            (1, Some("New"), StatusGroup::New),
            // The first five are known by number even when they were renamed.
            (4, Some("Fixed!"), StatusGroup::Resolved),
            (5, None, StatusGroup::Closed),
            (6, Some("Waiting on Client"), StatusGroup::WaitingOnCustomer),
            (7, Some(" waiting on VENDOR "), StatusGroup::WaitingOnThirdParty),
            (8, Some("In Progress"), StatusGroup::InProgress),
            (9, Some("Resolved"), StatusGroup::Other),
            (10, Some("Closed"), StatusGroup::Other),
            (77, None, StatusGroup::Other),
            (0, None, StatusGroup::Other),
        ] {
            assert_eq!(status(id, name), expected, "{id} {name:?}");
        }
    }

    #[test]
    fn unknown_words_are_other() {
        assert_eq!(priority("urgent"), PriorityGroup::Urgent);
        assert_eq!(priority("Critical"), PriorityGroup::Other);
        assert_eq!(source(Some("API")), TicketSource::Api);
        assert_eq!(source(Some("Web")), TicketSource::Other);
        assert_eq!(source(None), TicketSource::Other);
        assert_eq!(invoice("Viewed"), InvoiceGroup::Unpaid);
        assert_eq!(invoice("Non-Billable"), InvoiceGroup::NonBillable);
        assert_eq!(invoice("Overpaid"), InvoiceGroup::Other);
        assert_eq!((quote("Viewed"), quote("Expired")), (QuoteGroup::Open, QuoteGroup::Other));
        assert_eq!((approval("declined"), approval("")), (ApprovalGroup::Declined, ApprovalGroup::Other));
        assert_eq!((frequency("Year"), frequency("month"), frequency("week")), ("year", "month", "month"));
    }
}
