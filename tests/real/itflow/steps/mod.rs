//! What happens in ITFlow's pages, one change after the other. Data only.
//!
//! `{name}` stands for the number of a row that an earlier step has made, `{name.id}` for its id in Portico.
//! Words that begin with `zq` are looked for on both sides.

mod books;
mod desk;
mod estate;
mod parties;

use super::web::Upload;
use portico_contract::Kind;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Agent,
    /// In ITFlow's client portal; by the beginning of the e-mail address.
    Contact(&'static str),
}

pub type Fields = &'static [(&'static str, &'static str)];

#[derive(Debug, Clone, Copy)]
pub enum Act {
    Form(Fields),
    /// A form that has many more fields, which stay empty.
    Blank(&'static [&'static str], Fields),
    File(Fields, Upload),
    /// A link of the page where agents or contacts act.
    Link(&'static str),
    /// A link of the page for administrators.
    AdminLink(&'static str),
}

/// What is seen when somebody opens what changed.
#[derive(Debug, Clone, Copy)]
pub struct Opens {
    pub by: &'static str,
    pub query: &'static str,
    pub has: &'static [&'static str],
    pub lacks: &'static [&'static str],
    /// What nobody could open before is not read again at once: it shows with the next beat.
    pub after_beat: bool,
}

/// When lists follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Beat,
    /// It leaves no trace that a beat could see: the pass over everything finds it.
    Pass,
}

#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub name: &'static str,
    pub by: By,
    pub act: Act,
    /// A row that the step has made: its name, its kind, and the table and column of its number.
    pub learns: Option<(&'static str, Kind, &'static str, &'static str)>,
    pub opens: Option<Opens>,
    pub found: Found,
    /// ITFlow looks at it only when somebody signs in: sessions are begun anew.
    pub sign_in_again: bool,
}

const fn step(name: &'static str, by: By, act: Act) -> Step {
    Step { name, by, act, learns: None, opens: None, found: Found::Beat, sign_in_again: false }
}

/// What is read again whenever it is opened. The rest is followed by beats.
const AT_ONCE: &[&str] = &["{ ticket(", "{ invoice("];

impl Step {
    /// Whether it shows before any beat: not what nobody could open before.
    pub fn opens_at_once(&self) -> bool {
        let Some(opens) = self.opens else { return false };
        let fresh = self.learns.is_some_and(|(name, ..)| opens.query.contains(&format!("{{{name}.id}}")));
        !fresh && !opens.after_beat && AT_ONCE.iter().any(|start| opens.query.starts_with(start))
    }

    const fn learns(self, name: &'static str, kind: Kind, table: &'static str, id: &'static str) -> Self {
        Self { learns: Some((name, kind, table, id)), ..self }
    }

    const fn opens(
        self,
        by: &'static str,
        query: &'static str,
        has: &'static [&'static str],
        lacks: &'static [&'static str],
    ) -> Self {
        Self { opens: Some(Opens { by, query, has, lacks, after_beat: false }), ..self }
    }

    const fn after_beat(self) -> Self {
        let opens = match self.opens {
            Some(opens) => Some(Opens { after_beat: true, ..opens }),
            None => None,
        };
        Self { opens, ..self }
    }

    const fn by_pass(self) -> Self {
        Self { found: Found::Pass, ..self }
    }

    const fn sign_in_again(self) -> Self {
        Self { sign_in_again: true, ..self }
    }
}

/// The steps in their order; the first part makes the people who watch the rest.
pub const PEOPLE: &[Step] = parties::PEOPLE;
pub const CHANGES: &[&[Step]] = &[desk::STEPS, books::STEPS, estate::STEPS, parties::STEPS];

/// Those who watch, by the beginning of their address, and their password in ITFlow.
pub const WATCHERS: &[&str] = &["pia", "ben", "tess", "sam", "bo"];
pub const PASSWORD: &str = "a portal password";
