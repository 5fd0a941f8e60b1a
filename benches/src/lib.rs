//! What the project's measurements share: timing cases side by side, and writing down what came of it.
//!
//! The machines that run this are shared and their clocks drift, so a figure alone means little: every
//! case takes turns with the one that it is compared with, and what is quoted is the ratio within one run.

#![expect(clippy::print_stdout, reason = "for programs of the command line")]

pub mod conditions;
pub mod draw;
pub mod figures;
pub mod floor;
pub mod measure;
pub mod plots;
pub mod samples;
pub mod tables;
