//! Compresses and decompresses its arguments with every algorithm that was built in. The bytes
//! that an algorithm adds to this program are its weight.

fn main() {
    let text: String = std::env::args().collect();
    for codec in compression::codecs::CODECS {
        let compressed = (codec.compress)(text.as_bytes());
        println!("{} {}", compressed.len(), (codec.decompress)(&compressed).len());
    }
}
