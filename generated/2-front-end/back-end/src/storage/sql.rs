//! The statements that are the same for every engine. Values are bound, names are quoted.

use serde_json::Value as Json;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Encode, Row, Type};
use time::OffsetDateTime;

use super::migration::quote;
use super::record::{Record, Value, to_json};
use super::schema::{ID, Kind, Resource};

/// Selects a page: `$1` is the id after which it starts, `$2` how many records it may have.
pub fn select(resource: &Resource) -> AssertSqlSafe<String> {
    let (id, fields, table) = (quote(ID), names(resource), quote(&resource.name));
    AssertSqlSafe(format!("SELECT {id}, {fields} FROM {table} WHERE {id} > $1 ORDER BY {id} LIMIT $2"))
}

/// Inserts a record, whose values are the parameters, and returns its id.
pub fn insert(resource: &Resource) -> AssertSqlSafe<String> {
    let parameters: Vec<String> = (1..=resource.fields.len()).map(|number| format!("${number}")).collect();
    let (id, fields, table) = (quote(ID), names(resource), quote(&resource.name));
    AssertSqlSafe(format!("INSERT INTO {table} ({fields}) VALUES ({}) RETURNING {id}", parameters.join(", ")))
}

fn names(resource: &Resource) -> String {
    let names: Vec<String> = resource.fields.iter().map(|field| quote(&field.name)).collect();
    names.join(", ")
}

/// Binds the values of a record to the parameters of [`insert`].
pub fn bind<'q, D>(
    mut query: Query<'q, D, D::Arguments>,
    resource: &Resource,
    record: &Record,
) -> Query<'q, D, D::Arguments>
where
    D: Database,
    for<'v> Option<String>: Encode<'v, D> + Type<D>,
    for<'v> Option<i64>: Encode<'v, D> + Type<D>,
    for<'v> Option<bool>: Encode<'v, D> + Type<D>,
    for<'v> Option<OffsetDateTime>: Encode<'v, D> + Type<D>,
{
    for (field, value) in resource.fields.iter().zip(&record.0) {
        query = match value.clone() {
            Some(Value::Text(text)) => query.bind(Some(text)),
            Some(Value::Int(number)) => query.bind(Some(number)),
            Some(Value::Bool(bool)) => query.bind(Some(bool)),
            Some(Value::Time(time)) => query.bind(Some(time)),
            // Even an empty value has a type.
            None => match field.kind {
                Kind::Text { .. } => query.bind(None::<String>),
                Kind::Int { .. } => query.bind(None::<i64>),
                Kind::Bool => query.bind(None::<bool>),
                Kind::Time | Kind::Now => query.bind(None::<OffsetDateTime>),
            },
        };
    }
    query
}

/// Reads a row of [`select`].
pub fn read<R: Row>(resource: &Resource, row: &R) -> Result<Json, sqlx::Error>
where
    usize: ColumnIndex<R>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> bool: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> OffsetDateTime: Decode<'r, R::Database> + Type<R::Database>,
{
    let mut values = Vec::new();
    for (field, column) in resource.fields.iter().zip(1..) {
        values.push(match field.kind {
            Kind::Text { .. } => row.try_get::<Option<String>, _>(column)?.map(Value::Text),
            Kind::Int { .. } => row.try_get::<Option<i64>, _>(column)?.map(Value::Int),
            Kind::Bool => row.try_get::<Option<bool>, _>(column)?.map(Value::Bool),
            Kind::Time | Kind::Now => row.try_get::<Option<OffsetDateTime>, _>(column)?.map(Value::Time),
        });
    }
    Ok(to_json(resource, row.try_get(0)?, values))
}
