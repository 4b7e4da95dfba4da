use askama::Template;

use super::head::head;
use super::health::health;
use super::route::routes;
use crate::key_path::KeyPath;
use crate::render::Block;
use crate::render::escape::nginx::filters;
use crate::stack::{
    Bytes, LINGER, PROXY, PROXY_PORT, PROXY_TIMEOUT, Proxy, REQUEST_BODY, Seconds, Service, Stack,
    UPSTREAM_KEEPALIVE,
};

#[derive(Template)]
#[template(path = "nginx/proxy/http.conf")]
struct Http {
    timeout: Seconds,
    body: Bytes,
    host_suffix: String,
}

/// A pool: all containers of a service.
#[derive(Template)]
#[template(path = "nginx/proxy/upstream.conf")]
struct Upstream<'a> {
    name: &'a str,
    port: u16,
    is_api: bool,
    linger: Seconds,
    keepalive: Seconds,
}

#[derive(Template)]
#[template(path = "nginx/proxy/server.conf")]
struct Server {
    port: u16,
}

/// The nginx.conf of the proxy.
pub(in crate::render) fn proxy(stack: &Stack, proxy: &Proxy) -> askama::Result<Vec<Block>> {
    let key = KeyPath::new([PROXY]);
    let http = Http {
        timeout: PROXY_TIMEOUT,
        body: REQUEST_BODY,
        host_suffix: stack.host_suffix(),
    };
    let server = Server { port: PROXY_PORT };
    let mut blocks = vec![
        head(key.clone(), Proxy::LIMITS, proxy.stop_grace())?,
        Block::new(key.clone(), http.render()?),
    ];
    for service in stack.routed() {
        blocks.push(upstream(service)?);
    }
    blocks.push(Block::new(key.clone(), server.render()?));
    blocks.extend(routes(stack, proxy)?);
    blocks.push(health(key)?);
    Ok(blocks)
}

fn upstream(service: &Service) -> askama::Result<Block> {
    let upstream = Upstream {
        name: service.name.as_str(),
        port: service.listen_port(),
        is_api: service.api().is_some(),
        linger: LINGER,
        keepalive: UPSTREAM_KEEPALIVE,
    };
    Ok(Block::new(service.key(), upstream.render()?))
}
