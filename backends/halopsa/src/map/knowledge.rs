//! The catalogue, articles and announcements. With a service token Halo applies none of its rules about who may see what:
//! what cannot be told for sure is not offered and not shown.

use super::books::Currencies;
use super::value::{Zone, html};
use crate::wire::Text;
use crate::wire::knowledge::{ArticleRow, CardRow, ItemRow, PopupRow, RestrictionRow, ServiceCategoryRow, ServiceRow};
use portico_contract::record::{Announcement, Article, CatalogueCategory, CatalogueItem, Record};
use portico_contract::value::{Html, Money, Visibility};
use portico_contract::{Kind, NativeId};

/// The category of sales items, which Halo's portal shows as "Products".
const PRODUCTS: &str = "products";

/// What the key of a service begins with, and what stands before the card where it has several.
const SERVICE: &str = "service:";
const CARD: char = '/';

fn service_key(id: i64) -> String {
    format!("{SERVICE}{id}")
}

/// The service that a key names, and the card; a sales item is none.
pub(crate) fn service_of(key: &str) -> Option<(i64, Option<i64>)> {
    let key = key.strip_prefix(SERVICE)?;
    match key.split_once(CARD) {
        Some((service, card)) => Some((service.parse().ok()?, Some(card.parse().ok()?))),
        None => Some((key.parse().ok()?, None)),
    }
}

/// One item for each card of a service that has several.
pub(crate) fn of_cards(item: &CatalogueItem, cards: &[CardRow]) -> Vec<CatalogueItem> {
    if cards.len() < 2 {
        return vec![item.clone()];
    }
    let card = |(at, card): (usize, &CardRow)| {
        let key = match at {
            0 => item.id.key.clone(),
            _ => format!("{}{CARD}{}", item.id.key, card.id.0?),
        };
        let hint = card.servicedetail_hint.as_str().filter(|hint| !hint.is_empty());
        Some(CatalogueItem {
            id: NativeId::new(Kind::CatalogueItem, key),
            form: card.servicedetail_requesttypeid.id(Kind::Form),
            name: card.servicedetail_label.words().map_or(item.name.clone(), |label| format!("{}: {label}", item.name)),
            description: hint.map(super::value::escaped).or_else(|| item.description.clone()),
            ..item.clone()
        })
    };
    cards.iter().enumerate().filter_map(card).collect()
}

/// For users of every level.
fn for_all(level: crate::wire::Int) -> bool {
    level.0.is_none_or(|level| level <= 0)
}

pub(crate) fn category(row: &ServiceCategoryRow, restrictions: &[RestrictionRow]) -> Option<Record> {
    let id = row.id.key()?;
    let restricted = restrictions.iter().any(|other| other.service_category_id.0 == Some(id));
    Some(Record::CatalogueCategory(CatalogueCategory {
        id: NativeId::new(Kind::CatalogueCategory, id),
        parent: row.parent_id.id(Kind::CatalogueCategory),
        name: row.name.or(|| format!("Category {id}")),
        description: row.summary.words(),
        order: row.seq.0.and_then(|order| i32::try_from(order).ok()).unwrap_or_default(),
        active: for_all(row.userlevel) && !restricted,
    }))
}

/// The category that sales items are in.
pub(crate) fn products() -> Record {
    Record::CatalogueCategory(CatalogueCategory {
        id: NativeId::new(Kind::CatalogueCategory, PRODUCTS),
        parent: None,
        name: "Products".to_owned(),
        description: None,
        order: i32::MAX,
        active: true,
    })
}

pub(crate) fn service(row: &ServiceRow, restrictions: &[RestrictionRow]) -> Option<CatalogueItem> {
    let id = row.id.key()?;
    let category = row.service_category_id.key();
    let restricted = restrictions.iter().any(|other| {
        other.service_id.0 == Some(id) || (category.is_some() && other.service_category_id.key() == category)
    });
    Some(CatalogueItem {
        id: NativeId::new(Kind::CatalogueItem, service_key(id)),
        category: row.service_category_id.id(Kind::CatalogueCategory),
        form: row.service_tickettype_id.id(Kind::Form).filter(|_| row.allowservicerequests.yes()),
        name: row.name.or(|| format!("Service {id}")),
        description: row.summary.as_str().map(super::value::escaped),
        icon: row.icon.words(),
        price: None,
        needs_approval: None,
        account: None,
        active: row.showinusercatalog.yes() && for_all(row.userlevel) && !restricted,
    })
}

pub(crate) fn item(row: &ItemRow, currencies: &Currencies) -> Option<Record> {
    let id = row.id.key()?;
    let price = if row.isrecurringitem.yes() { row.recurringprice.0 } else { row.baseprice.0 };
    let price = price.zip(currencies.usual.clone()).map(|(amount, currency)| Money { amount, currency });
    Some(Record::CatalogueItem(CatalogueItem {
        id: NativeId::new(Kind::CatalogueItem, format_args!("item:{id}")),
        category: Some(NativeId::new(Kind::CatalogueCategory, PRODUCTS)),
        form: None,
        name: row.name.or(|| format!("Item {id}")),
        description: row.user_description.as_str().map(super::value::escaped),
        icon: row.icon.words(),
        price,
        needs_approval: None,
        account: None,
        active: !row.inactive.yes(),
    }))
}

/// An article with the question and the answer as one text.
pub(crate) fn article(row: &ArticleRow, zone: Zone) -> Option<Record> {
    let parts = [html(&row.description_html, &row.description), html(&row.resolution_html, &row.resolution)];
    let body: Vec<String> = parts.into_iter().map(|part| part.0).filter(|part| !part.is_empty()).collect();
    let (visibility, account) = audience(row);
    Some(Record::Article(Article {
        id: row.id.id(Kind::Article)?,
        account,
        title: row.name.or(|| format!("Article {}", row.id.0.unwrap_or_default())),
        body: Html(body.join("\n")),
        topic: row.faqlists.all().iter().find_map(|list| list.name.words()),
        department: row.faqlists.all().iter().find_map(|list| list.group_name.words()),
        visibility,
        views: row.view_count.0,
        published_at: zone.moment(&row.date_created),
        updated_at: zone.moment(&row.date_edited),
    }))
}

/// For all customers, for one, or for nobody: an article for several has no audience that can be written down.
fn audience(row: &ArticleRow) -> (Visibility, Option<NativeId>) {
    let lists = row.faqlists.all();
    let listed = lists.iter().any(|list| !list.dontshowonportal.yes());
    let open = lists.iter().any(|list| !list.dontshowonportal.yes() && !list.showforall.no());
    let clients: Vec<NativeId> =
        row.kbentryclientaccess.all().iter().filter_map(|access| access.client_id.id(Kind::Account)).collect();
    let groups = !row.kbentrytoplevelaccess.all().is_empty();
    let hidden = row.inactive.yes() || !listed;
    match clients.as_slice() {
        _ if hidden => (Visibility::Hidden, None),
        [] if row.showforall.yes() && open && !groups => (Visibility::Public, None),
        [client] if !groups => (Visibility::Public, Some(client.clone())),
        _ => (Visibility::Hidden, None),
    }
}

/// Halo shows popup notes to agents as well as to users, and does not say to whom: a setting does. A note for one site or
/// user is not for their whole customer.
pub(crate) fn announcement(row: &PopupRow, shown: bool, zone: Zone) -> Option<Record> {
    let narrow = row.site_id.key().is_some() || row.user_id.key().is_some();
    let dated = |text: &Text| zone.moment(text).filter(|_| row.limitdaterange.yes());
    Some(Record::Announcement(Announcement {
        id: row.id.id(Kind::Announcement)?,
        account: row.client_id.id(Kind::Account),
        title: "Announcement".to_owned(),
        body: html(&row.note, &Text::default()),
        visibility: if shown && !narrow { Visibility::Public } else { Visibility::Hidden },
        starts_at: dated(&row.startdate).or_else(|| zone.moment(&row.date_created)),
        ends_at: dated(&row.enddate),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, from_value, json};

    #[test]
    fn an_article_is_shown_only_to_whom_it_is_surely_for() {
        let list = json!([{"name": "FAQ", "showforall": true}]);
        let read = |extra: Value| {
            let mut row = json!({"id": 1, "name": "a", "faqlists": list, "showforall": true});
            for (key, value) in extra.as_object().unwrap() {
                row[key] = value.clone();
            }
            let Some(Record::Article(article)) = article(&from_value(row).unwrap(), Zone(chrono_tz::UTC)) else {
                panic!()
            };
            (article.visibility == Visibility::Public, article.account.map(|id| id.key))
        };
        for (extra, expected) in [
            (json!({}), (true, None)),
            (json!({"inactive": true}), (false, None)),
            (json!({"faqlists": []}), (false, None)),
            (json!({"faqlists": [{"dontshowonportal": true}]}), (false, None)),
            (json!({"showforall": false}), (false, None)),
            (json!({"kbentryclientaccess": [{"client_id": 12}]}), (true, Some("12".to_owned()))),
            (json!({"kbentryclientaccess": [{"client_id": 12}, {"client_id": 13}]}), (false, None)),
            (json!({"kbentrytoplevelaccess": [{"id": 1}]}), (false, None)),
            (json!({"faqlists": [{"showforall": false}]}), (false, None)),
        ] {
            assert_eq!(read(extra.clone()), expected, "{extra}");
        }
    }

    #[test]
    fn what_is_restricted_is_not_offered() {
        let offered = |row: Value, restrictions: Value| {
            let restrictions: Vec<RestrictionRow> = from_value(restrictions).unwrap();
            service(&from_value(row).unwrap(), &restrictions).unwrap().active
        };
        let row = json!({"id": 7, "service_category_id": 2, "showinusercatalog": true});
        assert!(offered(row.clone(), json!([{"service_id": 8}])));
        assert!(!offered(row.clone(), json!([{"service_id": 7}])));
        assert!(!offered(row, json!([{"service_category_id": 2}])));
        assert!(!offered(json!({"id": 7, "showinusercatalog": true, "userlevel": 2}), json!([])));
        assert!(!offered(json!({"id": 7}), json!([])));
    }

    #[test]
    fn a_service_is_as_many_items_as_it_has_cards_and_the_first_keeps_its_key() {
        let row = json!({"id": 7, "name": "Mailbox", "summary": "All of it", "showinusercatalog": true});
        let item = service(&from_value(row).unwrap(), &[]).unwrap();
        let cards: Vec<CardRow> = from_value(json!([
            {"id": 4, "servicedetail_requesttypeid": 3, "servicedetail_label": "New", "servicedetail_hint": "In a day"},
            {"id": 9, "servicedetail_requesttypeid": 5, "servicedetail_label": "Change"},
        ]))
        .unwrap();
        let items = of_cards(&item, &cards);
        let said: Vec<_> = items.iter().map(|it| (it.id.key.as_str(), it.name.as_str())).collect();
        assert_eq!(said, [("service:7", "Mailbox: New"), ("service:7/9", "Mailbox: Change")]);
        assert_eq!(items[1].form, Some(NativeId::new(Kind::Form, 5)));
        assert_eq!(of_cards(&item, &cards[..1]), [item]);
        let keys = ["service:7", "service:7/9", "item:7", "service:x", "service:7/"];
        assert_eq!(keys.map(service_of), [Some((7, None)), Some((7, Some(9))), None, None, None]);
    }
}
