//! The shape of the tables made from a vendor's `wire.json`: its events, private members and error codes.

/// What kind of failure an upstream error is; decides what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The request itself is refused; the same request will be refused again.
    Client,
    /// The account's limit is used up.
    Quota,
    /// The vendor does not accept the login.
    Auth,
    /// The vendor has no capacity now.
    Overload,
    /// A failure that may pass: 5xx, connection, timeout.
    Transient,
    /// The vendor's answer is not what its protocol says: cut streams, bytes that are no events.
    Protocol,
}

impl ErrorClass {
    /// Stable lower-case name for logs, metrics and headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Quota => "quota",
            Self::Auth => "auth",
            Self::Overload => "overload",
            Self::Transient => "transient",
            Self::Protocol => "protocol",
        }
    }
}

/// One event type of a vendor's stream.
#[derive(Debug)]
pub struct EventRow {
    /// The `type` member.
    pub kind: &'static str,
    /// Whether clients may see it.
    pub public: bool,
    /// What it is for.
    pub class: EventClass,
    /// Its members that are known, beside those that any event may have.
    pub members: &'static [&'static str],
}

/// What an event is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventClass {
    /// States of the response before it generates.
    Lifecycle,
    /// An output item begins or is done.
    Item,
    /// A part of an item begins or is done.
    Part,
    /// A piece of text.
    Delta,
    /// The whole of a text.
    Done,
    /// The response's end.
    Terminal,
    /// A failure.
    Error,
    /// Progress of hosted tools.
    Progress,
    /// The vendor's own business.
    Vendor,
}

/// One error code or error type of a vendor.
#[derive(Debug)]
pub struct ErrorRow {
    /// The vendor's `code` or `type`.
    pub code: &'static str,
    /// What kind of failure it is.
    pub class: ErrorClass,
    /// HTTP status a client gets.
    pub status: u16,
    /// OpenAI's `error.type`.
    pub kind: &'static str,
    /// Whether the same request may succeed later.
    pub retry: bool,
}
