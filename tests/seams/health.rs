//! Where it is asked whether a service is well: who answers, who asks, and who keeps it from the world.

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx;
use crate::read::source::{between, strings};
use crate::rendered::{PROXY, Rendered};

pub(crate) const PROOF: Proof = Proof {
    name: "health",
    check,
    breaks: &[
        Break("6-scale", "front-end/Dockerfile", ":8081/healthz", ":8081/health"),
        Break("6-scale", "proxy/nginx.conf", "listen 8081", "listen 8082"),
        Break("6-scale", "front-end/nginx.conf", "access_log off;", ""),
        Break("6-scale", "compose.yaml", "condition: service_healthy", "condition: service_started"),
        Break("6-scale", "back-end/Dockerfile", "[\"/api\", \"healthcheck\"]", "[\"curl\"]"),
        Break("6-scale", "back-end/src/health.rs", "\"/readyz\"", "\"/ready\""),
        Break("6-scale", "back-end/src/endpoints.rs", "\"/metrics\"", "\"/metric\""),
        Break("a Flask pool", "back-end/request_log.py", "(health.ALIVE, health.READY)", "()"),
        Break("6-scale", "back-end/src/log.rs", "!health::is_path(&path)", "true"),
        Break("a Flask pool", "back-end/healthcheck.py", "/healthz", "/health"),
        Break("a Flask pool", "back-end/health.py", "\"/healthz\"", "\"/health\""),
        Break("the API at the root", "proxy/nginx.conf", "location = /readyz", "location = /ready"),
        Break("a stripped prefix", "proxy/nginx.conf", "location = /svc/metrics", "location = /svc/metric"),
        Break("patterns", "proxy/nginx.conf", "healthz|readyz|metrics", "healthz|readyz"),
        Break("an own image", "hello/Dockerfile", "HEALTHCHECK", "# HEALTHCHECK"),
        Break("a database behind a proxy", "compose.yaml", "    healthcheck:\n      test:", "    healthcheck:\n      tests:"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    for name in rendered.nginxes() {
        nginx_itself(rendered, &name)?;
    }
    for name in rendered.apis() {
        api(rendered, &name)?;
    }
    waiting(rendered)
}

fn nginx_itself(rendered: &Rendered, name: &str) -> Result<(), String> {
    let conf = rendered.nginx(name)?;
    let [(main, _), (port, server)] = nginx::servers(&conf)?;
    ensure!(main != port, "{name} shows its counters to the world");
    let image = rendered.dockerfile(name)?;
    let health = image.health()?;
    let url = health.last().ok_or(format!("{name} has no health check"))?;
    let path = url
        .strip_prefix(&format!("http://127.0.0.1:{port}"))
        .ok_or(format!("{name} answers at {port}, and is asked at {url}"))?;
    let location = nginx::location(server, path)?.ok_or("nobody answers")?;
    let answer = nginx::arguments(&location.block, "return")?;
    ensure!(answer[0] == "200", "{name} answers {answer:?} at {url}");
    ensure!(nginx::value(server, "access_log")? == "off", "{name} logs its own check");
    let compose = rendered.compose()?;
    let ports = compose.service(name)?.ports()?;
    ensure!(ports.iter().all(|(_, container)| *container != port), "{name} publishes {port}");
    Ok(())
}

/// The paths that an API keeps for itself: in its program, in its check, and at the proxy.
fn api(rendered: &Rendered, name: &str) -> Result<(), String> {
    let own = |file: &str| rendered.text(&format!("{name}/{file}"));
    let (alive, ready, reserved, command) = if rendered.is_flask(name) {
        let health = own("health.py")?;
        let asked = between(own("healthcheck.py")?, "request(\"GET\", \"", "\"")?;
        let alive = between(health, "\nALIVE = \"", "\"")?;
        ensure!(asked == alive, "{name} is asked at {asked}, and answers at {alive}");
        let reserved = strings(own("endpoints.py")?, "\nRESERVED = (", ")")?;
        (alive, between(health, "\nREADY = \"", "\"")?, reserved, ["python", "healthcheck.py"])
    } else {
        let health = own("src/health.rs")?;
        let reserved = strings(own("src/endpoints.rs")?, "const RESERVED: [&str; 3] = [", "]")?;
        let alive = between(health, "ALIVE: &str = \"", "\"")?;
        (alive, between(health, "READY: &str = \"", "\"")?, reserved, ["/api", "healthcheck"])
    };
    ensure!(rendered.dockerfile(name)?.health()? == command, "{name} is not asked by {command:?}");
    ensure!(reserved == [alive, ready, "/metrics"], "{name} reserves {reserved:?}");
    let (log, left_out) = if rendered.is_flask(name) {
        ("request_log.py", "not in (health.ALIVE, health.READY)")
    } else {
        ("src/log.rs", "!health::is_path(&path)")
    };
    ensure!(own(log)?.contains(left_out), "{name} logs its own check");
    for endpoint in rendered.endpoints(name)? {
        ensure!(!reserved.contains(&endpoint.path.as_str()), "{} is reserved", endpoint.path);
    }
    if !rendered.has_proxy() {
        return Ok(());
    }
    let conf = rendered.nginx(PROXY)?;
    let [(_, server), _] = nginx::servers(&conf)?;
    let prefixes = nginx::all(server, "location")
        .filter(|location| nginx::all(&location.block, "rewrite").next().is_some())
        .filter_map(|location| location.arguments.first())
        .map(|prefix| prefix.trim_end_matches('/'))
        .chain([""]);
    for prefix in prefixes {
        for path in ["/healthz", "/readyz", "/metrics"] {
            let outside = format!("{prefix}{path}");
            let Some(location) = nginx::location(server, &outside)? else { continue };
            let asked = nginx::asked(location, &outside)?;
            ensure!(
                asked != Some((name.to_owned(), path.to_owned())),
                "{outside} leads to what {name} keeps for itself"
            );
        }
    }
    Ok(())
}

/// Who waits for another waits until it is well, where that can be seen.
fn waiting(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    for name in rendered.built() {
        rendered.dockerfile(&name)?.health()?;
    }
    for service in compose.services() {
        for (needed, condition) in service.needs() {
            let other = compose.service(needed)?;
            let is_seen = other.has_probe()
                || rendered.built().iter().any(|built| built == needed)
                    && !rendered.dockerfile(needed)?.health()?.is_empty();
            let expected = if other.text("restart")? == "no" {
                "service_completed_successfully"
            } else if is_seen {
                "service_healthy"
            } else {
                "service_started"
            };
            ensure!(condition == expected, "{} needs {needed}: {condition}", service.name);
        }
    }
    Ok(())
}
