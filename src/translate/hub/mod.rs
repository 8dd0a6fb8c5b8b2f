//! The hub: the one shape between client dialects and vendor dialects.
//!
//! Every client dialect translates to and from the hub and every vendor dialect does too, so that a new one costs one translation and not one per
//! counterpart. The shape is that of the Responses API: requests are items and settings, answers are a stream of semantic events.

mod error;
mod event;
mod files;
mod request;
mod response;
mod usage;

pub use error::{ErrorClass, UpstreamError};
pub use event::{HubEvent, Lifecycle, Outcome, PartKind, Place, RawJson, TextKind};
pub use files::{FileRefusal, GivenFile, WantedFile};
pub use request::{HubRequest, ItemMemory, recall_items};
pub(in crate::translate) use response::ResponseMembers;
pub use response::{ResponseHead, ResponseObject};
pub use usage::TokenCounts;
