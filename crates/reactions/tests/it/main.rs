//! Reactions against real databases, with a small pack of their own.

mod failing;
mod hooks;
mod killed;
mod listener;
mod plans;
mod running;
mod town;
