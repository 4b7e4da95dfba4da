//! Who is told of a request's id, its real address and its scheme, and under which name.

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx;
use crate::read::source::between;
use crate::rendered::{PROXY, Rendered};

pub(crate) const PROOF: Proof = Proof {
    name: "request_id",
    check,
    breaks: &[
        Break("6-scale", "proxy/nginx.conf", "X-Request-ID $request_id", "X-Request $request_id"),
        Break("6-scale", "proxy/nginx.conf", "X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_forwarded_for"),
        Break("6-scale", "proxy/nginx.conf", "X-Forwarded-Proto $scheme", "X-Forwarded-Proto https"),
        Break("6-scale", "proxy/nginx.conf", "\"request_id\":\"$request_id\",", ""),
        Break("6-scale", "proxy/nginx.conf", "proxy_pass http://back-end;", "proxy_set_header X-A b;\n            proxy_pass http://back-end;"),
        Break("6-scale", "front-end/nginx.conf", "$http_x_request_id", "$request_id"),
        Break("3-dynamic", "front-end/nginx.conf", "$request_id", "$http_x_request_id"),
        Break("6-scale", "back-end/src/log.rs", "x-request-id", "x-correlation-id"),
        Break("a Flask pool", "back-end/request_log.py", "get(\"X-Request-ID\"", "get(\"X-Correlation-ID\""),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let mut routed = Vec::new();
    if rendered.has_proxy() {
        let conf = rendered.nginx(PROXY)?;
        let http = nginx::http(&conf)?;
        routed.extend(nginx::all(http, "upstream").map(|pool| pool.arguments[0].clone()));
        for (header, value) in [
            ("X-Request-ID", "$request_id"),
            ("X-Forwarded-For", "$remote_addr"),
            ("X-Real-IP", "$remote_addr"),
            ("X-Forwarded-Proto", "$scheme"),
        ] {
            let set = nginx::all(http, "proxy_set_header").find(|set| set.arguments[0] == header);
            ensure!(set.is_some_and(|set| set.arguments[1] == value), "{header} is not {value}");
        }
        // One of these in a location, and nginx inherits none.
        let [(_, server), _] = nginx::servers(&conf)?;
        for location in nginx::all(server, "location") {
            let own = nginx::all(&location.block, "proxy_set_header").next();
            ensure!(own.is_none(), "{:?} loses the headers of the rest", location.arguments);
        }
        ensure!(logs(http, "$request_id")?, "the proxy does not log the id that it gives");
    }
    for site in rendered.sites() {
        let conf = rendered.nginx(&site)?;
        let http = nginx::http(&conf)?;
        let is_routed = routed.contains(&site);
        for given in ["$http_x_request_id", "$http_x_forwarded_for"] {
            ensure!(logs(http, given)? == is_routed, "{site} logs {given}, and who gives it?");
        }
        ensure!(logs(http, "\"$request_id\"")? != is_routed, "{site} logs another id than its proxy");
    }
    for api in rendered.apis() {
        let name = if rendered.is_flask(&api) {
            let text = rendered.text(&format!("{api}/request_log.py"))?;
            let answered = between(text, "response.headers[\"", "\"]")?;
            let read = between(text, "request.headers.get(\"", "\"")?;
            ensure!(answered == read, "{api} reads {read}, and answers {answered}");
            read
        } else {
            between(rendered.text(&format!("{api}/src/log.rs"))?, "HeaderName::from_static(\"", "\"")?
        };
        ensure!(name.eq_ignore_ascii_case("X-Request-ID"), "{api} reads {name}");
    }
    Ok(())
}

fn logs(http: &[nginx::Directive], variable: &str) -> Result<bool, String> {
    let format = nginx::arguments(http, "log_format")?;
    Ok(format.concat().contains(variable))
}
