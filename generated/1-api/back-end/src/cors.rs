use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::{Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::Origin;
use crate::endpoints::Table;
use crate::log::REQUEST_ID;

/// How long a browser may remember the answer to a preflight request.
const MAX_AGE: Duration = Duration::from_hours(1);

/// Lets the pages of exactly these origins call the table's endpoints; no origins, no layer, no headers.
pub fn layer(origins: &[Origin], table: &Table) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let methods: BTreeSet<&str> = table.endpoints.iter().map(|endpoint| endpoint.method.as_str()).collect();
    let methods = methods.iter().filter_map(|method| method.parse().ok()).collect::<Vec<Method>>();
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().map(Origin::to_header)))
        .allow_methods(methods)
        .allow_headers([header::CONTENT_TYPE, REQUEST_ID])
        .expose_headers([REQUEST_ID])
        .max_age(MAX_AGE);
    Some(layer)
}
