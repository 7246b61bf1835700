//! The server through its doors, as people: on SQLite and, where `SHUXIANG_TEST_POSTGRES` says so, on PostgreSQL.

mod bad_input;
mod county_work;
mod document;
mod events;
mod lifecycle;
mod messages;
mod open311;
mod replay;
mod story;
mod world;
