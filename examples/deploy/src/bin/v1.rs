//! Release 1.

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    deploy::serve::<deploy::session::v1::AppSession>().await
}
