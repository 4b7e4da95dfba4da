//! Where a browser finds a service: what the page calls, the API allows, the policy lets out, and the proxy passes on.

use std::collections::{BTreeMap, BTreeSet};

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx;
use crate::rendered::{PROXY, Rendered};

pub(crate) const PROOF: Proof = Proof {
    name: "origin",
    check,
    breaks: &[
        Break("3-dynamic", "compose.yaml", "ALLOWED_ORIGINS: http://localhost:9000", "ALLOWED_ORIGINS: http://localhost:9001"),
        Break("3-dynamic", "compose.yaml", "ALLOWED_ORIGINS: http://localhost:9000", "OTHER: x"),
        Break("3-dynamic", "compose.yaml", "127.0.0.1:9000:", "127.0.0.1:9001:"),
        Break("3-dynamic", "compose.yaml", "127.0.0.1:5252:", "127.0.0.1:5253:"),
        Break("3-dynamic", "front-end/nginx.conf", "'self' http://localhost:5252;", "'self';"),
        Break("3-dynamic", "front-end/site/pinkogen/config.js", ":5252", ":5253"),
        Break("written origins", "front-end/nginx.conf", "https://api.example.com", "http://localhost:5252"),
        Break("6-scale", "front-end/site/pinkogen/config.js", "\"\"", "\"http://localhost\""),
        Break("6-scale", "front-end/nginx.conf", "connect-src 'self'", "connect-src 'self' http://localhost:5252"),
        Break("port 8088", "proxy/nginx.conf", "Host $host:8088", "Host $host"),
        Break("port 8088", "compose.yaml", "8088:", "8089:"),
        Break("6-scale", "proxy/nginx.conf", "X-Forwarded-Host $host", "X-Forwarded-Host $host:8080"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let routed = routed(rendered)?;
    let mut allowed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for site in rendered.callers() {
        let config = rendered.config(&site)?;
        let services = config["services"].as_object().ok_or("no services")?;
        let mut foreign = BTreeSet::new();
        for (api, address) in services {
            let called = address["origin"].as_str().ok_or("no origin")?;
            if routed.contains(&site) && routed.contains(api) {
                ensure!(!called.contains("://"), "the page calls {called}, and has one origin with {api}");
                continue;
            }
            let page = origin(rendered, if routed.contains(&site) { PROXY } else { &site })?;
            let expected = origin(rendered, if routed.contains(api) { PROXY } else { api })?;
            ensure!(called == expected, "the page calls {called}, and {api} is at {expected}");
            foreign.insert(expected);
            allowed.entry(api.clone()).or_default().insert(page);
        }
        let policy = policy(rendered, &site)?;
        ensure!(policy == foreign, "the pages of {site} may call {policy:?}, and call {foreign:?}");
    }
    let compose = rendered.compose()?;
    for api in rendered.apis() {
        let told = compose.service(&api)?.env("ALLOWED_ORIGINS").unwrap_or_default();
        let told: BTreeSet<String> = told.split(',').filter(|origin| !origin.is_empty()).map(str::to_owned).collect();
        let needed = allowed.remove(&api).unwrap_or_default();
        ensure!(told == needed, "{api} allows {told:?}, and is called from {needed:?}");
    }
    host(rendered)
}

/// What services are told to be asked as: `$host` with the port that a browser writes.
fn host(rendered: &Rendered) -> Result<(), String> {
    if !rendered.has_proxy() {
        return Ok(());
    }
    let origin = origin(rendered, PROXY)?;
    let authority = origin.split_once("://").ok_or("no scheme")?.1;
    let port = authority.split_once(':').map(|(_, port)| format!(":{port}"));
    let expected = format!("$host{}", port.unwrap_or_default());
    let conf = rendered.nginx(PROXY)?;
    for header in ["Host", "X-Forwarded-Host"] {
        let told = nginx::all(nginx::http(&conf)?, "proxy_set_header")
            .find(|set| set.arguments[0] == header)
            .map(|set| set.arguments[1].as_str());
        ensure!(told == Some(&expected), "{header} is {told:?}, and the origin is {origin}");
    }
    Ok(())
}

/// As the spec says it, or else as the host's port says it.
fn origin(rendered: &Rendered, service: &str) -> Result<String, String> {
    let table = if service == PROXY {
        &rendered.spec["proxy"]
    } else {
        &rendered.spec["services"][service]
    };
    if let Some(written) = table.get("origin") {
        return Ok(written.as_str().ok_or("no text")?.to_owned());
    }
    let compose = rendered.compose()?;
    match compose.service(service)?.ports()?.as_slice() {
        [(80, _)] => Ok("http://localhost".to_owned()),
        [(port, _)] => Ok(format!("http://localhost:{port}")),
        ports => Err(format!("{service} publishes {ports:?}")),
    }
}

/// The services that the proxy asks.
fn routed(rendered: &Rendered) -> Result<BTreeSet<String>, String> {
    if !rendered.has_proxy() {
        return Ok(BTreeSet::new());
    }
    let conf = rendered.nginx(PROXY)?;
    let pools = nginx::all(nginx::http(&conf)?, "upstream");
    Ok(pools.map(|pool| pool.arguments[0].clone()).collect())
}

/// What `connect-src` lets out, the page's own origin apart.
fn policy(rendered: &Rendered, site: &str) -> Result<BTreeSet<String>, String> {
    let conf = rendered.nginx(site)?;
    let policy = nginx::all(nginx::http(&conf)?, "add_header")
        .find(|header| header.arguments[0] == "Content-Security-Policy")
        .ok_or("no policy")?;
    let connect = policy.arguments[1]
        .split("; ")
        .find_map(|part| part.strip_prefix("connect-src "))
        .ok_or("no connect-src")?;
    let mut origins: BTreeSet<String> = connect.split(' ').map(str::to_owned).collect();
    ensure!(origins.remove("'self'"), "the page may not call its own origin");
    Ok(origins)
}
