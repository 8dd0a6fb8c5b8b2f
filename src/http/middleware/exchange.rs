//! The record of a request: begun before anything else looks at it, ended when its answer has been sent or given up.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

use super::RequestId;
use crate::http::{App, Peer, Refused};
use crate::traffic::{Arrival, Ending, Exchange, Failure};

/// Gives the request its exchange and watches the answer.
pub(crate) async fn exchange(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let exchange = app.traffic.begin(Arrival {
        id: RequestId::of(request.extensions()).as_str(),
        method: request.method(),
        uri: request.uri(),
        headers: request.headers(),
        client_ip: Peer::of(request.extensions()).ip(),
    });
    let has_body = request.method() != Method::HEAD;
    request.extensions_mut().insert(exchange.clone());
    let mut ending = Ending::new(exchange.clone());
    let mut response = next.run(request).await;
    let failure = response.extensions_mut().remove::<Failure>();
    let declared = response.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let length = declared.or(response.body().size_hint().exact());
    let is_stream = length.is_none();
    length.into_iter().for_each(|length| ending.length(length));
    if let Some(Refused { reason, retry_after }) = response.extensions().get().copied() {
        exchange.rejected(response.status().as_u16(), reason, retry_after);
    }
    exchange.answered(response.status().as_u16(), response.headers(), failure, is_stream);
    if !is_stream {
        ending.whole(response.headers(), is_json(response.headers()));
    }
    if !has_body || response.body().is_end_stream() {
        ending.complete();
        return response;
    }
    response.map(|body| Body::new(Watched { body, ending }))
}

/// The exchange of a request; one that records nothing for a request that did not come through here.
pub(crate) fn exchange_of(extensions: &axum::http::Extensions) -> Exchange {
    extensions.get().cloned().unwrap_or_default()
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// A body that counts what goes out. It ends the exchange when it is dropped.
struct Watched {
    body: Body,
    ending: Ending,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(piece) = frame.data_ref() {
                    self.ending.piece(piece);
                }
                // A body of a known length is not asked again after its last piece.
                if self.body.is_end_stream() {
                    self.ending.complete();
                }
            }
            Poll::Ready(None) => self.ending.complete(),
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
