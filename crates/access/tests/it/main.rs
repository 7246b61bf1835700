//! Who may do what, in the crate's own words and on both databases. One program: each links everything.

mod common;
mod intake;
mod keys;
mod lists;
mod matrix;
mod privacy;
mod regions;
mod seats;
mod signin;
