use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

/// Which lateness is asked for: `true` for whatever went past a deadline of its step or its clock, `false` for what did
/// not, `now` for what stands past its next deadline at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LateAsked {
    True,
    False,
    Now,
}

/// Its shape in the document.
#[derive(ToSchema)]
#[serde(untagged)]
#[schema(as = LateAsked)]
#[allow(dead_code, reason = "a shape for the document")]
pub enum LateShape {
    Ever(bool),
    Now(#[schema(inline)] NowWord),
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "a shape for the document")]
pub enum NowWord {
    Now,
}

impl<'de> Deserialize<'de> for LateAsked {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match <std::borrow::Cow<str>>::deserialize(d)?.as_ref() {
            "true" => Ok(LateAsked::True),
            "false" => Ok(LateAsked::False),
            "now" => Ok(LateAsked::Now),
            other => Err(de::Error::unknown_variant(other, &["true", "false", "now"])),
        }
    }
}
