use iron_session::MaxSize;

#[derive(MaxSize)]
#[session(max_bytes = 5)]
struct CartItem {
    #[session(max_byte = 5)]
    sku: String,
    #[session(flash)]
    notice: Option<u8>,
    #[session(max_bytes = 5)]
    quantity: u8,
    #[session(max_items = 5)]
    name: String,
    #[session(max_bytes = 0)]
    empty: String,
}

#[derive(MaxSize)]
#[session(crates = "iron_session")]
struct Other;

fn main() {}
