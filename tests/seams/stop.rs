//! How a stop nests: what the API, nginx and Compose each wait for.

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx;
use crate::read::source::{between, number};
use crate::rendered::{PROXY, Rendered};

/// What is to spare before the engine kills, in milliseconds.
const MARGIN: u64 = 2000;

pub(crate) const PROOF: Proof = Proof {
    name: "stop",
    check,
    breaks: &[
        Break("6-scale", "compose.yaml", "stop_grace_period: 16s", "stop_grace_period: 15s"),
        Break("slow", "back-end/endpoints.json", "20000", "30000"),
        Break("6-scale", "back-end/src/config.rs", "LINGER_MS: u64 = 4000", "LINGER_MS: u64 = 6000"),
        Break("6-scale", "back-end/src/stop/mod.rs", "stay_at_least = Duration::from_secs(3)", "stay_at_least = Duration::from_secs(1)"),
        Break("6-scale", "proxy/nginx.conf", "keepalive_timeout 2s", "keepalive_timeout 4s"),
        Break("6-scale", "proxy/nginx.conf", "valid=1s", "valid=10s"),
        Break("6-scale", "proxy/nginx.conf", "worker_shutdown_timeout 13s", "worker_shutdown_timeout 14s"),
        Break("6-scale", "front-end/nginx.conf", "worker_shutdown_timeout 29s", "worker_shutdown_timeout 40s"),
        Break("a patient route", "compose.yaml", "stop_grace_period: 42s", "stop_grace_period: 14s"),
        Break("slow Flask", "back-end/gunicorn.conf.py", "math.ceil(endpoints.load().longest_ms / 1000) or 1", "10"),
        Break("a Flask pool", "back-end/gunicorn.conf.py", "keepalive = 5", "keepalive = 2"),
        Break("6-scale", "front-end/Dockerfile", "SIGQUIT\n", "SIGTERM\n"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    let mut shortest_linger = u64::MAX;
    for name in rendered.apis() {
        let times = if rendered.is_flask(&name) {
            flask(rendered, &name)?
        } else {
            rust(rendered, &name)?
        };
        shortest_linger = shortest_linger.min(times.linger - times.refuse);
        let service = compose.service(&name)?;
        ensure!(service.env("STOP_LINGER_MS").is_none(), "{name} is told another linger");
        let longest = rendered.endpoints(&name)?.iter().map(|endpoint| endpoint.timeout).max();
        let needed = times.linger + longest.unwrap_or_default().max(times.stay) + MARGIN;
        let grace = service.grace()?;
        ensure!(grace == needed, "{name} is killed after {grace} ms, and needs {needed}");
        if rendered.has_proxy() {
            let conf = rendered.nginx(PROXY)?;
            let http = nginx::http(&conf)?;
            let forgets = resolved_for(http)? + nginx::time(nginx::value(http, "proxy_connect_timeout")?)?;
            ensure!(forgets < times.stay, "{name} is gone after {} ms, and asked for {forgets}", times.stay);
        }
    }
    for name in rendered.nginxes() {
        let conf = rendered.nginx(&name)?;
        let grace = compose.service(&name)?.grace()?;
        let gives_up = nginx::time(nginx::value(&conf, "worker_shutdown_timeout")?)?;
        ensure!(gives_up < grace, "{name} is killed after {grace} ms, and gives up after {gives_up}");
        let signal = rendered.dockerfile(&name)?;
        ensure!(signal.one("STOPSIGNAL")? == "SIGQUIT", "{name} drops what it answers");
    }
    if rendered.has_proxy() {
        proxy(rendered, shortest_linger)?;
    }
    Ok(())
}

fn proxy(rendered: &Rendered, linger: u64) -> Result<(), String> {
    let conf = rendered.nginx(PROXY)?;
    let http = nginx::http(&conf)?;
    let gives_up = nginx::time(nginx::value(&conf, "worker_shutdown_timeout")?)?;
    let [(_, server), _] = nginx::servers(&conf)?;
    let waits = nginx::all(server, "location")
        .filter_map(|location| nginx::value(&location.block, "proxy_read_timeout").ok())
        .chain([nginx::value(http, "proxy_read_timeout")?]);
    for wait in waits {
        ensure!(nginx::time(wait)? < gives_up, "the proxy waits {wait}, and gives up after {gives_up} ms");
    }
    for pool in nginx::all(http, "upstream") {
        let kept = nginx::time(nginx::value(&pool.block, "keepalive_timeout")?)?;
        ensure!(kept < linger, "{:?} is kept for {kept} ms, and lingers {linger}", pool.arguments);
    }
    for site in rendered.sites() {
        let conf = rendered.nginx(&site)?;
        let kept = nginx::time(nginx::value(nginx::http(&conf)?, "keepalive_timeout")?)?;
        ensure!(kept > linger, "{site} closes idle connections after {kept} ms");
    }
    Ok(())
}

/// Milliseconds.
struct Times {
    linger: u64,
    /// The end of the linger, in which a proxy is sent away.
    refuse: u64,
    stay: u64,
}

fn rust(rendered: &Rendered, name: &str) -> Result<Times, String> {
    let config = rendered.text(&format!("{name}/src/config.rs"))?;
    let stop = rendered.text(&format!("{name}/src/stop/mod.rs"))?;
    Ok(Times {
        linger: number(config, "DEFAULT_LINGER_MS: u64 = ", ";")?,
        refuse: 1000 * number(stop, "let refuse = Duration::from_secs(", ")")?,
        stay: 1000 * number(stop, "let stay_at_least = Duration::from_secs(", ")")?,
    })
}

fn flask(rendered: &Rendered, name: &str) -> Result<Times, String> {
    let conf = rendered.text(&format!("{name}/gunicorn.conf.py"))?;
    let graceful = between(conf, "\ngraceful_timeout = ", "\n")?;
    ensure!(graceful.contains("endpoints.load().longest_ms"), "gunicorn gives up after {graceful} s");
    let times = Times {
        linger: number(conf, "\"STOP_LINGER_MS\") or ", ")")?,
        refuse: 1000 * number(conf, "REFUSE = min(", ".0,")?,
        stay: 1000 * number(conf, "STAY = ", ".0\n")?,
    };
    if rendered.has_proxy() {
        let kept = 1000 * number(conf, "\nkeepalive = ", "\n")?;
        let proxy = rendered.nginx(PROXY)?;
        for pool in nginx::all(nginx::http(&proxy)?, "upstream").filter(|pool| pool.arguments[0] == name) {
            let proxy_keeps = nginx::time(nginx::value(&pool.block, "keepalive_timeout")?)?;
            ensure!(proxy_keeps < kept, "gunicorn closes after {kept} ms, the proxy after {proxy_keeps}");
        }
    }
    Ok(times)
}

/// How long the proxy believes an answer of the DNS.
fn resolved_for(http: &[nginx::Directive]) -> Result<u64, String> {
    let resolver = nginx::arguments(http, "resolver")?;
    let valid = resolver.iter().find_map(|word| word.strip_prefix("valid="));
    nginx::time(valid.ok_or("answers are kept for ten minutes")?)
}
