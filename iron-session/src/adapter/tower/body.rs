//! The body of a response that may be replaced.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// Holds the body of the inner service's response, or nothing if the response is an empty
    /// one of this library: a 500 of the session layer, or a 403 of a guard.
    ///
    /// It has a type of its own so that the inner service may have any body, even one that
    /// can't be created empty.
    #[derive(Debug)]
    pub struct SessionBody<B> {
        #[pin]
        inner: Option<B>,
    }
}

impl<B> SessionBody<B> {
    pub(super) fn new(inner: B) -> Self {
        Self { inner: Some(inner) }
    }

    /// Returns the body of the inner service's response, unless the response was replaced.
    pub fn into_inner(self) -> Option<B> {
        self.inner
    }
}

/// Creates an empty body.
impl<B> Default for SessionBody<B> {
    fn default() -> Self {
        Self { inner: None }
    }
}

impl<B: Body> Body for SessionBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        match self.project().inner.as_pin_mut() {
            Some(body) => body.poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(B::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), B::size_hint)
    }
}
