//! A response body that holds something until it has ended.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// A body, and what is dropped with its last frame, or with the body when nobody reads that far.
pub(super) struct Held<T> {
    body: Body,
    held: Option<T>,
}

impl<T> Held<T> {
    pub(super) fn new(body: Body, held: T) -> Self {
        Self { body, held: Some(held) }
    }
}

impl<T: Unpin> HttpBody for Held<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            this.held = None;
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Weak};

    use http_body_util::BodyExt as _;

    use super::*;

    fn held(body: impl Into<Body>) -> (Held<Arc<()>>, Weak<()>) {
        let thing = Arc::new(());
        let weak = Arc::downgrade(&thing);
        (Held::new(body.into(), thing), weak)
    }

    #[tokio::test]
    async fn it_is_let_go_with_the_end_of_the_body() {
        let (mut body, thing) = held("text");
        assert_eq!(body.size_hint().exact(), Some(4));
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "text");
        assert!(thing.upgrade().is_some() && body.is_end_stream());
        assert!(body.frame().await.is_none());
        assert!(thing.upgrade().is_none());
    }

    #[tokio::test]
    async fn it_is_let_go_with_a_failure_and_with_the_body() {
        let failing = Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("broken"))]));
        let (mut body, thing) = held(failing);
        assert!(body.frame().await.unwrap().is_err());
        assert!(thing.upgrade().is_none());

        let (body, thing) = held(Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>()));
        drop(body);
        assert!(thing.upgrade().is_none());
    }
}
