//! `endpoints.json`: the endpoint table as the crate and its Flask twin read it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::stack::{Api, Endpoint, Field, FieldType, REQUEST_BODY, REQUEST_TIMEOUT, Reply};

/// The table, in the order of the endpoints' keys.
pub(super) fn json(api: &Api) -> String {
    let table = Table {
        limits: Limits {
            body_bytes: REQUEST_BODY.0,
            request_ms: REQUEST_TIMEOUT.0 * 1000,
        },
        endpoints: api.endpoints.values().map(Row::from).collect(),
        resources: api
            .resources
            .iter()
            .map(|(name, resource)| (name.as_str(), resource.fields.iter().map(Column::from).collect()))
            .collect(),
    };
    serde_json::to_string_pretty(&table).expect("strings, numbers and JSON values can be serialised")
}

#[derive(Serialize)]
struct Table<'a> {
    limits: Limits,
    endpoints: Vec<Row<'a>>,
    resources: BTreeMap<&'a str, Vec<Column<'a>>>,
}

/// What holds for every endpoint that says nothing else.
#[derive(Serialize)]
struct Limits {
    body_bytes: u64,
    request_ms: u32,
}

#[derive(Serialize)]
struct Row<'a> {
    method: &'static str,
    path: String,
    name: String,
    status: u16,
    // Exactly one of these three is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_ms: Option<u32>,
}

impl<'a> From<&'a Endpoint> for Row<'a> {
    fn from(endpoint: &'a Endpoint) -> Self {
        let (text, json, resource) = match &endpoint.reply {
            Reply::Text(text) => (Some(text.as_str()), None, None),
            Reply::Json(json) => (None, Some(json), None),
            Reply::Resource(name) => (None, None, Some(name.as_str())),
        };
        Self {
            method: endpoint.method.as_str(),
            path: endpoint.path_text(),
            name: endpoint.function(),
            status: endpoint.status,
            text,
            json,
            resource,
            body_bytes: (endpoint.body != REQUEST_BODY).then_some(endpoint.body.0),
            timeout_ms: (endpoint.timeout != REQUEST_TIMEOUT).then_some(endpoint.timeout.0 * 1000),
        }
    }
}

/// A field of a resource.
#[derive(Serialize)]
struct Column<'a> {
    name: &'a str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    #[serde(skip_serializing_if = "is_false")]
    optional: bool,
    #[serde(skip_serializing_if = "is_false")]
    now: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(value: &bool) -> bool {
    !value
}

impl<'a> From<&'a Field> for Column<'a> {
    fn from(field: &'a Field) -> Self {
        Self {
            name: &field.name,
            r#type: match field.kind {
                FieldType::Text => "text",
                FieldType::Int => "int",
                FieldType::Bool => "bool",
                FieldType::Time => "time",
            },
            min: field.range.map(|(min, _)| min),
            max: field.range.map(|(_, max)| max),
            optional: field.optional,
            now: field.now,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::stack::fixture::scale;
    use crate::stack::{Bytes, Method, Name, PathSegment, Resource, Seconds};

    fn messages() -> Api {
        let stack = scale();
        let mut api = stack.services["back-end"].api().expect("it is an API").clone();
        let messages = Name::new("messages").expect("a name");
        let hello = api.endpoints["GET /api/hello"].clone();
        let endpoint = |method, segment: PathSegment, reply| Endpoint {
            method,
            path: vec![segment],
            reply,
            ..hello.clone()
        };
        let literal = |text: &str| PathSegment::Literal(text.to_owned());
        let create = endpoint(
            Method::Post,
            literal("messages"),
            Reply::Resource(messages.clone()),
        );
        let nothing = Endpoint {
            body: Bytes::mebi(2),
            timeout: Seconds(30),
            ..endpoint(
                Method::Get,
                PathSegment::Parameter("id".into()),
                Reply::Json(json!(null)),
            )
        };
        api.endpoints.insert("POST /messages".into(), create);
        api.endpoints.insert("GET /{id}".into(), nothing);
        let field = |name: &str, kind, optional, range, now| Field {
            name: name.into(),
            kind,
            optional,
            range,
            now,
        };
        api.resources.insert(
            messages,
            Resource {
                fields: vec![
                    field("at", FieldType::Time, false, None, true),
                    field("done", FieldType::Bool, true, None, false),
                    field("stars", FieldType::Int, true, Some((1, 5)), false),
                    field("text", FieldType::Text, false, Some((1, 280)), false),
                ],
            },
        );
        api
    }

    #[test]
    fn has_the_shape_that_the_crate_reads() {
        assert_data_eq!(
            json(&messages()),
            str![[r#"
{
  "limits": {
    "body_bytes": 1048576,
    "request_ms": 10000
  },
  "endpoints": [
    {
      "method": "GET",
      "path": "/api/hello",
      "name": "getApiHello",
      "status": 200,
      "text": "Hello, World!"
    },
    {
      "method": "GET",
      "path": "/{id}",
      "name": "getById",
      "status": 200,
      "json": null,
      "body_bytes": 2097152,
      "timeout_ms": 30000
    },
    {
      "method": "POST",
      "path": "/messages",
      "name": "postMessages",
      "status": 200,
      "resource": "messages"
    }
  ],
  "resources": {
    "messages": [
      {
        "name": "at",
        "type": "time",
        "now": true
      },
      {
        "name": "done",
        "type": "bool",
        "optional": true
      },
      {
        "name": "stars",
        "type": "int",
        "min": 1,
        "max": 5,
        "optional": true
      },
      {
        "name": "text",
        "type": "text",
        "min": 1,
        "max": 280
      }
    ]
  }
}
"#]]
        );
    }
}
