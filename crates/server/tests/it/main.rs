//! The server through its doors, as people: on SQLite and, where `SHUXIANG_TEST_POSTGRES` says so, on PostgreSQL.

mod accounts;
mod afterwards;
mod bad_input;
mod buckets;
mod complaints;
mod connectors;
mod county_work;
mod desk;
mod document;
mod done_ago;
mod doors;
mod events;
mod faces;
mod files;
mod hot;
mod lifecycle;
#[path = "../../../reactions/tests/it/listener.rs"]
mod listener;
mod map;
mod matrix;
mod messages;
mod months;
mod open311;
mod parked;
mod recoding;
mod records;
mod replay;
mod shapes;
mod story;
mod wechat;
mod world;
