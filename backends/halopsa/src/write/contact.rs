//! A contact, made or changed.

use super::number;
use crate::backend::Halo;
use crate::map::parties::{CATALOGUE, CONTRACTS, INVOICES, QUOTES};
use crate::query::{Query, USERS};
use crate::wire::Row;
use crate::wire::parties::UserRow;
use portico_contract::command::UpsertContact;
use portico_contract::{Applied, CallCx, Error, ErrorKind, Kind, NativeId, Result, Sent};
use portico_transport::Safety;
use serde_json::{Map, Value};

/// Facts that are a switch of the user. All others come from roles, which Halo's own pages give.
const SWITCHES: &[(&str, &str)] = &[
    (INVOICES, "canaccessinvoices"),
    (CONTRACTS, "canviewcontracts"),
    (CATALOGUE, "canaccesscatalog"),
    (QUOTES, "canviewopps"),
];

impl Halo {
    pub(super) async fn upsert_contact(&self, cx: &CallCx, wish: &UpsertContact) -> Result<Applied> {
        let account = number(&wish.account)?;
        let mut user = fields(wish)?;
        let (id, safety) = match &wish.contact {
            Some(contact) => {
                let before = self.user(cx, contact).await?;
                if before.client_id.0 != Some(account) {
                    return Err(Error::new(
                        ErrorKind::Conflict,
                        "This contact is at another account by now. Read again.",
                    ));
                }
                if says(&before, wish)? {
                    return Ok(Applied { target: contact.clone(), found: true });
                }
                (Some(number(contact)?), Safety::Idempotent)
            }
            None => {
                // An address is one person's within a customer.
                if let Some(found) = self.by_address(cx, account, wish).await?.first().and_then(Row::key) {
                    return Ok(Applied { target: NativeId::new(Kind::Contact, found), found: true });
                }
                let site = self.main_site(cx, account).await?;
                let site =
                    site.ok_or_else(|| Error::invalid("Halo has no site for this account, which a contact needs."))?;
                user.insert("client_id".into(), account.into());
                user.insert("site_id".into(), site.into());
                (None, Safety::Write)
            }
        };
        user.extend(id.map(|id| ("id".to_owned(), id.into())));
        let written = self.client.post(cx, &USERS, Value::Object(user), safety).await?;
        let row: UserRow = crate::client::row(&USERS, written).map_err(|error| error.sent(Sent::Maybe))?;
        let made = row.id.key().filter(|made| id.is_none_or(|id| id == *made));
        let made = made.ok_or_else(|| Error::contract("a contact came back without its id").sent(Sent::Maybe))?;
        Ok(Applied { target: NativeId::new(Kind::Contact, made), found: false })
    }

    /// The account's users with exactly this address: Halo's search is fuzzy.
    pub(crate) async fn by_address(&self, cx: &CallCx, account: i64, wish: &UpsertContact) -> Result<Vec<UserRow>> {
        let Some(address) = wish.email.as_deref().map(str::trim).filter(|address| !address.is_empty()) else {
            return Ok(Vec::new());
        };
        let query = Query::of(&USERS).with("client_id", account).with("search", address).with("includeinactive", true);
        let users: Vec<UserRow> = self.client.all(cx, query, self.config.page).await?;
        if users.iter().any(|user| user.client_id.0.is_some_and(|found| found != account)) {
            return Err(Error::contract("halopsa.users.list: users of another client than was asked for"));
        }
        let same = |user: &UserRow| user.emailaddress.as_str().is_some_and(|found| found.eq_ignore_ascii_case(address));
        Ok(users.into_iter().filter(same).collect())
    }
}

fn texts(wish: &UpsertContact) -> [(&'static str, Option<&str>); 6] {
    [
        ("name", wish.name.as_deref()),
        ("title", wish.title.as_deref()),
        ("department", wish.department.as_deref()),
        ("emailaddress", wish.email.as_deref()),
        ("phonenumber", wish.phone.as_deref()),
        ("mobilenumber", wish.mobile.as_deref()),
    ]
}

fn fields(wish: &UpsertContact) -> Result<Map<String, Value>> {
    let mut user = Map::new();
    for (field, text) in texts(wish) {
        user.extend(text.map(|text| (field.to_owned(), text.trim().into())));
    }
    if let Some(name) = wish.name.as_deref().map(str::trim) {
        let (first, last) = name.rsplit_once(' ').unwrap_or((name, ""));
        user.insert("firstname".into(), first.trim().into());
        user.insert("surname".into(), last.into());
    }
    for (field, is) in switches(wish)? {
        user.insert(field.into(), is.into());
    }
    Ok(user)
}

/// The switches that the wanted facts are. A fact that Halo keeps elsewhere is refused.
fn switches(wish: &UpsertContact) -> Result<Vec<(&'static str, bool)>> {
    let Some(facts) = &wish.facts else { return Ok(Vec::new()) };
    if facts.iter().any(|fact| !SWITCHES.iter().any(|(known, _)| known == fact)) {
        return Err(Error::invalid("Halo gives this right by roles: change it there."));
    }
    Ok(SWITCHES.iter().map(|(fact, field)| (*field, facts.iter().any(|wanted| wanted == fact))).collect())
}

/// Whether a user says all that is wanted.
pub(crate) fn says(user: &UserRow, wish: &UpsertContact) -> Result<bool> {
    let of = |field: &str| match field {
        "name" => &user.name,
        "title" => &user.title,
        "department" => &user.department,
        "emailaddress" => &user.emailaddress,
        "phonenumber" => &user.phonenumber,
        _ => &user.mobilenumber,
    };
    let switch = |field: &str| match field {
        "canaccessinvoices" => user.canaccessinvoices,
        "canviewcontracts" => user.canviewcontracts,
        "canaccesscatalog" => user.canaccesscatalog,
        _ => user.canviewopps,
    };
    let mut said = texts(wish).into_iter().filter_map(|(field, text)| Some((field, text?)));
    let texts = said.all(|(field, text)| of(field).as_str().unwrap_or_default() == text.trim());
    Ok(texts && switches(wish)?.into_iter().all(|(field, is)| switch(field).yes() == is))
}
