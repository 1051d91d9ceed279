//! The catalogue, its forms, and what is asked for with them.

use super::*;

const USERS_AND_SERVICES: [&str; 12] = [
    "Add/Remove Printer",
    "Create New Shared Mailbox",
    "General Request",
    "Leaver",
    "Modify Distribution List",
    "Modify Shared Mailbox",
    "Modify SharePoint Permissions",
    "Modify Teams Talk Call Routing",
    "New Starter",
    "Set/Update Out of Office",
    "Shared Drive Access",
    "Update Email Signature",
];
const SOFTWARE_CHANGES: [&str; 3] =
    ["Access to Business Applications", "Change Quantity of Licences", "Update Application Version"];

/// Acceptance: C01, C02, C03, C04, C05, C06 (Query.catalogueCategories, CatalogueItemFilter, CatalogueItem.icon, CatalogueItem.form)
#[tokio::test]
async fn the_catalogue_shows_what_is_offered_and_what_it_asks() -> Result<()> {
    let shelf = shelf().await?;
    let query = "{ catalogueCategories(first: 10) { nodes { name items(first: 20) { nodes { name icon availableActions \
        form { fields { key label type required options { value label } } } } } } } }";
    let data = shelf.house.data(shelf.user.who(), query).await?;
    let categories = at(&data, "/catalogueCategories/nodes");
    let laptop = at(&categories, "/1/items/nodes");
    assert_eq!(at(&categories, "/0/name"), "People", "{data}");
    assert_eq!(laptop.as_array().map(Vec::len), Some(1), "what agents alone may ask for is not shown: {data}");
    let form = json!([
        { "key": "153", "label": "First day", "type": "DATE", "required": true, "options": [] },
        { "key": "151", "label": "Operating system", "type": "CHOICE", "required": false,
          "options": [{ "value": "1", "label": "Windows" }, { "value": "2", "label": "macOS" }] },
    ]);
    assert_eq!(laptop[0]["form"]["fields"], form, "{data}");
    assert_eq!(laptop[0]["availableActions"], json!(["REQUEST"]));
    assert_eq!(shelf.names(ADMINISTRATOR, "catalogueItems", "name").await?.len(), 18);
    let names = |at: usize| -> BTreeSet<&str> {
        let items = categories[at]["items"]["nodes"].as_array().into_iter().flatten();
        items.filter_map(|item| item["name"].as_str()).collect()
    };
    assert_eq!(names(2), USERS_AND_SERVICES.into());
    assert_eq!(names(3), SOFTWARE_CHANGES.into());
    let data =
        shelf.house.data(shelf.user.who(), "{ catalogueItems(filter: { text: \"lapt\" }) { nodes { name } } }").await?;
    assert_eq!(at(&data, "/catalogueItems/nodes"), json!([{ "name": "New laptop" }]));
    let inside = |category: i64| -> Result<String> {
        let id = shelf.id(Kind::CatalogueCategory, category)?;
        Ok(format!(
            "{{ catalogueItems(filter: {{ text: \"mailbox\", category: {{ eq: \"{id}\" }} }}) {{ totalCount }} }}"
        ))
    };
    for (category, count) in [(3, 2), (4, 0)] {
        let data = shelf.house.data(shelf.user.who(), &inside(category)?).await?;
        assert_eq!(at(&data, "/catalogueItems/totalCount"), count, "{data}");
    }
    // ITFlow has no catalogue: the list is empty, and its accounts do not offer it.
    let query = "{ accounts(first: 1) { nodes { features } } }";
    let features = shelf.house.data(STANDARD, query).await?;
    ensure!(!features.to_string().contains("REQUEST_ITEM"), "{features}");
    let features = shelf.house.data(shelf.user.who(), query).await?;
    ensure!(features.to_string().contains("REQUEST_ITEM"), "{features}");
    Ok(())
}

/// Acceptance: C07, C08, R09 (Mutation.requestCatalogueItem)
#[tokio::test]
async fn a_request_is_a_ticket_that_waits_for_an_approval_unless_it_needs_none() -> Result<()> {
    let shelf = shelf().await?;
    let answers = json!([{ "key": "153", "value": "2026-07-01" }, { "key": "151", "value": "2" }]);
    let laptop = ("service:2", "New laptop");
    // This one has no card: its own type says what it opens.
    let general = ("service:12", "General Request");
    for (who, (item, name), waits) in
        [(&shelf.user, laptop, 1), (&shelf.primary, laptop, 0), (&shelf.stranger, general, 0)]
    {
        let item = shelf.id(Kind::CatalogueItem, item)?;
        let done = shelf.request(who.who(), &item, answers.clone()).await?;
        assert_eq!(done["delivery"], "APPLIED", "{done}");
        assert_eq!(done["ticket"]["subject"], name, "{done}");
        let ticket = &done["ticket"]["id"];
        let query = format!(
            "{{ node(id: {ticket}) {{ ... on Ticket {{ number contact {{ id }} approvals(first: 5) {{ nodes {{ \
             status {{ group }} }} }} customValues {{ key value }} }} }} }}"
        );
        let read = shelf.house.data(who.who(), &query).await?;
        assert_eq!(at(&read, "/node/contact/id"), who.contact.as_str(), "{read}");
        assert_eq!(at(&read, "/node/approvals/nodes").as_array().map(Vec::len), Some(waits), "{read}");
    }
    Ok(())
}

#[tokio::test]
async fn a_form_is_held_against_its_fields() -> Result<()> {
    let shelf = shelf().await?;
    let item = shelf.id(Kind::CatalogueItem, "service:2")?;
    let day = json!({ "key": "153", "value": "2026-07-01" });
    let before = shelf.halo.ids("Tickets").len();
    for (answers, field) in [
        (json!([]), "153"),
        (json!([{ "key": "153", "value": " " }]), "153"),
        (json!([{ "key": "153", "value": "soon" }]), "153"),
        (json!([day, day]), "153"),
        (json!([day, { "key": "151", "value": "Windows" }]), "151"),
        (json!([day, { "key": "152", "value": "7" }]), "152"),
    ] {
        let done = shelf.request(shelf.user.who(), &item, answers.clone()).await?;
        assert_eq!(done["userErrors"][0]["code"], "BAD_USER_INPUT", "{answers}: {done}");
        assert_eq!(done["userErrors"][0]["field"], json!(["input", "answers", field]), "{answers}: {done}");
        assert!(done["delivery"].is_null(), "{done}");
    }
    assert_eq!(shelf.halo.ids("Tickets").len(), before, "nothing was sent");
    // What is not offered does not exist, for others one may not ask, and a wish that comes again is the same one.
    let hidden = shelf.id(Kind::CatalogueItem, "service:3")?;
    let done = shelf.request(shelf.user.who(), &hidden, json!([])).await?;
    assert_eq!(done["userErrors"][0]["code"], "NOT_FOUND", "{done}");
    let input = json!({ "answers": [day], "contactId": shelf.primary.contact });
    let done = shelf.request_with(shelf.user.who(), &item, input).await?;
    assert_eq!(done["userErrors"][0]["code"], "NOT_FOUND", "{done}");
    let input = json!({ "answers": [day], "idempotencyKey": "once" });
    let first = shelf.request_with(shelf.user.who(), &item, input.clone()).await?;
    let again = shelf.request_with(shelf.user.who(), &item, input).await?;
    assert_eq!(first["ticket"]["id"], again["ticket"]["id"]);
    assert_eq!(shelf.halo.ids("Tickets").len(), before + 1);
    Ok(())
}
