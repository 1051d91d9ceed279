//! What ITFlow's API leaves out of a new ticket: category and site.

use super::tx::cell;
use crate::api::Dress;
use crate::backend::Itflow;
use portico_contract::{CallCx, Result};
use sea_orm::sea_query::{Expr, ExprTrait};

impl Itflow {
    pub(crate) async fn dress(&self, cx: &CallCx, ticket: i64, dress: &Dress) -> Result<()> {
        let tx = self.begin(cx).await?;
        let mut cells = vec![cell("ticket_updated_at", tx.now)];
        // The column is text that holds an id.
        cells.extend(dress.category.map(|id| cell("ticket_category", id.to_string())));
        cells.extend(dress.site.map(|id| cell("ticket_location_id", id)));
        tx.change("tickets", cells, Expr::col("ticket_id").eq(ticket)).await?;
        tx.commit().await
    }
}
