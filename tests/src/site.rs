//! An application, independent of any framework.
//!
//! A test writes its handlers and its middleware as functions of `Session<T>`.
//! [`Framework`](crate::Framework) connects them to the extractors of each framework.
//! The glue code adds no behaviour.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use hyper::body::Bytes;
use iron_session::SessionOptionsBuilder;
use iron_session::guard::CrossOriginGuard;
use iron_session::json_schema::HasJsonSchema;
use iron_session::{IronSession, Session, SessionOptions};
use tokio::sync::mpsc;

use crate::browser::Check;
use crate::message::{Request, Response};
use crate::payloads;
use crate::session::{AppSession, OtherSession};

/// A future that either framework can run.
pub type BoxFuture<R> = Pin<Box<dyn Future<Output = R> + Send>>;

/// The result of a handler. An `Err` becomes an error in the framework's own form.
pub type SiteResult = Result<SiteResponse, SiteResponse>;

/// The work that a middleware leaves for the time after the handler has responded.
pub type After = Box<dyn FnOnce() + Send>;

pub(crate) type Handler<A> = Arc<dyn Fn(A) -> BoxFuture<SiteResult> + Send + Sync>;
pub(crate) type Middleware<T> = Arc<dyn Fn(Session<T>) -> Result<After, SiteResponse> + Send + Sync>;
pub(crate) type OptionsByHost = Arc<dyn Fn(&str) -> SessionOptions + Send + Sync>;

/// A handler's response.
#[must_use]
pub struct SiteResponse {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body's text.
    pub body: String,
    /// A body in place of the text.
    pub stream: Option<Streaming>,
}

impl SiteResponse {
    /// Responds without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new(), stream: None }
    }

    /// Responds with a 200 and a text.
    pub fn text(body: impl fmt::Display) -> Self {
        Self { body: body.to_string(), ..Self::status(200) }
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Streams the body, and keeps a value alive until it is sent.
    pub fn streaming(mut self, kept: impl Any + Send) -> Self {
        let (sender, pieces) = mpsc::unbounded_channel();
        // The channel ends with its sender, which is dropped here.
        let _ = sender.send(std::mem::take(&mut self.body));
        self.stream = Some(Streaming { pieces, _kept: Box::new(kept) });
        self
    }

    /// Responds with a 200 and a body that is sent in pieces, each when the handler's task sends it.
    pub fn pieces(pieces: mpsc::UnboundedReceiver<String>) -> Self {
        Self { stream: Some(Streaming { pieces, _kept: Box::new(()) }), ..Self::status(200) }
    }
}

/// A body that is sent in pieces, and keeps a value alive until then. The response's length is not known.
pub struct Streaming {
    pieces: mpsc::UnboundedReceiver<String>,
    _kept: Box<dyn Any + Send>,
}

impl fmt::Debug for Streaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming").finish_non_exhaustive()
    }
}

impl Stream for Streaming {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.poll_recv(cx).map(|piece| piece.map(|text| Ok(text.into())))
    }
}

impl fmt::Debug for SiteResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

impl fmt::Display for SiteResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "responded with {}", self.status)
    }
}

/// Responds with a 200 without a body.
///
/// # Errors
///
/// Never; the type is that of a handler.
pub fn ok() -> SiteResult {
    Ok(SiteResponse::status(200))
}

/// Responds with a 200 and a text.
///
/// # Errors
///
/// Never; the type is that of a handler.
pub fn text(body: impl fmt::Display) -> SiteResult {
    Ok(SiteResponse::text(body))
}

/// The session layer around the handlers.
pub(crate) enum Layer {
    None,
    Fixed(SessionOptions),
    ByHost(OptionsByHost),
}

pub(crate) enum Route<T: IronSession> {
    WithoutSession(Handler<()>),
    One(Handler<Session<T>>),
    Two(Handler<(Session<T>, Session<T>)>),
    WithOther(Handler<(Session<T>, Session<OtherSession>)>),
}

/// An application: its routes, and the layers around them. After a response of 101, the connection
/// sends back what arrives.
#[must_use]
pub struct Site<T: IronSession> {
    pub(crate) layer: Layer,
    pub(crate) outer_layer: Option<SessionOptions>,
    pub(crate) other_layer: Option<SessionOptions>,
    pub(crate) middleware: Option<Middleware<T>>,
    pub(crate) guard: Option<CrossOriginGuard>,
    pub(crate) routes: Vec<(&'static str, Route<T>)>,
    pub(crate) polled: Vec<&'static str>,
    catches_panics: bool,
}

/// The application of most conversations.
pub type Shop = Site<AppSession>;

impl<T: IronSession> Site<T> {
    /// Starts an application with a session layer.
    pub fn new(options: SessionOptionsBuilder) -> Self {
        Self::behind(Layer::Fixed(options.build().expect("valid options")))
    }

    /// Starts an application whose options depend on the request's `Host`.
    pub fn by_host(options: impl Fn(&str) -> SessionOptions + Send + Sync + 'static) -> Self {
        Self::behind(Layer::ByHost(Arc::new(options)))
    }

    /// Starts an application without the layer, as if its author forgot it.
    pub fn without_layer() -> Self {
        Self::behind(Layer::None)
    }

    fn behind(layer: Layer) -> Self {
        Self {
            layer,
            outer_layer: None,
            other_layer: None,
            middleware: None,
            guard: None,
            routes: Vec::new(),
            polled: Vec::new(),
            catches_panics: false,
        }
    }

    /// Makes requests of this path no activity of the user.
    pub fn polled(mut self, path: &'static str) -> Self {
        self.polled.push(path);
        self
    }

    /// Puts another layer for the same type around everything.
    pub fn inside(self, options: SessionOptionsBuilder) -> Self {
        self.inside_built(options.build().expect("valid options"))
    }

    /// Puts another layer for the same type, with these very options, around everything.
    pub fn inside_built(mut self, options: SessionOptions) -> Self {
        self.outer_layer = Some(options);
        self
    }

    /// Puts the same layer around everything once more.
    pub fn layered_twice(self) -> Self {
        match &self.layer {
            Layer::Fixed(options) => {
                let options = options.clone();
                self.inside_built(options)
            }
            _ => self,
        }
    }

    /// Puts a layer for [`OtherSession`] around everything.
    pub fn inside_other(mut self, options: SessionOptionsBuilder) -> Self {
        self.other_layer = Some(options.build().expect("valid options"));
        self
    }

    /// Puts a middleware between the session layer and the handlers. If it returns an
    /// `Err`, the handlers are not called.
    pub fn middleware(
        mut self,
        middleware: impl Fn(Session<T>) -> Result<After, SiteResponse> + Send + Sync + 'static,
    ) -> Self {
        self.middleware = Some(Arc::new(middleware));
        self
    }

    /// Puts a guard around everything.
    pub fn guarded(mut self, guard: CrossOriginGuard) -> Self {
        self.guard = Some(guard);
        self
    }

    /// Makes a panicking handler respond with a 200, like a layer that catches panics and
    /// continues.
    pub fn catching_panics(mut self) -> Self {
        self.catches_panics = true;
        self
    }

    /// Adds a handler with one handle.
    pub fn route<F>(
        self,
        path: &'static str,
        handler: impl Fn(Session<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = SiteResult> + Send + 'static,
    {
        let handler = self.boxed(handler);
        self.add(path, Route::One(handler))
    }

    /// Adds a handler that does not use the session.
    pub fn route_without_session<F>(
        self,
        path: &'static str,
        handler: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = SiteResult> + Send + 'static,
    {
        let handler = self.boxed(move |()| handler());
        self.add(path, Route::WithoutSession(handler))
    }

    /// Adds a handler with two handles.
    pub fn route_with_two<F>(
        self,
        path: &'static str,
        handler: impl Fn(Session<T>, Session<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = SiteResult> + Send + 'static,
    {
        let handler = self.boxed(move |(first, second)| handler(first, second));
        self.add(path, Route::Two(handler))
    }

    /// Adds a handler with handles to both of the application's sessions.
    pub fn route_with_other<F>(
        self,
        path: &'static str,
        handler: impl Fn(Session<T>, Session<OtherSession>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = SiteResult> + Send + 'static,
    {
        let handler = self.boxed(move |(session, other)| handler(session, other));
        self.add(path, Route::WithOther(handler))
    }

    fn boxed<A, F>(&self, handler: impl Fn(A) -> F + Send + Sync + 'static) -> Handler<A>
    where
        F: Future<Output = SiteResult> + Send + 'static,
    {
        if self.catches_panics {
            Arc::new(move |argument| Box::pin(CatchPanics(Box::pin(handler(argument)))))
        } else {
            Arc::new(move |argument| Box::pin(handler(argument)))
        }
    }

    fn add(mut self, path: &'static str, route: Route<T>) -> Self {
        self.routes.push((path, route));
        self
    }
}

impl<T: HasJsonSchema> Site<T> {
    /// The check of every response: the session that it sets must be valid by its type's
    /// schema.
    pub(crate) fn check(&self) -> Check {
        // If there are two layers, the outer one counts.
        let by_host: OptionsByHost = match (self.outer_layer.clone(), &self.layer) {
            (Some(options), _) => Arc::new(move |_| options.clone()),
            (None, Layer::Fixed(options)) => {
                let options = options.clone();
                Arc::new(move |_| options.clone())
            }
            (None, Layer::ByHost(by_host)) => Arc::clone(by_host),
            (None, Layer::None) => return Box::new(|_, _| {}),
        };
        let other = self.other_layer.clone();
        Box::new(move |request: &Request, response: &Response| {
            let lines = response.all("set-cookie");
            let sent = request.text("cookie");
            payloads::check::<T>(&by_host(&request.text("host")), &sent, &lines);
            if let Some(other) = &other {
                payloads::check::<OtherSession>(other, &sent, &lines);
            }
        })
    }
}

impl<T: IronSession> fmt::Debug for Site<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.routes.iter().map(|(path, _)| path)).finish()
    }
}

/// Responds with a 200 if the handler panics.
struct CatchPanics(BoxFuture<SiteResult>);

impl Future for CatchPanics {
    type Output = SiteResult;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<SiteResult> {
        let polled = catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx)));
        polled.unwrap_or_else(|_panic| Poll::Ready(text("recovered")))
    }
}
