//! Open311 GeoReport v2: clients that exist today report and follow.
//!
//! Complete: discovery, services and their definitions, requests, tokens, in XML and JSON; with the extensions that
//! the field uses: `servicerequestupdates` (read and write), several `media_url` and uploads, `page` and `page_size`,
//! `extensions=true`. What a report's words are is shown to the key that sent it and to no other.

mod params;
mod tree;
