//! What a server does beside answering: it reads files again, and tells its supervisor how it is.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{MissedTickBehavior, interval};

use crate::certificates::Certificates;
use crate::readiness::Unready;
use crate::state::Shared;
use crate::supervisor::{News, Supervisor};

/// What is looked after.
pub(super) struct Upkeep<'a> {
    /// Who is told.
    pub(super) supervisor: &'a Supervisor,
    /// What may change.
    pub(super) certificates: Option<&'a Certificates>,
    /// How often it is looked whether they did.
    pub(super) look_interval: Duration,
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
            certificates.watch(self.look_interval).await;
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use rcgen::{CertificateParams, KeyPair};
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::server::Settings;
    use crate::state::State;
    use crate::storage::Storage;

    /// Writes a certificate that is valid until the beginning of a year, and its key.
    fn write(certificate: &Path, key: &Path, year: i32) {
        let own = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        fs::write(certificate, params.self_signed(&own).unwrap().pem()).unwrap();
        fs::write(key, own.serialize_pem()).unwrap();
    }

    #[tokio::test]
    async fn certificates_that_change_are_read_again_each_time() {
        let directory = tempfile::tempdir().unwrap();
        let (certificate, key) = (
            directory.path().join("chain.pem"),
            directory.path().join("key.pem"),
        );
        write(&certificate, &key, 2100);
        let certificates = Certificates::load(&certificate, &key).unwrap();
        let expires = certificates.expires();
        let settings = Settings::new(Storage::in_memory().unwrap());
        let (_nobody_reloads, reloads) = unbounded_channel();
        let upkeep = Upkeep {
            supervisor: &Supervisor::from_environment(),
            certificates: Some(&certificates),
            look_interval: Duration::from_millis(5),
            state: Arc::new(State::from(settings)),
        };
        let changes = async {
            for year in [2101, 2102] {
                let before = expires.get();
                write(&certificate, &key, year);
                while expires.get() == before {
                    tokio::task::yield_now().await;
                }
            }
        };
        let changes = tokio::time::timeout(Duration::from_secs(30), changes);
        tokio::select! {
            () = upkeep.go_on(reloads) => (),
            seen = changes => seen.expect("a change is seen"),
        }
    }
}
