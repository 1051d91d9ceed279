//! Things that Halo has as rows of a short list alone: they are found in the list.

use crate::backend::Halo;
use crate::feed::Feed;
use crate::map::knowledge;
use crate::pull::{WHOLE, with_ids};
use crate::query::Query;
use portico_contract::{CallCx, Error, Kind, NativeId, Result, Snapshot};

/// The kinds, which are those that nothing hangs on.
const LISTED: &[Kind] = &[Kind::Team, Kind::CatalogueCategory, Kind::CatalogueItem, Kind::Announcement];

pub(super) fn is_listed(kind: Kind) -> bool {
    LISTED.contains(&kind)
}

impl Halo {
    pub(super) async fn listed(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>> {
        let is_it = |snapshot: &Snapshot| snapshot.records.first().is_some_and(|record| record.id() == id);
        let products = Snapshot::single(knowledge::products());
        if self.config.products && is_it(&products) {
            return Ok(Some(products));
        }
        let stream = id.kind.stream();
        let feed = Feed::of(stream).ok_or_else(|| Error::unsupported(&format!("the stream {stream}")))?;
        let parts = feed.parts.iter().filter(|part| part.kind == id.kind && (!part.products || self.config.products));
        for part in parts {
            let mut query = Query::of(part.endpoint);
            for (name, value) in part.always {
                query = query.with(name, value);
            }
            let counts = part.endpoint.params.contains(&"count");
            let query = if counts { query.with("count", WHOLE) } else { query };
            let rows = with_ids(part, self.client.list(cx, &query).await?.rows)?;
            let found = self.mapped(cx, part, rows).await?.into_iter().filter_map(|(_, snapshot)| snapshot).find(is_it);
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}
