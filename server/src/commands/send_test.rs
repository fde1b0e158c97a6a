//! Sends a test message.

use super::Problem;
use crate::delivery::send_test;
use crate::options::SendTestOptions;

/// Sends it as the server would, and tells each step.
pub(super) async fn run(options: &SendTestOptions) -> Result<(), Problem> {
    if options.sms.sms.is_empty() {
        return Err(
            "no channel is named: give the --sms options that the server has, as in --sms \
             webhook:https://..."
                .to_owned(),
        );
    }
    send_test::run(&options.sms.delivery()?, &options.phone_number).await
}
