//! Figures. One program: each test file of its own would link everything once more.

mod both_ways;
mod common;
mod figures;
