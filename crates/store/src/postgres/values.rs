//! Our five shapes of value in PostgreSQL's binary form, and back.

use crate::{
    Row, Value,
    conn::{DbError, Fate},
};
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::DataRowBody;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

pub(super) fn read(row: &DataRowBody, columns: &[Type]) -> Result<Row, DbError> {
    let mut values = Vec::with_capacity(columns.len());
    let (mut ranges, mut columns) = (row.ranges(), columns.iter());
    while let (Some(range), Some(ty)) = (ranges.next()?, columns.next()) {
        values.push(range.map_or(Ok(Value::Null), |range| value(ty, &row.buffer()[range])).map_err(|cause| DbError {
            fate: Fate::Command,
            unique: false,
            cause,
        })?);
    }
    Ok(Row(values))
}

fn value(ty: &Type, raw: &[u8]) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
    Ok(match *ty {
        Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
        Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
        Type::FLOAT8 => Value::Real(f64::from_sql(ty, raw)?),
        Type::BOOL => Value::Int(bool::from_sql(ty, raw)?.into()),
        Type::BYTEA => Value::Blob(raw.to_vec()),
        Type::UUID => Value::Uuid(Uuid::from_sql(ty, raw)?),
        Type::NUMERIC => numeric(raw)?,
        _ => Value::Text(std::str::from_utf8(raw)?.to_owned()),
    })
}

/// What PostgreSQL makes of `sum(bigint)`, where SQLite stays with an integer: a whole number that fits is one here too.
/// Four numbers of 16 bits (digits, weight, sign, scale), then digits of base 10,000.
fn numeric(raw: &[u8]) -> Result<Value, &'static str> {
    let words: Vec<i16> = raw.chunks_exact(2).map(|b| i16::from_be_bytes([b[0], b[1]])).collect();
    let [_, weight, sign, scale, digits @ ..] = &words[..] else { return Err("a numeric value is cut short") };
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
    Ok(match i64::try_from(whole) {
        Ok(n) if *scale == 0 => Value::Int(n),
        _ => Value::Real(whole as f64 + if minus { -part } else { part }),
    })
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
