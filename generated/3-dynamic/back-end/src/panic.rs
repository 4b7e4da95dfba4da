use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Problem;

/// Turns a panic into an answer, so that a bug costs one request and not its connection.
pub async fn answer(request: Request, next: Next) -> Response {
    let mut response = pin!(next.run(request));
    poll_fn(|context| {
        // Nothing that the handler owned is used after a panic.
        match catch_unwind(AssertUnwindSafe(|| response.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Problem::internal(&format!("panicked: {}", message(&*panic))).into_response()),
        }
    })
    .await
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;
    use crate::error::Cause;

    #[tokio::test]
    async fn a_panic_is_an_internal_error() {
        async fn broken() {
            panic!("a bug in {}", "a handler");
        }
        let app = Router::new().route("/", get(broken)).layer(from_fn(answer));
        let response = app.oneshot(Request::new(Body::empty())).await.expect("the app always answers");
        assert_eq!(response.status(), 500);
        assert_eq!(response.extensions().get::<Cause>().expect("there is a cause").0, "panicked: a bug in a handler");
    }
}
