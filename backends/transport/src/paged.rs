//! A list over pages, with the rules that make it end.
//!
//! PSAs cap the size of a page without a word, ignore a misspelt paging parameter and answer with the first page for
//! ever, leave totals out or send nought. So a list ends at
//!
//! * a page that says it is the last one, or an empty one;
//! * the total, where there is one;
//! * a page that is shorter than asked for (or than an earlier one, where the PSA caps sizes);
//! * a page that brings nothing new. If there should have been more, that is an error: part of the list is missing;
//! * too many pages, which is an error.
//!
//! What was seen before is dropped. How a page looks on the wire is the caller's business.

use futures_util::stream::{self, Stream};
use portico_contract::{Error, Result};
use std::collections::HashSet;
use std::hash::Hash;

/// What to expect of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Rows to ask for.
    pub size: usize,
    /// More pages than this are an error.
    pub max_pages: u32,
    /// Whether the PSA may send fewer rows a page than asked for although there are more: then only a page shorter than
    /// an earlier one is the last one, which costs short lists one call more.
    pub caps: bool,
}

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Its number, from 1.
    pub page: u32,
    /// Rows that came before it.
    pub offset: usize,
    /// Rows to ask for.
    pub size: usize,
}

/// A page that came.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Rows of the whole list, if the PSA says so. Nought is taken for "not said".
    pub total: Option<u64>,
    /// Whether there are more pages, if the PSA says so.
    pub more: Option<bool>,
}

impl<T> Page<T> {
    /// A page of which only the rows are known.
    #[must_use]
    pub fn of(rows: Vec<T>) -> Self {
        Self { rows, total: None, more: None }
    }
}

struct State<K> {
    paging: Paging,
    ask: Ask,
    seen: HashSet<K>,
    longest: usize,
    done: bool,
}

/// The rows of all pages, each once by its key. After an error nothing more comes.
pub fn paged<T, K, F, Fut>(
    paging: Paging,
    key: impl Fn(&T) -> K + Send,
    fetch: F,
) -> impl Stream<Item = Result<Vec<T>>> + Send
where
    T: Send,
    K: Eq + Hash + Send,
    F: FnMut(Ask) -> Fut + Send,
    Fut: Future<Output = Result<Page<T>>> + Send,
{
    let ask = Ask { page: 1, offset: 0, size: paging.size };
    let state = State { paging, ask, seen: HashSet::new(), longest: 0, done: false };
    stream::unfold((state, fetch, key), |(mut state, mut fetch, key)| async move {
        if state.done {
            return None;
        }
        let page = match fetch(state.ask).await {
            Ok(page) => state.take(page, &key),
            Err(error) => Err(error),
        };
        state.done |= page.is_err();
        Some((page, (state, fetch, key)))
    })
}

impl<K: Eq + Hash> State<K> {
    /// Takes a page in: its new rows, and whether it was the last one.
    fn take<T>(&mut self, page: Page<T>, key: &impl Fn(&T) -> K) -> Result<Vec<T>> {
        let came = page.rows.len();
        let (received, number) = (self.ask.offset + came, self.ask.page);
        let rows: Vec<T> = page.rows.into_iter().filter(|row| self.seen.insert(key(row))).collect();
        let total = page.total.filter(|total| *total > 0).map(|total| usize::try_from(total).unwrap_or(usize::MAX));
        let more = page.more.or(total.map(|total| total > received));
        if came > 0 && rows.is_empty() {
            if total.is_some_and(|total| total > self.seen.len()) || page.more == Some(true) {
                return Err(Error::contract(format!("page {number} repeats an earlier one although there are more")));
            }
            self.done = true;
        }
        let full = if self.paging.caps { self.longest.max(1) } else { self.paging.size };
        self.longest = self.longest.max(came);
        self.done |= came == 0 || !more.unwrap_or(came >= full);
        if !self.done && number >= self.paging.max_pages {
            return Err(Error::contract(format!("more than {} pages", self.paging.max_pages)));
        }
        self.ask = Ask { page: number + 1, offset: received, size: self.ask.size };
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;
    use std::sync::Mutex;

    const PAGING: Paging = Paging { size: 3, max_pages: 5, caps: false };

    /// The rows that come, the pages that were asked for, and the error if there was one.
    async fn list(paging: Paging, pages: Vec<Page<u32>>) -> (Vec<u32>, usize, Option<String>) {
        let asked = Mutex::new(Vec::new());
        let fetch = |ask: Ask| {
            asked.lock().unwrap().push(ask);
            let page = pages.get(ask.page as usize - 1).or(pages.last()).cloned().unwrap();
            async move { Ok(page) }
        };
        let all: Vec<Result<Vec<u32>>> = paged(paging, |row| *row, fetch).collect().await;
        let asked = asked.into_inner().unwrap();
        assert!(asked.iter().zip(1..).all(|(ask, page)| ask.page == page && ask.size == paging.size));
        let error = all.iter().find_map(|page| page.as_ref().err()).and_then(|error| error.detail.clone());
        (all.into_iter().flatten().flatten().collect(), asked.len(), error)
    }

    fn page(rows: &[u32]) -> Page<u32> {
        Page::of(rows.to_vec())
    }

    #[tokio::test]
    async fn a_short_page_is_the_last_one() {
        assert_eq!(list(PAGING, vec![page(&[1, 2, 3]), page(&[4])]).await, (vec![1, 2, 3, 4], 2, None));
    }

    #[tokio::test]
    async fn an_empty_page_is_the_last_one() {
        assert_eq!(list(PAGING, vec![page(&[1, 2, 3]), page(&[])]).await, (vec![1, 2, 3], 2, None));
        assert_eq!(list(PAGING, vec![page(&[])]).await, (vec![], 1, None));
    }

    #[tokio::test]
    async fn a_total_ends_the_list_and_outweighs_a_short_page() {
        let of = |rows: &[u32], total| Page { total: Some(total), ..page(rows) };
        assert_eq!(list(PAGING, vec![of(&[1, 2, 3], 3)]).await, (vec![1, 2, 3], 1, None));
        assert_eq!(list(PAGING, vec![of(&[1, 2], 3), of(&[3], 3)]).await, (vec![1, 2, 3], 2, None));
        assert_eq!(list(PAGING, vec![of(&[1, 2, 3], 0), of(&[4], 0)]).await, (vec![1, 2, 3, 4], 2, None));
    }

    #[tokio::test]
    async fn a_page_that_says_whether_there_is_more_is_believed() {
        let of = |rows: &[u32], more| Page { more: Some(more), ..page(rows) };
        assert_eq!(list(PAGING, vec![of(&[1, 2, 3], false)]).await, (vec![1, 2, 3], 1, None));
        assert_eq!(list(PAGING, vec![of(&[1], true), of(&[2], false)]).await, (vec![1, 2], 2, None));
    }

    #[tokio::test]
    async fn a_capped_page_is_not_the_last_one() {
        let capped = Paging { size: 100, caps: true, ..PAGING };
        let pages = vec![page(&[1, 2]), page(&[3, 4]), page(&[5])];
        assert_eq!(list(capped, pages).await, (vec![1, 2, 3, 4, 5], 3, None));
    }

    #[tokio::test]
    async fn an_ignored_paging_parameter_ends_the_list_or_fails_it() {
        assert_eq!(list(PAGING, vec![page(&[1, 2, 3])]).await, (vec![1, 2, 3], 2, None));
        let (rows, pages, error) = list(PAGING, vec![Page { total: Some(137), ..page(&[1, 2, 3]) }]).await;
        assert_eq!((rows, pages), (vec![1, 2, 3], 2));
        assert!(error.unwrap().contains("repeats"));
    }

    #[tokio::test]
    async fn rows_that_moved_between_pages_come_once() {
        let pages = vec![page(&[1, 2, 3]), page(&[3, 4, 5]), page(&[])];
        assert_eq!(list(PAGING, pages).await, (vec![1, 2, 3, 4, 5], 3, None));
    }

    #[tokio::test]
    async fn too_many_pages_are_an_error() {
        let pages = (0..9).map(|at| page(&[at * 3, at * 3 + 1, at * 3 + 2])).collect();
        let (rows, pages, error) = list(PAGING, pages).await;
        assert_eq!((rows.len(), pages), (12, 5));
        assert_eq!(error.unwrap(), "more than 5 pages");
    }

    #[tokio::test]
    async fn an_error_ends_the_list() {
        let fetch = |_| async { Err::<Page<u32>, _>(Error::unavailable("down")) };
        let all: Vec<_> = paged(PAGING, |row| *row, fetch).collect().await;
        assert_eq!(all.len(), 1);
        assert!(all[0].is_err());
    }
}
