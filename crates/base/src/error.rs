//! One error type. A closed list of kinds decides the HTTP status; the code is stable and for programs; the text is
//! for people, in both languages, and says what to do.

use serde::{Deserialize, Serialize};
use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Words for a person, Chinese first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

impl Text {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Text { zh: zh.into(), en: en.into() }
    }
}

/// What went wrong, as far as the caller needs to tell cases apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be read: a broken body, an unknown parameter.
    Malformed,
    /// It can be read, but a value is wrong. Names the fields.
    Invalid,
    Unauthenticated,
    Forbidden,
    NotFound,
    /// The state of things does not allow it (any more).
    Conflict,
    /// It was there and was removed for good.
    Gone,
    TooLarge,
    UnsupportedMedia,
    RateLimited,
    /// Not now: held, starting, or the database is away.
    Unavailable,
    Internal,
}

impl Kind {
    pub fn status(self) -> u16 {
        match self {
            Kind::Malformed => 400,
            Kind::Unauthenticated => 401,
            Kind::Forbidden => 403,
            Kind::NotFound => 404,
            Kind::Conflict => 409,
            Kind::Gone => 410,
            Kind::TooLarge => 413,
            Kind::UnsupportedMedia => 415,
            Kind::Invalid => 422,
            Kind::RateLimited => 429,
            Kind::Internal => 500,
            Kind::Unavailable => 503,
        }
    }
}

/// One wrong value: where it is and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Path in the body or name of the parameter, such as `place.region`.
    pub field: String,
    #[serde(flatten)]
    pub text: Text,
}

/// Boxed, so that a `Result` on the hot path stays small.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    code: &'static str,
    text: Text,
    fields: Vec<Field>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// `code` is snake_case and never changes its meaning once published.
    pub fn new(kind: Kind, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Error(Box::new(Inner { kind, code, text: Text::new(zh, en), fields: Vec::new(), source: None }))
    }

    /// One field of the request is wrong.
    pub fn invalid(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Error::new(Kind::Invalid, "invalid", "填写有误", "Some values are wrong").field(field, zh, en)
    }

    pub fn not_found() -> Self {
        Error::new(Kind::NotFound, "not_found", "没有找到，或您无权查看", "Not found, or not yours to see")
    }

    pub fn forbidden() -> Self {
        Error::new(Kind::Forbidden, "forbidden", "您的岗位不能这样做", "Your seat may not do this")
    }

    pub fn conflict(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Error::new(Kind::Conflict, code, zh, en)
    }

    /// A fault of ours or of something we stand on. The cause is logged, not shown.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Error::new(Kind::Internal, "internal", "系统出了问题，已记录", "Something broke on our side; it is on record").caused_by(cause)
    }

    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Error::new(Kind::Unavailable, "unavailable", "暂时不能处理，请稍后再试", "Not available just now; try again soon").caused_by(cause)
    }

    pub fn field(mut self, field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.0.fields.push(Field { field: field.into(), text: Text::new(zh, en) });
        self
    }

    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    pub fn code(&self) -> &'static str {
        self.0.code
    }

    pub fn text(&self) -> &Text {
        &self.0.text
    }

    pub fn fields(&self) -> &[Field] {
        &self.0.fields
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.text.en)?;
        for field in &self.0.fields {
            write!(f, "; {}: {}", field.field, field.text.en)?;
        }
        Ok(())
    }
}

/// The whole chain of causes, for the log.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}/{}: {self}", self.0.kind, self.0.code)?;
        let mut cause = std::error::Error::source(self);
        while let Some(c) = cause {
            write!(f, ": {c}")?;
            cause = c.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|s| s as _)
    }
}
