//! How long a connection waits for a head. The server asks for a timer before each request and drops it after: here
//! they all wait on one that stays armed, since arming is most of what it costs.

use hyper::rt::{Sleep, Timer};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time;
use tokio::time::Instant;

/// The timer of one connection.
#[derive(Debug, Clone)]
pub struct Patience(Arc<Mutex<Pin<Box<tokio::time::Sleep>>>>);

struct Wait {
    until: Instant,
    armed: Patience,
}

impl Patience {
    pub fn new(first: time::Duration) -> Self {
        Self(Arc::new(Mutex::new(Box::pin(tokio::time::sleep(first)))))
    }
}

impl Timer for Patience {
    fn sleep(&self, duration: time::Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: time::Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Wait { until: deadline.into(), armed: self.clone() })
    }

    fn now(&self) -> time::Instant {
        Instant::now().into()
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut armed = self.armed.0.lock().unwrap_or_else(PoisonError::into_inner);
        if armed.deadline() > self.until {
            armed.as_mut().reset(self.until);
        }
        loop {
            ready!(armed.as_mut().poll(cx));
            // It was armed for an earlier wait that ended well.
            if armed.deadline() >= self.until {
                return Poll::Ready(());
            }
            armed.as_mut().reset(self.until);
        }
    }
}

impl Sleep for Wait {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn each_wait_ends_at_its_own_time() {
        let patience = Patience::new(Duration::from_secs(15));
        let began = Instant::now();
        for (wait, ends) in [(15, 15), (3, 18), (60, 78), (1, 79), (0, 79)] {
            patience.sleep(Duration::from_secs(wait)).await;
            assert_eq!(began.elapsed().as_secs(), ends, "{wait}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_was_given_up_does_not_shorten_the_next() {
        let patience = Patience::new(Duration::from_secs(15));
        let began = Instant::now();
        let given_up = tokio::time::timeout(Duration::from_secs(10), patience.sleep(Duration::from_secs(15))).await;
        assert!(given_up.is_err());
        patience.sleep(Duration::from_secs(15)).await;
        assert_eq!(began.elapsed().as_secs(), 25);
    }
}
