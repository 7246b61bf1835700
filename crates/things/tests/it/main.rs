//! Registered objects. One program: each test file of its own would link everything once more.

mod common;
mod named;
mod real;
mod sheets;
mod verbs;
