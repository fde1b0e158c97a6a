//! What a server does beside answering: it reads files again, and tells its supervisor how it is.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{MissedTickBehavior, interval};

use crate::certificates::{Certificates, LOOK_INTERVAL};
use crate::readiness::Unready;
use crate::state::Shared;
use crate::supervisor::{News, Supervisor};

/// What is looked after.
pub(super) struct Upkeep<'a> {
    /// Who is told.
    pub(super) supervisor: &'a Supervisor,
    /// What may change.
    pub(super) certificates: Option<&'a Certificates>,
    /// Of the server.
    pub(super) state: Shared,
}

impl Upkeep<'_> {
    /// Looks after the server for ever; reads files again whenever `reloads` says so.
    pub(super) async fn go_on(&self, reloads: UnboundedReceiver<()>) {
        tokio::join!(
            self.reload(reloads),
            self.watch_certificates(),
            self.give_signs_of_life(),
        );
    }

    async fn reload(&self, mut reloads: UnboundedReceiver<()>) {
        while reloads.recv().await.is_some() {
            self.supervisor.tell(News::Reloading);
            let outcome = self.certificates.map_or(Ok(()), Certificates::reload);
            // Whatever came of it: who asked waits for that.
            match &outcome {
                Ok(()) => self.supervisor.tell(News::Reloaded),
                Err(why) => {
                    tracing::error!("kept old: {why}");
                    self.supervisor.tell(News::KeptOld(why));
                }
            }
        }
        std::future::pending().await
    }

    async fn watch_certificates(&self) {
        if let Some(certificates) = self.certificates {
            certificates.watch(LOOK_INTERVAL).await;
        }
    }

    async fn give_signs_of_life(&self) {
        if let Some(pace) = self.supervisor.wants_signs_of_life() {
            self.give_signs_of_life_every(pace).await;
        }
    }

    /// Says that nothing is stuck, as long as the database answers. If it answers that it cannot be written
    /// to, a server that is started again could do no more.
    async fn give_signs_of_life_every(&self, pace: Duration) {
        let mut ticks = interval(pace);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut before = Ok(());
        loop {
            ticks.tick().await;
            let (storage, now) = (&self.state.storage, self.state.now());
            let outcome = self.state.readiness.of(storage, now).await;
            if outcome != Err(Unready::Silent) {
                self.supervisor.tell(News::Alive);
            }
            if outcome != before {
                let status = outcome.map_or_else(|why| why.to_string(), |()| "serving".to_owned());
                self.supervisor.tell(News::Status(&status));
                before = outcome;
            }
        }
    }
}
