use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, get, on};

use crate::config::Config;
use crate::endpoints::{Endpoint, Table};
use crate::error::Problem;
use crate::stop::Stop;
use crate::storage::Storage;
use crate::{cors, handlers, headers, health, log, panic, stop};

/// Builds the service: the table's endpoints, the health paths, and the layers around them.
pub fn app(table: Table, config: &Config, storage: Storage, stop: Stop) -> Router {
    let cors = cors::layer(&config.origins, &table);
    let mut router = Router::new();
    for endpoint in table.endpoints {
        router = route(router, endpoint);
    }
    let router = router
        .with_state(storage.clone())
        .merge(
            Router::new()
                .route(health::ALIVE, get(health::alive))
                .route(health::READY, get(health::ready))
                .with_state((storage, stop.clone())),
        )
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn(panic::answer))
        .layer(from_fn_with_state(stop.clone(), stop::refuse));
    let router = match cors {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(from_fn(headers::secure)).layer(from_fn_with_state(stop, stop::close)).layer(from_fn(log::request))
}

fn route(router: Router<Storage>, endpoint: Endpoint) -> Router<Storage> {
    // The table has no other methods than those a filter knows.
    let filter = MethodFilter::try_from(endpoint.method.clone()).unwrap_or(MethodFilter::GET);
    let path = endpoint.path.clone();
    let endpoint = Arc::new(endpoint);
    let handler = move |State(storage): State<Storage>, request: Request| {
        let endpoint = Arc::clone(&endpoint);
        async move { handlers::answer(&endpoint, &storage, request).await }
    };
    router.route(&path, on(filter, handler))
}

async fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "there is nothing at this path")
}

async fn method_not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this path does not know the method")
}
