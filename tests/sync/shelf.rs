//! What only a Halo has on its shelf: articles, announcements, contracts, the catalogue; and what is asked of it.

use crate::seen::at;
use anyhow::{Context, Result, ensure};
use portico::accounts::{ContactLink, NewUser, Realm};
use portico::app::{App, say};
use portico::config::BackendSettings;
use portico::readmodel::{GlobalId, ids};
use portico::registry;
use portico_contract::{Kind, NativeId, Stream};
use portico_sandbox::halopsa::{self, SHIFT};
use portico_sandbox::world::model::Contact;
use portico_sandbox::{ContactType, Halo};
use portico_tests::house::{ADMINISTRATOR, STANDARD};
use portico_tests::{House, Who};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// A house that has a Halo beside its ITFlow, with customers of that Halo.
struct Shelf {
    house: House,
    halo: Halo,
    /// Holds everything at its account: no request of theirs waits for anybody.
    primary: Somebody,
    /// A colleague who is nothing more than a user.
    user: Somebody,
    /// Holds everything at another account.
    stranger: Somebody,
}

struct Somebody {
    token: String,
    client: i32,
    account: String,
    contact: String,
}

impl Somebody {
    fn who(&self) -> Who<'_> {
        Who::Token(&self.token)
    }
}

fn settings(halo: &Halo) -> toml::Table {
    let texts = [
        ("resource_url", halo.resource_url()),
        ("auth_url", halo.auth_url()),
        ("client_id", halo.client_id().to_owned()),
        ("client_secret", halo.client_secret()),
        ("currency", "USD".to_owned()),
        ("followers_field", "emailcclist".to_owned()),
    ];
    let numbers = [
        ("calls", 10_000),
        ("web_access_none", halopsa::ACCESS_NONE),
        ("web_access_own", halopsa::ACCESS_OWN),
        ("web_access_site", halopsa::ACCESS_SITE),
        ("web_access_customer", halopsa::ACCESS_CLIENT),
        ("approval_approved", halopsa::APPROVED),
        ("approval_declined", halopsa::REJECTED),
        ("payment_method", 1),
        ("field_optional", 1),
        ("field_required", 2),
    ];
    let mut table: toml::Table = texts.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    table.extend(numbers.map(|(key, value)| (key.to_owned(), value.into())));
    table.extend(["allow_http", "allow_local", "popups"].map(|key| (key.to_owned(), true.into())));
    table.insert("date_fields".to_owned(), vec![4_i64].into());
    table.insert("auto_approved_roles".to_owned(), vec!["Primary Service Contact"].into());
    table
}

async fn shelf() -> Result<Shelf> {
    let mut house = House::new().await?;
    let clock = house.clock.clone();
    let halo = Halo::start(&house.world, Arc::new(move || clock.now().naive_utc())).await?;
    halo.set_limit(1_000_000);
    house.config.backends.push(BackendSettings::new("halo", "halopsa", settings(&halo)));
    let backends = registry::backends(&house.config.backends, &house.clock)?;
    house.app = App::start(&house.config, backends, house.clock.clone()).await?;
    house.app.sync.fill(false, None).await.map_err(|e| say(&e))?;
    let backend = house.other()?.id;
    let may = |contact: &&Contact| {
        let user = house.world.users.iter().find(|user| user.id == contact.user);
        contact.client != 0 && !contact.archived.is_set() && user.is_some_and(|user| user.enabled)
    };
    let of = |contact: &Contact, kind| ContactType::of(contact).contains(&kind);
    let contacts: Vec<&Contact> = house.world.contacts.iter().filter(may).collect();
    let has_plans = |it: &Contact| house.world.recurring.iter().any(|plan| plan.client == it.client && plan.active);
    let plain = |it: &Contact| {
        [ContactType::Primary, ContactType::Billing, ContactType::Technical].iter().all(|kind| !of(it, *kind))
    };
    let colleague = |it: &Contact| contacts.iter().find(|other| other.client == it.client && plain(other)).copied();
    let primary = contacts.iter().find(|it| of(it, ContactType::Primary) && has_plans(it) && colleague(it).is_some());
    let primary = *primary.context("no primary contact with a colleague")?;
    let user = colleague(primary).context("no colleague")?;
    let stranger = contacts.iter().find(|it| it.client != primary.client && of(it, ContactType::Primary));
    let stranger = *stranger.context("no other primary contact")?;
    let primary = signed_in(&house, backend, primary).await?;
    let user = signed_in(&house, backend, user).await?;
    let stranger = signed_in(&house, backend, stranger).await?;
    Ok(Shelf { house, halo, primary, user, stranger })
}

/// A user of Portico who is this contact in Halo.
async fn signed_in(house: &House, backend: Uuid, contact: &Contact) -> Result<Somebody> {
    let id = |kind, key: i64| ids::derived(backend, &NativeId::new(kind, key));
    let contact_id = id(Kind::Contact, i64::from(contact.id) + SHIFT.user);
    let account = id(Kind::Account, i64::from(contact.client) + SHIFT.client);
    let login = format!("halo-{}@example.com", contact.id);
    let new = NewUser {
        realm: Realm::Customer,
        name: contact.name.clone(),
        email: login.clone(),
        login,
        password: None,
        contacts: vec![ContactLink { backend_id: backend, contact_id }],
        roles: Vec::new(),
    };
    let user = house.app.accounts.create_user(new).await.map_err(|e| say(&e))?;
    let token = house.app.accounts.service_token(user, "test", 1).await.map_err(|e| say(&e))?;
    Ok(Somebody {
        token: token.token.expose_secret().to_owned(),
        client: contact.client,
        account: GlobalId::new(Kind::Account, account).to_string(),
        contact: GlobalId::new(Kind::Contact, contact_id).to_string(),
    })
}

impl Shelf {
    fn id(&self, kind: Kind, key: impl ToString) -> Result<String> {
        self.house.other_id(kind, key)
    }

    async fn names(&self, who: Who<'_>, list: &str, name: &str) -> Result<BTreeSet<String>> {
        let data = self.house.data(who, &format!("{{ {list}(first: 100) {{ nodes {{ {name} }} }} }}")).await?;
        let rows = at(&data, &format!("/{list}/nodes"));
        let rows = rows.as_array().context("no rows")?;
        Ok(rows.iter().filter_map(|row| row[name].as_str().map(str::to_owned)).collect())
    }

    /// What a mutation answers.
    async fn run(&self, who: Who<'_>, mutation: &str, variables: Value) -> Result<Value> {
        let answer = self.house.ask_with(who, mutation, variables).await?;
        ensure!(answer.get("errors").is_none(), "{answer}");
        let data = at(&answer, "/data");
        Ok(data.as_object().and_then(|data| data.values().next()).cloned().unwrap_or_default())
    }

    async fn request(&self, who: Who<'_>, item: &str, answers: Value) -> Result<Value> {
        self.request_with(who, item, json!({ "answers": answers })).await
    }

    async fn request_with(&self, who: Who<'_>, item: &str, input: Value) -> Result<Value> {
        let mutation = "mutation($id: ID!, $input: RequestCatalogueItemInput!) { requestCatalogueItem(id: $id, \
            input: $input) { ticket { id subject delivery approvals(first: 5) { nodes { status { group } } } } \
            delivery userErrors { code message field } } }";
        self.run(who, mutation, json!({ "id": item, "input": input })).await
    }
}

impl Shelf {
    /// Reads one stream of the Halo whole.
    async fn sweep(&self, stream: Stream) -> Result<()> {
        self.house.pass(std::time::Duration::from_secs(5));
        let source = self.house.other()?;
        self.house.app.sync.ask_for_full(source, stream).await.map_err(|e| say(&e))?;
        let lane = portico_contract::Lane::Background;
        self.house.app.sync.pull(source, stream, lane).await.map(drop).map_err(|e| say(&e))
    }
}

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

/// Acceptance: K01 (Query.contracts, Contract.name)
/// Acceptance in part: K02, K08 (Contract.type, RecurringContract.history)
#[tokio::test]
async fn contracts_are_an_accounts_own_and_of_their_type() -> Result<()> {
    let shelf = shelf().await?;
    let plans = |client: i32, all: bool| -> BTreeSet<String> {
        let own = shelf.house.world.recurring.iter().filter(|it| it.client == client && (all || it.active));
        own.filter_map(|it| shelf.id(Kind::Contract, i64::from(it.id) + SHIFT.contract).ok()).collect()
    };
    for who in [&shelf.primary, &shelf.stranger] {
        assert_eq!(shelf.names(who.who(), "contracts", "id").await?, plans(who.client, false));
    }
    let answer = shelf.house.ask(shelf.user.who(), "{ contracts(first: 5) { nodes { id } } }").await?;
    assert_eq!(at(&answer, "/errors/0/extensions/code"), "FORBIDDEN", "{answer}");
    let everything: BTreeSet<i32> = shelf.house.world.recurring.iter().map(|it| it.client).collect();
    let every: BTreeSet<String> = everything.into_iter().filter(|it| *it != 0).flat_map(|it| plans(it, true)).collect();
    assert_eq!(shelf.names(ADMINISTRATOR, "contracts", "id").await?, every);

    let query = "{ contracts(first: 100, filter: { type: { eq: RECURRING } }, orderBy: { field: ENDS_ON }) { nodes { \
        __typename id name type active sla account { id } startsOn endsOn ... on RecurringContract { billingCycle \
        billingPrice { amount currency } history { amount { amount } } } } } }";
    let data = shelf.house.data(shelf.primary.who(), query).await?;
    let rows = at(&data, "/contracts/nodes").as_array().cloned().unwrap_or_default();
    ensure!(!rows.is_empty(), "{data}");
    for row in &rows {
        assert_eq!(row["__typename"], "RecurringContract");
        assert_eq!(row["account"]["id"], shelf.primary.account.as_str());
        assert_eq!(row["billingPrice"]["currency"], "USD");
        ensure!(row["billingCycle"].is_string() && row["history"].is_array(), "{row}");
        let node = format!("{{ node(id: {}) {{ __typename ... on Contract {{ name }} }} }}", row["id"]);
        let node = shelf.house.data(shelf.primary.who(), &node).await?;
        assert_eq!((&at(&node, "/node/__typename"), &at(&node, "/node/name")), (&row["__typename"], &row["name"]));
        let node = format!("{{ node(id: {}) {{ id }} }}", row["id"]);
        assert!(at(&shelf.house.ask(shelf.stranger.who(), &node).await?, "/data/node").is_null());
    }
    Ok(())
}

/// Acceptance: K03, K04, K05, K07, K09 (RecurringContract.billingCycle, RetainerByHoursContract.billingCycle, RetainerByHoursContract.prepaidTime, RecurringContract.billingPrice, FixedPriceContract.billingPrice, RetainerByAmountContract.billingPrice, RetainerByAmountContract.consumedAmount)
/// Acceptance in part: K06 (FixedPriceContract.billAmount, FixedPriceContract.remainingAmount)
#[tokio::test]
async fn each_type_of_contract_says_what_is_its_own() -> Result<()> {
    let shelf = shelf().await?;
    let plan = shelf.house.world.recurring.iter().find(|it| it.client == shelf.primary.client && it.active);
    let key = i64::from(plan.context("no plan")?.id) + SHIFT.contract;
    let id = shelf.id(Kind::Contract, key)?;
    let usual = json!({ "periodchargeamount": 120.0, "billing_period_string": "Monthly" });
    shelf.halo.update("ClientContract", key, usual)?;
    let price = json!({ "amount": "120.00" });
    for (change, name, fields, expected) in [
        (
            json!({}),
            "RecurringContract",
            "billingCycle billingPrice { amount }",
            json!({ "billingCycle": "Monthly", "billingPrice": price }),
        ),
        (
            json!({ "contracttype_name": "Time and materials" }),
            "TimeAndMaterialsContract",
            "type",
            json!({ "type": "Time and materials" }),
        ),
        (
            json!({ "contracttype_name": "Fixed price" }),
            "FixedPriceContract",
            "billingPrice { amount } billAmount { amount } remainingAmount { amount }",
            json!({ "billingPrice": price, "billAmount": null, "remainingAmount": null }),
        ),
        (
            json!({ "contracttype_name": "Bundle", "contract_prepaytotal": 10.0, "contract_prepayused": 4.0 }),
            "RetainerByHoursContract",
            "billingCycle prepaidTime { total used remaining }",
            json!({ "billingCycle": "Monthly", "prepaidTime": { "total": 36_000, "used": 14_400, "remaining": 21_600 } }),
        ),
        (
            json!({ "contract_prepayasamount": true, "contract_prepaybalance": 6.0 }),
            "RetainerByAmountContract",
            "billingPrice { amount } consumedAmount { amount } remainingAmount { amount }",
            json!({ "billingPrice": price, "consumedAmount": { "amount": "4.00" }, "remainingAmount": { "amount": "6.00" } }),
        ),
    ] {
        shelf.halo.update("ClientContract", key, change)?;
        shelf.sweep(Stream::Contracts).await?;
        let query = format!("{{ contract(id: \"{id}\") {{ __typename ... on {name} {{ {fields} }} }} }}");
        let mut data = shelf.house.data(shelf.primary.who(), &query).await?;
        let contract = data["contract"].as_object_mut().context("no contract")?;
        assert_eq!(contract.remove("__typename"), Some(json!(name)));
        assert_eq!(Value::Object(contract.clone()), expected, "{name}");
    }
    Ok(())
}

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

#[tokio::test]
async fn quotes_payments_and_followers_reach_the_psa() -> Result<()> {
    let shelf = shelf().await?;
    let (house, primary) = (&shelf.house, shelf.primary.who());
    let decide = "mutation($id: ID!, $yes: Boolean!) { decideQuote(id: $id, input: { accept: $yes }) { \
        quote { status { group } } delivery userErrors { code } } }";
    let open = "{ quotes(first: 100, filter: { status: { eq: OPEN } }) { nodes { id availableActions } } }";
    let rows = house.data(primary, open).await?;
    for quote in at(&rows, "/quotes/nodes").as_array().into_iter().flatten() {
        assert_eq!(quote["availableActions"], json!(["DECIDE"]), "{quote}");
        let refused = shelf.run(shelf.stranger.who(), decide, json!({ "id": quote["id"], "yes": true })).await?;
        assert_eq!(refused["userErrors"][0]["code"], "NOT_FOUND", "{refused}");
    }
    let (mut seen, mut expected) = (0, [true, false].into_iter().cycle());
    for quote in at(&rows, "/quotes/nodes").as_array().into_iter().flatten() {
        let yes = expected.next().unwrap_or_default();
        let done = shelf.run(primary, decide, json!({ "id": quote["id"], "yes": yes })).await?;
        assert_eq!(done["delivery"], "APPLIED", "{done}");
        assert_eq!(done["quote"]["status"]["group"], if yes { "ACCEPTED" } else { "DECLINED" }, "{done}");
        let again = shelf.run(primary, decide, json!({ "id": quote["id"], "yes": !yes })).await?;
        assert_eq!(again["userErrors"][0]["code"], "CONFLICT", "{again}");
        seen += 1;
    }
    ensure!(seen > 0, "no quote waits for an answer");
    let standard = house.data(primary, "{ tickets(first: 1, filter: { open: true }) { nodes { id } } }").await?;
    if let Some(ticket) = at(&standard, "/tickets/nodes/0/id").as_str() {
        let follow = "mutation($id: ID!, $who: [ID!]!) { setTicketFollowers(id: $id, input: { followerIds: $who }) { \
            delivery userErrors { code field } } }";
        let done = shelf.run(primary, follow, json!({ "id": ticket, "who": [shelf.user.contact] })).await?;
        assert_eq!(done["delivery"], "APPLIED", "{done}");
        let done = shelf.run(primary, follow, json!({ "id": ticket, "who": [shelf.stranger.contact] })).await?;
        assert_eq!(done["userErrors"][0]["code"], "NOT_FOUND", "{done}");
    }
    let pay = "mutation($id: ID!, $amount: Decimal!) { recordPayment(id: $id, input: { amount: $amount, \
        method: \"card\", reference: \"ch_1\" }) { invoice { paid { amount } payments(first: 9) { nodes { amount { amount } } } } \
        delivery userErrors { code field } } }";
    let backend = house.other()?.id;
    let query = "query($a: ID!) { invoices(first: 1, filter: { status: { eq: UNPAID }, account: { eq: $a } }) { \
        nodes { id payments(first: 9) { nodes { id } } } } }";
    let mut invoice = Value::Null;
    for client in &house.world.clients {
        let account = ids::derived(backend, &NativeId::new(Kind::Account, i64::from(client.id) + SHIFT.client));
        let account = GlobalId::new(Kind::Account, account).to_string();
        let answer = house.ask_with(ADMINISTRATOR, query, json!({ "a": account })).await?;
        invoice = at(&answer, "/data/invoices/nodes/0/id").clone();
        if invoice.is_string() {
            break;
        }
    }
    let answer = house.ask_with(primary, pay, json!({ "id": invoice, "amount": "1.00" })).await?;
    ensure!(answer.get("data").is_none(), "customers record nothing: {answer}");
    let done = shelf.run(ADMINISTRATOR, pay, json!({ "id": invoice, "amount": "-1" })).await?;
    assert_eq!(done["userErrors"][0]["field"], json!(["input", "amount"]), "{done}");
    let done = shelf.run(ADMINISTRATOR, pay, json!({ "id": invoice, "amount": "1.00" })).await?;
    assert_eq!(done["delivery"], "APPLIED", "{done}");
    let recorded = || {
        let payments = shelf.halo.ids("InvoicePayment");
        payments.iter().filter(|(id, _)| shelf.halo.value("InvoicePayment", *id, "thirdpartyid") == "ch_1").count()
    };
    assert_eq!(recorded(), 1, "{done}");
    let again = shelf.run(ADMINISTRATOR, pay, json!({ "id": invoice, "amount": "1.00" })).await?;
    assert_eq!(again["delivery"], "APPLIED", "{again}");
    assert_eq!(recorded(), 1, "a reference is recorded once");
    Ok(())
}

/// Statements follow the shape of an operation, never its rows.
#[tokio::test]
async fn one_row_of_the_shelf_takes_as_many_statements_as_all() -> Result<()> {
    let shelf = shelf().await?;
    for shape in [
        "knowledgeArticles(first: N) { nodes { title } }",
        "contracts(first: N) { nodes { name account { name } ... on RecurringContract { billingPrice { amount } } } }",
        "catalogueItems(first: N) { nodes { name category { name } form { fields { key } } } }",
        "catalogueCategories(first: N) { nodes { name parent { name } items(first: 3) { nodes { name } } } }",
        "tickets(first: N) { nodes { number contract { name } } }",
    ] {
        let ask = |rows: &str| format!("{{ {} }}", shape.replace('N', rows));
        for rows in ["2", "50"] {
            shelf.house.data(ADMINISTRATOR, &ask(rows)).await?;
        }
        let (_, few) = shelf.house.counted(ADMINISTRATOR, &ask("2")).await?;
        let (_, many) = shelf.house.counted(ADMINISTRATOR, &ask("50")).await?;
        assert_eq!(few, many, "{shape}");
    }
    Ok(())
}
