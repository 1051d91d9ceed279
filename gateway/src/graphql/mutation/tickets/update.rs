//! What staff change of a ticket.

use super::super::write::{Checked, Field, Writer, Wrong};
use super::act::{Act, send, subject};
use crate::journal::CommandRow;
use crate::readmodel::entity::{agents, teams};
use async_graphql::{ID, InputObject};
use portico_contract::command::UpdateTicket;
use portico_contract::value::ChoiceList;
use portico_contract::{ErrorKind, FieldGroup, Intent, Kind, NativeId};
use uuid::Uuid;

/// What is to be different; what is not given stays.
#[derive(Debug, Default, InputObject)]
pub struct UpdateTicketInput {
    /// The agent who works on it.
    assignee_id: Option<ID>,
    /// Whose queue it is in.
    team_id: Option<ID>,
    /// How urgent it is: a choice of TICKET_PRIORITY.
    priority_id: Option<ID>,
    /// How it stands: a choice of TICKET_STATUS.
    status_id: Option<ID>,
    /// What it is about: a choice of TICKET_CATEGORY.
    category_id: Option<ID>,
    /// Any text that is different for every wish: sent again with the same input, nothing is done twice.
    idempotency_key: Option<String>,
}

/// The agent and the team that are named, of this backend.
async fn people(
    writer: &Writer<'_>,
    backend: Uuid,
    input: &UpdateTicketInput,
) -> Checked<(Option<NativeId>, Option<NativeId>)> {
    let assignee = match &input.assignee_id {
        Some(id) => {
            let field: Field = &["input", "assigneeId"];
            let columns = [agents::Column::BackendId, agents::Column::NativeKey];
            let row = writer.row::<agents::Entity>(field, id, &columns).await?;
            let key = (row.backend_id == backend).then(|| row.native_key.clone());
            Some(NativeId { kind: Kind::Agent, key: key.ok_or_else(|| Wrong::missing(field))? })
        }
        None => None,
    };
    let team = match &input.team_id {
        Some(id) => {
            let field: Field = &["input", "teamId"];
            let row =
                writer.row::<teams::Entity>(field, id, &[teams::Column::BackendId, teams::Column::NativeKey]).await?;
            let key = (row.backend_id == backend).then(|| row.native_key.clone());
            let id = NativeId { kind: Kind::Team, key: key.ok_or_else(|| Wrong::missing(field))? };
            let source = writer.sync.source(backend).ok_or_else(|| Wrong::missing(field))?;
            if !source.backend.capabilities().carries.contains(&FieldGroup::TicketTeam) {
                let text = "Tickets of this PSA have no team. Leave it out.";
                return Err(Wrong::at(field, ErrorKind::Unsupported, text));
            }
            Some(id)
        }
        None => None,
    };
    Ok((assignee, team))
}

pub async fn update(writer: &Writer<'_>, id: &str, input: UpdateTicketInput) -> Checked<CommandRow> {
    let subject = subject(writer, id, Act::Update).await?;
    let key = writer.key("updateTicket", input.idempotency_key.as_deref(), id, &input)?;
    let backend = subject.backend();
    let (assignee, team) = people(writer, backend, &input).await?;
    let lists: [(Field, _, _); 3] = [
        (&["input", "priorityId"], &input.priority_id, ChoiceList::TicketPriority),
        (&["input", "statusId"], &input.status_id, ChoiceList::TicketStatus),
        (&["input", "categoryId"], &input.category_id, ChoiceList::TicketCategory),
    ];
    let mut chosen = Vec::with_capacity(lists.len());
    for (field, id, list) in lists {
        chosen.push(match id {
            Some(id) => Some(writer.choice(field, id, list, backend).await?),
            None => None,
        });
    }
    let mut chosen = chosen.into_iter();
    let mut next = || chosen.next().flatten();
    let (priority, status, category) = (next(), next(), next());
    if assignee.is_none() && team.is_none() && priority.is_none() && status.is_none() && category.is_none() {
        return Err(Wrong::invalid(&["input"], "Say what is to be different."));
    }
    send(writer, subject, Act::Update, key, |ticket| {
        Intent::UpdateTicket(UpdateTicket { ticket, assignee, team, priority, status, category })
    })
    .await
}
