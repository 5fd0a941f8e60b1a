//! The algorithms behind one pair of functions, and the sessions that they are tried on.

pub mod codecs;
pub mod samples;
