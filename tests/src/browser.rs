//! A browser that walks through an application.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use iron_session::clock::ManualClock;

use crate::jar::Jar;
use crate::message::{Request, Response};

/// An application that runs on one of the frameworks.
pub(crate) trait App {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Response> + '_>>;
}

/// What is made sure of with every answer.
pub(crate) type Check = Box<dyn Fn(&Request, &Response)>;

/// A browser: sends the cookies it has and takes those it is given.
pub struct Browser {
    app: Box<dyn App>,
    check: Check,
    /// Its cookies.
    pub jar: Jar,
}

impl Browser {
    pub(crate) fn new(app: impl App + 'static, check: Check, clock: &ManualClock) -> Self {
        Self { app: Box::new(app), check, jar: Jar::new("shop.example", clock) }
    }

    /// Visits a path.
    pub async fn get(&mut self, path: &str) -> Response {
        self.send(Request::get(path)).await
    }

    /// Sends a request, with the jar's cookies after its own headers.
    pub async fn send(&mut self, mut request: Request) -> Response {
        if let Some(cookies) = self.jar.header(&request.path) {
            request = request.header("cookie", cookies);
        }
        let response = self.send_as_is(request).await;
        self.jar.store_all(response.all("set-cookie"));
        response
    }

    /// Sends a request that has nothing to do with the jar.
    pub async fn send_as_is(&self, request: Request) -> Response {
        let response = self.app.send(request.clone()).await;
        (self.check)(&request, &response);
        response
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").field("jar", &self.jar).finish_non_exhaustive()
    }
}
