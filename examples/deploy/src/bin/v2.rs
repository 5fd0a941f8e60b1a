//! Release 2.

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    deploy::serve::<deploy::session::v2::AppSession>().await
}
