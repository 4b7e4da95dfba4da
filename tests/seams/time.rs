//! The API answers before the proxy gives up, and the proxy before the page does.

use std::collections::BTreeMap;

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx::{self, Directive};
use crate::rendered::{Endpoint, PROXY, Rendered};

/// Milliseconds.
const PROXY_MARGIN: u64 = 2000;
const PAGE_MARGIN: u64 = 5000;

pub(crate) const PROOF: Proof = Proof {
    name: "time",
    check,
    breaks: &[
        Break("6-scale", "proxy/nginx.conf", "proxy_read_timeout 12s", "proxy_read_timeout 10s"),
        Break("6-scale", "back-end/endpoints.json", "10000", "12000"),
        Break("6-scale", "front-end/site/pinkogen/config.js", "15000", "12000"),
        Break("slow", "proxy/nginx.conf", "proxy_read_timeout 22s;", ""),
        Break("slow", "back-end/endpoints.json", "20000", "40000"),
        Break("slow, two origins", "front-end/site/pinkogen/config.js", "25000", "15000"),
        Break("a patient route", "front-end/site/pinkogen/config.js", "43000", "40000"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let mut longest = 0;
    for api in rendered.apis() {
        for endpoint in rendered.endpoints(&api)? {
            ensure!(endpoint.timeout > 0, "{} has no time", endpoint.path);
            longest = longest.max(endpoint.timeout + PAGE_MARGIN);
        }
    }
    if rendered.has_proxy() {
        let conf = rendered.nginx(PROXY)?;
        let http = nginx::http(&conf)?;
        for (location, endpoints) in api_paths(rendered, &conf)? {
            let waits = nginx::time(setting(http, location, "proxy_read_timeout")?)?;
            for endpoint in &endpoints {
                ensure!(
                    waits >= endpoint.timeout + PROXY_MARGIN,
                    "the proxy waits {waits} ms for {}, which may take {}",
                    endpoint.path,
                    endpoint.timeout
                );
            }
            longest = longest.max(waits + PAGE_MARGIN - PROXY_MARGIN);
        }
    }
    for site in rendered.callers() {
        let waits = rendered.config(&site)?["timeoutMs"].as_u64().unwrap_or_default();
        ensure!(waits == longest, "the page waits {waits} ms, and should wait {longest}");
    }
    Ok(())
}

/// A setting of a location: its own, or that of `http`.
pub(crate) fn setting<'a>(
    http: &'a [Directive],
    location: &'a Directive,
    name: &str,
) -> Result<&'a str, String> {
    nginx::value(&location.block, name).or_else(|_| nginx::value(http, name))
}

/// The locations of the proxy that lead to APIs, with the endpoints that are reached there.
pub(crate) fn api_paths<'a>(
    rendered: &Rendered,
    conf: &'a [Directive],
) -> Result<Vec<(&'a Directive, Vec<Endpoint>)>, String> {
    let server = nginx::servers(conf)?[0].1;
    let mut found: BTreeMap<*const Directive, (&Directive, Vec<Endpoint>)> = BTreeMap::new();
    for api in rendered.apis() {
        let asked: Vec<&Directive> = nginx::all(server, "location")
            .filter(|location| {
                let pass = nginx::value(&location.block, "proxy_pass").unwrap_or_default();
                pass.trim_start_matches("http://").trim_end_matches('/') == api
            })
            .collect();
        for location in &asked {
            found.entry(std::ptr::from_ref(*location)).or_insert((location, Vec::new()));
        }
        for endpoint in rendered.endpoints(&api)? {
            for prefix in prefixes(&asked) {
                let path = format!("{prefix}{}", endpoint.sample());
                let Some(location) = nginx::location(server, &path)? else { continue };
                let reached = nginx::asked(location, &path)?;
                if reached == Some((api.clone(), endpoint.sample()))
                    && let Some((_, endpoints)) = found.get_mut(&std::ptr::from_ref(location))
                {
                    endpoints.push(endpoint.clone());
                }
            }
        }
    }
    Ok(found.into_values().collect())
}

/// What may stand before an endpoint's path: nothing, or a prefix that is taken off.
fn prefixes(locations: &[&Directive]) -> Vec<String> {
    let stripped = locations
        .iter()
        .filter(|location| nginx::all(&location.block, "rewrite").next().is_some())
        .filter_map(|location| Some(location.arguments.first()?.trim_end_matches('/').to_owned()));
    stripped.chain([String::new()]).collect()
}
