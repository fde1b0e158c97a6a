//! Contexts: what calls are made with.

use super::boundary;
use super::config::verigator_config;
use super::handle::{self, Held, Kind};
use super::output::Output;
use super::status::verigator_status;
use crate::client::Client;
use crate::error::Result;
use crate::table::Table;

/// What calls are made with: the options, and the idle connections.
///
/// verigator_config_new or verigator_config_from_env, verigator_ctx_new, any number of calls from
/// any number of threads at once (after fork() in the child as well as in the parent), then
/// verigator_ctx_free.
pub struct verigator_ctx {
    _opaque: [u8; 0],
}

static CLIENTS: Table<Client> = Table::new();

impl Kind for verigator_ctx {
    type Value = Client;

    fn table() -> &'static Table<Client> {
        &CLIENTS
    }
}

/// Makes a context of a client that is there already: for what is itself written in Rust.
///
/// # Errors
///
/// [`Status::SYSTEM`](crate::Status::SYSTEM): there are too many contexts.
pub fn context_of(client: Client) -> Result<*mut verigator_ctx> {
    handle::new(client)
}

pub(super) fn client(ctx: *const verigator_ctx) -> Result<Held<Client>> {
    handle::get(ctx)
}

/// Makes a context with the options in `config`. Nothing is sent and nothing is looked up yet.
///
/// `config` is copied; it may be changed, used again or freed. Any number of threads may make contexts
/// with it at once. `*out_ctx` is for verigator_ctx_free. VERIGATOR_INVALID_CONFIG: the options cannot
/// be used together, such as plain http to an address that is not loopback. The status of a setter that
/// refused: its option was not set well since, and the last error names it. Since 1.0.
///
/// # Safety
///
/// `out_ctx` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_ctx_new(
    config: *const verigator_config,
    out_ctx: *mut *mut verigator_ctx,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_ctx) };
    boundary::call(|| {
        let out = out.require("out_ctx")?;
        let client = super::config::read(config, Client::new)?;
        out.write_handle(client)
    })
}

/// Ends the calls that wait on `ctx` and refuses later ones. Cannot be undone.
///
/// Waiting calls return VERIGATOR_CANCELLED at once (a start or verify among them may have
/// arrived), later ones VERIGATOR_CLOSED. The handle stays and is still for verigator_ctx_free. Any
/// thread; not from a signal handler. It concerns only the calling process. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_ctx_close(ctx: *const verigator_ctx) -> verigator_status {
    boundary::call(|| {
        client(ctx)?.close();
        Ok(())
    })
}

/// Closes the connections that no call uses now. Later calls make new ones.
///
/// For a program that is idle for long: those older than verigator_config_set_idle_timeout_ms are
/// closed only when the next call takes or leaves one. Those that rest in a queue are closed with the
/// next call in it. Any thread. It concerns only the calling process. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_ctx_close_idle(ctx: *const verigator_ctx) -> verigator_status {
    boundary::call(|| {
        client(ctx)?.close_idle();
        Ok(())
    })
}

/// Frees a context. NULL does nothing.
///
/// Calls that are under way in other threads are not disturbed; what they need is freed by the last
/// of them (see verigator_ctx_close to end them). VERIGATOR_INVALID_HANDLE for one that was freed
/// before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_ctx_free(ctx: *mut verigator_ctx) -> verigator_status {
    boundary::call(|| handle::free(ctx))
}
