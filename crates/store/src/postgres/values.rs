//! Our five shapes of value in PostgreSQL's binary form, and back.

use crate::{Row, Value, conn::DbError};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

pub(super) fn read(row: &tokio_postgres::Row) -> Result<Row, DbError> {
    let mut values = Vec::with_capacity(row.len());
    for (i, column) in row.columns().iter().enumerate() {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map(Value::Int),
            Type::INT4 => row.try_get::<_, Option<i32>>(i)?.map(|n| Value::Int(n.into())),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(i)?.map(Value::Real),
            Type::BOOL => row.try_get::<_, Option<bool>>(i)?.map(|b| Value::Int(b.into())),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map(Value::Blob),
            Type::UUID => row.try_get::<_, Option<Uuid>>(i)?.map(Value::Uuid),
            Type::NUMERIC => row.try_get::<_, Option<Numeric>>(i)?.map(|n| n.0),
            _ => row.try_get::<_, Option<String>>(i)?.map(Value::Text),
        };
        values.push(value.unwrap_or(Value::Null));
    }
    Ok(Row(values))
}

/// What PostgreSQL makes of `sum(bigint)`, where SQLite stays with an integer: a whole number that fits is one here too.
struct Numeric(Value);

impl<'a> FromSql<'a> for Numeric {
    /// Four numbers of 16 bits (digits, weight, sign, scale), then digits of base 10,000.
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Numeric, Box<dyn std::error::Error + Sync + Send>> {
        let words: Vec<i16> = raw.chunks_exact(2).map(|b| i16::from_be_bytes([b[0], b[1]])).collect();
        let [_, weight, sign, scale, digits @ ..] = &words[..] else { return Err("a numeric value is cut short".into()) };
        let (mut whole, mut part) = (0_i128, 0_f64);
        for place in 0..=*weight {
            let digit = digits.get(place as usize).copied().unwrap_or(0);
            whole = whole.checked_mul(10_000).and_then(|w| w.checked_add(digit.into())).ok_or("a numeric value is too large")?;
        }
        for (i, digit) in digits.iter().enumerate().skip((*weight + 1).max(0) as usize) {
            part += f64::from(*digit) * 10_000_f64.powi(i32::from(*weight) - i as i32);
        }
        let minus = *sign == 0x4000;
        let whole = if minus { -whole } else { whole };
        Ok(Numeric(match i64::try_from(whole) {
            Ok(n) if *scale == 0 => Value::Int(n),
            _ => Value::Real(whole as f64 + if minus { -part } else { part }),
        }))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Value::Int(n) if *ty == Type::FLOAT8 => (*n as f64).to_sql(ty, out),
            Value::Int(n) => n.to_sql(&Type::INT8, out),
            Value::Real(x) => x.to_sql(&Type::FLOAT8, out),
            // PostgreSQL's text cannot hold a zero byte, which SQLite keeps; no honest text has one.
            Value::Text(t) if t.contains('\0') => t.replace('\0', "").to_sql(&Type::TEXT, out),
            Value::Text(t) => t.to_sql(&Type::TEXT, out),
            Value::Blob(b) => b.to_sql(&Type::BYTEA, out),
            Value::Uuid(u) => u.to_sql(&Type::UUID, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::FLOAT8 | Type::TEXT | Type::VARCHAR | Type::BYTEA | Type::UUID | Type::TS_VECTOR)
    }

    to_sql_checked!();
}
