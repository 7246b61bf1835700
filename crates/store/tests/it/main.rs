//! What the store promises, on both databases. (`kill.rs` is a program of its own: it starts itself again to be killed.)

mod address;
mod ahead;
mod both;
mod kept;
