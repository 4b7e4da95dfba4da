//! What a client is told when a request fails: a problem document (RFC 9457).
//!
//! The cause of a fault of ours goes into the log line of the request and never into the answer.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An answer that is not what was asked for.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    errors: Vec<FieldError>,
    cause: Option<Cause>,
}

/// What is wrong with one field of a request's body.
#[derive(Debug, PartialEq, Serialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// Why a request failed; carried from the handler to the log as an extension of the response.
#[derive(Clone, Debug)]
pub struct Cause(pub String);

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), cause: None }
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "some fields are not valid") }
    }

    pub fn unavailable(cause: &impl ToString) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the storage cannot be reached, try again later").caused_by(cause)
    }

    pub fn internal(cause: &impl ToString) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong on our side").caused_by(cause)
    }

    fn caused_by(self, cause: &impl ToString) -> Self {
        Self { cause: Some(Cause(cause.to_string())), ..self }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { status, detail, errors, cause } = self;
        let document = Document {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: &detail,
            errors: &errors,
        };
        let mut response = (status, Json(document)).into_response();
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}
