//! The rules let a good adapter pass and name what is wrong with another.

use super::model::{Flaw, ModelBench};
use crate::conformance::{Report, rules, run};
use futures_util::future::join_all;
use std::collections::BTreeSet;

async fn report(flaw: Flaw) -> Report {
    run(&ModelBench::new(flaw).await).await
}

#[tokio::test]
async fn an_adapter_that_keeps_every_rule_passes_and_is_asked_all_of_them() {
    let report = report(Flaw::None).await;
    assert_eq!((report.broken(), report.not_asked()), (vec![], vec![]), "{report}");
    assert_eq!(report.0.len(), rules().count());
}

/// A flaw, and the rules that it breaks.
const FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::EndlessPass, &["declared_streams_can_be_read"]),
    (Flaw::SilentStream, &["other_streams_are_refused"]),
    (Flaw::SilentCommand, &["other_commands_are_refused"]),
    (Flaw::SilentHints, &["other_verbs_are_refused"]),
    (Flaw::TwiceTheSame, &["a_full_pass_brings_each_thing_once"]),
    (Flaw::Restless, &["a_quiet_source_says_the_same_again"]),
    (Flaw::BlindSweep, &["a_pass_over_ids_names_what_a_full_pass_brings"]),
    (Flaw::OtherRead, &["a_single_read_is_what_a_page_brought"]),
    (Flaw::GhostReads, &["what_is_not_there_reads_as_none"]),
    (Flaw::TrustsCheckpoints, &["a_checkpoint_that_nobody_wrote_starts_over"]),
    (Flaw::DeafBeat, &["what_is_done_upstream_is_seen"]),
    (Flaw::EmptyInsteadOfError, &["a_fault_is_a_typed_error_in_time_and_passes", "a_psa_that_is_down_is_unavailable"]),
    (Flaw::TellsItsKey, &["a_fault_is_a_typed_error_in_time_and_passes", "a_psa_that_is_down_is_unavailable"]),
    (Flaw::DownIsContract, &["a_psa_that_is_down_is_unavailable"]),
    (Flaw::LosesWrites, &["a_command_does_what_it_says", "an_unclear_answer_is_told_truly"]),
    (Flaw::DeniesWrites, &["an_unclear_answer_is_told_truly"]),
    (Flaw::MakesTwice, &["an_unclear_answer_is_told_truly", "nothing_is_made_twice"]),
    (Flaw::TornFile, &["a_file_comes_whole"]),
    (Flaw::HearsAnybody, &["a_webhook_is_a_hint_from_the_psa"]),
    (Flaw::ShiftingPages, &["a_walk_over_moving_pages_loses_nothing"]),
    (Flaw::ForgetsUnderFaults, &["edits_under_faults_converge"]),
];

/// Each flaw breaks its rules. It may break others with them, as one that repeats a thing breaks what counts on it.
#[tokio::test]
async fn each_flaw_is_named() {
    let mut shown = BTreeSet::new();
    let reports = join_all(FLAWS.iter().map(|(flaw, _)| report(*flaw))).await;
    for ((flaw, expected), report) in FLAWS.iter().zip(reports) {
        let broken = report.broken();
        for rule in *expected {
            assert!(broken.contains(rule), "{flaw:?} does not break {rule}: {report}");
            shown.insert(*rule);
        }
    }
    let not_shown: Vec<_> = rules().map(|rule| rule.name).filter(|rule| !shown.contains(rule)).collect();
    assert!(not_shown.is_empty(), "no flaw breaks {not_shown:?}");
}
