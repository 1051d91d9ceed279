//! Halo's usual words and what they mean. A tenant may rename all of them: what is not here is `OTHER`, and no name makes
//! a status an end state.

use portico_contract::value::{ContractType, PriorityGroup, StatusGroup};

const STATUSES: &[(&str, StatusGroup)] = &[
    ("new", StatusGroup::New),
    ("open", StatusGroup::Open),
    ("updated", StatusGroup::Open),
    ("re-opened", StatusGroup::Open),
    ("reopened", StatusGroup::Open),
    ("in progress", StatusGroup::InProgress),
    ("with cab", StatusGroup::OnHold),
    ("on hold", StatusGroup::OnHold),
    ("with user", StatusGroup::WaitingOnCustomer),
    ("with customer", StatusGroup::WaitingOnCustomer),
    ("with client", StatusGroup::WaitingOnCustomer),
    ("awaiting user", StatusGroup::WaitingOnCustomer),
    ("awaiting customer", StatusGroup::WaitingOnCustomer),
    ("waiting on customer", StatusGroup::WaitingOnCustomer),
    ("waiting on client", StatusGroup::WaitingOnCustomer),
    ("waiting for customer", StatusGroup::WaitingOnCustomer),
    ("with supplier", StatusGroup::WaitingOnThirdParty),
    ("with third party", StatusGroup::WaitingOnThirdParty),
    ("awaiting supplier", StatusGroup::WaitingOnThirdParty),
    ("waiting on third party", StatusGroup::WaitingOnThirdParty),
    ("waiting on vendor", StatusGroup::WaitingOnThirdParty),
];

const PRIORITIES: &[(&str, PriorityGroup)] = &[
    ("low", PriorityGroup::Low),
    ("p4", PriorityGroup::Low),
    ("medium", PriorityGroup::Medium),
    ("normal", PriorityGroup::Medium),
    ("p3", PriorityGroup::Medium),
    ("high", PriorityGroup::High),
    ("p2", PriorityGroup::High),
    ("urgent", PriorityGroup::Urgent),
    ("critical", PriorityGroup::Urgent),
    ("p1", PriorityGroup::Urgent),
];

const CONTRACTS: &[(&str, ContractType)] = &[
    ("time and materials", ContractType::TimeAndMaterials),
    ("time & materials", ContractType::TimeAndMaterials),
    ("pay as you go", ContractType::TimeAndMaterials),
    ("recurring", ContractType::Recurring),
    ("periodic", ContractType::Recurring),
    ("fixed price", ContractType::FixedPrice),
];

/// Beginnings of a type's `use` that say it is no ticket: opportunities and projects share the table.
const NO_TICKETS: &[&str] = &["opp", "prj", "proj"];

fn look_up<G: Copy>(table: &[(&str, G)], word: &str) -> Option<G> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word.trim())).map(|(_, group)| *group)
}

pub(crate) fn status(name: &str) -> StatusGroup {
    look_up(STATUSES, name).unwrap_or(StatusGroup::Other)
}

/// Also by its first word, as in `P1 - Critical`.
pub(crate) fn priority(name: &str) -> PriorityGroup {
    let first = name.split_whitespace().next().unwrap_or_default();
    look_up(PRIORITIES, name).or_else(|| look_up(PRIORITIES, first)).unwrap_or(PriorityGroup::Other)
}

pub(crate) fn contract(name: &str) -> Option<ContractType> {
    look_up(CONTRACTS, name)
}

pub(crate) fn is_ticket(use_for: Option<&str>) -> bool {
    let use_for = use_for.unwrap_or_default().to_ascii_lowercase();
    !NO_TICKETS.iter().any(|word| use_for.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_a_ticket_and_unknown_words_are_other() {
        for name in ["Closed", "Resolved", "Completed", "Done", "Fixed!", ""] {
            assert_eq!(status(name), StatusGroup::Other, "{name}");
        }
        assert_eq!(
            (status(" With User "), status("In Progress")),
            (StatusGroup::WaitingOnCustomer, StatusGroup::InProgress)
        );
        assert_eq!((priority("P1 - Critical"), priority("Critical")), (PriorityGroup::Urgent, PriorityGroup::Urgent));
        assert_eq!(priority("Whenever"), PriorityGroup::Other);
        for (word, is) in [(Some("opps"), false), (Some("prjs"), false), (Some("ticket"), true), (None, true)] {
            assert_eq!(is_ticket(word), is, "{word:?}");
        }
    }
}
