//! The algorithms, each used as its own library recommends for data as short as a session.

/// A compression method.
#[derive(Debug)]
pub struct Codec {
    /// Its name in the table.
    pub name: &'static str,
    /// The feature that enables it; `None` if it needs none.
    pub feature: Option<&'static str>,
    /// Compresses bytes.
    pub compress: fn(&[u8]) -> Vec<u8>,
    /// Decompresses bytes; returns nothing if they are not the output of `compress`.
    pub decompress: fn(&[u8]) -> Vec<u8>,
}

/// All methods that are compared.
pub const CODECS: &[Codec] = &[
    Codec { name: "plain", feature: None, compress: <[u8]>::to_vec, decompress: <[u8]>::to_vec },
    #[cfg(feature = "miniz_oxide")]
    Codec {
        name: "deflate, miniz_oxide 1",
        feature: Some("miniz_oxide"),
        compress: |bytes| miniz_oxide::deflate::compress_to_vec(bytes, 1),
        decompress: inflate,
    },
    #[cfg(feature = "miniz_oxide")]
    Codec {
        name: "deflate, miniz_oxide 6",
        feature: Some("miniz_oxide"),
        compress: |bytes| miniz_oxide::deflate::compress_to_vec(bytes, 6),
        decompress: inflate,
    },
    #[cfg(feature = "miniz_oxide")]
    Codec {
        name: "deflate, miniz_oxide 9",
        feature: Some("miniz_oxide"),
        compress: |bytes| miniz_oxide::deflate::compress_to_vec(bytes, 9),
        decompress: inflate,
    },
    #[cfg(feature = "zlib-rs")]
    Codec {
        name: "deflate, zlib-rs 6",
        feature: Some("zlib-rs"),
        compress: zlib::compress,
        decompress: zlib::decompress,
    },
    #[cfg(feature = "brotli")]
    Codec {
        name: "brotli 5",
        feature: Some("brotli"),
        compress: |bytes| br::compress(bytes, 5),
        decompress: br::decompress,
    },
    #[cfg(feature = "brotli")]
    Codec {
        name: "brotli 11",
        feature: Some("brotli"),
        compress: |bytes| br::compress(bytes, 11),
        decompress: br::decompress,
    },
    #[cfg(feature = "lz4_flex")]
    Codec {
        name: "lz4_flex",
        feature: Some("lz4_flex"),
        compress: lz4_flex::compress,
        decompress: |bytes| lz4_flex::decompress(bytes, LIMIT).unwrap_or_default(),
    },
    #[cfg(feature = "zstd")]
    Codec {
        name: "zstd 3",
        feature: Some("zstd"),
        compress: |bytes| zstd::bulk::compress(bytes, 3).unwrap_or_default(),
        decompress: |bytes| zstd::bulk::decompress(bytes, LIMIT).unwrap_or_default(),
    },
    #[cfg(feature = "zstd")]
    Codec {
        name: "zstd 19",
        feature: Some("zstd"),
        compress: |bytes| zstd::bulk::compress(bytes, 19).unwrap_or_default(),
        decompress: |bytes| zstd::bulk::decompress(bytes, LIMIT).unwrap_or_default(),
    },
];

/// The limit for the decompressed size, as in the library.
const LIMIT: usize = 64 << 10;

#[cfg(feature = "miniz_oxide")]
fn inflate(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, LIMIT).unwrap_or_default()
}

#[cfg(feature = "zlib-rs")]
mod zlib {
    use std::io::{Read as _, Write as _};

    use flate2::Compression;
    use flate2::read::DeflateDecoder;
    use flate2::write::DeflateEncoder;

    pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
        let written = encoder.write_all(bytes);
        written.and_then(|()| encoder.finish()).unwrap_or_default()
    }

    pub(super) fn decompress(bytes: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        let read = DeflateDecoder::new(bytes).take(super::LIMIT as u64).read_to_end(&mut plain);
        read.map(|_| plain).unwrap_or_default()
    }
}

#[cfg(feature = "brotli")]
mod br {
    use std::io::{Read as _, Write as _};

    /// The smallest window; a session is shorter.
    const WINDOW_BITS: u32 = 16;
    const BUFFER_BYTES: usize = 4096;

    pub(super) fn compress(bytes: &[u8], quality: u32) -> Vec<u8> {
        let mut compressed = Vec::new();
        let mut encoder = brotli::CompressorWriter::new(&mut compressed, BUFFER_BYTES, quality, WINDOW_BITS);
        let written = encoder.write_all(bytes);
        drop(encoder);
        written.map(|()| compressed).unwrap_or_default()
    }

    pub(super) fn decompress(bytes: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        let decoder = brotli::Decompressor::new(bytes, BUFFER_BYTES);
        let read = decoder.take(super::LIMIT as u64).read_to_end(&mut plain);
        read.map(|_| plain).unwrap_or_default()
    }
}
