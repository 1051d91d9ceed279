//! The marker of a command in a field of a ticket. What an action's note carries is the contract's own.

use portico_contract::marker::is_id;
use uuid::Uuid;

const FIELD: &str = "portico:";

/// What a ticket carries in its field.
pub(crate) fn field(id: Uuid) -> String {
    format!("{FIELD}{id}")
}

/// The command that a ticket's field names.
pub(crate) fn of_field(text: Option<&str>) -> Option<String> {
    let id = text?.trim().strip_prefix(FIELD)?;
    is_id(id).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_names_its_command_and_nothing_else_does() {
        let mine = Uuid::from_u128(7);
        assert_eq!(of_field(Some(&field(mine))), Some(mine.to_string()));
        assert_eq!((of_field(Some("portico:x")), of_field(Some("4711")), of_field(None)), (None, None, None));
    }
}
