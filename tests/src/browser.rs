//! A browser that visits an application.

use std::{fmt, io};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use iron_session::clock::ManualClock;

use crate::http::{OpenResponse, Server};
use crate::jar::Jar;
use crate::message::{Request, Response};
use crate::{on_actix, on_axum, on_poem, on_rocket, on_salvo};

/// The host that the browser visits.
const HOST: &str = "shop.example";

/// A check of every response.
pub(crate) type Check = Box<dyn Fn(&Request, &Response)>;

/// A browser on an application that runs until the browser is dropped. It sends the cookies in its
/// jar, and stores the ones that it receives.
pub struct Browser {
    server: Server,
    check: Check,
    /// The browser's cookies.
    pub jar: Jar,
}

impl Browser {
    pub(crate) fn new(server: Server, check: Check, clock: &ManualClock) -> Self {
        Self { server, check, jar: Jar::new(HOST, clock) }
    }

    /// Opens a browser on an axum application.
    pub fn on_axum(app: axum::Router, clock: &ManualClock) -> Self {
        Self::new(on_axum::serve(app), Box::new(|_, _| {}), clock)
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
        Self::new(on_actix::serve(app).await, Box::new(|_, _| {}), clock)
    }

    /// Opens a browser on a poem application.
    pub fn on_poem(
        app: impl poem::IntoEndpoint<Endpoint: 'static> + Send + 'static,
        clock: &ManualClock,
    ) -> Self {
        Self::new(on_poem::serve(app), Box::new(|_, _| {}), clock)
    }

    /// Opens a browser on a salvo application.
    pub fn on_salvo(app: impl Into<salvo::Service>, clock: &ManualClock) -> Self {
        Self::new(on_salvo::serve(app.into()), Box::new(|_, _| {}), clock)
    }

    /// Opens a browser on a Rocket application.
    pub async fn on_rocket(app: rocket::Rocket<rocket::Build>, clock: &ManualClock) -> Self {
        Self::new(on_rocket::serve(app).await, Box::new(|_, _| {}), clock)
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
        self.try_send(request).await.expect("a whole response")
    }

    /// Sends a request without using the jar.
    ///
    /// # Errors
    ///
    /// If the server closes the connection without a whole response.
    pub async fn try_send(&self, request: Request) -> io::Result<Response> {
        self.open(request).await?.read().await
    }

    /// Sends requests on one connection, one after the other, without using the jar.
    pub async fn send_all(&self, requests: &[Request]) -> Vec<Response> {
        let addressed = requests.iter().map(|request| request.clone().with_host(HOST)).collect();
        let responses = self.server.send_all(addressed).await.expect("whole responses");
        requests.iter().zip(&responses).for_each(|(request, response)| (self.check)(request, response));
        responses
    }

    /// Sends a request without using the jar, and returns as soon as the response's headers are there.
    ///
    /// # Errors
    ///
    /// If the server closes the connection before.
    pub async fn open(&self, request: Request) -> io::Result<OpenResponse> {
        let request = request.with_host(HOST);
        let response = self.server.open(request.clone()).await?;
        (self.check)(&request, &response.head);
        Ok(response)
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").field("jar", &self.jar).finish_non_exhaustive()
    }
}
