//! How far an attempt has come: while its connection is still being made, nothing was sent.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

/// Watches the connector of one lane.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<AtomicBool>);

impl Progress {
    /// Whether a connection is being made, so that no byte of the request has left.
    pub(super) fn is_connecting(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Forgets the attempt before.
    pub(super) fn reset(&self) {
        self.set_connecting(false);
    }

    fn set_connecting(&self, connecting: bool) {
        // Relaxed: a lane's runtime runs on one thread at a time.
        self.0.store(connecting, Ordering::Relaxed);
    }
}

impl<S> Layer<S> for Progress {
    type Service = Watched<S>;

    fn layer(&self, connector: S) -> Watched<S> {
        Watched {
            connector,
            progress: self.clone(),
        }
    }
}

/// A connector whose beginning and success are noted.
#[derive(Clone)]
pub(super) struct Watched<S> {
    connector: S,
    progress: Progress,
}

impl<S, R> Service<R> for Watched<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let progress = self.progress.clone();
        progress.set_connecting(true);
        let connecting = self.connector.call(target);
        Box::pin(async move {
            let connection = connecting.await?;
            progress.set_connecting(false);
            Ok(connection)
        })
    }
}
