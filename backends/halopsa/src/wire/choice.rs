//! The lists by which tickets get their words.

use super::{Flag, Int, Many, Text};
use serde::Deserialize;

/// `TStatus`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StatusRow {
    pub id: Int,
    pub name: Text,
    pub sequence: Int,
    pub colour: Text,
}

/// `Policy`: a priority of one SLA. Its `id` is a GUID; tickets carry `priorityid`, which repeats from SLA to SLA.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PriorityRow {
    pub priorityid: Int,
    pub slaid: Int,
    pub name: Text,
    pub ishidden: Flag,
    pub colour: Text,
}

/// `RequestType`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypeRow {
    pub id: Int,
    pub name: Text,
    #[serde(rename = "use")]
    pub use_for: Text,
    pub sequence: Int,
    pub enduserscanselect: Flag,
    pub default_showforusers: Flag,
    pub visible: Flag,
    pub reopenedstatus: Int,
    pub statusafteruserupdate: Int,
}

/// `RequestType` with its fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypeFieldsRow {
    pub id: Int,
    pub name: Text,
    pub fields: Many<FieldRow>,
}

/// `RequestTypeField`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FieldRow {
    pub fieldid: Int,
    pub fieldname: Text,
    pub override_fieldname: Text,
    pub seq: Int,
    pub endusernew: Int,
    pub fieldinfo: Option<FieldInfoRow>,
}

/// `FieldInfo`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FieldInfoRow {
    pub name: Text,
    pub label: Text,
    pub hint: Text,
    #[serde(rename = "type")]
    pub kind: Int,
    pub values: Many<NamedRow>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CategoryRow {
    pub id: Int,
    /// The path, with `>` between its levels.
    pub value: Text,
    pub category_name: Text,
    /// Which of the four category fields it is of.
    pub type_id: Int,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LookupRow {
    pub lookupid: Int,
    pub id: Int,
    pub name: Text,
    pub sequence: Int,
    pub inactive: Flag,
}

/// A row with a name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NamedRow {
    pub id: Int,
    pub name: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CurrencyRow {
    pub id: Int,
    pub code: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OutcomeRow {
    pub id: Int,
    pub outcome: Text,
    pub hidefromuser: Flag,
}
