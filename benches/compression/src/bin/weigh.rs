//! Compresses its arguments and back with every algorithm that was built in: what an algorithm adds to
//! the size of this program is its weight.

#![allow(clippy::print_stdout, reason = "a program for the command line")]

fn main() {
    let text: String = std::env::args().collect();
    for codec in compression::codecs::CODECS {
        let compressed = (codec.compress)(text.as_bytes());
        println!("{} {}", compressed.len(), (codec.decompress)(&compressed).len());
    }
}
