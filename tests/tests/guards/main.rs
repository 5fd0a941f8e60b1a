//! The requests that the guards accept and refuse, on axum and on actix-web.

mod cross_origin;
mod csrf;
mod csrf_token;
mod return_to;
mod signed_in;
