//! Fills a product's tables from the world, list after list, by a table of JSON: see [`mapping`](super::mapping).

use super::mapping::{Object, Steps, holds};
use super::row::{Row, Shape, time_of};
use super::table::{Key, Tables, identity};
use crate::world::World;
use chrono::NaiveDateTime;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Mapping {
    #[serde(flatten)]
    pub(crate) steps: Steps,
    /// Members that every row has besides, for what several lists share.
    parts: Object,
    lists: Vec<List>,
}

/// The rows of one list that come from one list of the world.
#[derive(Debug, Deserialize)]
struct List {
    list: String,
    from: String,
    /// Only rows of which this holds.
    when: Option<Json>,
    /// Without one, the next that is free. The row knows its first number as `key`.
    id: Option<Json>,
    /// What it is counted within.
    within: Option<Json>,
    updated: Option<Json>,
    /// Members that are numbers which others got within theirs: their list of the world, and their id there.
    #[serde(default)]
    numbers: BTreeMap<String, (String, Json)>,
    row: Object,
}

/// Tables on their way to be full.
pub(crate) struct Fill<'a> {
    pub(crate) tables: &'a mut Tables,
    /// When everything was changed that does not say when.
    pub(crate) start: NaiveDateTime,
}

impl Fill<'_> {
    pub(crate) fn put(
        &mut self,
        (list, shape): (&'static str, &impl Shape),
        key: Key,
        at: Option<&Json>,
        row: &Object,
    ) {
        let updated = at.and_then(|at| time_of(at.as_str()?));
        let mut made = Row::new(updated.unwrap_or(self.start));
        for part in [&identity(shape, list, key), row] {
            let taken = made.take(shape, part);
            debug_assert_eq!(taken, Ok(()), "{list}");
        }
        self.tables.put(list, key, made);
    }
}

impl Mapping {
    /// Every row of the world that the table names. Which lists there are, the product says.
    pub(crate) fn fill<S: Shape + 'static>(
        &self,
        fill: &mut Fill<'_>,
        world: &World,
        known: impl Fn(&str) -> Option<(&'static str, &'static S)>,
    ) {
        let joined = world.joined();
        let mut numbers: HashMap<(&str, i64), i64> = HashMap::new();
        for list in &self.lists {
            let (Some(shaped), Some(rows)) = (known(&list.list), joined.get(list.from.as_str())) else {
                debug_assert!(false, "{} from {}", list.list, list.from);
                continue;
            };
            for row in rows {
                let Some((key, made)) = self.row(fill.tables, list, row.clone(), &numbers) else { continue };
                if let (true, Some(id)) = (list.within.is_some(), row.get("id").and_then(Json::as_i64)) {
                    numbers.insert((list.from.as_str(), id), key.1);
                }
                let updated = list.updated.as_ref().map(|at| self.steps.value(at, row));
                fill.put(shaped, key, updated.as_ref(), &made);
            }
        }
    }

    fn row(
        &self,
        tables: &Tables,
        list: &List,
        mut row: Object,
        numbers: &HashMap<(&str, i64), i64>,
    ) -> Option<(Key, Object)> {
        let value = |table: &Option<Json>| table.as_ref().map(|table| self.steps.value(table, &row));
        if value(&list.when).is_some_and(|is| !holds(&is)) {
            return None;
        }
        let number = |value: Option<Json>| value.and_then(|value| value.as_i64());
        let key = match number(value(&list.within)) {
            Some(within) => (within, tables.next_on(&list.list, within)),
            None => (number(value(&list.id)).unwrap_or_else(|| tables.next(&list.list)), 0),
        };
        let mut known = Object::new();
        for (name, (from, id)) in &list.numbers {
            let id = self.steps.value(id, &row).as_i64();
            let of = id.and_then(|id| numbers.get(&(from.as_str(), id))).copied().unwrap_or(0);
            known.insert(name.clone(), json!(of));
        }
        let parts = self.steps.row(&self.parts, &row);
        row.extend(known.into_iter().chain(parts));
        row.insert("key".to_owned(), json!(key.0));
        Some((key, self.steps.row(&list.row, &row)))
    }
}
