//! Ways through the schema: how a type can be reached from a root.

use super::samples::Samples;
use super::sdl::{ROOTS, Sdl};
use anyhow::{Context, Result, bail};
use portico_contract::Kind;
use std::collections::{BTreeMap, VecDeque};

/// One step of a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Field {
        owner: String,
        name: String,
    },
    /// An inline fragment on an implementer of an interface, or on a member of a union.
    On(String),
}

/// A way from a root to a type.
#[derive(Debug, Clone)]
pub struct Way {
    pub root: &'static str,
    pub steps: Vec<Step>,
    /// The type it ends at.
    pub gives: String,
}

/// Ways kept for each edge of the schema, the shortest first.
const PER_EDGE: usize = 3;
const LONGEST: usize = 9;

/// Arguments that cannot be guessed from their type: (coordinate, argument, literal).
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("Query.explainAccess", "field", "\"Ticket.subject\""),
    ("Query.search", "text", "\"cnry\""),
    ("Query.search", "first", "30"),
    ("Mutation.signIn", "input", "{ login: \"nobody@example.com\", password: \"wrong\" }"),
    ("Mutation.linkAccounts", "input", "{ account: \"x\", otherAccount: \"x\" }"),
    ("Mutation.unlinkAccounts", "input", "{ account: \"x\" }"),
    ("Mutation.linkContacts", "input", "{ contact: \"x\", otherContact: \"x\" }"),
    ("Mutation.unlinkContacts", "input", "{ contact: \"x\", otherContact: \"x\" }"),
    ("Mutation.confirmAccountLink", "input", "{ proposal: \"x\" }"),
    ("Mutation.declineAccountLink", "input", "{ proposal: \"x\" }"),
    ("Mutation.createTicket", "input", "{ subject: \"\", description: \"x\" }"),
    ("Mutation.addTicketComment", "input", "{ body: \"\" }"),
    ("Mutation.rateTicket", "input", "{ positive: true, note: \"\" }"),
    ("Mutation.updateTicket", "input", "{ }"),
    ("Mutation.decideApproval", "input", "{ approve: true, note: \"\" }"),
    ("Mutation.setTicketFollowers", "input", "{ followerIds: \"x\", }"),
    ("Mutation.requestCatalogueItem", "input", "{ quantity: 0 }"),
    ("Mutation.decideQuote", "input", "{ accept: true, note: \"\" }"),
    ("Mutation.recordPayment", "input", "{ amount: \"0\", method: \"\", reference: \"\" }"),
    ("Mutation.createUpload", "input", "{ name: \"a.txt\", size: 1 }"),
    ("Mutation.createContact", "input", "{ accountId: \"x\", name: \"\", email: \"\" }"),
    ("Mutation.updateContact", "input", "{ }"),
];

/// Ways to every composite type, no type twice on one way.
pub fn ways(sdl: &Sdl) -> Vec<Way> {
    let mut found = Vec::new();
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    let start = |root: &'static str| Way { root, steps: Vec::new(), gives: root.to_owned() };
    let mut open: VecDeque<Way> = ROOTS.into_iter().filter(|root| sdl.is_composite(root)).map(start).collect();
    while let Some(way) = open.pop_front() {
        for (step, gives) in next(sdl, &way) {
            let edge = format!("{}>{step:?}", way.gives);
            let count = used.entry(edge).or_default();
            if way.steps.len() >= LONGEST || way.meets(sdl, &gives) || *count >= PER_EDGE {
                continue;
            }
            *count += 1;
            let mut steps = way.steps.clone();
            steps.push(step);
            open.push_back(Way { root: way.root, steps, gives });
        }
        found.push(way);
    }
    found
}

fn next(sdl: &Sdl, way: &Way) -> Vec<(Step, String)> {
    if let Some(implementers) = sdl.interfaces.get(&way.gives) {
        return implementers.iter().map(|it| (Step::On(it.clone()), it.clone())).collect();
    }
    let fields = sdl.fields(&way.gives).iter().filter(|field| sdl.is_composite(&field.gives));
    let step = |name: &str| Step::Field { owner: way.gives.clone(), name: name.to_owned() };
    fields.map(|field| (step(&field.name), field.gives.clone())).collect()
}

impl Way {
    pub fn meets(&self, sdl: &Sdl, type_name: &str) -> bool {
        self.root == type_name
            || self.steps.iter().any(|step| match step {
                Step::Field { owner, name } => {
                    owner == type_name || sdl.field(owner, name).is_some_and(|field| field.gives == type_name)
                }
                Step::On(on) => on == type_name,
            })
    }

    /// Coordinates on the way, in order.
    pub fn coordinates(&self) -> impl Iterator<Item = String> + '_ {
        self.steps.iter().filter_map(|step| match step {
            Step::Field { owner, name } => Some(format!("{owner}.{name}")),
            Step::On(_) => None,
        })
    }

    /// The operation that goes this way and asks for this at its end.
    pub fn operation(&self, sdl: &Sdl, samples: &Samples, selection: &str) -> Result<String> {
        let mut text = format!("{} {{ ", self.root.to_lowercase());
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::On(on) => text += &format!("... on {on} {{ "),
                Step::Field { owner, name } => {
                    let wanted = match self.steps.get(at + 1) {
                        Some(Step::On(on)) => Some(on.as_str()),
                        _ => None,
                    };
                    text += &format!("{name}{} {{ ", arguments(sdl, owner, name, wanted, samples)?);
                }
            }
        }
        text += selection;
        text += &" }".repeat(self.steps.len() + 1);
        Ok(text)
    }

    /// The objects at the end of the way in an answer's data.
    pub fn objects<'a>(&self, data: &'a serde_json::Value) -> Vec<&'a serde_json::Value> {
        let mut here = vec![data];
        for step in &self.steps {
            match step {
                Step::Field { name, .. } => {
                    here = here.into_iter().filter_map(|object| object.get(name)).flat_map(flat).collect();
                }
                // Of objects of another type, nothing was asked for.
                Step::On(_) => here.retain(|object| object.as_object().is_none_or(|fields| !fields.is_empty())),
            }
        }
        here
    }
}

fn flat(value: &serde_json::Value) -> Vec<&serde_json::Value> {
    match value {
        serde_json::Value::Array(items) => items.iter().flat_map(flat).collect(),
        serde_json::Value::Null => Vec::new(),
        other => vec![other],
    }
}

/// The kind that a type shows as rows.
pub fn kind(type_name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| portico::authz::policy::type_name(*kind) == type_name)
}

/// The literal that stands for an argument, where it cannot be guessed.
pub fn example(owner: &str, name: &str, argument: &str) -> Option<&'static str> {
    let coordinate = format!("{owner}.{name}");
    EXAMPLES.iter().find(|(at, it, _)| *at == coordinate && *it == argument).map(|(_, _, literal)| *literal)
}

/// The required arguments of a field that are not ids, each with a comma behind it.
pub fn needed(owner: &str, name: &str) -> String {
    let coordinate = format!("{owner}.{name}");
    let mine = EXAMPLES.iter().filter(|(at, argument, _)| *at == coordinate && *argument != "first");
    mine.map(|(_, argument, literal)| format!("{argument}: {literal}, ")).collect()
}

/// Literal arguments for a field: required ones, and a small page for lists.
pub fn arguments(sdl: &Sdl, owner: &str, name: &str, wanted: Option<&str>, samples: &Samples) -> Result<String> {
    let coordinate = format!("{owner}.{name}");
    let field = sdl.field(owner, name).with_context(|| coordinate.clone())?;
    let mut given = Vec::new();
    for argument in &field.arguments {
        let example = EXAMPLES.iter().find(|(at, it, _)| *at == coordinate && *it == argument.name);
        let literal = match (example, argument.takes.as_str()) {
            (Some((_, _, literal)), _) => (*literal).to_owned(),
            (None, "Int") if argument.name == "first" => "5".to_owned(),
            (None, "ID") if argument.required => {
                let wanted = wanted.unwrap_or(&field.gives);
                let id = samples.of(wanted).with_context(|| format!("no sample of {wanted}"))?;
                if argument.list { format!("[\"{id}\"]") } else { format!("\"{id}\"") }
            }
            _ if argument.required => bail!("{coordinate}({}:) needs an example in paths.rs", argument.name),
            _ => continue,
        };
        given.push(format!("{}: {literal}", argument.name));
    }
    Ok(if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) })
}
