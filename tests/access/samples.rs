//! Ids to look at: of each type a row, found by asking. What is found says nothing of what should be.

use super::cast::{self, Viewer, at};
use super::sdl::{Field, Sdl};
use anyhow::Result;
use portico_tests::House;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where an id is needed and nobody has one of the right type.
const ANY: &str = "Ticket";

/// Type → id.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    ids: BTreeMap<String, String>,
    interfaces: BTreeMap<String, Vec<String>>,
}

impl Samples {
    pub fn one(type_name: &str, id: String) -> Self {
        Self { ids: [(type_name.to_owned(), id)].into(), ..Self::default() }
    }

    /// The id of a row of this type, of what implements it, or of anything.
    pub fn of(&self, type_name: &str) -> Option<&String> {
        let mut implementers = self.interfaces.get(type_name).into_iter().flatten();
        let found = self.ids.get(type_name).or_else(|| implementers.find_map(|it| self.ids.get(it)));
        found.or_else(|| self.ids.get(ANY))
    }

    /// These, and for types without one those.
    pub fn or(mut self, others: Self) -> Self {
        for (name, id) in others.ids {
            self.ids.entry(name).or_insert(id);
        }
        self
    }

    /// What the root lists show somebody, and of each list the row with most below it.
    pub async fn found(house: &House, sdl: &Sdl, viewer: &Viewer) -> Result<Self> {
        let interfaces = sdl.interfaces.iter().filter(|(name, _)| name.as_str() != "Node");
        let mut samples =
            Self { interfaces: interfaces.map(|(k, v)| (k.clone(), v.clone())).collect(), ..Self::default() };
        for list in lists(sdl, viewer, "Query").filter(|it| viewer.may(&it.rule)) {
            let Some(shown) = sdl.field(&list.gives, "nodes").map(|it| it.gives.as_str()) else { continue };
            let children = lists(sdl, viewer, shown).filter(|it| viewer.may(&it.rule));
            let below: Vec<String> =
                children.map(|it| format!("{}(first: 1) {{ nodes {{ __typename id }} }}", it.name)).collect();
            let query = format!("{{ {}(first: 30) {{ nodes {{ __typename id {} }} }} }}", list.name, below.join(" "));
            let answer = cast::ask(house, viewer, &query).await?;
            let mut rows: Vec<&Value> =
                at(&answer, &format!("/data/{}/nodes", list.name)).as_array().into_iter().flatten().collect();
            rows.sort_by_key(|row| std::cmp::Reverse(children_of(row).count()));
            for row in &rows {
                samples.take(row);
                children_of(row).for_each(|child| samples.take(child));
            }
        }
        Ok(samples)
    }

    fn take(&mut self, row: &Value) {
        if let (Some(name), Some(id)) = (at(row, "/__typename").as_str(), at(row, "/id").as_str()) {
            self.ids.entry(name.to_owned()).or_insert_with(|| id.to_owned());
        }
    }
}

/// The first row of each list below a row.
fn children_of(row: &Value) -> impl Iterator<Item = &Value> {
    let lists = row.as_object().into_iter().flat_map(|fields| fields.values());
    lists.filter_map(|list| list.pointer("/nodes/0"))
}

/// The lists of rows with ids that a type has, as far as the viewer knows them.
fn lists<'a>(sdl: &'a Sdl, viewer: &'a Viewer, owner: &str) -> impl Iterator<Item = &'a Field> + 'a {
    let is_list =
        |it: &&Field| it.arguments.iter().any(|it| it.name == "first") && !it.arguments.iter().any(|it| it.required);
    let fields = sdl.fields(owner).iter().filter(is_list).filter(|it| viewer.knows(&it.rule));
    fields.filter(|it| sdl.field(&it.gives, "nodes").is_some_and(|rows| sdl.field(&rows.gives, "id").is_some()))
}
