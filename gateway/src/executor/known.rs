//! What is learnt of a document once: it is scanned and parsed, each operation is measured, a realm accepts it, and
//! the walk's result depends on the permissions and nothing else.

use crate::authz::permission::PermissionSet;
use crate::authz::scope::Realm;
use crate::authz::walk::Plan;
use async_graphql_parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Sets of permissions whose plan is kept; there are about as many as mixtures of roles.
const PLANS: usize = 16;

/// A document that was within the limits and could be read.
#[derive(Debug)]
pub struct Known {
    pub document: ExecutableDocument,
    learnt: Vec<(Option<String>, Learnt)>,
}

/// Who a plan is for.
pub type Rights = (Option<Realm>, Option<PermissionSet>);

/// What is known of one operation.
#[derive(Debug, Default)]
pub struct Learnt {
    measured: AtomicBool,
    accepted: [AtomicBool; 3],
    plans: RwLock<VecDeque<(Rights, Arc<Plan>)>>,
}

/// Why an operation of a document cannot be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoOperation {
    /// None has this name.
    Unknown,
    /// There are several, and none was named.
    Several,
}

impl Known {
    pub fn new(document: ExecutableDocument) -> Self {
        let names: Vec<Option<String>> = match &document.operations {
            DocumentOperations::Single(_) => vec![None],
            DocumentOperations::Multiple(operations) => operations.keys().map(|name| Some(name.to_string())).collect(),
        };
        Self { learnt: names.into_iter().map(|name| (name, Learnt::default())).collect(), document }
    }

    /// The operation that is to be run.
    pub fn pick(&self, name: Option<&str>) -> Result<(&OperationDefinition, &Learnt), NoOperation> {
        let found = match (&self.document.operations, name) {
            (DocumentOperations::Single(operation), None) => Some(operation),
            (DocumentOperations::Single(_), Some(_)) => None,
            (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
            (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations.values().next(),
            (DocumentOperations::Multiple(_), None) => return Err(NoOperation::Several),
        };
        let mut learnt = self.learnt.iter().filter(|(known, _)| name.is_none() || known.as_deref() == name);
        match (found, learnt.next()) {
            (Some(operation), Some((_, learnt))) => Ok((&operation.node, learnt)),
            _ => Err(NoOperation::Unknown),
        }
    }
}

impl Learnt {
    pub fn is_measured(&self) -> bool {
        self.measured.load(Ordering::Relaxed)
    }

    pub fn set_measured(&self) {
        self.measured.store(true, Ordering::Relaxed);
    }

    /// Whether this realm's schema accepts it, whatever the variables.
    pub fn is_accepted(&self, realm: Option<Realm>) -> bool {
        self.accepted.get(place(realm)).is_some_and(|accepted| accepted.load(Ordering::Relaxed))
    }

    pub fn set_accepted(&self, realm: Option<Realm>) {
        if let Some(accepted) = self.accepted.get(place(realm)) {
            accepted.store(true, Ordering::Relaxed);
        }
    }

    pub fn plan(&self, rights: Rights) -> Option<Arc<Plan>> {
        let plans = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        plans.iter().find(|(known, _)| *known == rights).map(|(_, plan)| Arc::clone(plan))
    }

    /// Keeps a plan; the oldest goes when there are too many.
    pub fn keep(&self, rights: Rights, plan: &Arc<Plan>) {
        let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= PLANS {
            plans.pop_front();
        }
        plans.push_back((rights, Arc::clone(plan)));
    }
}

fn place(realm: Option<Realm>) -> usize {
    match realm {
        None => 0,
        Some(Realm::Customer) => 1,
        Some(Realm::Staff) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Known {
        Known::new(async_graphql_parser::parse_query(text).unwrap())
    }

    #[test]
    fn the_operation_is_the_only_one_or_the_named_one() {
        let (one, two) = (known("query A { a }"), known("query A { a } query B { b c }"));
        assert!(one.pick(Some("B")).is_err_and(|why| why == NoOperation::Unknown));
        assert!(two.pick(None).is_err_and(|why| why == NoOperation::Several));
        assert!(two.pick(Some("C")).is_err_and(|why| why == NoOperation::Unknown));
        let (operation, learnt) = two.pick(Some("B")).unwrap();
        assert_eq!(operation.selection_set.node.items.len(), 2);
        learnt.set_measured();
        assert!(two.pick(Some("B")).unwrap().1.is_measured() && !two.pick(Some("A")).unwrap().1.is_measured());
    }

    #[test]
    fn a_plan_is_for_the_rights_it_was_made_for() {
        let known = known("{ a }");
        let learnt = known.pick(None).unwrap().1;
        let plan = Arc::new(Plan::default());
        learnt.keep((Some(Realm::Staff), Some(PermissionSet::default())), &plan);
        assert!(learnt.plan((Some(Realm::Staff), Some(PermissionSet::default()))).is_some());
        for rights in
            [(None, None), (Some(Realm::Customer), Some(PermissionSet::default())), (Some(Realm::Staff), None)]
        {
            assert!(learnt.plan(rights).is_none(), "{rights:?}");
        }
        learnt.set_accepted(None);
        assert!(learnt.is_accepted(None) && !learnt.is_accepted(Some(Realm::Customer)));
        for _ in 0..PLANS {
            learnt.keep((None, None), &plan);
        }
        assert!(learnt.plan((Some(Realm::Staff), Some(PermissionSet::default()))).is_none(), "the oldest goes");
    }
}
