//! Which parameters each endpoint takes.
//!
//! Halo answers a parameter that it does not know by ignoring it: the list of the whole tenant comes with status 200. So
//! the parameters are data here, and a call with another one fails before it leaves.

use portico_contract::{Error, Result};
use portico_transport::Request;

/// One path of Halo's API.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Of logs, figures, limits and fixtures.
    pub name: &'static str,
    pub path: &'static str,
    /// The keys under which the rows of a list have come; an array alone is understood everywhere.
    pub keys: &'static [&'static str],
    pub params: &'static [&'static str],
    /// The right that the API application needs, to name it where it is missing.
    pub scope: &'static str,
}

impl Endpoint {
    pub(crate) fn pages(&self) -> bool {
        self.params.contains(&"pageinate")
    }
}

const fn list(
    name: &'static str,
    path: &'static str,
    keys: &'static [&'static str],
    params: &'static [&'static str],
    scope: &'static str,
) -> Endpoint {
    Endpoint { name, path, keys, params, scope }
}

const fn single(
    name: &'static str,
    path: &'static str,
    params: &'static [&'static str],
    scope: &'static str,
) -> Endpoint {
    Endpoint { name, path, keys: &[], params, scope }
}

const CUSTOMERS: &str = "customers";
const TICKETS_: &str = "tickets";

pub(crate) const TICKETS: Endpoint = list(
    "halopsa.tickets.list",
    "Tickets",
    &["tickets", "faults"],
    &[
        "pageinate",
        "page_no",
        "page_size",
        "order",
        "orderdesc",
        "domain",
        "includeclosed",
        "lastupdatefromdate",
        "client_id",
        "ticketidonly",
    ],
    TICKETS_,
);
pub(crate) const TICKET: Endpoint = single("halopsa.tickets.read", "Tickets/{id}", &["includedetails"], TICKETS_);
pub(crate) const ACTIONS: Endpoint = list(
    "halopsa.actions.list",
    "Actions",
    &["actions"],
    &["ticket_id", "excludesys", "includehtmlnote", "includeattachments"],
    TICKETS_,
);
pub(crate) const ATTACHMENTS: Endpoint =
    list("halopsa.attachments.list", "Attachment", &["attachments"], &["ticket_id"], TICKETS_);
pub(crate) const ATTACHMENT: Endpoint = single("halopsa.attachments.read", "Attachment/{id}", &[], TICKETS_);
pub(crate) const APPROVALS: Endpoint =
    list("halopsa.approvals.list", "TicketApproval", &["approvals"], &["ticket_id"], TICKETS_);
pub(crate) const FEEDBACK: Endpoint = list("halopsa.feedback", "Feedback", &["feedback"], &[], TICKETS_);

pub(crate) const CLIENTS: Endpoint = list(
    "halopsa.clients.list",
    "Client",
    &["clients", "areas"],
    &[
        "pageinate",
        "page_no",
        "page_size",
        "order",
        "orderdesc",
        "includeactive",
        "includeinactive",
        "lastupdatefromdate",
        "idonly",
        "count",
    ],
    CUSTOMERS,
);
pub(crate) const CLIENT: Endpoint = single("halopsa.clients.read", "Client/{id}", &["includedetails"], CUSTOMERS);
pub(crate) const SITES: Endpoint = list(
    "halopsa.sites.list",
    "Site",
    &["sites"],
    &[
        "pageinate",
        "page_no",
        "page_size",
        "order",
        "orderdesc",
        "count",
        "includeactive",
        "includeinactive",
        "includeaddress",
        "lastupdatefromdate",
        "idonly",
    ],
    CUSTOMERS,
);
pub(crate) const SITE: Endpoint = single("halopsa.sites.read", "Site/{id}", &["includedetails"], CUSTOMERS);
pub(crate) const USERS: Endpoint = list(
    "halopsa.users.list",
    "Users",
    &["users"],
    &[
        "pageinate",
        "page_no",
        "page_size",
        "order",
        "orderdesc",
        "count",
        "includeactive",
        "includeinactive",
        "lastupdatefromdate",
        "idonly",
        "client_id",
        "search",
    ],
    CUSTOMERS,
);
pub(crate) const USER: Endpoint = single("halopsa.users.read", "Users/{id}", &["includedetails"], CUSTOMERS);
pub(crate) const USER_ROLES: Endpoint = list("halopsa.user_roles.list", "UserRoles", &["roles"], &[], CUSTOMERS);
pub(crate) const AGENTS: Endpoint = list(
    "halopsa.agents.list",
    "Agent",
    &["results", "agents"],
    &["includeenabled", "includedisabled", "includeapiagents"],
    TICKETS_,
);
pub(crate) const AGENT: Endpoint = single("halopsa.agents.read", "Agent/{id}", &[], TICKETS_);
pub(crate) const ME: Endpoint = single("halopsa.agents.me", "Agent/me", &[], TICKETS_);
pub(crate) const TEAMS: Endpoint =
    list("halopsa.teams.list", "Team", &["teams"], &["showall", "includeagentsforteams"], TICKETS_);

pub(crate) const STATUSES: Endpoint =
    list("halopsa.statuses.list", "Status", &["statuses"], &["showall", "excludeclosed"], TICKETS_);
pub(crate) const PRIORITIES: Endpoint =
    list("halopsa.priorities.list", "Priority", &["priorities"], &["slaid"], TICKETS_);
pub(crate) const TYPES: Endpoint =
    list("halopsa.types.list", "TicketType", &["tickettypes"], &["showall", "showinactive"], TICKETS_);
pub(crate) const TYPE: Endpoint = single("halopsa.types.read", "TicketType/{id}", &["includedetails"], TICKETS_);
pub(crate) const CATEGORIES: Endpoint =
    list("halopsa.categories.list", "Category", &["categories"], &["type_id"], TICKETS_);
pub(crate) const LOOKUPS: Endpoint =
    list("halopsa.lookups.list", "Lookup", &["lookups"], &["lookupid", "exclude_zero"], TICKETS_);
pub(crate) const SLAS: Endpoint = list("halopsa.slas.list", "SLA", &["slas"], &[], TICKETS_);
pub(crate) const CURRENCIES: Endpoint = list("halopsa.currencies.list", "Currency", &["currencies"], &[], "invoices");
pub(crate) const OUTCOMES: Endpoint = list("halopsa.outcomes.list", "Outcome", &["outcomes"], &[], TICKETS_);

pub(crate) const ASSETS: Endpoint = list(
    "halopsa.assets.list",
    "Asset",
    &["assets"],
    &[
        "pageinate",
        "page_no",
        "page_size",
        "order",
        "orderdesc",
        "count",
        "includeactive",
        "includeinactive",
        "lastupdatefromdate",
        "idonly",
    ],
    "assets",
);
pub(crate) const ASSET: Endpoint = single("halopsa.assets.read", "Asset/{id}", &["includedetails"], "assets");
pub(crate) const ASSET_TYPES: Endpoint = list("halopsa.asset_types.list", "AssetType", &["assettypes"], &[], "assets");

pub(crate) const CONTRACTS: Endpoint = list(
    "halopsa.contracts.list",
    "ClientContract",
    &["contracts"],
    &["pageinate", "page_no", "page_size", "order", "orderdesc", "count", "includeinactive"],
    "contracts",
);
pub(crate) const CONTRACT: Endpoint =
    single("halopsa.contracts.read", "ClientContract/{id}", &["includedetails"], "contracts");

const BILLS: &[&str] = &[
    "pageinate",
    "page_no",
    "page_size",
    "order",
    "orderdesc",
    "count",
    "includelines",
    "includeinvoices",
    "idonly",
    "client_id",
];
pub(crate) const INVOICES: Endpoint = list("halopsa.invoices.list", "Invoice", &["invoices"], BILLS, "invoices");
pub(crate) const INVOICE: Endpoint = single("halopsa.invoices.read", "Invoice/{id}", &["includedetails"], "invoices");
pub(crate) const INVOICE_PDF: Endpoint = single("halopsa.invoices.pdf", "Invoice/PDF/{id}", &[], "invoices");
pub(crate) const PAYMENTS: Endpoint = list(
    "halopsa.payments.list",
    "InvoicePayment",
    &["payments"],
    &["pageinate", "page_no", "page_size", "order", "orderdesc", "count", "invoice_id"],
    "invoices",
);
pub(crate) const RECURRING: Endpoint =
    list("halopsa.recurring.list", "RecurringInvoice", &["invoices", "recurringinvoices"], BILLS, "invoices");
pub(crate) const RECURRING_ONE: Endpoint =
    single("halopsa.recurring.read", "RecurringInvoice/{id}", &["includedetails"], "invoices");
pub(crate) const QUOTES: Endpoint = list(
    "halopsa.quotes.list",
    "Quotation",
    &["quotes", "quotations"],
    &["pageinate", "page_no", "page_size", "order", "orderdesc", "count", "includelines"],
    "quotes",
);
pub(crate) const QUOTE: Endpoint = single("halopsa.quotes.read", "Quotation/{id}", &["includedetails"], "quotes");
pub(crate) const QUOTE_APPROVAL: Endpoint = single("halopsa.quotes.decide", "Quotation/Approval", &[], "quotes");

pub(crate) const SERVICE_CATEGORIES: Endpoint =
    list("halopsa.service_categories.list", "ServiceCategory", &["categories"], &[], "items");
pub(crate) const SERVICES: Endpoint = list(
    "halopsa.services.list",
    "Service",
    &["services"],
    &["pageinate", "page_no", "page_size", "order", "orderdesc", "count"],
    "items",
);
pub(crate) const SERVICE_RESTRICTIONS: Endpoint =
    list("halopsa.service_restrictions.list", "ServiceRestriction", &["restrictions"], &[], "items");
/// The request cards of a service.
pub(crate) const SERVICE_CARDS: Endpoint =
    list("halopsa.service_cards.list", "ServiceRequestDetails", &["servicerequestdetails"], &["service_id"], "items");
pub(crate) const ITEMS: Endpoint = list(
    "halopsa.items.list",
    "Item",
    &["items"],
    &["pageinate", "page_no", "page_size", "order", "orderdesc", "count", "includeactive", "includeinactive"],
    "items",
);

pub(crate) const ARTICLES: Endpoint = list(
    "halopsa.articles.list",
    "KBArticle",
    &["articles"],
    &["pageinate", "page_no", "page_size", "order", "orderdesc", "count", "includeactive", "includeinactive"],
    "kb",
);
pub(crate) const ARTICLE: Endpoint = single("halopsa.articles.read", "KBArticle/{id}", &["includedetails"], "kb");
pub(crate) const POPUPS: Endpoint = list("halopsa.popups.list", "PopupNote", &["popups"], &["showall"], "customers");

pub(crate) const INSTANCE: Endpoint = single("halopsa.instance", "InstanceInfo", &[], "");

/// A call to an endpoint, with parameters that it takes.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub endpoint: &'static Endpoint,
    id: Option<i64>,
    params: Vec<(&'static str, String)>,
    unknown: Option<&'static str>,
}

impl Query {
    pub(crate) fn of(endpoint: &'static Endpoint) -> Self {
        Self { endpoint, id: None, params: Vec::new(), unknown: None }
    }

    pub(crate) fn at(mut self, id: i64) -> Self {
        self.id = Some(id);
        self
    }

    /// Adds a parameter. One that the endpoint does not take makes the whole call fail before it leaves.
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        if self.endpoint.params.contains(&name) {
            self.params.push((name, value.to_string()));
        } else {
            self.unknown = Some(name);
        }
        self
    }

    /// The page of a list, in an order that does not change while it is walked.
    pub(crate) fn page(self, number: u32, size: u32) -> Self {
        self.with("pageinate", true).with("page_no", number).with("page_size", size)
    }

    pub(crate) fn request(&self) -> Result<Request> {
        if let Some(name) = self.unknown {
            let text = format!("{} takes no parameter {name}: Halo would ignore it", self.endpoint.name);
            return Err(Error::internal(text));
        }
        let request = Request::get(self.endpoint.name, self.endpoint.path);
        let request = match self.id {
            Some(id) => request.at(id),
            None => request,
        };
        Ok(self.params.iter().fold(request, |request, (name, value)| request.query(name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_contract::ErrorKind;

    #[test]
    fn a_parameter_that_halo_does_not_know_never_leaves() {
        let wrong = Query::of(&TICKETS).with("client_id", 7).with("tickettype_id", 1);
        let error = wrong.request().unwrap_err();
        assert_eq!(error.kind, ErrorKind::Internal);
        assert!(error.log().to_string().contains("tickettype_id"), "{}", error.log());
        assert!(Query::of(&TICKETS).with("client_id", 7).page(1, 100).request().is_ok());
        // What one list takes, another ignores.
        assert!(Query::of(&CONTRACTS).with("lastupdatefromdate", "x").request().is_err());
        assert!(Query::of(&STATUSES).page(1, 10).request().is_err());
    }
}
