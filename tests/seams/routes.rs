//! Whatever the page calls is reached: through the proxy, at the path that the API serves.

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx::{self, Directive};
use crate::rendered::{PROXY, Rendered};

pub(crate) const PROOF: Proof = Proof {
    name: "routes",
    check,
    breaks: &[
        Break("6-scale", "proxy/nginx.conf", "location /api/", "location /apis/"),
        Break("6-scale", "back-end/endpoints.json", "/api/hello", "/api/hallo"),
        Break("6-scale", "back-end/endpoints.json", "\"GET\"", "\"POST\""),
        Break("6-scale", "front-end/site/pinkogen/client.js", "/api/hello", "/hello"),
        Break("a stripped prefix", "front-end/site/pinkogen/config.js", "/svc", ""),
        Break("a stripped prefix", "proxy/nginx.conf", "rewrite \"^/svc(/.*)$\" $1 break;", ""),
        Break("the API at the root", "proxy/nginx.conf", "location /pinkogen/", "location /pinko/"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let conf = if rendered.has_proxy() {
        rendered.nginx(PROXY)?
    } else {
        Vec::new()
    };
    let server: &[Directive] = if rendered.has_proxy() {
        nginx::servers(&conf)?[0].1
    } else {
        &[]
    };
    for site in rendered.callers() {
        let config = rendered.config(&site)?;
        for function in rendered.functions(&site)? {
            let base = config["services"][&function.service]["origin"]
                .as_str()
                .ok_or(format!("{} has no origin", function.service))?;
            let endpoints = rendered.endpoints(&function.service)?;
            let endpoint = endpoints
                .iter()
                .find(|endpoint| (&endpoint.method, &endpoint.path) == (&function.method, &function.path))
                .ok_or(format!("{function:?} calls no endpoint of {}", function.service))?;
            if base.contains("://") {
                continue; // Two origins: the seam `origin`.
            }
            let path = endpoint.sample();
            leads_to(server, &format!("{base}{path}"), &function.service, &path)?;
        }
        let is_routed = nginx::all(server, "location").any(|location| {
            nginx::value(&location.block, "proxy_pass").is_ok_and(|to| to == format!("http://{site}"))
        });
        if is_routed {
            for script in ["client.js", "config.js"] {
                let path = format!("/pinkogen/{script}");
                leads_to(server, &path, &site, &path)?;
            }
        }
    }
    Ok(())
}

fn leads_to(server: &[Directive], path: &str, service: &str, inside: &str) -> Result<(), String> {
    let location = nginx::location(server, path)?.ok_or(format!("nobody answers at {path}"))?;
    let asked = nginx::asked(location, path)?;
    let expected = Some((service.to_owned(), inside.to_owned()));
    ensure!(asked == expected, "{path} leads to {asked:?}, not to {expected:?}");
    Ok(())
}
