//! Reading messages. One program: each test file of its own would link everything once more.

mod hostile;
mod measured;
mod year_of_messages;
