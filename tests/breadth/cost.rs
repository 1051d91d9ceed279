//! Statements follow the shape of an operation, never its rows.

use anyhow::Result;
use portico_tests::House;
use portico_tests::house::ADMINISTRATOR;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use secrecy::ExposeSecret;

const SHAPES: &[&str] = &[
    "assets(first: N) { nodes { name assignedTo { name } contact { name } site { name } account { name } } }",
    "sites(first: N) { nodes { name account { name } assets(first: 3) { nodes { name } } } }",
    "quotes(first: N) { nodes { number lines { name } account { name } } }",
    "recurringInvoices(first: N) { nodes { number account { name } } }",
    "payments(first: N) { nodes { amount { amount } invoice { number } } }",
    "approvals(first: N) { nodes { subject approvers { name } requestedBy { name } ticket { number } } }",
    "documents(first: N) { nodes { name account { name } } }",
    "certificates(first: N) { nodes { name domain { name } account { name } } }",
    "tickets(first: N) { nodes { number site { name } asset { name } approvals(first: 3) { nodes { subject } } customValues { value } } }",
];

#[tokio::test]
async fn fifty_rows_take_as_many_statements_as_one() -> Result<()> {
    rows(&super::house().await?).await
}

pub async fn rows(house: &House) -> Result<()> {
    for shape in SHAPES {
        let ask = |rows: &str| format!("{{ {} }}", shape.replace('N', rows));
        for rows in ["2", "50"] {
            house.data(ADMINISTRATOR, &ask(rows)).await?;
        }
        let (_, few) = house.counted(ADMINISTRATOR, &ask("2")).await?;
        let (_, many) = house.counted(ADMINISTRATOR, &ask("50")).await?;
        assert_eq!(few, many, "{shape}");
    }
    Ok(())
}

#[tokio::test]
async fn a_section_of_the_home_page_is_one_statement_and_only_when_selected() -> Result<()> {
    home(&super::house().await?).await
}

pub async fn home(house: &House) -> Result<()> {
    let sections = [
        "ticketCounts { open }",
        "balance { amount }",
        "recurringMonthly { amount }",
        "expiringDomains { nodes { name } }",
        "expiringCertificates { nodes { name } }",
        "expiringWarranties { nodes { name } }",
        "myAssets { nodes { name } }",
    ];
    let ask = |sections: &[&str]| format!("{{ dashboard {{ __typename {} }} }}", sections.join(" "));
    house.data(ADMINISTRATOR, &ask(&sections)).await?;
    let (_, none) = house.counted(ADMINISTRATOR, &ask(&[])).await?;
    for section in sections {
        let (_, one) = house.counted(ADMINISTRATOR, &ask(&[section])).await?;
        assert_eq!(one, none + 1, "{section}");
    }
    let (_, every) = house.counted(ADMINISTRATOR, &ask(&sections)).await?;
    assert_eq!(every, none + 7);
    Ok(())
}

/// What a filter by words asks of the tickets of an account, with nothing of those that stay.
const FOUND: &str = "EXPLAIN QUERY PLAN SELECT id FROM mirror_tickets WHERE account_id IN ('a') AND \
    (status_group NOT IN ('RESOLVED', 'CLOSED') AND LOWER(subject) LIKE '%vpn%' ESCAPE '\\') \
    ORDER BY created_at DESC, id DESC LIMIT 51";

#[tokio::test]
async fn tickets_are_filtered_by_words_and_state_without_their_rows() -> Result<()> {
    let house = super::house().await?;
    let conn = Database::connect(house.config.database.url.expose_secret()).await?;
    // PostgreSQL looks at the rows whatever the index holds.
    if conn.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let steps = conn.query_all_raw(Statement::from_string(DbBackend::Sqlite, FOUND)).await?;
    let plan: Vec<String> = steps.iter().map(|step| step.try_get("", "detail")).collect::<Result<_, _>>()?;
    assert!(
        matches!(plan.as_slice(), [one] if one.contains("COVERING INDEX ix_mirror_tickets_account_id_created")),
        "{plan:?}"
    );
    Ok(())
}
