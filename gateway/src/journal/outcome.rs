//! What an answer of a PSA means for a command, as tables.

use super::State;
use async_graphql::Enum;
use portico_contract::{Error, ErrorKind, Intent, Sent};

/// How a write stands, for whoever asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Delivery {
    /// The PSA has it.
    Applied,
    /// It is kept and will be sent: the PSA does not answer, or others come first.
    Queued,
    /// The PSA refused it, or it was given up.
    Rejected,
    /// It may have been done, and nobody can tell. It is not sent again by itself.
    Uncertain,
}

impl From<State> for Delivery {
    fn from(state: State) -> Self {
        match state {
            State::Queued | State::Sending | State::Checking => Self::Queued,
            State::Applied => Self::Applied,
            State::Rejected | State::Discarded => Self::Rejected,
            State::Uncertain => Self::Uncertain,
        }
    }
}

impl Delivery {
    /// As a pending row holds it.
    #[must_use]
    pub fn stored(word: &str) -> Option<Self> {
        match word {
            "QUEUED" => Some(Self::Queued),
            "UNCERTAIN" => Some(Self::Uncertain),
            _ => None,
        }
    }
}

/// What an error of `apply` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The PSA said no, and will say it again.
    Refused,
    /// Nothing happened: try again later.
    Again,
    /// It may have happened: ask before anything else.
    Unclear,
}

impl Verdict {
    #[must_use]
    pub fn of(error: &Error) -> Self {
        use ErrorKind as K;
        let refusal = matches!(error.kind, K::Invalid | K::Forbidden | K::NotFound | K::Conflict | K::Unsupported);
        match (error.sent, refusal) {
            (Sent::Maybe, _) | (Sent::Yes, false) => Self::Unclear,
            (Sent::No | Sent::Yes, true) => Self::Refused,
            (Sent::No, false) => Self::Again,
        }
    }
}

/// Whether the same command may be sent twice: it sets a state and adds nothing.
#[must_use]
pub fn is_repeatable(intent: &Intent) -> bool {
    match intent {
        Intent::UpdateTicket(_)
        | Intent::CloseTicket(_)
        | Intent::SetFollowers(_)
        | Intent::DecideApproval(_)
        | Intent::DecideQuote(_)
        | Intent::SetAutopay(_) => true,
        Intent::ResolveTicket(it) => it.note.is_none(),
        Intent::ReopenTicket(it) => it.note.is_none(),
        Intent::UpsertContact(it) => it.contact.is_some(),
        // Some PSAs keep every rating that they are given.
        Intent::RateTicket(_) => false,
        Intent::OpenTicket(_) | Intent::AddComment(_) | Intent::RequestItem(_) | Intent::RecordPayment(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_psa_may_keep_twice_is_not_sent_twice() {
        use portico_contract::command::{CloseTicket, RateTicket};
        let ticket = || portico_contract::NativeId::new(portico_contract::Kind::Ticket, 1);
        let rating = RateTicket { ticket: ticket(), positive: true, note: None };
        assert!(!is_repeatable(&Intent::RateTicket(rating)));
        assert!(is_repeatable(&Intent::CloseTicket(CloseTicket { ticket: ticket() })));
    }

    #[test]
    fn an_error_means_what_it_says_of_the_sending() {
        use ErrorKind as K;
        for kind in [K::Invalid, K::Forbidden, K::NotFound, K::Conflict, K::Unsupported] {
            for (sent, verdict) in
                [(Sent::No, Verdict::Refused), (Sent::Yes, Verdict::Refused), (Sent::Maybe, Verdict::Unclear)]
            {
                assert_eq!(Verdict::of(&Error::new(kind, "").sent(sent)), verdict, "{kind:?} {sent:?}");
            }
        }
        for kind in [K::Unavailable, K::RateLimited, K::Credentials, K::Contract, K::Internal, K::Unauthenticated] {
            for (sent, verdict) in
                [(Sent::No, Verdict::Again), (Sent::Yes, Verdict::Unclear), (Sent::Maybe, Verdict::Unclear)]
            {
                assert_eq!(Verdict::of(&Error::new(kind, "").sent(sent)), verdict, "{kind:?} {sent:?}");
            }
        }
    }
}
