//! What is on the shelf: contracts, the catalogue with its forms, articles, announcements.

use super::{amount, date, json, millis};
use crate::readmodel::entity::{announcements, articles, catalogue_categories, catalogue_items, contracts, forms};
use crate::readmodel::ids::Refs;
use crate::readmodel::table::{Entry, Mirrored};
use portico_contract::value::Money;
use portico_contract::{Kind, Record, record};

/// How a row says that nobody counts the views.
pub const UNCOUNTED: i64 = -1;

/// The one currency of a contract: amounts in another are left out rather than shown in the wrong one.
fn currency(contract: &record::Contract) -> Option<&str> {
    let amounts =
        [&contract.billing_price, &contract.setup_fee, &contract.billed, &contract.remaining, &contract.consumed];
    amounts.into_iter().flatten().map(|money| money.currency.as_str()).next()
}

impl Mirrored for contracts::Entity {
    const KIND: Kind = Kind::Contract;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<contracts::Model> {
        let Record::Contract(contract) = entry.record else { return None };
        let currency = currency(contract);
        let stored = |money: &Option<Money>| {
            money.as_ref().filter(|money| Some(money.currency.as_str()) == currency).map(|money| amount(money.amount))
        };
        Some(contracts::Model {
            id: refs.id(&contract.id),
            backend_id: refs.backend,
            native_key: contract.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&contract.account),
            name: contract.name.clone(),
            contract_type: contract.contract_type.group.as_str().to_owned(),
            type_label: contract.contract_type.label.clone(),
            type_native: contract.contract_type.native_id.clone(),
            active: contract.active,
            is_default: contract.is_default,
            starts_on: date(contract.starts_on),
            ends_on: date(contract.ends_on),
            history: json(&contract.history),
            site_id: refs.opt(contract.site.as_ref()),
            number: contract.number.clone(),
            status: contract.status.clone(),
            description: contract.description.as_ref().map(|text| refs.html(&text.0)),
            billing_info: contract.billing_info.clone(),
            sla: contract.sla.clone(),
            billing_cycle: contract.billing_cycle.clone(),
            currency: currency.map(str::to_owned),
            setup_fee: stored(&contract.setup_fee),
            billing_price: stored(&contract.billing_price),
            billed: stored(&contract.billed),
            remaining: stored(&contract.remaining),
            consumed: stored(&contract.consumed),
            prepaid_seconds: contract.prepaid_seconds,
            used_seconds: contract.used_seconds,
        })
    }
}

impl Mirrored for forms::Entity {
    const KIND: Kind = Kind::Form;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<forms::Model> {
        let Record::Form(form) = entry.record else { return None };
        Some(forms::Model {
            id: refs.id(&form.id),
            backend_id: refs.backend,
            native_key: form.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            name: form.name.clone(),
            fields: json(&form.fields),
            active: form.active,
        })
    }
}

impl Mirrored for catalogue_categories::Entity {
    const KIND: Kind = Kind::CatalogueCategory;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<catalogue_categories::Model> {
        let Record::CatalogueCategory(category) = entry.record else { return None };
        Some(catalogue_categories::Model {
            id: refs.id(&category.id),
            backend_id: refs.backend,
            native_key: category.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            name: category.name.clone(),
            position: i64::from(category.order),
            active: category.active,
            parent_id: refs.opt(category.parent.as_ref()),
            description: category.description.clone(),
        })
    }
}

impl Mirrored for catalogue_items::Entity {
    const KIND: Kind = Kind::CatalogueItem;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<catalogue_items::Model> {
        let Record::CatalogueItem(item) = entry.record else { return None };
        Some(catalogue_items::Model {
            id: refs.id(&item.id),
            backend_id: refs.backend,
            native_key: item.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            name: item.name.clone(),
            active: item.active,
            account_id: refs.opt(item.account.as_ref()),
            category_id: refs.opt(item.category.as_ref()),
            form_id: refs.opt(item.form.as_ref()),
            description: item.description.as_ref().map(|text| refs.html(&text.0)),
            icon: item.icon.clone(),
            price: item.price.as_ref().map(|price| amount(price.amount)),
            currency: item.price.as_ref().map(|price| price.currency.clone()),
            needs_approval: item.needs_approval,
        })
    }
}

impl Mirrored for articles::Entity {
    const KIND: Kind = Kind::Article;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<articles::Model> {
        let Record::Article(article) = entry.record else { return None };
        Some(articles::Model {
            id: refs.id(&article.id),
            backend_id: refs.backend,
            native_key: article.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            title: article.title.clone(),
            body: refs.html(&article.body.0),
            visibility: article.visibility.as_str().to_owned(),
            views: article.views.unwrap_or(UNCOUNTED),
            published_at: millis(article.published_at).unwrap_or_default(),
            updated_at: millis(article.updated_at.or(article.published_at)).unwrap_or_default(),
            account_id: refs.opt(article.account.as_ref()),
            topic: article.topic.clone(),
            department: article.department.clone(),
        })
    }
}

impl Mirrored for announcements::Entity {
    const KIND: Kind = Kind::Announcement;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<announcements::Model> {
        let Record::Announcement(announcement) = entry.record else { return None };
        Some(announcements::Model {
            id: refs.id(&announcement.id),
            backend_id: refs.backend,
            native_key: announcement.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            title: announcement.title.clone(),
            body: refs.html(&announcement.body.0),
            visibility: announcement.visibility.as_str().to_owned(),
            starts_at: millis(announcement.starts_at).unwrap_or_default(),
            ends_at: millis(announcement.ends_at).unwrap_or_default(),
            account_id: refs.opt(announcement.account.as_ref()),
        })
    }
}
