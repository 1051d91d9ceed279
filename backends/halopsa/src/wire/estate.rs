//! Assets and contracts.

use super::{Flag, Int, Many, Num, Text};
use serde::Deserialize;

/// `Device`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AssetRow {
    pub id: Int,
    pub client_id: Int,
    pub site_id: Int,
    pub first_user_id: Int,
    pub inventory_number: Text,
    pub key_field: Text,
    pub key_field2: Text,
    pub key_field3: Text,
    pub assettype_id: Int,
    pub assettype_name: Text,
    pub status_name: Text,
    pub inactive: Flag,
    pub supplier_purchasedate: Text,
    pub commissiondate: Text,
    pub warranty_end: Text,
}

/// `Xtype`: what the key fields of its assets are called.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AssetTypeRow {
    pub id: Int,
    pub name: Text,
    pub keyfield_name: Text,
    pub keyfield2_name: Text,
    pub keyfield3_name: Text,
    pub show_to_users: Flag,
    pub defaultsequence: Int,
}

/// `ContractHeader`. Its `note` is internal and its costs are the provider's: neither is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContractRow {
    pub id: Int,
    pub client_id: Int,
    pub site_id: Int,
    #[serde(rename = "ref")]
    pub reference: Text,
    pub refextra: Text,
    pub contracttype_name: Text,
    pub contract_status: Text,
    pub active: Flag,
    pub expired: Flag,
    pub started: Flag,
    pub start_date: Text,
    pub end_date: Text,
    pub billing_description_string: Text,
    pub billing_period_string: Text,
    pub periodchargeamount: Num,
    pub contract_prepaytotal: Num,
    pub contract_prepayused: Num,
    pub contract_prepaybalance: Num,
    pub contract_prepayasamount: Flag,
    pub numberofunitsfree: Num,
    pub sla_name: Text,
    pub prepay_periods: Many<PeriodRow>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PeriodRow {
    pub start_date: Text,
    pub end_date: Text,
    pub hours_used_this_period: Num,
    pub amount_used_this_period: Num,
}
