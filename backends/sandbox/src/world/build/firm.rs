//! The provider: settings, roles, agents, pick lists.

use super::{Builder, next_id};
use crate::canary::Visibility;
use crate::world::model::{
    Category, Firm, Link, Provider, Role, Sla, SlaRule, Stamp, Status, Tax, User, UserType, Vendor,
};
use rust_decimal::Decimal;

/// Name, e-mail, role, still with the firm. Ids count from one: they meet contact ids on purpose.
const AGENTS: [(&str, &str, i32, bool); 5] = [
    ("Robin Vale", "robin.vale@northlight.example.com", 1, true),
    ("Kit Marsh", "kit.marsh@northlight.example.com", 2, true),
    ("Imani Cole", "imani.cole@northlight.example.com", 2, true),
    ("Otto Brandt", "otto.brandt@northlight.example.com", 3, true),
    ("Gwen Pryce", "gwen.pryce@northlight.example.com", 2, false),
];
const ROLES: [(&str, bool); 3] = [("Administrator", true), ("Technician", false), ("Accountant", false)];
/// Name, colour, in use, pauses the SLA. The first five are fixed by ITFlow, the rest are a site's own.
const STATUSES: [(&str, &str, bool, bool); 8] = [
    ("New", "#dc3545", true, false),
    ("Open", "#007bff", true, false),
    ("On Hold", "#28a745", true, true),
    ("Resolved", "#343a40", true, true),
    ("Closed", "#343a40", true, true),
    ("Waiting on customer", "#fd7e14", true, true),
    ("Scheduled ⏰", "#17a2b8", true, false),
    ("Parked", "#6c757d", false, true),
];
/// Name, type, archived.
const CATEGORIES: [(&str, &str, bool); 6] = [
    ("Hardware", "Ticket", false),
    ("E-mail", "Ticket", false),
    ("Network", "Ticket", false),
    ("Onboarding", "Ticket", false),
    ("Managed services", "Income", false),
    ("Fax", "Ticket", true),
];
/// Name, minutes to the answer, minutes to the solution.
const SLAS: [(&str, i32, Option<i32>); 2] = [("Standard", 480, Some(2400)), ("Rapid", 60, None)];
const SLA_RULES: [(i32, &str, i32); 4] = [(0, "High", 1), (0, "Urgent", 2), (1, "Low", 0), (2, "Medium", 1)];
const TAXES: [(&str, i64); 2] = [("VAT 19 %", 190), ("Sales tax 8.9 %", 89)];

pub(super) fn add(b: &mut Builder<'_>) {
    settings(b);
    agents(b);
    lists(b);
    let created = Stamp::At(b.days_ago(400));
    b.world.providers = vec![Provider {
        id: 1,
        name: "Stripe".to_owned(),
        public_key: "pk_test_example".to_owned(),
        private_key: format!("sk_test_{}", b.internal(0, "provider1", "private_key")),
        active: true,
        created,
    }];
    b.world.links = vec![Link {
        id: 1,
        name: "Remote support".to_owned(),
        description: Some(b.text("Start a remote session", 0, "link1", "description", Visibility::Public)),
        uri: "https://remote.northlight.example.com/".to_owned(),
        location: 3,
        created,
    }];
    b.world.vendors = vec![Vendor {
        id: 1,
        client: 0,
        name: "Example Registrar".to_owned(),
        account_number: b.secret(0, "vendor1", "account_number"),
        notes: b.secret(0, "vendor1", "notes"),
        created,
        archived: Stamp::Never,
    }];
}

fn settings(b: &mut Builder<'_>) {
    let secret = |field| b.internal(0, "settings1", field);
    b.world.firm = Firm {
        name: "Northlight IT".to_owned(),
        address: "1 Aurora Way".to_owned(),
        city: "Springfield".to_owned(),
        country: "United States".to_owned(),
        phone: "5185550100".to_owned(),
        email: "hello@northlight.example.com".to_owned(),
        website: "northlight.example.com".to_owned(),
        currency: "USD".to_owned(),
        timezone: b.seed.timezone.clone(),
        database_version: "2.6.7".to_owned(),
        portal_enabled: true,
        ticket_prefix: "TCK-".to_owned(),
        next_ticket_number: 1001,
        invoice_prefix: "INV-".to_owned(),
        next_invoice_number: 5001,
        invoice_footer: b.text("Thank you for your business.", 0, "settings1", "invoice_footer", Visibility::Public),
        autoclose_hours: 72,
        smtp_password: secret("smtp_password"),
        imap_password: secret("imap_password"),
        azure_secret: secret("azure_secret"),
        login_key: secret("login_key"),
        created: Stamp::At(b.days_ago(900)),
    };
}

fn agents(b: &mut Builder<'_>) {
    let created = Stamp::At(b.days_ago(800));
    for (name, admin) in ROLES {
        let id = next_id(&b.world.roles);
        b.world.roles.push(Role { id, name: name.to_owned(), admin, created });
    }
    for (name, email, role, active) in AGENTS {
        let id = next_id(&b.world.users);
        let object = format!("user{id}");
        let user = User {
            id,
            name: name.to_owned(),
            email: email.to_owned(),
            password: format!("$2y$10${}", b.internal(0, &object, "password")),
            auth_method: "local".to_owned(),
            user_type: UserType::Agent,
            enabled: active,
            token: b.secret(0, &object, "token"),
            reset_token: None,
            role,
            created,
            archived: if active { Stamp::Never } else { Stamp::At(b.days_ago(30)) },
        };
        b.world.users.push(user);
    }
}

fn lists(b: &mut Builder<'_>) {
    let created = Stamp::At(b.days_ago(800));
    for (order, (name, colour, active, pauses_sla)) in (0..).zip(STATUSES) {
        let (id, name, colour) = (next_id(&b.world.statuses), name.to_owned(), colour.to_owned());
        b.world.statuses.push(Status { id, name, colour, active, pauses_sla, order });
    }
    for (order, (name, category_type, archived)) in (0..).zip(CATEGORIES) {
        let id = next_id(&b.world.categories);
        let description = b.secret(0, &format!("category{id}"), "description");
        let archived = if archived { Stamp::At(b.days_ago(100)) } else { Stamp::Never };
        let (name, category_type, colour) = (name.to_owned(), category_type.to_owned(), "#6c757d".to_owned());
        b.world.categories.push(Category { id, name, description, category_type, colour, order, created, archived });
    }
    for (name, response_minutes, resolution_minutes) in SLAS {
        let id = next_id(&b.world.slas);
        let description = b.internal(0, &format!("sla{id}"), "description");
        let name = name.to_owned();
        b.world.slas.push(Sla { id, name, description, response_minutes, resolution_minutes, created });
    }
    for (client, priority, sla) in SLA_RULES {
        let id = next_id(&b.world.sla_rules);
        b.world.sla_rules.push(SlaRule { id, client, priority: priority.to_owned(), sla });
    }
    for (name, per_mille) in TAXES {
        let id = next_id(&b.world.taxes);
        b.world.taxes.push(Tax { id, name: name.to_owned(), percent: Decimal::new(per_mille, 1), created });
    }
}
