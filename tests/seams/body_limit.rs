//! What an API takes, the proxy lets through, and has the memory for.

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx;
use crate::rendered::{PROXY, Rendered};
use crate::time::{api_paths, setting};

pub(crate) const PROOF: Proof = Proof {
    name: "body_limit",
    check,
    breaks: &[
        Break("bodies", "proxy/nginx.conf", "client_max_body_size 5m", "client_max_body_size 4m"),
        Break("bodies", "back-end/endpoints.json", "5242880", "5242881"),
        Break("6-scale", "proxy/nginx.conf", "client_max_body_size 1m", "client_max_body_size 0"),
        Break("6-scale", "back-end/endpoints.json", "1048576", "2097152"),
        Break("large bodies", "proxy/nginx.conf", "proxy_request_buffering off;", ""),
        Break("bodies", "compose.yaml", "/tmp:size=64m", "/tmp:size=8m"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    if !rendered.has_proxy() {
        return Ok(());
    }
    let conf = rendered.nginx(PROXY)?;
    let http = nginx::http(&conf)?;
    let compose = rendered.compose()?;
    let memory = compose.service(PROXY)?.tmpfs()?;
    let stored = nginx::value(http, "client_body_temp_path")?;
    let (_, memory) = memory
        .into_iter()
        .find(|(folder, _)| stored.starts_with(&format!("{folder}/")))
        .ok_or(format!("{stored} is in no tmpfs"))?;
    for (location, endpoints) in api_paths(rendered, &conf)? {
        let limit = nginx::size(setting(http, location, "client_max_body_size")?)?;
        ensure!(limit > 0, "{:?} lets everything through", location.arguments);
        for endpoint in &endpoints {
            ensure!(
                endpoint.body <= limit,
                "{} takes {}, and the proxy lets {limit} through",
                endpoint.path,
                endpoint.body
            );
        }
        let streamed = nginx::value(&location.block, "proxy_request_buffering") == Ok("off");
        ensure!(
            streamed || limit * 4 <= memory,
            "{memory} bytes of memory hold no four bodies of {limit}"
        );
    }
    Ok(())
}
