//! A PSA that does not answer as it should. Asked where a [`FaultProxy`](crate::FaultProxy) stands in between.

use super::reader::{PATIENCE, cx};
use super::{Bench, Broken, Rule, Verdict, hold};
use crate::{Fault, Rule as FaultRule};
use portico_contract::{CallCx, ErrorKind, Lane};
use std::time::Duration;
use tokio::time::Instant;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a_fault_is_a_typed_error_in_time_and_passes",
        says: "Whatever goes wrong ends by the deadline in an error of who must act, without a secret, and is over when \
               it is over.",
        check: |bench| Box::pin(faults(bench)),
    },
    Rule {
        name: "a_psa_that_is_down_is_unavailable",
        says: "A PSA that refuses connections is BACKEND_UNAVAILABLE, and found again when it is back.",
        check: |bench| Box::pin(down(bench)),
    },
];

/// The time that a call under a fault has.
const SHORT: Duration = Duration::from_secs(2);

/// How long a call may take over its deadline.
const GRACE: Duration = Duration::from_secs(1);

const FAULTS: &[Fault] = &[
    Fault::Hang,
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::TooMany(Some(1)),
    Fault::ErrorBefore,
    Fault::ErrorAfter,
    Fault::Truncated,
    Fault::Html,
    Fault::Empty,
    Fault::Unauthorized,
];

/// Who may have to act on a PSA that answers strangely.
const KINDS: &[ErrorKind] =
    &[ErrorKind::Unavailable, ErrorKind::RateLimited, ErrorKind::Contract, ErrorKind::Credentials];

async fn faults(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let Some(proxy) = bench.proxy() else { return Ok(Verdict::NotAsked) };
    for fault in FAULTS {
        proxy.script(FaultRule::every(*fault));
        fails(bench, &format!("{fault:?}")).await?;
        proxy.script(Vec::new());
        recovers(bench, &format!("{fault:?}")).await?;
    }
    Ok(Verdict::Kept)
}

async fn down(bench: &dyn Bench) -> Result<Verdict, Broken> {
    let Some(proxy) = bench.proxy() else { return Ok(Verdict::NotAsked) };
    switched(proxy.down().await)?;
    let kind = fails(bench, "down").await;
    switched(proxy.up().await)?;
    let kind = kind?;
    hold(kind == ErrorKind::Unavailable, || format!("a PSA that is down is {kind}"))?;
    recovers(bench, "down").await?;
    Ok(Verdict::Kept)
}

fn switched(result: std::io::Result<()>) -> Result<(), Broken> {
    result.map_err(|why| Broken(format!("the proxy cannot be switched: {why}")))
}

/// A call under a fault: the kind of its error.
async fn fails(bench: &dyn Bench, fault: &str) -> Result<ErrorKind, Broken> {
    let began = Instant::now();
    let cx = CallCx::new(Lane::Interactive, SHORT);
    let result = bench.call(&cx).await;
    let took = began.elapsed();
    hold(took < SHORT + GRACE, || format!("{fault}: the call took {took:?}"))?;
    let Err(error) = result else { return Err(Broken(format!("{fault}: looks like a success"))) };
    hold(KINDS.contains(&error.kind), || format!("{fault}: {}", error.log()))?;
    let text = format!("{error:?} {} {error}", error.log());
    let told = bench.secrets().into_iter().any(|secret| text.contains(&secret));
    hold(!told, || format!("{fault}: the error tells a secret"))?;
    Ok(error.kind)
}

/// Once the fault is over calls work again, at the latest when what the adapter waits for has passed.
pub(super) async fn recovers(bench: &dyn Bench, fault: &str) -> Result<(), Broken> {
    let began = Instant::now();
    loop {
        match bench.call(&cx()).await {
            Ok(()) => return Ok(()),
            Err(error) if began.elapsed() > PATIENCE => {
                return Err(Broken(format!("{fault} is over, and still {}", error.log())));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
