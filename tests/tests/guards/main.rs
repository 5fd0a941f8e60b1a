//! The requests that the guards accept and refuse, on every framework.

mod cross_origin;
mod csrf;
mod csrf_token;
mod return_to;
mod signed_in;
