//! What an endpoint does with a request, under its limits.

use std::error::Error;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use http_body_util::LengthLimitError;
use tokio::time::{Instant, timeout_at};

use crate::endpoints::{Answer, Endpoint};
use crate::error::Problem;
use crate::log::EndpointName;
use crate::storage::Storage;
use crate::storage::page::Page;
use crate::storage::record;

/// Answers a request to `endpoint`.
pub async fn answer(endpoint: &Endpoint, storage: &Storage, request: Request) -> Response {
    let mut response = run(endpoint, storage, request).await.unwrap_or_else(IntoResponse::into_response);
    response.extensions_mut().insert(EndpointName(endpoint.name.clone()));
    response
}

async fn run(endpoint: &Endpoint, storage: &Storage, request: Request) -> Result<Response, Problem> {
    let deadline = Instant::now() + endpoint.time_limit;
    let (head, body) = request.into_parts();
    let is_json = head.headers.get(header::CONTENT_TYPE).is_some_and(|value| is_json(value.as_bytes()));

    // Every body is read, wanted or not: what is left unread when a connection closes can cost the client its answer.
    let body = timeout_at(deadline, read(body, endpoint.body_limit))
        .await
        .map_err(|_| Problem::new(StatusCode::REQUEST_TIMEOUT, "the request's body did not arrive in time"))??;

    // Not 503: that means "ask another replica", and a slow storage would be as slow there.
    timeout_at(deadline, work(endpoint, storage, &head.uri, is_json, body))
        .await
        .map_err(|_| Problem::new(StatusCode::GATEWAY_TIMEOUT, "the answer took too long"))?
}

async fn work(
    endpoint: &Endpoint,
    storage: &Storage,
    uri: &Uri,
    is_json: bool,
    body: Bytes,
) -> Result<Response, Problem> {
    let body = match &endpoint.answer {
        Answer::Text(text) => return Ok(respond(endpoint.status, "text/plain; charset=utf-8", text.clone())),
        Answer::Json(json) => json.clone(),
        Answer::List(resource) => {
            let page = Page::from_query(uri)?;
            storage.list(resource, page).await?.to_string().into()
        }
        Answer::Create(resource) => {
            if !is_json {
                let detail = "the body must be JSON (Content-Type: application/json)";
                return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
            }
            let record = record::read(resource, &body)?;
            storage.create(resource, record).await?.to_string().into()
        }
    };
    Ok(respond(endpoint.status, "application/json", body))
}

fn respond(status: StatusCode, media_type: &'static str, body: Bytes) -> Response {
    (status, [(header::CONTENT_TYPE, media_type)], body).into_response()
}

async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is longer than {limit} bytes"));
    if usize::try_from(body.size_hint().lower()).map_or(true, |announced| announced > limit) {
        return Err(too_large());
    }
    to_bytes(body, limit).await.map_err(|error| match error.source() {
        Some(source) if source.is::<LengthLimitError>() => too_large(),
        _ => Problem::bad_request("the body could not be read"),
    })
}

/// Is this the media type of JSON, with whatever parameters?
fn is_json(content_type: &[u8]) -> bool {
    let essence = content_type.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"application/json")
}
