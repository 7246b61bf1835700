//! The language of packs. One program: each test file of its own would link everything once more.

mod catalogue;
mod drafts;
mod expressions;
mod faults;
mod hostile;
mod purposes;
mod sensitivity;
mod shipped;
