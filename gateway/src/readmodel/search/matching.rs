//! What is asked of the index, in each database's own words.
//!
//! Everything here is made of letters and digits of ours and of [`Terms`]: there is nothing to escape.

use super::texts::{SHARED, Text};
use super::words::{Term, Terms, Words};
use crate::authz::scope::Rows;
use crate::readmodel::entity::search;
use portico_contract::Kind;
use sea_orm::DbBackend;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::extension::sqlite::SqliteExpr;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};
use std::collections::BTreeSet;
use uuid::Uuid;

/// SQLite's table of words.
pub const TEXT: &str = "mirror_search_text";
/// SQLite's table of public words, each with its account in front.
pub const LOCAL: &str = "mirror_search_local";

/// Owners that are named in a question: beyond, the fence alone narrows.
const MAX_OWNERS: usize = 100;
/// Accounts whose own words are named in a question.
const MAX_ACCOUNTS: usize = 20;
/// Letters of an account's id before its words: two accounts that share them cost time and nothing else.
const TAG: usize = 8;

fn kind_word(kind: Kind) -> String {
    format!("k{}", kind.as_str().replace('_', ""))
}

fn word(letter: char, id: Uuid) -> String {
    format!("{letter}{}", id.simple())
}

fn tag(account: Uuid) -> String {
    account.simple().to_string().chars().take(TAG).collect()
}

/// A record's public words as its account's own.
pub fn local(text: &Text) -> Words {
    text.account.map(|account| text.public.behind(&tag(account))).unwrap_or_default()
}

/// Whose a record is, and of which kind, as words beside its own.
pub fn owners(kind: Kind, text: &Text) -> Vec<String> {
    let owned = [('a', text.account), ('c', text.contact), ('s', text.site)];
    let owned = owned.into_iter().filter_map(|(letter, id)| id.map(|id| word(letter, id)));
    [kind_word(kind)].into_iter().chain(owned).collect()
}

/// Kinds of which some records are everybody's.
const SHARED_KINDS: [Kind; 2] = [Kind::Article, Kind::CatalogueItem];

/// Whether these kinds have records that are everybody's.
fn is_shared(kinds: Option<&[Kind]>) -> bool {
    kinds.is_none_or(|kinds| kinds.iter().any(|kind| SHARED_KINDS.contains(kind)))
}

/// The words of everything that these rows reach; `None` for everything there is.
fn reached<'a>(rows: impl Iterator<Item = &'a Rows>, shared: bool) -> Option<Vec<String>> {
    let mut words: Vec<String> = shared.then(|| word('a', SHARED)).into_iter().collect();
    for rows in rows {
        if rows.all {
            return None;
        }
        words.extend(rows.accounts.iter().map(|id| word('a', *id)));
        words.extend(rows.own.iter().map(|(id, _)| word('c', *id)));
        words.extend(rows.sites.iter().map(|(id, _)| word('s', *id)));
    }
    words.sort_unstable();
    words.dedup();
    (words.len() <= MAX_OWNERS).then_some(words)
}

/// The accounts in which these rows lie; `None` for all there are, or too many to name.
fn accounts<'a>(rows: impl Iterator<Item = &'a Rows>, shared: bool) -> Option<Vec<String>> {
    let mut accounts: BTreeSet<Uuid> = shared.then_some(SHARED).into_iter().collect();
    for rows in rows {
        if rows.all {
            return None;
        }
        accounts.extend(rows.accounts.iter().copied());
        accounts.extend(rows.own.iter().chain(&rows.sites).map(|(_, account)| *account));
    }
    (accounts.len() <= MAX_ACCOUNTS).then(|| accounts.into_iter().map(tag).collect())
}

/// Of which kinds internal text is searched too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Internal {
    Nothing,
    Everything,
    Of(Vec<Kind>),
}

/// A question to the index.
#[derive(Debug)]
pub struct Question {
    backend: DbBackend,
    /// `None`: all that are indexed.
    kinds: Option<Vec<Kind>>,
    internal: Internal,
    /// `None`: everybody's.
    owners: Option<Vec<String>>,
    /// Tags of the accounts whose own words are asked for; `None`: of the words as they are.
    accounts: Option<Vec<String>>,
}

fn any_of(words: impl Iterator<Item = String>) -> String {
    words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" OR ")
}

impl Question {
    pub fn new(backend: DbBackend, kinds: Option<Vec<Kind>>, internal: Internal, rows: &[&Rows]) -> Self {
        let shared = is_shared(kinds.as_deref());
        let accounts = if internal == Internal::Nothing { accounts(rows.iter().copied(), shared) } else { None };
        // Where an account's own words are asked for, its name says nothing more.
        let own_alone = rows.iter().all(|rows| rows.accounts.is_empty());
        let owners = if accounts.is_none() || own_alone { reached(rows.iter().copied(), shared) } else { None };
        Self { backend, kinds, internal, owners, accounts }
    }

    fn table(&self) -> Alias {
        Alias::new(if self.accounts.is_some() { LOCAL } else { TEXT })
    }

    /// The number by which documents are sorted. On PostgreSQL an expression, so that the order of the primary key
    /// can not lure the planner away from the words.
    pub fn number(&self) -> Expr {
        match self.backend {
            DbBackend::Postgres => search::Column::Docid.into_expr().add(0_i64),
            _ => Expr::col((self.table(), Alias::new("rowid"))),
        }
    }

    /// The documents in which these terms are found.
    pub fn select(&self, terms: &Terms) -> SelectStatement {
        let mut select = Query::select();
        if [&self.owners, &self.accounts].into_iter().flatten().any(Vec::is_empty) {
            // Nobody's rows.
            return select.from(search::Entity).and_where(Expr::val(1).eq(0)).to_owned();
        }
        if self.backend == DbBackend::Postgres {
            return select.from(search::Entity).cond_where(self.condition(terms)).to_owned();
        }
        // A cross join keeps the order: words first. What joins the two is a condition, as it takes none of its own.
        let own = search::Column::Docid.into_expr().equals((self.table(), Alias::new("rowid")));
        select
            .from(self.table())
            .cross_join(search::Entity)
            .and_where(SqliteExpr::matches(Expr::col(self.table()), Expr::val(self.expression(terms))))
            .and_where(own)
            .to_owned()
    }

    /// In the words of FTS5.
    fn expression(&self, terms: &Terms) -> String {
        let wanted = phrases(terms, "");
        let both = format!("{{public_text internal_text}} : ({wanted})");
        let body = match (&self.accounts, &self.internal) {
            (Some(tags), _) => {
                let each: Vec<String> = tags.iter().map(|tag| format!("({})", phrases(terms, tag))).collect();
                format!("local_text : ({})", each.join(" OR "))
            }
            (None, Internal::Everything) => both,
            (None, Internal::Nothing) => format!("public_text : ({wanted})"),
            (None, Internal::Of(kinds)) => {
                let kinds = any_of(kinds.iter().copied().map(kind_word));
                format!("(public_text : ({wanted}) OR (owners : ({kinds}) AND {both}))")
            }
        };
        // Of one's own words, those of other kinds are few.
        let kinds = self.kinds.as_ref().filter(|_| self.accounts.is_none());
        let kinds = kinds.map(|kinds| any_of(kinds.iter().copied().map(kind_word)));
        let owners = self.owners.as_ref().map(|owners| any_of(owners.iter().cloned()));
        let narrowed = [kinds, owners].into_iter().flatten().map(|any| format!("owners : ({any})"));
        narrowed.chain([body]).collect::<Vec<_>>().join(" AND ")
    }

    /// In the words of PostgreSQL. Kinds are a column: a word that stands beside every record is no help to its index.
    fn condition(&self, terms: &Terms) -> Condition {
        let named = |owners: &Vec<String>| owners.iter().map(|word| format!("'@{word}'")).collect::<Vec<_>>();
        let owners = self.owners.as_ref().map(|owners| format!("({}) & ", named(owners).join(" | ")));
        let owners = owners.unwrap_or_default();
        let holds = |column: &str, wanted: &str| {
            let query = Expr::val(format!("{owners}({wanted})")).cast_as(Alias::new("tsquery"));
            PgExpr::matches(Expr::col((search::Entity, Alias::new(column))), query)
        };
        let wanted = |tag: &str| terms.each().iter().map(|term| vector_phrase(term, tag)).collect::<Vec<_>>();
        let of = |kinds: &[Kind]| search::Column::Kind.is_in(kinds.iter().map(|kind| kind.as_str()));
        let all = Condition::all().add_option(self.kinds.as_deref().map(of));
        if let Some(tags) = &self.accounts {
            let each: Vec<String> = tags.iter().map(|tag| format!("({})", wanted(tag).join(" & "))).collect();
            return all.add(holds("local_text", &each.join(" | ")));
        }
        let internal = |wanted: &str| match &self.internal {
            Internal::Nothing => None,
            Internal::Everything => Some(Condition::all().add(holds("internal_text", wanted))),
            Internal::Of(kinds) => Some(Condition::all().add(of(kinds)).add(holds("internal_text", wanted))),
        };
        wanted("").iter().fold(all, |all, wanted| {
            all.add(Condition::any().add(holds("public_text", wanted)).add_option(internal(wanted)))
        })
    }
}

fn phrases(terms: &Terms, tag: &str) -> String {
    terms.each().iter().map(|term| phrase(term, tag)).collect::<Vec<_>>().join(" AND ")
}

fn phrase(term: &Term, tag: &str) -> String {
    let words: Vec<String> = term.words.iter().map(|word| format!("{tag}{word}")).collect();
    format!("\"{}\"{}", words.join(" "), if term.beginning { " *" } else { "" })
}

fn vector_phrase(term: &Term, tag: &str) -> String {
    let words: Vec<String> = term.words.iter().map(|word| format!("'{tag}{word}'")).collect();
    format!("({}{})", words.join(" <-> "), if term.beginning { ":*" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(kinds: Option<Vec<Kind>>, internal: Internal, rows: &[&Rows], text: &str) -> String {
        Question::new(DbBackend::Sqlite, kinds, internal, rows).expression(&Terms::read(text).unwrap())
    }

    #[test]
    fn a_viewer_of_one_account_asks_among_its_own_words() {
        let (account, contact) = (Uuid::from_u128(0x1234_5678 << 96), Uuid::from_u128(7));
        let rows = Rows { accounts: [account].into(), ..Rows::default() };
        assert_eq!(
            asked(Some(vec![Kind::Ticket]), Internal::Nothing, &[&rows], "TCK-7 \"paper jam\" pri"),
            "local_text : ((\"12345678tck 123456787\" AND \"12345678paper 12345678jam\" AND \"12345678pri\" *))"
        );
        let own = Rows { own: [(contact, account)].into(), ..Rows::default() };
        assert_eq!(
            asked(Some(vec![Kind::Contact]), Internal::Nothing, &[&own], "pri"),
            "owners : (\"c00000000000000000000000000000007\") AND local_text : ((\"12345678pri\" *))"
        );
    }

    #[test]
    fn what_is_everybodys_is_asked_for_beside_ones_own() {
        let rows = Rows { accounts: [Uuid::from_u128(0x1234_5678 << 96)].into(), ..Rows::default() };
        assert_eq!(
            asked(Some(vec![Kind::Article]), Internal::Nothing, &[&rows], "pri"),
            "local_text : ((\"00000000pri\" *) OR (\"12345678pri\" *))"
        );
    }

    #[test]
    fn internal_words_are_asked_for_of_the_kinds_that_are_open() {
        let everything = Rows { all: true, ..Rows::default() };
        let rows = [&Rows::default(), &everything];
        let both = "{public_text internal_text} : (\"pri\" *)";
        assert_eq!(asked(None, Internal::Everything, &rows, "pri"), both);
        assert_eq!(asked(None, Internal::Nothing, &rows, "pri"), "public_text : (\"pri\" *)");
        let some = Internal::Of(vec![Kind::RecurringInvoice]);
        assert_eq!(
            asked(Some(vec![Kind::Ticket, Kind::RecurringInvoice]), some, &rows, "pri"),
            format!(
                "owners : (\"kticket\" OR \"krecurringinvoice\") AND \
                 (public_text : (\"pri\" *) OR (owners : (\"krecurringinvoice\") AND {both}))"
            )
        );
    }
}
