//! Clients and contacts: who they are and what they may see.

use super::{Act, By, Fields, PASSWORD, Step, step};
use portico_contract::Kind;

const CLIENT: &[&str] = &[
    "type",
    "website",
    "referral",
    "location_phone_country_code",
    "location_phone",
    "location_extension",
    "location_fax_country_code",
    "location_fax",
    "address",
    "city",
    "state",
    "zip",
    "country",
    "contact",
    "title",
    "contact_phone_country_code",
    "contact_phone",
    "contact_extension",
    "contact_mobile_country_code",
    "contact_mobile",
    "contact_email",
];
const CONTACT: &[&str] = &[
    "title",
    "department",
    "phone_country_code",
    "phone",
    "extension",
    "mobile_country_code",
    "mobile",
    "notes",
    "pin",
    "contact_password",
];

const fn agent(name: &'static str, act: Act) -> Step {
    step(name, By::Agent, act)
}

const fn client(name: &'static str, fields: Fields) -> Step {
    agent(name, Act::Blank(CLIENT, fields))
}

const fn contact(name: &'static str, fields: Fields) -> Step {
    agent(name, Act::Blank(CONTACT, fields))
}

const fn person(name: &'static str, key: &'static str, fields: Fields) -> Step {
    contact(name, fields).learns(key, Kind::Contact, "contacts", "contact_id")
}

pub const PEOPLE: &[Step] = &[
    client("a client", &[("add_client", "1"), ("name", "Alder Ltd")]).learns(
        "alder",
        Kind::Account,
        "clients",
        "client_id",
    ),
    client("another client", &[("add_client", "1"), ("name", "Birch GmbH")]).learns(
        "birch",
        Kind::Account,
        "clients",
        "client_id",
    ),
    person(
        "a primary contact",
        "pia",
        &[
            ("add_contact", "1"),
            ("client_id", "{alder}"),
            ("name", "Pia Prim"),
            ("email", "pia@alder.example"),
            ("auth_method", "local"),
            ("contact_password", PASSWORD),
            ("contact_primary", "1"),
        ],
    ),
    person(
        "a billing contact",
        "ben",
        &[
            ("add_contact", "1"),
            ("client_id", "{alder}"),
            ("name", "Ben Bill"),
            ("email", "ben@alder.example"),
            ("auth_method", "local"),
            ("contact_password", PASSWORD),
            ("contact_billing", "1"),
        ],
    ),
    person(
        "a technical contact",
        "tess",
        &[
            ("add_contact", "1"),
            ("client_id", "{alder}"),
            ("name", "Tess Tech"),
            ("email", "tess@alder.example"),
            ("auth_method", "local"),
            ("contact_password", PASSWORD),
            ("contact_technical", "1"),
        ],
    ),
    person(
        "the primary contact of the other client",
        "bo",
        &[
            ("add_contact", "1"),
            ("client_id", "{birch}"),
            ("name", "Bo Prim"),
            ("email", "bo@birch.example"),
            ("auth_method", "local"),
            ("contact_password", PASSWORD),
            ("contact_primary", "1"),
        ],
    ),
    person(
        "a contact without a flag",
        "sam",
        &[
            ("add_contact", "1"),
            ("client_id", "{alder}"),
            ("name", "Sam Std"),
            ("email", "sam@alder.example"),
            ("auth_method", "local"),
            ("contact_password", PASSWORD),
        ],
    ),
];

const SAM: Fields = &[
    ("edit_contact", "1"),
    ("contact_id", "{sam}"),
    ("name", "Sam Std"),
    ("email", "sam@alder.example"),
    ("auth_method", "local"),
];
const SAM_TECHNICAL: Fields = &[
    ("edit_contact", "1"),
    ("contact_id", "{sam}"),
    ("name", "Sam Std"),
    ("email", "sam@alder.example"),
    ("auth_method", "local"),
    ("contact_technical", "1"),
];
const SAM_BILLING: Fields = &[
    ("edit_contact", "1"),
    ("contact_id", "{sam}"),
    ("name", "Sam Std"),
    ("email", "sam@alder.example"),
    ("auth_method", "local"),
    ("contact_billing", "1"),
];

pub const STEPS: &[Step] = &[
    contact("a contact becomes technical", SAM_TECHNICAL),
    contact("and billing instead", SAM_BILLING),
    contact("and has no flag again", SAM),
    contact(
        "another contact becomes the primary one",
        &[
            ("edit_contact", "1"),
            ("contact_id", "{tess}"),
            ("name", "Tess Tech"),
            ("email", "tess@alder.example"),
            ("auth_method", "local"),
            ("contact_primary", "1"),
        ],
    ),
    contact(
        "and the first one is it again",
        &[
            ("edit_contact", "1"),
            ("contact_id", "{pia}"),
            ("name", "Pia Prim"),
            ("email", "pia@alder.example"),
            ("auth_method", "local"),
            ("contact_primary", "1"),
        ],
    ),
    contact(
        "a contact's name changes",
        &[
            ("edit_contact", "1"),
            ("contact_id", "{tess}"),
            ("name", "Tess Technician"),
            ("email", "tess@alder.example"),
            ("auth_method", "local"),
            ("contact_technical", "1"),
        ],
    ),
    agent("a portal user is locked", Act::AdminLink("disable_user={sam_user}")),
    agent("and unlocked", Act::AdminLink("activate_user={sam_user}")),
    agent("a contact is archived", Act::Link("archive_contact={ben}")),
    agent("and restored, without its flag", Act::Link("restore_contact={ben}")),
    agent("a client is archived", Act::Link("archive_client={birch}")).sign_in_again(),
    agent("and restored", Act::Link("restore_client={birch}")).sign_in_again(),
    client("a client is renamed", &[("edit_client", "1"), ("client_id", "{birch}"), ("name", "Birch zqag")]),
    person(
        "a contact without a portal is added",
        "kim",
        &[
            ("add_contact", "1"),
            ("client_id", "{alder}"),
            ("name", "Kim zqkim"),
            ("email", "kim@alder.example"),
            ("auth_method", ""),
        ],
    ),
    agent("and deleted", Act::Link("delete_contact={kim}")).by_pass(),
    agent("a contact with a portal is deleted", Act::Link("delete_contact={sam}")).by_pass().sign_in_again(),
];
