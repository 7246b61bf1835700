//! The language's shape, described once.

pub(crate) mod common;
pub(crate) mod flow;
pub(crate) mod nouns;
pub(crate) mod rules;
pub(crate) mod shape;
pub(crate) mod story;

mod check;

pub(crate) use check::{check, fits};
pub(crate) use shape::{Keys, Shape};
