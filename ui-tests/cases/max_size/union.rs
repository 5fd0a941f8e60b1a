use iron_session::MaxSize;

#[derive(MaxSize)]
union Bits {
    float: f32,
    bits: u32,
}

fn main() {
    let _ = Bits::MAX_BYTES;
}
