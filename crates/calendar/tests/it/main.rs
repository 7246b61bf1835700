//! The counting of time. One program: each test file of its own would link everything once more.

mod around;
mod law;
mod plain_count;
