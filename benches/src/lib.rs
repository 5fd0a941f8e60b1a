//! Shared code of the project's benchmarks: timing cases side by side, and reporting the
//! results.
//!
//! The benchmarks run on shared machines with drifting clocks, so a single figure means little.
//! Every case takes turns with the case that it is compared with, and the quoted figure is the
//! ratio within one run.

pub mod conditions;
pub mod draw;
pub mod figures;
pub mod floor;
pub mod measure;
pub mod plots;
pub mod samples;
pub mod tables;
