//! `GET /v1/responses`, which becomes a WebSocket.

use std::sync::Arc;

use tracing::Instrument as _;

use crate::http::App;
use crate::http::call::{Call, Opening, Reply, Site as _};
use crate::http::error::ApiError;
use crate::http::socket::{Client, Session};

impl App {
    pub(super) fn open_socket(self: Arc<Self>, call: &Call, opening: Opening) -> Reply {
        let Opening { upgrade, reading } = opening;
        let Some(place) = self.sockets.place() else {
            return Err(ApiError::too_many_sockets(self.sockets.limits().most));
        };
        let most = self.max_body_bytes();
        let client = Client { caller: call.admitted.map(|admitted| admitted.caller), peer: call.peer };
        let span = tracing::info_span!("socket", id = call.request_id.as_str());
        // Frames up to twice the limit are read, so that what is a little too large gets an answer and not a broken connection.
        let upgrade = upgrade.max_message_size(most.saturating_mul(2)).max_frame_size(most.saturating_mul(2));
        Ok(upgrade.on_upgrade(move |socket| Session::new(self, socket, reading, client, place).run().instrument(span)))
    }
}
