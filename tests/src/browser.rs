//! A browser that visits an application.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use iron_session::clock::ManualClock;

use crate::jar::Jar;
use crate::message::{Request, Response};
use crate::on_actix::ActixApp;
use crate::on_axum::AxumApp;

/// An application that runs on one of the frameworks.
pub(crate) trait App {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Response> + '_>>;
}

/// A check of every response.
pub(crate) type Check = Box<dyn Fn(&Request, &Response)>;

/// A browser. It sends the cookies in its jar, and stores the ones that it receives.
pub struct Browser {
    app: Box<dyn App>,
    check: Check,
    /// The browser's cookies.
    pub jar: Jar,
}

impl Browser {
    pub(crate) fn new(app: impl App + 'static, check: Check, clock: &ManualClock) -> Self {
        Self { app: Box::new(app), check, jar: Jar::new("shop.example", clock) }
    }

    /// Opens a browser on an axum application.
    pub fn on_axum(app: axum::Router, clock: &ManualClock) -> Self {
        Self::new(AxumApp::serve(app), Box::new(|_, _| {}), clock)
    }

    /// Opens a browser on an actix-web application.
    pub async fn on_actix<B: MessageBody + 'static>(
        app: actix_web::App<
            impl ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = actix_web::Error,
                InitError = (),
            > + 'static,
        >,
        clock: &ManualClock,
    ) -> Self {
        Self::new(ActixApp::serve(app).await, Box::new(|_, _| {}), clock)
    }

    /// Requests a path.
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

    /// Sends a request without using the jar.
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
