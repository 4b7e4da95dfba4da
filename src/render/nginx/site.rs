use askama::Template;

use super::head::head;
use super::health::health;
use crate::render::Block;
use crate::stack::{Service, Site, Stack};

#[derive(Template)]
#[template(path = "nginx/site/http.conf")]
struct Http {
    is_routed: bool,
    policy: String,
}

#[derive(Template)]
#[template(path = "nginx/site/server.conf")]
struct Server<'a> {
    port: u16,
    root: &'a str,
    has_404: bool,
}

/// The nginx.conf of a site.
pub(in crate::render) fn site(stack: &Stack, service: &Service, site: &Site) -> askama::Result<Vec<Block>> {
    let http = Http {
        is_routed: stack.is_routed(&service.name),
        policy: policy(&Stack::foreign_origins(site)),
    };
    let server = Server {
        port: service.listen_port(),
        root: &site.folder.target,
        has_404: site.folder.contents.contains_key("404.html"),
    };
    let key = service.key();
    Ok(vec![
        head(key.clone(), service.limits, service.stop_grace)?,
        Block::new(key.clone(), http.render()?),
        Block::new(key.clone(), server.render()?),
        health(key)?,
    ])
}

/// The Content-Security-Policy: everything from the site itself, calls also to the origins that the pages are said to call.
fn policy(origins: &[&str]) -> String {
    let mut connect = String::from("'self'");
    for origin in origins {
        connect.push(' ');
        connect.push_str(origin);
    }
    format!(
        "default-src 'self'; base-uri 'self'; connect-src {connect}; form-action 'self'; frame-ancestors 'none'; \
         img-src 'self' data:; object-src 'none'"
    )
}
