//! The root of search.

use crate::graphql::connection::Connection;
use crate::graphql::context::{args, soft};
use crate::graphql::directive::signedIn;
use crate::graphql::search::{self, SearchResult, SearchType};
use async_graphql::{Context, Object};

/// Search over everything at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Search;

#[Object]
impl Search {
    /// Whatever holds all of these words, newest first: by the last change of a ticket or document, the date of an
    /// invoice, quote or purchase; what has no time comes last. Small and capital letters and accents make no
    /// difference, the last word may be a beginning, and words between quotation marks stand beside each other.
    /// Types that the viewer may not see are left out.
    #[graphql(directive = signedIn::apply())]
    #[expect(clippy::too_many_arguments, reason = "a list has a window, an order and a filter")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Words, at most 200 characters.")] text: String,
        #[graphql(desc = "Only these types.")] types: Option<Vec<SearchType>>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Connection<SearchResult>> {
        let args = args(first, after, last, before);
        let page = soft(ctx, search::search(ctx, &text, types.as_deref(), &args).await)?;
        Some(Connection::new(&page, |found| found.as_ref().clone()))
    }
}
