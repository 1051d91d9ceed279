//! Windows over lists: Relay arguments, keyset cursors, orders.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use portico_contract::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, ModelTrait, Order as Direction, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows in a page when nothing is asked for.
pub const DEFAULT_PAGE: u64 = 20;
/// Rows in a page at most.
pub const MAX_PAGE: u64 = 100;
/// Totals are exact up to here, and absent beyond.
pub const MAX_TOTAL: u64 = 10_000;

/// The four Relay arguments as they came in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PageArgs {
    pub first: Option<i64>,
    pub after: Option<String>,
    pub last: Option<i64>,
    pub before: Option<String>,
}

/// A sort order: a key that ends in the id, so that it is total.
#[derive(Debug, Clone, Copy)]
pub struct Order<C> {
    pub word: &'static str,
    pub column: C,
    pub descending: bool,
}

/// A checked window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub limit: u64,
    pub backward: bool,
    cursor: Option<Cursor>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    /// The order it was made for.
    o: String,
    k: Key,
    i: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Number(i64),
    Text(String),
}

impl<C> Order<C> {
    fn name(&self) -> String {
        format!("{}{}", self.word, if self.descending { "-" } else { "+" })
    }
}

impl Window {
    /// Everything up to the largest page.
    #[must_use]
    pub fn whole() -> Self {
        Self { limit: MAX_PAGE, backward: false, cursor: None }
    }

    pub fn new<C>(args: &PageArgs, order: &Order<C>) -> Result<Self> {
        let backward = args.last.is_some() || args.before.is_some();
        if backward && (args.first.is_some() || args.after.is_some()) {
            return Err(Error::invalid("Use either first and after, or last and before, not both."));
        }
        let (name, count, cursor) =
            if backward { ("last", args.last, &args.before) } else { ("first", args.first, &args.after) };
        let limit = match count {
            None => DEFAULT_PAGE,
            Some(count) => u64::try_from(count)
                .ok()
                .filter(|count| (1..=MAX_PAGE).contains(count))
                .ok_or_else(|| Error::invalid(format!("{name} must be from 1 to {MAX_PAGE}.")))?,
        };
        let cursor = cursor.as_deref().map(|text| Cursor::parse(text, order)).transpose()?;
        Ok(Self { limit, backward, cursor })
    }

    #[must_use]
    pub fn has_cursor(&self) -> bool {
        self.cursor.is_some()
    }

    /// The number in the cursor, for lists whose order is one unique number.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self.cursor.as_ref()?.k {
            Key::Number(number) => Some(number),
            Key::Text(_) => None,
        }
    }

    /// The direction in which rows are read.
    #[must_use]
    pub fn direction<C>(&self, order: &Order<C>) -> Direction {
        if order.descending == self.backward { Direction::Asc } else { Direction::Desc }
    }

    /// Rows beyond the cursor.
    #[must_use]
    pub fn beyond<E: EntityTrait>(&self, order: &Order<E::Column>, id: E::Column) -> Option<SimpleExpr> {
        let cursor = self.cursor.as_ref()?;
        let key: Value = match &cursor.k {
            Key::Number(number) => (*number).into(),
            Key::Text(text) => text.clone().into(),
        };
        let row = Expr::tuple([order.column.into_expr(), id.into_expr()]);
        let at = Expr::tuple([Expr::val(key), Expr::val(cursor.i)]);
        Some(match self.direction(order) {
            Direction::Asc => row.gt(at),
            _ => row.lt(at),
        })
    }
}

impl Cursor {
    fn parse<C>(text: &str, order: &Order<C>) -> Result<Self> {
        let unreadable = || Error::invalid("This cursor cannot be read. Use one from pageInfo or edges, unchanged.");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable())?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
        if cursor.o == order.name() {
            Ok(cursor)
        } else {
            Err(Error::invalid("This cursor belongs to a list in another order. Start again without it."))
        }
    }
}

/// The cursor of a row in an order.
#[must_use]
pub fn cursor<E: EntityTrait>(model: &E::Model, order: &Order<E::Column>, id: Uuid) -> String {
    let k = match model.get(order.column) {
        Value::BigInt(Some(number)) => Key::Number(number),
        Value::String(Some(text)) => Key::Text(text),
        _ => Key::Number(0),
    };
    let json = serde_json::to_vec(&Cursor { o: order.name(), k, i: id }).unwrap_or_default();
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

/// Which cursors of a page are made: each costs more than its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursors {
    All,
    /// Of the first and the last row.
    Ends,
    None,
}

/// One page of rows.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// As many as were asked for.
    pub cursors: Vec<String>,
    pub has_next: bool,
    pub has_previous: bool,
    /// `None`: not asked for, or more than [`MAX_TOTAL`].
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// Cuts the row that was read only to see whether there is more.
    pub fn cut(
        mut rows: Vec<T>,
        window: &Window,
        total: Option<u64>,
        cursors: Cursors,
        cursor: impl Fn(&T) -> String,
    ) -> Self {
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if window.backward {
            rows.reverse();
        }
        let cursors = match cursors {
            Cursors::All => rows.iter().map(cursor).collect(),
            Cursors::Ends => rows.first().into_iter().chain(rows.last()).map(cursor).collect(),
            Cursors::None => Vec::new(),
        };
        let (has_next, has_previous) =
            if window.backward { (window.has_cursor(), more) } else { (more, window.has_cursor()) };
        Self { rows, cursors, has_next, has_previous, total }
    }

    /// The page with each row replaced; what a row leads to may have gone in the meantime.
    pub fn kept<U>(self, with: impl Fn(&T) -> Option<U>) -> Page<U> {
        let Self { rows, cursors, has_next, has_previous, total } = self;
        let (rows, cursors) = rows.iter().zip(cursors).filter_map(|(row, cursor)| Some((with(row)?, cursor))).unzip();
        Page { rows, cursors, has_next, has_previous, total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Order<()> = Order { word: "CREATED_AT", column: (), descending: true };

    fn args(first: Option<i64>, last: Option<i64>, after: Option<&str>) -> PageArgs {
        PageArgs { first, last, after: after.map(str::to_owned), before: None }
    }

    #[test]
    fn page_sizes_outside_the_bounds_are_refused() {
        for bad in [0, -1, 101, 100_000, i64::MAX, i64::MIN] {
            let error = Window::new(&args(Some(bad), None, None), &ORDER).unwrap_err();
            assert!(error.public.contains("1 to 100"), "{bad}: {error}");
        }
        assert_eq!(Window::new(&args(Some(100), None, None), &ORDER).unwrap().limit, 100);
        assert!(Window::new(&args(Some(1), Some(1), None), &ORDER).is_err());
    }

    #[test]
    fn cursors_that_are_not_ours_are_refused() {
        for bad in ["", "!!", "e30", "eyJvIjoiWCIsImsiOjEsImkiOjF9"] {
            assert!(Window::new(&args(None, None, Some(bad)), &ORDER).is_err(), "{bad}");
        }
        let cursor = Cursor { o: "SUBJECT+".into(), k: Key::Text("a".into()), i: Uuid::nil() };
        let text = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap());
        let error = Window::new(&args(None, None, Some(&text)), &ORDER).unwrap_err();
        assert!(error.public.contains("another order"));
    }
}
