//! Tests against other programs: the npm packages under Node, `tsc`, nginx and Chromium.
//! `cargo xtask test --only live` installs them.

mod browser;
mod cross_origin;
mod deploy;
mod h3;
mod log_out_everywhere;
mod nextjs;
mod nginx;
mod over_http;
mod peers;
mod races;
mod recipes;
mod return_to;
mod shared_login;
mod sizes;
mod types;
