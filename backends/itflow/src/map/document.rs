//! `documents` → documents.

use super::estate::live;
use super::value::{Zone, words};
use crate::wire::document::DocumentRow;
use portico_contract::record::{Document, Record};
use portico_contract::value::{Html, Visibility};
use portico_contract::{Kind, NativeId};

/// `None` for a document that is archived, or of no client: ITFlow shows those to agents only.
pub(crate) fn document(row: &DocumentRow, zone: Zone) -> Option<Record> {
    let shown = row.document_client_visible == 1;
    Some(Record::Document(Document {
        id: NativeId::new(Kind::Document, row.document_id),
        account: live(row.document_client_id, row.document_archived_at.as_deref())?,
        name: row.document_name.trim().to_owned(),
        folder: words(row.folder_name.as_deref()),
        description: words(row.document_description.as_deref()),
        body: Html(row.document_content.clone()),
        visibility: if shown { Visibility::Public } else { Visibility::Hidden },
        created_at: zone.moment(row.document_created_at.as_deref()),
        updated_at: zone.moment(row.document_updated_at.as_deref()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_one_lets_customers_see_it() {
        for (visible, expected) in
            [(1, Visibility::Public), (0, Visibility::Hidden), (2, Visibility::Hidden), (-1, Visibility::Hidden)]
        {
            let row = DocumentRow { document_client_id: 1, document_client_visible: visible, ..DocumentRow::default() };
            let Some(Record::Document(document)) = document(&row, Zone(chrono_tz::UTC)) else { panic!() };
            assert_eq!(document.visibility, expected, "{visible}");
        }
    }
}
