//! Errors of actix-web middlewares on their way through `SessionMiddleware`: the response
//! inside one, which can be taken once, reaches the browser, with the session's cookies.

use std::fmt;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Service as _, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::middleware::{ErrorHandlerResponse, ErrorHandlers, Logger, Next, from_fn};
use actix_web::{App, Error, HttpResponse, ResponseError, test};
use iron_session::Session;
use iron_session::SessionMiddleware;
use iron_session_tests::fixtures::{clock, options, passwords};
use iron_session_tests::{AppSession, Framework, OtherSession, Response, read_response};

/// The use that the innermost middleware makes of a session before it fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Use {
    Nothing,
    Read,
    Write,
}

const USES: [Use; 3] = [Use::Nothing, Use::Read, Use::Write];

/// An error that makes a response whenever it is asked: its `status_code` is the default, 500.
#[derive(Debug)]
struct Refusal;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl ResponseError for Refusal {
    fn error_response(&self) -> HttpResponse<BoxBody> {
        to_login()
    }
}

fn to_login() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("location", "/login")).body("log in")
}

type MakeError = fn() -> Error;

/// The errors, each with a redirect to the sign-in page.
fn errors() -> [(&'static str, MakeError); 2] {
    [
        ("a response inside", || InternalError::from_response(Refusal, to_login()).into()),
        ("a response on demand", || Refusal.into()),
    ]
}

/// The response that a middleware around everything makes from a failed request.
#[derive(Clone, Copy, Debug)]
enum Outside {
    /// The error, as actix-web's own middlewares leave it.
    Error,
    /// A response of `HttpResponse::from_error`.
    FromError,
    /// A response, after having looked at the error and at a response of it.
    SecondResponse,
}

async fn outermost(
    outside: Outside,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let error = match next.call(request).await {
        Ok(response) => return Ok(response.map_into_boxed_body()),
        Err(error) => error,
    };
    let response = match outside {
        Outside::Error => return Err(error),
        Outside::FromError => HttpResponse::from_error(error),
        Outside::SecondResponse => {
            assert_eq!(
                (error.to_string(), format!("{error:?}")),
                ("refused".to_owned(), "Refusal".to_owned())
            );
            drop(error.error_response());
            error.error_response()
        }
    };
    // A new request in its place: the one that failed is gone.
    Ok(ServiceResponse::new(test::TestRequest::default().to_http_request(), response))
}

/// Sends a request to an application with two session types, the other one outside, in which
/// the innermost middleware uses both and fails.
async fn failing(error: MakeError, of_app: Use, of_other: Use, outside: Outside) -> Response {
    let app_options = options(&clock()).build().unwrap();
    let other_options =
        iron_session::SessionOptions::builder("other", passwords()).clock(clock()).build().unwrap();
    let innermost = from_fn(
        move |mut app: Session<AppSession>,
              mut other: Session<OtherSession>,
              request: ServiceRequest,
              next: Next<BoxBody>| async move {
            match of_app {
                Use::Nothing => {}
                Use::Read => assert_eq!(*app.visits(), 0),
                Use::Write => app.set_visits(1),
            }
            match of_other {
                Use::Nothing => {}
                Use::Read => assert_eq!(other.theme(), None),
                Use::Write => other.set_theme("dark"),
            }
            if request.path() == "/fine" {
                return next.call(request).await;
            }
            Err(error())
        },
    );
    let handlers = ErrorHandlers::new()
        .handler(StatusCode::INTERNAL_SERVER_ERROR, |_| panic!("the response is no 500"))
        .handler(StatusCode::SEE_OTHER, |response| {
            Ok(ErrorHandlerResponse::Response(response.map_into_left_body()))
        });
    let app = App::new()
        .wrap(innermost)
        .wrap(SessionMiddleware::<AppSession>::new(app_options).unwrap())
        .wrap(SessionMiddleware::<OtherSession>::new(other_options).unwrap())
        .wrap(handlers)
        .wrap(Logger::default())
        .wrap(from_fn(move |request, next: Next<_>| outermost(outside, request, next)));
    let service = test::init_service(app).await;
    let response = match service.call(test::TestRequest::get().to_request()).await {
        Ok(response) => response.into_parts().1,
        // What actix-web's server does.
        Err(error) => error.error_response(),
    };
    read_response(response).await
}

#[test]
fn the_response_inside_an_error_reaches_the_browser_with_the_cookies() {
    Framework::Actix.run(|_| async {
        for (kind, error) in errors() {
            for (of_app, of_other) in USES.into_iter().flat_map(|app| USES.map(|other| (app, other))) {
                for outside in [Outside::Error, Outside::FromError] {
                    let response = failing(error, of_app, of_other, outside).await;
                    let case = format!("{kind}, {of_app:?}, {of_other:?}, {outside:?}: {response:?}");
                    assert_eq!((response.status, response.body.as_str()), (303, "log in"), "{case}");
                    assert_eq!(response.one("location"), Some("/login"), "{case}");

                    let is_used = of_app != Use::Nothing || of_other != Use::Nothing;
                    assert_eq!(response.one("vary"), is_used.then_some("Cookie"), "{case}");
                    let (mut set, _) = response.set_and_expired();
                    set.sort();
                    let mut expected = Vec::new();
                    expected.extend((of_other == Use::Write).then_some("other"));
                    expected.extend((of_app == Use::Write).then_some("sid"));
                    assert_eq!(set, expected, "{case}");
                }
            }
        }
    });
}

/// A body can be handed out once; who looks at the response first must not cost the cookies.
#[test]
fn a_second_response_of_an_error_has_status_and_cookies() {
    Framework::Actix.run(|_| async {
        for (kind, error) in errors() {
            let response = failing(error, Use::Write, Use::Write, Outside::SecondResponse).await;
            assert_eq!((response.status, response.one("location")), (303, Some("/login")), "{kind}");
            let (mut set, _) = response.set_and_expired();
            set.sort();
            assert_eq!(set, ["other", "sid"], "{kind}");
        }
    });
}

/// A middleware that only asks for the status must not be told of a default.
#[test]
fn an_error_with_cookies_tells_its_status_without_giving_its_response_away() {
    Framework::Actix.run(|_| async {
        let middleware = SessionMiddleware::<AppSession>::new(options(&clock()).build().unwrap()).unwrap();
        let innermost = from_fn(
            async |mut session: Session<AppSession>, _request: ServiceRequest, _next: Next<BoxBody>| {
                session.set_visits(1);
                Err::<ServiceResponse, _>(Refusal.into())
            },
        );
        let service = test::init_service(App::new().wrap(innermost).wrap(middleware)).await;
        let error = service.call(test::TestRequest::get().to_request()).await.unwrap_err();
        for _ in 0..2 {
            assert_eq!(error.as_response_error().status_code(), StatusCode::SEE_OTHER);
        }
        let response = error.error_response();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(to_bytes(response.into_body()).await.unwrap(), "log in");
    });
}
