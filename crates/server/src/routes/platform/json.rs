use crate::parts;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`, or `failing` where a part stands still.
    pub status: &'static str,
    pub version: &'static str,
    /// The wall clock, which decides deadlines.
    #[schema(value_type = String, format = DateTime)]
    pub now: base::Time,
    pub parts: Vec<parts::Report>,
}
