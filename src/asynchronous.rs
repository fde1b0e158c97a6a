//! A client for programs that are asynchronous themselves, on their own Tokio runtime.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::coop::unconstrained;
use tokio::task::spawn_blocking;

use crate::answer::Noun;
use crate::client::Client;
use crate::config::Config;
use crate::error::{Error, Result, Status};
use crate::model::{
    Challenge, Confirmation, Enrolment, EnrolmentLink, Method, RecoveryCodes, Service, ServiceList,
    TotpState, User, UserList, Verification,
};
use crate::operation::Operation;
use crate::transport::{Caller, Cancel, Driver, block_on};

/// A [`Client`] whose calls are awaited, within a Tokio runtime that has I/O and time enabled.
///
/// It has no thread of its own, but one for the lookup of a name and one for a call through a proxy that
/// forwards plain http, or SOCKS. Such a call also takes one of the runtime's threads for blocking, and so
/// does every call on Windows. A future that is dropped cancels its call; whether the request had arrived
/// by then is not known. Retries, deadlines and limits are those of [`Client`], and the connections are
/// shared with it. It can be cloned, and used by any number of tasks, of several runtimes.
///
/// ```ignore
/// use verigator::{AsyncClient, Config, Method};
///
/// # async fn login() -> Result<(), verigator::Error> {
/// let client = AsyncClient::new(&Config::new("api-username", "api-password")?)?;
/// let challenge = client.initiate("service-id", "user-id", Method::Totp).await?;
/// let answer = client.verify("service-id", "user-id", Some(&challenge), "123456").await?;
/// if answer.verified {
///     println!("welcome");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Each method's are those of the method of that name of [`Client`], and [`Status::SYSTEM`] outside of
/// a runtime.
#[derive(Clone, Debug)]
pub struct AsyncClient {
    client: Client,
}

impl From<Client> for AsyncClient {
    fn from(client: Client) -> Self {
        Self { client }
    }
}

impl AsyncClient {
    /// A client with this configuration. Nothing is sent and nothing is looked up yet.
    ///
    /// # Errors
    ///
    /// [`Status::INVALID_CONFIG`] when the options cannot be used together.
    pub fn new(config: &Config) -> Result<Self> {
        Client::new(config).map(Self::from)
    }

    /// Creates a service: as [`Client::create_service`].
    pub async fn create_service(&self, fqdn: &str, name: &str) -> Result<Service> {
        self.run(Operation::create_service(fqdn, name)?).await
    }

    /// Reads a service: as [`Client::service`].
    pub async fn service(&self, service_id: &str) -> Result<Service> {
        self.run(Operation::service(service_id)?).await
    }

    /// Finds a service of the account by its host name: as [`Client::find_service`].
    pub async fn find_service(&self, fqdn: &str) -> Result<Service> {
        self.run(Operation::find_service(fqdn)?).await
    }

    /// Lists the services of the account by the page: as [`Client::page_services`].
    pub async fn page_services(&self, limit: i64, cursor: Option<&str>) -> Result<ServiceList> {
        self.run(Operation::page_services(limit, cursor)?).await
    }

    /// Deletes a service and its users: as [`Client::delete_service`].
    pub async fn delete_service(&self, service_id: &str) -> Result<()> {
        self.run(Operation::delete_service(service_id)?).await
    }

    /// Registers a user: as [`Client::create_user`].
    pub async fn create_user(
        &self,
        service_id: &str,
        phone_number: &str,
        id_in_service: &str,
    ) -> Result<User> {
        let operation = Operation::create_user(service_id, phone_number, id_in_service)?;
        self.run(operation).await
    }

    /// Finds a user by what the service calls it: as [`Client::find_user`].
    pub async fn find_user(&self, service_id: &str, id_in_service: &str) -> Result<User> {
        self.run(Operation::find_user(service_id, id_in_service)?)
            .await
    }

    /// Lists the users of a service: as [`Client::users`].
    pub async fn users(&self, service_id: &str) -> Result<UserList> {
        self.run(Operation::users(service_id)?).await
    }

    /// Lists the users of a service by the page: as [`Client::page_users`].
    pub async fn page_users(
        &self,
        service_id: &str,
        limit: i64,
        cursor: Option<&str>,
    ) -> Result<UserList> {
        self.run(Operation::page_users(service_id, limit, cursor)?)
            .await
    }

    /// Reads a user: as [`Client::user`].
    pub async fn user(&self, service_id: &str, user_id: &str) -> Result<User> {
        self.run(Operation::user(service_id, user_id)?).await
    }

    /// Deletes a user: as [`Client::delete_user`].
    pub async fn delete_user(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.run(Operation::delete_user(service_id, user_id)?).await
    }

    /// Starts an authentication: as [`Client::initiate`].
    pub async fn initiate(
        &self,
        service_id: &str,
        user_id: &str,
        method: Method,
    ) -> Result<Challenge> {
        self.run(Operation::initiate(service_id, user_id, method)?)
            .await
    }

    /// Checks a token: as [`Client::verify`]. Only `verified` in the answer is a yes.
    pub async fn verify(
        &self,
        service_id: &str,
        user_id: &str,
        challenge: Option<&Challenge>,
        token: &str,
    ) -> Result<Verification> {
        self.run(Operation::verify(service_id, user_id, challenge, token)?)
            .await
    }

    /// Lets a user log in again who is locked after too many wrong tokens: as [`Client::unlock_user`].
    pub async fn unlock_user(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.run(Operation::unlock_user(service_id, user_id)?).await
    }

    /// Begins the enrolment of an authenticator app: as [`Client::begin_totp`].
    pub async fn begin_totp(&self, service_id: &str, user_id: &str) -> Result<Enrolment> {
        self.run(Operation::begin_totp(service_id, user_id)?).await
    }

    /// Makes a link by which the user sets an authenticator app up: as [`Client::create_totp_link`].
    pub async fn create_totp_link(
        &self,
        service_id: &str,
        user_id: &str,
        lifetime_seconds: i64,
    ) -> Result<EnrolmentLink> {
        let operation = Operation::create_totp_link(service_id, user_id, lifetime_seconds)?;
        self.run(operation).await
    }

    /// Confirms an enrolment by a token of the app: as [`Client::confirm_totp`].
    pub async fn confirm_totp(&self, service_id: &str, user_id: &str, token: &str) -> Result<()> {
        self.run(Operation::confirm_totp(service_id, user_id, token)?)
            .await
            .map(|Confirmation| ())
    }

    /// Reads how far an enrolment has come: as [`Client::totp`].
    pub async fn totp(&self, service_id: &str, user_id: &str) -> Result<TotpState> {
        self.run(Operation::totp(service_id, user_id)?).await
    }

    /// Removes the enrolment, confirmed or not: as [`Client::delete_totp`].
    pub async fn delete_totp(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.run(Operation::delete_totp(service_id, user_id)?).await
    }

    /// Makes recovery codes: as [`Client::create_recovery_codes`].
    pub async fn create_recovery_codes(
        &self,
        service_id: &str,
        user_id: &str,
    ) -> Result<RecoveryCodes> {
        self.run(Operation::create_recovery_codes(service_id, user_id)?)
            .await
    }

    /// Says how many recovery codes are left: as [`Client::count_recovery_codes`].
    pub async fn count_recovery_codes(&self, service_id: &str, user_id: &str) -> Result<u32> {
        self.run(Operation::count_recovery_codes(service_id, user_id)?)
            .await
            .map(|left| left.remaining)
    }

    /// Removes the recovery codes: as [`Client::delete_recovery_codes`].
    pub async fn delete_recovery_codes(&self, service_id: &str, user_id: &str) -> Result<()> {
        self.run(Operation::delete_recovery_codes(service_id, user_id)?)
            .await
    }

    /// Ends the calls that wait, and refuses later ones: as [`Client::close`].
    pub fn close(&self) {
        self.client.close();
    }

    /// Closes the connections that no call uses now: as [`Client::close_idle`].
    pub fn close_idle(&self) {
        self.client.close_idle();
    }

    pub(crate) async fn run<T: Noun + Send + 'static>(&self, operation: Operation<T>) -> Result<T> {
        if Handle::try_current().is_err() {
            let message = "there is no Tokio runtime here; await it within one, or use Client";
            return Err(Error::new(Status::SYSTEM, message));
        }
        #[cfg(unix)]
        if !self.client.blocks() {
            let mut caller = Caller::blocking(self.client.timeout());
            caller.driver = Driver::Tokio;
            // The channels inside hyper would count against the budget of the task.
            return unconstrained(self.client.perform(&operation, &caller)).await;
        }
        on_a_blocking_thread(self.client.clone(), operation).await
    }
}

/// Cancels what runs on the other thread once nobody awaits it any more.
struct CancelOnDrop(Arc<Cancel>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.ask();
    }
}

async fn on_a_blocking_thread<T: Send + 'static>(
    client: Client,
    operation: Operation<T>,
) -> Result<T> {
    let cancel = CancelOnDrop(Arc::default());
    let of_thread = Arc::clone(&cancel.0);
    let performing = spawn_blocking(move || {
        let mut caller = Caller::blocking(client.timeout());
        caller.cancel = Some(&of_thread);
        block_on(client.perform(&operation, &caller))
    });
    match performing.await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Error::new(
            Status::CANCELLED,
            "the runtime is being shut down",
        )),
    }
}
