//! Reads and checks packs; no database
