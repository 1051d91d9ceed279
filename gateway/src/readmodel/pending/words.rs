//! What a pending ticket's choices are called: a command has the PSA's words for them, people read the labels.

use crate::readmodel::entity::{choices, tickets};
use crate::readmodel::store::db;
use choices::Column as C;
use portico_contract::Result;
use portico_contract::value::ChoiceList;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter};

/// A list, the PSA's word of a ticket from it, and where its label stands.
type Place = (ChoiceList, fn(&mut tickets::Model) -> (Option<&String>, &mut Option<String>));

const PLACES: &[Place] = &[
    (ChoiceList::TicketPriority, |row| (row.priority_native.as_ref(), &mut row.priority_label)),
    (ChoiceList::TicketCategory, |row| (row.category_native.as_ref(), &mut row.category_label)),
    (ChoiceList::TicketType, |row| (row.type_native.as_ref(), &mut row.type_label)),
    (ChoiceList::TicketUrgency, |row| (row.urgency_native.as_ref(), &mut row.urgency_label)),
    (ChoiceList::TicketImpact, |row| (row.impact_native.as_ref(), &mut row.impact_label)),
];

/// Puts labels beside the words. A word that is in no list any more stands for itself.
pub(super) async fn named(tx: &DatabaseTransaction, row: &mut tickets::Model) -> Result<()> {
    let mut chosen = Condition::any();
    for (list, place) in PLACES {
        if let (Some(word), _) = place(row) {
            chosen = chosen.add(C::List.eq(list.as_str()).and(C::Value.eq(word.as_str())));
        }
    }
    if chosen.is_empty() {
        return Ok(());
    }
    let known = choices::Entity::find().filter(C::BackendId.eq(row.backend_id)).filter(chosen);
    let known = known.all(tx).await.map_err(db)?;
    for (list, place) in PLACES {
        let (word, label) = place(row);
        let choice = known.iter().find(|choice| choice.list == list.as_str() && Some(&choice.value) == word);
        *label = choice.map(|choice| &choice.label).or(word).cloned();
    }
    let priority = |choice: &&choices::Model| choice.list == ChoiceList::TicketPriority.as_str();
    if let Some(group) = known.iter().find(priority).and_then(|choice| choice.meaning.clone()) {
        row.priority_group = Some(group);
    }
    Ok(())
}
