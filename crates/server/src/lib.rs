//! The server: everything that knows HTTP, and the commands of the binary `shuxiang`.
//!
//! - [`edge`]: what every request meets: who is it, in which language, what is wrong with it, and how that is said;
//! - [`routes`]: one handler a file, named after its operation;
//! - [`open311`]: GeoReport v2;
//! - [`app`]: what handlers share; [`parts`]: what runs beside them; [`cli`]: the sub-commands.

pub mod alike;
pub mod app;
pub mod cli;
pub mod config;
pub mod county;
mod demo;
pub mod edge;
pub mod geography;
pub mod intake;
mod log;
mod nearest;
pub mod open311;
pub mod parts;
pub mod routes;
mod wechat;
