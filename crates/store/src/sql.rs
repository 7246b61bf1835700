//! Statements and rows, the same text for both databases.
//!
//! A statement is SQL in the dialect that SQLite and PostgreSQL share, with `$1 … $n` in order of appearance (SQLite
//! numbers them so). Static text is prepared once a connection and kept. What differs between the two lives in this
//! crate and nowhere else.

use base::{Area, Code, Error, Fen, Home, Id, IdOf, Rate, Result, Time};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt::Write};
use uuid::Uuid;

/// What a column holds: five shapes are enough for both databases. Truth is 0 or 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
    Uuid(Uuid),
}

/// A statement with its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Sql {
    pub(crate) text: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
    /// PostgreSQL plans it once for all values.
    pub(crate) planned_once: bool,
}

/// Locks the rows that a statement selects until the end of the unit, where there is more than one writer.
pub(crate) const FOR_UPDATE: &str = " for update";

/// Starts a statement from its text. Bind its values in the order of `$1 … $n`.
pub fn sql(text: &'static str) -> Sql {
    Sql { text: Cow::Borrowed(text), values: Vec::new(), planned_once: false }
}

impl Sql {
    /// `select <columns of T> <rest>`, where `rest` begins with `from`.
    pub fn select<T: Columns>(rest: &str) -> Sql {
        Sql { text: Cow::Owned(format!("select {} {rest}", T::COLUMNS)), values: Vec::new(), planned_once: false }
    }

    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Appends text. For lists whose filters are known only at run time; never give it anything a person typed.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends `$n` and binds its value.
    pub fn arg(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let n = self.values.len();
        // Into a string there is room to write.
        let _ = write!(self.text.to_mut(), "${n}");
        self
    }

    /// Appends `($n, $n+1, …)`. An empty list gives `(null)`, which nothing is in.
    pub fn list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.push("(");
        let mut first = true;
        for v in values {
            if !std::mem::take(&mut first) {
                self.push(", ");
            }
            self.arg(v);
        }
        if first {
            self.push("null");
        }
        self.push(")")
    }

    /// As [`Unit::lock`](crate::Unit::lock) asks it, for [`Reader::ahead`](crate::Reader::ahead).
    #[must_use]
    pub fn locking(mut self) -> Self {
        self.push(FOR_UPDATE);
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Cuts rows into statements of few lengths, so that few texts are kept prepared. More rows in one make neither database
/// faster.
pub fn few_lengths<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let n = [32, 16, 8, 4, 2, 1].into_iter().find(|n| *n <= rows.len())?;
        let (some, rest) = rows.split_at(n);
        rows = rest;
        Some(some)
    })
}

macro_rules! into_value {
    ($($t:ty => |$v:ident| $e:expr;)*) => {$(
        impl From<$t> for Value {
            fn from($v: $t) -> Value {
                $e
            }
        }
    )*};
}

into_value! {
    i64 => |v| Value::Int(v);
    i32 => |v| Value::Int(v.into());
    u32 => |v| Value::Int(v.into());
    bool => |v| Value::Int(v.into());
    f64 => |v| Value::Real(v);
    &str => |v| Value::Text(v.to_owned());
    String => |v| Value::Text(v);
    &String => |v| Value::Text(v.clone());
    Vec<u8> => |v| Value::Blob(v);
    &[u8] => |v| Value::Blob(v.to_vec());
    [u8; 32] => |v| Value::Blob(v.to_vec());
    Uuid => |v| Value::Uuid(v);
    Time => |v| Value::Int(v.0);
    Code => |v| Value::Int(v.get());
    Home => |v| Value::Int(v.get().into());
    Fen => |v| Value::Int(v.0);
    Area => |v| Value::Int(v.0);
    Rate => |v| Value::Int(v.0);
}

impl<T: IdOf> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Value {
        Value::Uuid(id.uuid())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer.
#[derive(Debug)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// The value of column `i`, counted from 0.
    pub fn get<T: FromValue>(&self, i: usize) -> Result<T> {
        let value = self.0.get(i).ok_or_else(|| Error::internal(format!("the answer has no column {i}")))?;
        T::from_value(value).ok_or_else(|| Error::internal(format!("column {i} holds {value:?}, not a {}", std::any::type_name::<T>())))
    }
}

pub trait FromValue: Sized {
    fn from_value(v: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($t:ty: $($p:pat => $e:expr),+;)*) => {$(
        impl FromValue for $t {
            fn from_value(v: &Value) -> Option<Self> {
                match v {
                    $($p => $e,)+
                    _ => None,
                }
            }
        }
    )*};
}

from_value! {
    i64: Value::Int(n) => Some(*n);
    i32: Value::Int(n) => i32::try_from(*n).ok();
    u32: Value::Int(n) => u32::try_from(*n).ok();
    bool: Value::Int(n) => Some(*n != 0);
    f64: Value::Real(x) => Some(*x), Value::Int(n) => Some(*n as f64);
    String: Value::Text(s) => Some(s.clone());
    Vec<u8>: Value::Blob(b) => Some(b.clone());
    [u8; 32]: Value::Blob(b) => b.as_slice().try_into().ok();
    Uuid: Value::Uuid(u) => Some(*u), Value::Blob(b) => Uuid::from_slice(b).ok();
    Time: Value::Int(n) => Some(Time(*n));
    Code: Value::Int(n) => Code::new(*n).ok();
    Home: Value::Int(n) => Home::new(i32::try_from(*n).ok()?).ok();
    Fen: Value::Int(n) => Some(Fen(*n));
    Area: Value::Int(n) => Some(Area(*n));
    Rate: Value::Int(n) => Some(Rate(*n));
}

impl<T: IdOf> FromValue for Id<T> {
    fn from_value(v: &Value) -> Option<Self> {
        Uuid::from_value(v).map(Id::from_uuid)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(v: &Value) -> Option<Self> {
        match v {
            Value::Null => Some(None),
            v => T::from_value(v).map(Some),
        }
    }
}

pub trait FromRow: Sized {
    fn from_row(row: &Row) -> Result<Self>;
}

/// A row type that knows its columns; made by [`row!`](crate::row).
pub trait Columns: FromRow {
    const COLUMNS: &'static str;
    /// How many they are: where what is selected behind them begins.
    const COUNT: usize;
}

macro_rules! tuple_rows {
    ($($($t:ident $i:literal)+;)*) => {$(
        impl<$($t: FromValue),+> FromRow for ($($t,)+) {
            fn from_row(row: &Row) -> Result<Self> {
                Ok(($(row.get::<$t>($i)?,)+))
            }
        }
    )*};
}

tuple_rows! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}

/// A struct whose fields are columns of the same names, read by position.
///
/// ```
/// store::row! {
///     /// Why this row exists.
///     pub struct Cursor {
///         pub reader: String,
///         pub seq: i64,
///     }
/// }
/// # use store::Columns;
/// assert_eq!(Cursor::COLUMNS, "reader, seq");
/// ```
#[macro_export]
macro_rules! row {
    ($(#[$m:meta])* $v:vis struct $name:ident { $(#[$fm:meta])* $fv:vis $first:ident: $ft:ty $(, $(#[$fms:meta])* $fvs:vis $field:ident: $t:ty)* $(,)? }) => {
        $(#[$m])*
        $v struct $name { $(#[$fm])* $fv $first: $ft, $($(#[$fms])* $fvs $field: $t,)* }

        impl $crate::Columns for $name {
            const COLUMNS: &'static str = concat!(stringify!($first) $(, ", ", stringify!($field))*);
            const COUNT: usize = [stringify!($first) $(, stringify!($field))*].len();
        }

        impl $crate::FromRow for $name {
            #[allow(unused_assignments)]
            fn from_row(row: &$crate::Row) -> base::Result<Self> {
                let mut i = 0;
                let mut next = || { let n = i; i += 1; n };
                Ok($name { $first: row.get(next())?, $($field: row.get(next())?,)* })
            }
        }
    };
}
