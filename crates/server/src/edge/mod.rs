//! What every request meets before and after its handler.

mod body;
mod csrf;
pub mod cursor;
mod lang;
mod once;
mod outer;
mod problem;
pub mod shape;
mod who;

pub use body::{Body, Path, Path2, Query, json, query, too_large, whole};
pub use lang::Lang;
pub use once::Key;
pub use outer::{Guard, outer};
pub use problem::{Details, Problem, WrongField, malformed, most, no_such_method, no_such_route};
pub use who::{Address, COOKIES, Who, cookie, home_of, known};

pub type Answer<T> = std::result::Result<T, Problem>;
