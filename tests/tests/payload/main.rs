//! The JSON text inside a seal: how members are written, merged, dropped and compressed, and that
//! they are read back as they were set.

mod compress;
mod forget;
mod merge;
mod read_back;
mod urls;
