//! The catalogue, articles, announcements.

use super::{Flag, Int, Many, Num, Text};
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ServiceCategoryRow {
    pub id: Int,
    pub name: Text,
    pub summary: Text,
    pub parent_id: Int,
    pub seq: Int,
    pub userlevel: Int,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ServiceRow {
    pub id: Int,
    pub name: Text,
    pub summary: Text,
    pub icon: Text,
    pub service_category_id: Int,
    pub showinusercatalog: Flag,
    pub userlevel: Int,
    pub allowservicerequests: Flag,
    pub service_tickettype_id: Int,
    pub requestdetails_count: Int,
}

/// A request card of a service.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CardRow {
    pub id: Int,
    pub servicedetail_servsiteid: Int,
    pub servicedetail_requesttypeid: Int,
    pub servicedetail_label: Text,
    pub servicedetail_hint: Text,
    pub sequenceid: Int,
}

/// Who may see a category or a service; what its codes mean is not published.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RestrictionRow {
    pub service_id: Int,
    pub service_category_id: Int,
}

/// A sales item. `costprice` is not read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ItemRow {
    pub id: Int,
    pub name: Text,
    pub user_description: Text,
    pub baseprice: Num,
    pub recurringprice: Num,
    pub isrecurringitem: Flag,
    pub inactive: Flag,
    pub icon: Text,
}

/// `KBEntry`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ArticleRow {
    pub id: Int,
    pub name: Text,
    pub description: Text,
    pub description_html: Text,
    pub resolution: Text,
    pub resolution_html: Text,
    pub inactive: Flag,
    pub showforall: Flag,
    pub faqlists: Many<FaqRow>,
    pub kbentryclientaccess: Many<AccessRow>,
    pub kbentrytoplevelaccess: Many<super::IdRow>,
    pub view_count: Int,
    pub date_created: Text,
    pub date_edited: Text,
}

/// `FAQListHead`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FaqRow {
    pub name: Text,
    pub group_name: Text,
    pub showforall: Flag,
    pub dontshowonportal: Flag,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AccessRow {
    pub client_id: Int,
}

/// `AreaPopup`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PopupRow {
    pub id: Int,
    pub client_id: Int,
    pub site_id: Int,
    pub user_id: Int,
    pub note: Text,
    pub limitdaterange: Flag,
    pub startdate: Text,
    pub enddate: Text,
    pub date_created: Text,
}
