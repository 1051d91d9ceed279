//! Statements follow the shape of an operation, never its rows.

use anyhow::Result;
use portico_tests::House;
use portico_tests::house::ADMINISTRATOR;

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
