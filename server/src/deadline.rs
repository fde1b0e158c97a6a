//! Until when a request may be worked on. Whatever the request waits for is told, so that what has not begun
//! by then is not done any more.

use std::time::{Duration, Instant};

tokio::task_local! {
    static DEADLINE: Instant;
}

/// Gives some work so much time; `None` if that was not enough.
pub async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    let work = tokio::time::timeout_at(deadline.into(), work);
    DEADLINE.scope(deadline, work).await.ok()
}

/// Whether the time for the work that this is called from is over. Work without a limit has time.
pub fn has_passed() -> bool {
    current().is_some_and(|deadline| deadline <= Instant::now())
}

/// Until when the work that this is called from may go on, if there is a limit.
pub fn current() -> Option<Instant> {
    DEADLINE.try_with(|deadline| *deadline).ok()
}

/// Does what blocks on a thread where it may. The deadline goes with it.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let deadline = current();
    let work = move || match deadline {
        Some(deadline) => DEADLINE.sync_scope(deadline, work),
        None => work(),
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_blocks_knows_the_deadline() {
        let limit = Duration::from_secs(3600);
        assert_eq!(within(limit, blocking(has_passed)).await, Some(false));
        let overdue = DEADLINE.scope(Instant::now(), blocking(has_passed));
        assert!(overdue.await);
        assert!(!blocking(has_passed).await);
    }

    #[tokio::test]
    async fn what_never_comes_is_not_waited_for() {
        let never = std::future::pending::<()>();
        assert_eq!(within(Duration::ZERO, never).await, None);
    }
}
