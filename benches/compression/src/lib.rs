//! The algorithms behind one pair of functions, and the sessions that they are tested with.

pub mod codecs;
pub mod samples;
