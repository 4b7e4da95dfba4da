//! A pool: the name that Compose's DNS knows, on a network that the proxy is on, asked again while nginx runs.

use std::collections::BTreeSet;

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx::{self, Directive};
use crate::rendered::{PROXY, Rendered};

pub(crate) const PROOF: Proof = Proof {
    name: "pool_address",
    check,
    breaks: &[
        Break("6-scale", "proxy/nginx.conf", "server back-end:", "server backend:"),
        Break("6-scale", "proxy/nginx.conf", "http://back-end", "http://backend"),
        Break("6-scale", "proxy/nginx.conf", "zone back-end", "zone front-end"),
        Break("6-scale", "proxy/nginx.conf", " resolve max", " max"),
        Break("6-scale", "proxy/nginx.conf", "127.0.0.11", "127.0.0.1"),
        Break("6-scale", "compose.yaml", "      back-end:\n        condition: service_healthy\n", ""),
        Break("a database behind a proxy", "compose.yaml", "      - back\n      - edge\n", "      - back\n"),
        Break("a database behind a proxy", "compose.yaml", "  edge:\n", ""),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    let networks = compose.table("networks").ok_or("no networks")?;
    for service in compose.services() {
        for network in service.list("networks") {
            ensure!(networks.contains_key(network), "{} is on {network}, which is not there", service.name);
        }
        for (needed, _) in service.needs() {
            compose.service(needed)?;
        }
    }
    if !rendered.has_proxy() {
        return Ok(());
    }
    let conf = rendered.nginx(PROXY)?;
    let http = nginx::http(&conf)?;
    let resolver = nginx::arguments(http, "resolver")?;
    ensure!(resolver[0] == "127.0.0.11", "Docker's DNS is not at {}", resolver[0]);
    ensure!(resolver.iter().any(|word| word.starts_with("valid=")), "answers are kept for ten minutes");
    let proxy = compose.service(PROXY)?;
    let mut pools = BTreeSet::new();
    for pool in nginx::all(http, "upstream") {
        let name = pool.arguments[0].as_str();
        pools.insert(name);
        let server = nginx::arguments(&pool.block, "server")?;
        ensure!(server[0].starts_with(&format!("{name}:")), "the pool {name} is {}", server[0]);
        ensure!(server.iter().any(|word| word == "resolve"), "{name} is looked up once");
        ensure!(nginx::arguments(&pool.block, "zone")?[0] == name, "{name} shares a zone");
        let service = compose.service(name)?;
        ensure!(proxy.meets(service), "the proxy and {name} are on no common network");
        ensure!(proxy.needs().any(|(needed, _)| needed == name), "the proxy does not wait for {name}");
    }
    let mut asked = BTreeSet::new();
    asks(&conf, &mut asked);
    ensure!(asked == pools, "the pools are {pools:?}, and asked are {asked:?}");
    let needed: BTreeSet<&str> = proxy.needs().map(|(needed, _)| needed).collect();
    ensure!(needed == pools, "the pools are {pools:?}, and waited for are {needed:?}");
    Ok(())
}

fn asks<'a>(block: &'a [Directive], asked: &mut BTreeSet<&'a str>) {
    for directive in block {
        if directive.name == "proxy_pass" {
            let pool = directive.arguments[0].trim_start_matches("http://");
            asked.insert(pool.split('/').next().unwrap_or_default());
        }
        asks(&directive.block, asked);
    }
}
