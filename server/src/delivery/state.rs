//! What can become of a message.

/// What has become of a message. It starts as shown or queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// For a developer to read; it is not sent.
    Shown,
    /// It waits to be sent, for the first time or again.
    Queued,
    /// It is being given to a channel, or was when the process ended.
    Sending,
    /// A channel took it.
    HandedOver,
    /// The gateway says that the phone has it.
    Delivered,
    /// The gateway says that it took it, and that the phone will not get it, or not all of it.
    Undelivered,
    /// No channel took it: it was not sent.
    Failed,
    /// It may have been sent or not. It is not sent again.
    Unknown,
    /// Its PIN could not be used any more before a channel took it: it was not sent.
    Expired,
}

impl MessageState {
    /// The state's name in the database, the outbox, the audit trail and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::HandedOver => "handed-over",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
        }
    }

    /// Whether a message in this state was certainly never sent, and never will be.
    pub fn is_unsent(self) -> bool {
        matches!(self, Self::Failed | Self::Expired)
    }
}
