//! The log: one JSON object a line on standard output, and one line a request.

use std::fmt::{self, Write};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::num::NonZero;
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;
use time::format_description::well_known::iso8601::{Config, EncodedConfig, TimePrecision};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::error::Cause;
use crate::health;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A time as RFC 3339 has it, with three digits after the second.
const MILLISECONDS: EncodedConfig =
    Config::DEFAULT.set_time_precision(TimePrecision::Second { decimal_digits: NonZero::new(3) }).encode();

/// The endpoint that answered; carried from the handler to the log as an extension of the response.
#[derive(Clone, Debug)]
pub struct EndpointName(pub String);

/// Sends all that the crate and its libraries have to say to standard output, panics included.
pub fn start() {
    tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).event_format(JsonLine { replica: hostname() }).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked: {}", panic.payload_as_str().unwrap_or("no message"));
    }));
}

/// Gives every request an id, and logs it when it has been answered.
pub async fn request(mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request.headers().get(&REQUEST_ID).filter(|id| is_sound(id)).cloned().unwrap_or_else(random_id);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();

    let mut response = next.run(request).await;

    if !health::is_path(&path) {
        let status = response.status().as_u16();
        let ms = f64::from(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX)) / 1000.0;
        let request_id = id.to_str().unwrap_or_default();
        let endpoint = response.extensions().get::<EndpointName>().map(|EndpointName(name)| name.as_str());
        if let Some(Cause(error)) = response.extensions().get() {
            tracing::error!(%method, path, endpoint, status, ms, request_id, error, "request");
        } else {
            tracing::info!(%method, path, endpoint, status, ms, request_id, "request");
        }
    }
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// Is this an id that can go into logs and headers as it is?
fn is_sound(id: &HeaderValue) -> bool {
    let id = id.as_bytes();
    (1..=64).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn random_id() -> HeaderValue {
    // The standard library's only source of randomness; ids need to be different, not secret.
    let [high, low] = [(); 2].map(|()| RandomState::new().build_hasher().finish());
    HeaderValue::from_str(&format!("{high:016x}{low:016x}")).unwrap_or(HeaderValue::from_static("none"))
}

/// The name of this replica: in a container, the container's id unless it was given a name.
fn hostname() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned());
    kernel.or_else(|_| std::env::var("HOSTNAME")).unwrap_or_else(|_| "unknown".to_owned())
}

/// Writes an event as one line: time, level, message, replica, and then the event's own fields.
struct JsonLine {
    replica: String,
}

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let now = OffsetDateTime::now_utc().format(&Iso8601::<MILLISECONDS>).map_err(|_| fmt::Error)?;
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields { message, others } = fields;
        writeln!(
            line,
            r#"{{"time":"{now}","level":"{level}","message":{},"replica":{}{others}}}"#,
            Value::from(message),
            Value::from(self.replica.as_str()),
        )
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: String,
}

impl Fields {
    fn add(&mut self, field: &Field, value: impl Into<Value>) {
        // Writing to a string does not fail.
        let _ = write!(self.others, r#","{}":{}"#, field.name(), value.into());
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // Writing to a string does not fail.
            let _ = write!(self.message, "{value:?}");
        } else {
            self.add(field, format!("{value:?}"));
        }
    }
}
