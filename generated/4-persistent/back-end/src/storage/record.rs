//! A record as a client sends it, checked field by field.

use std::fmt::Display;

use serde_json::{Map, Value as Json};
use time::OffsetDateTime;
use time::UtcOffset;
use time::format_description::well_known::Rfc3339;

use super::schema::{Field, ID, Kind, Resource};
use crate::error::{FieldError, Problem};

/// How many unknown fields are reported: an answer should not be longer than the request that provoked it.
const MAX_UNKNOWN: usize = 20;

/// The values of a record, in the order of the resource's fields; an optional one may be missing.
#[derive(Debug, PartialEq)]
pub struct Record(pub Vec<Option<Value>>);

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Int(i64),
    Bool(bool),
    Time(OffsetDateTime),
}

/// Reads a record from the body of a request, and reports all fields that are not valid at once.
pub fn read(resource: &Resource, body: &[u8]) -> Result<Record, Problem> {
    let body =
        serde_json::from_slice(body).map_err(|error| Problem::bad_request(format!("the body is not JSON: {error}")))?;
    let Json::Object(mut object) = body else {
        return Err(Problem::bad_request("the body must be a JSON object"));
    };
    let mut errors = Vec::new();
    let mut record = Vec::new();
    for field in &resource.fields {
        match value(field, object.shift_remove(&field.name)) {
            Ok(value) => record.push(value),
            Err(message) => errors.push(FieldError { field: field.name.clone(), message }),
        }
    }
    for (field, _) in object.into_iter().take(MAX_UNKNOWN) {
        let message = if field == ID { "is set by the server" } else { "is not a field of this resource" };
        errors.push(FieldError { field, message: message.to_owned() });
    }
    if errors.is_empty() { Ok(Record(record)) } else { Err(Problem::invalid(errors)) }
}

fn value(field: &Field, json: Option<Json>) -> Result<Option<Value>, String> {
    let given = json.filter(|json| !json.is_null());
    let value = match (field.kind, given) {
        (Kind::Now, None) => Value::Time(to_micros(OffsetDateTime::now_utc())),
        (Kind::Now, Some(_)) => return Err("is set by the server".to_owned()),
        (_, None) if field.optional => return Ok(None),
        (_, None) => return Err("is required".to_owned()),
        (Kind::Text { min, max }, Some(Json::String(text))) => {
            // A database may count it as the end of the text, or refuse it.
            if text.contains('\0') {
                return Err("must not contain the character U+0000".to_owned());
            }
            let length = text.chars().count();
            if length < min || length > max {
                return Err(format!("must have {} characters", out_of_range(min, max, (0, usize::MAX))));
            }
            Value::Text(text)
        }
        (Kind::Text { .. }, Some(_)) => return Err("must be a text".to_owned()),
        (Kind::Int { min, max }, Some(json)) => {
            let number = json.as_i64().ok_or("must be a whole number of 64 bits")?;
            if number < min || number > max {
                return Err(format!("must be {}", out_of_range(min, max, (i64::MIN, i64::MAX))));
            }
            Value::Int(number)
        }
        (Kind::Bool, Some(Json::Bool(bool))) => Value::Bool(bool),
        (Kind::Bool, Some(_)) => return Err("must be true or false".to_owned()),
        (Kind::Time, Some(json)) => {
            let time = json.as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
            let utc = time.and_then(|time| time.checked_to_offset(UtcOffset::UTC));
            // RFC 3339 has no other years, and what is stored must be readable again.
            let utc = utc.filter(|utc| (0..=9999).contains(&utc.year()));
            Value::Time(to_micros(utc.ok_or("must be a time such as 2030-01-31T12:00:00Z (RFC 3339)")?))
        }
    };
    Ok(Some(value))
}

/// What a number that is not in the range must be; the greatest possible bounds are none.
fn out_of_range<N: Copy + Display + PartialEq>(min: N, max: N, (least, greatest): (N, N)) -> String {
    if min == least {
        format!("at most {max}")
    } else if max == greatest {
        format!("at least {min}")
    } else if min == max {
        format!("exactly {min}")
    } else {
        format!("from {min} to {max}")
    }
}

/// Databases keep microseconds; an answer must not promise more.
fn to_micros(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_microsecond(time.microsecond()).unwrap_or(time)
}

impl Record {
    /// The record as clients see it, once it is stored.
    pub fn stored(self, resource: &Resource, id: i64) -> Json {
        to_json(resource, id, self.0)
    }
}

/// Joins an id and the values of a resource's fields into an object.
pub fn to_json(resource: &Resource, id: i64, values: impl IntoIterator<Item = Option<Value>>) -> Json {
    let mut object = Map::from_iter([(ID.to_owned(), Json::from(id))]);
    for (field, value) in resource.fields.iter().zip(values) {
        object.insert(field.name.clone(), value.map_or(Json::Null, Json::from));
    }
    Json::Object(object)
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Text(text) => text.into(),
            Value::Int(number) => number.into(),
            Value::Bool(bool) => bool.into(),
            Value::Time(time) => time.format(&Rfc3339).map_or(Self::Null, Self::from),
        }
    }
}
