//! Articles and announcements.

use super::*;

/// Acceptance: B01, B02 (Query.knowledgeArticles, Query.announcements, ArticleFilter.text, ArticleOrder)
#[tokio::test]
async fn articles_are_for_those_whom_they_are_surely_for() -> Result<()> {
    let shelf = shelf().await?;
    let world = &shelf.house.world;
    let expected = |client: i32| -> BTreeSet<String> {
        let own = world.documents.iter().filter(|it| it.client == client && it.client_visible && !it.archived.is_set());
        own.map(|it| it.name.clone()).chain(["Opening hours".to_owned()]).collect()
    };
    for who in [&shelf.primary, &shelf.user, &shelf.stranger] {
        assert_eq!(shelf.names(who.who(), "knowledgeArticles", "title").await?, expected(who.client));
    }
    let hidden = world.documents.iter().find(|it| it.client == shelf.primary.client && !it.client_visible);
    let hidden = shelf.id(Kind::Article, i64::from(hidden.context("every document is shown")?.id) + SHIFT.article)?;
    let node = format!("{{ node(id: \"{hidden}\") {{ id }} }}");
    assert!(at(&shelf.house.ask(shelf.primary.who(), &node).await?, "/data/node").is_null());
    assert_eq!(at(&shelf.house.ask(ADMINISTRATOR, &node).await?, "/data/node/id"), hidden.as_str());
    // Whoever is at another PSA alone has nothing of this one.
    assert!(shelf.names(STANDARD, "knowledgeArticles", "title").await?.is_empty());

    let found = "{ knowledgeArticles(filter: { text: \"weekdays\", topic: { eq: \"Guides\" }, \
        department: { eq: \"Service Desk\" } }, orderBy: { field: VIEWS }) { totalCount nodes { title views body } } \
        search(text: \"hours open\", types: [ARTICLE]) { nodes { __typename ... on Article { title } } } }";
    let data = shelf.house.data(shelf.primary.who(), found).await?;
    assert_eq!(at(&data, "/knowledgeArticles/nodes/0/views"), 42, "{data}");
    assert_eq!(at(&data, "/knowledgeArticles/totalCount"), 1, "{data}");
    assert_eq!(at(&data, "/search/nodes/0/title"), "Opening hours", "{data}");
    let data = shelf.house.data(STANDARD, "{ search(text: \"hours open\", types: [ARTICLE]) { totalCount } }").await?;
    assert_eq!(at(&data, "/search/totalCount"), 0, "{data}");
    let told = shelf.names(shelf.user.who(), "announcements", "body").await?;
    assert_eq!(told, ["<p>Maintenance on Sunday.</p>".to_owned()].into());
    assert!(shelf.names(STANDARD, "announcements", "body").await?.is_empty());
    Ok(())
}
