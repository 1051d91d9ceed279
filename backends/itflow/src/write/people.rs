//! Who acts: a contact of the ticket's customer, or an agent.

use super::tx::Tx;
use super::{gone, number};
use crate::map::value::is_set;
use crate::wire::Column::{self, Plain, Text};
use portico_contract::{Actor, Error, ErrorKind, NativeId, Result};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait};

#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Person {
    pub(crate) contact_id: i64,
    pub(crate) contact_name: String,
    pub(crate) contact_client_id: i64,
    /// The user of ITFlow's portal; 0 for none.
    pub(crate) contact_user_id: i64,
    pub(crate) contact_primary: Option<bool>,
    pub(crate) contact_billing: Option<bool>,
    pub(crate) contact_technical: Option<bool>,
    pub(crate) contact_phone_country_code: Option<String>,
    pub(crate) contact_mobile_country_code: Option<String>,
    pub(crate) contact_archived_at: Option<String>,
}

pub(crate) const PERSON: &[Column] = &[
    Plain("contact_id"),
    Plain("contact_name"),
    Plain("contact_client_id"),
    Plain("contact_user_id"),
    Plain("contact_primary"),
    Plain("contact_billing"),
    Plain("contact_technical"),
    Plain("contact_phone_country_code"),
    Plain("contact_mobile_country_code"),
    Text("contact_archived_at"),
];

#[derive(Debug, FromQueryResult)]
struct AgentName {
    user_name: String,
}

#[derive(Debug, Clone)]
pub(super) enum Who {
    Contact(Person),
    Agent { user: i64, name: String },
}

impl Person {
    pub(crate) fn is(&self, flag: Option<bool>) -> bool {
        flag == Some(true) || self.contact_primary == Some(true)
    }

    pub(crate) fn is_archived(&self) -> bool {
        is_set(self.contact_archived_at.as_deref())
    }
}

impl Who {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Contact(person) => person.contact_name.trim(),
            Self::Agent { name, .. } => name.trim(),
        }
    }

    /// The user in ITFlow's log.
    pub(super) fn user(&self) -> i64 {
        match self {
            Self::Contact(person) => person.contact_user_id,
            Self::Agent { user, .. } => *user,
        }
    }

    /// Where it was done, for ITFlow's history.
    pub(super) fn place(&self) -> &'static str {
        match self {
            Self::Contact(_) => " from the customer portal",
            Self::Agent { .. } => "",
        }
    }

    /// The type and the author of a reply that says what was done.
    pub(super) fn of_reply(&self) -> (&'static str, i64) {
        match self {
            Self::Contact(person) => ("Client", person.contact_id),
            Self::Agent { user, .. } => ("Internal", *user),
        }
    }
}

impl Tx<'_> {
    /// A contact that is live and of this customer.
    pub(super) async fn person(&self, id: &NativeId, client: i64) -> Result<Person> {
        let mut select = crate::wire::select("contacts", PERSON);
        select.and_where(Expr::col("contact_id").eq(number(id)?));
        let person: Person = self.one("contacts", &select).await?;
        if person.contact_client_id != client || person.is_archived() {
            let text = "Whoever asks for this is no contact of this customer, or no longer one.";
            return Err(Error::new(ErrorKind::Forbidden, text));
        }
        Ok(person)
    }

    pub(super) async fn who(&self, actor: &Actor, client: i64) -> Result<Who> {
        match actor {
            Actor::Contact(id) => Ok(Who::Contact(self.person(id, client).await?)),
            Actor::Agent(id) => {
                let user = number(id)?;
                let mut select = crate::wire::select("users", &[Plain("user_name")]);
                select.and_where(Expr::col("user_id").eq(user)).and_where(Expr::col("user_type").eq(1));
                select.and_where(Expr::col("user_archived_at").is_null());
                let agent: AgentName =
                    self.rows("users", &select).await?.into_iter().next().ok_or_else(|| gone("users"))?;
                Ok(Who::Agent { user, name: agent.user_name })
            }
        }
    }
}
