//! What is asked, and what it may cost: tables that the measuring, the check and the report read.

use crate::place::Database;

/// A limit that must be met, and the one to stretch for.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub must: f64,
    pub stretch: f64,
}

const fn limit(must: f64, stretch: f64) -> Limit {
    Limit { must, stretch }
}

/// A query that the bound answers as well.
#[derive(Debug)]
pub struct Query {
    pub name: &'static str,
    pub what: &'static str,
    /// `TICKET` stands for an id, `ROWS` for the size of the page.
    pub text: &'static str,
    /// Where the bound answers it; `ACCOUNT` and `TICKET` stand for UUIDs.
    pub path: &'static str,
    /// SQL statements at most, for anybody whose session and rights are remembered.
    pub statements: u64,
    sqlite: Limit,
    postgres: Limit,
    /// Server and database together.
    with_database: Limit,
}

pub const ROWS: usize = 50;

pub const QUERIES: [Query; 4] = [
    Query {
        name: "Q1",
        what: "50 tickets of an account, newest first, 6 fields",
        text: "{ tickets(first: ROWS) { nodes { id number subject createdAt updatedAt dueAt } } }",
        path: "/page/ACCOUNT",
        statements: 1,
        sqlite: limit(6.5, 2.0),
        postgres: limit(6.5, 2.0),
        with_database: limit(4.5, 1.7),
    },
    Query {
        name: "Q2",
        what: "the same with account, assignee, status, last comment",
        text: "{ tickets(first: ROWS) { nodes { id number subject createdAt updatedAt dueAt status { label } \
               account { name } assignee { name } lastComment { body createdAt } } } }",
        path: "/rich/ACCOUNT",
        statements: 2,
        sqlite: limit(4.5, 1.6),
        postgres: limit(5.5, 2.0),
        with_database: limit(2.5, 1.3),
    },
    Query {
        name: "Q3",
        what: "one ticket with 20 comments and their authors",
        text: "{ ticket(id: \"TICKET\") { id number subject status { label } createdAt \
               comments(first: 20) { nodes { id body createdAt author { name } } } } }",
        path: "/ticket/TICKET",
        statements: 3,
        sqlite: limit(5.0, 2.0),
        postgres: limit(6.5, 2.0),
        with_database: limit(4.0, 1.6),
    },
    Query {
        name: "Q4",
        what: "{ __typename }",
        text: "{ __typename }",
        path: "/nothing",
        statements: 0,
        sqlite: limit(2.5, 1.5),
        postgres: limit(2.5, 1.5),
        with_database: limit(2.5, 1.5),
    },
];

impl Query {
    pub fn text(&self, ticket: &str, rows: usize) -> String {
        self.text.replace("TICKET", ticket).replace("ROWS", &rows.to_string())
    }

    /// CPU of the server over that of the bound's.
    pub fn server(&self, database: Database) -> Limit {
        match database {
            Database::Sqlite => self.sqlite,
            Database::Postgres => self.postgres,
        }
    }

    /// CPU of server and database over that of the bound and its database's; SQLite is part of the server.
    pub fn with_database(&self, database: Database) -> Option<Limit> {
        (database == Database::Postgres).then_some(self.with_database)
    }
}

/// A query that is asked of a small and of a large world. The viewer's own tickets are the same.
#[derive(Debug)]
pub struct Scaled {
    pub what: &'static str,
    pub text: &'static str,
    /// The field of the root that it asks for: one that the schema may not have yet.
    pub field: &'static str,
}

pub const SCALED: [Scaled; 4] = [
    Scaled {
        what: "a page of 50 tickets",
        text: "{ tickets(first: 50) { nodes { id number subject createdAt status { label } } } }",
        field: "tickets",
    },
    Scaled {
        what: "the open ones whose subject contains \"VPN\"",
        text: "{ tickets(first: 50, filter: { open: true, subject: { contains: \"VPN\" } }) \
               { nodes { id number subject createdAt status { label } } } }",
        field: "tickets",
    },
    Scaled {
        what: "a page of 50 with its total",
        text: "{ tickets(first: 50) { totalCount nodes { id number subject } } }",
        field: "tickets",
    },
    Scaled {
        what: "a search with at most 200 matches",
        text: "{ search(text: \"Zephyrine\", first: 50) { nodes { __typename } } }",
        field: "search",
    },
];

/// CPU of a request in the large world over that in the small one.
pub const SCALE: Limit = limit(1.5, 1.2);

/// MB that the first fill may take.
pub const FILL_MEMORY: f64 = 200.0;

/// A ratio of CPU times on a machine that others use as well may be this much too high by chance.
pub const TOLERANCE: f64 = 1.15;

/// MB that the server may take under load for itself: what it shares with the file of its program is the system's to
/// give and to take.
pub fn memory(database: Database) -> f64 {
    const OWN: f64 = 30.0;
    /// Pages that a connection to SQLite may keep.
    const CACHE: f64 = 16.0;
    if database == Database::Sqlite { OWN + CACHE } else { OWN }
}
