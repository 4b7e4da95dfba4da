use askama::Template;

use crate::key_path::KeyPath;
use crate::render::Block;
use crate::render::escape::nginx::filters;
use crate::stack::{
    Bytes, Matcher, PROXY, PROXY_TIMEOUT, Proxy, REQUEST_BODY, RESERVED_PATHS, Route, Seconds, Stack,
};

/// A location's argument.
enum Place<'a> {
    Exact(&'a str),
    Prefix(String),
    Regex(&'a str),
    RegexIgnoreCase(&'a str),
}

/// What is taken off a request's path.
enum Stripped {
    No,
    /// All of it.
    Wholly,
    /// What this pattern has before its group.
    Prefix(String),
}

/// A location of one row of the route table.
#[derive(Template)]
#[template(path = "nginx/proxy/route.conf")]
struct Location<'a> {
    place: Place<'a>,
    to: &'a str,
    stripped: Stripped,
    /// Where it is not the default.
    body: Option<Bytes>,
    streamed: bool,
    timeout: Option<Seconds>,
    /// Whether `Again` can have the request: not if its body is read as it comes, or its path is put in by `proxy_pass`.
    again: bool,
    /// Where a pattern may meet a path that the API keeps for itself: a pattern for these.
    reserved: Option<String>,
}

/// Where a request goes once more.
#[derive(Template)]
#[template(path = "nginx/proxy/again.conf")]
struct Again<'a> {
    to: &'a str,
    timeout: Option<Seconds>,
}

#[derive(Template)]
#[template(path = "nginx/proxy/reserved.conf")]
struct Reserved {
    paths: Vec<String>,
}

#[derive(Template)]
#[template(path = "nginx/proxy/no-route.conf")]
struct NoRoute;

/// All locations, each with the key of its row.
pub(super) fn routes(stack: &Stack, proxy: &Proxy) -> askama::Result<Vec<Block>> {
    let table = KeyPath::new([PROXY, "routes"]);
    let mut blocks = Vec::new();
    for route in &proxy.routes {
        let key = table.join(&route.key);
        let paths = reserved(stack, proxy, route);
        for place in places(proxy, route, &paths) {
            blocks.push(Block::new(key.clone(), location(stack, route, place).render()?));
        }
        if !paths.is_empty() {
            blocks.push(Block::new(key, Reserved { paths }.render()?));
        }
    }
    for service in stack.routed() {
        let routes = || proxy.routes.iter().filter(|route| route.to == service.name);
        let longest = routes().map(|route| route.timeout).max();
        let again = Again {
            to: service.name.as_str(),
            timeout: longest.filter(|timeout| *timeout != PROXY_TIMEOUT),
        };
        // A pool all of whose requests are streamed has none to send again.
        if routes().any(|route| !route.is_streamed()) {
            blocks.push(Block::new(service.key(), again.render()?));
        }
    }
    if !proxy
        .routes
        .iter()
        .any(|route| route.matcher == Matcher::Prefix("/".to_owned()))
    {
        blocks.push(Block::new(table, NoRoute.render()?));
    }
    Ok(blocks)
}

fn location<'a>(stack: &Stack, route: &'a Route, place: Place<'a>) -> Location<'a> {
    let may_meet_reserved =
        matches!(route.matcher, Matcher::Regex { .. }) && stack.service(&route.to).api().is_some();
    let stripped = match &place {
        Place::Prefix(prefix) if route.strip && prefix != "/" => {
            Stripped::Prefix(format!("^{}(/.*)$", escaped(prefix.trim_end_matches('/'))))
        }
        Place::Exact(_) if route.strip => Stripped::Wholly,
        _ => Stripped::No,
    };
    Location {
        again: !route.is_streamed() && !matches!(stripped, Stripped::Wholly),
        place,
        to: route.to.as_str(),
        stripped,
        body: (route.body != REQUEST_BODY).then_some(route.body),
        streamed: route.is_streamed(),
        timeout: (route.timeout != PROXY_TIMEOUT).then_some(route.timeout),
        reserved: may_meet_reserved.then(|| {
            let names = RESERVED_PATHS.map(|path| path.trim_start_matches('/'));
            format!("^/(?:{})$", names.join("|"))
        }),
    }
}

fn places<'a>(proxy: &Proxy, route: &'a Route, reserved: &[String]) -> Vec<Place<'a>> {
    let is_taken = |path: &str| reserved.iter().any(|reserved| reserved == path) || has_exact(proxy, path);
    match &route.matcher {
        Matcher::Prefix(prefix) if prefix == "/" => vec![Place::Prefix("/".to_owned())],
        // Both, so that `/api` is `/api` and all below it, but never `/apis`.
        Matcher::Prefix(prefix) => (!is_taken(prefix))
            .then_some(Place::Exact(prefix))
            .into_iter()
            .chain([Place::Prefix(format!("{prefix}/"))])
            .collect(),
        Matcher::Exact(path) if reserved.contains(path) => Vec::new(),
        Matcher::Exact(path) => vec![Place::Exact(path)],
        Matcher::Regex {
            pattern,
            ignore_case: false,
        } => vec![Place::Regex(pattern)],
        Matcher::Regex {
            pattern,
            ignore_case: true,
        } => vec![Place::RegexIgnoreCase(pattern)],
    }
}

/// The paths, as a client writes them, at which this route would lead to what its API keeps for itself; a pattern's
/// location has its own answer to them.
fn reserved(stack: &Stack, proxy: &Proxy, route: &Route) -> Vec<String> {
    let is_pattern = matches!(route.matcher, Matcher::Regex { .. });
    if is_pattern || stack.service(&route.to).api().is_none() {
        return Vec::new();
    }
    RESERVED_PATHS
        .into_iter()
        .map(|path| match &route.matcher {
            Matcher::Prefix(prefix) if route.strip && prefix != "/" => format!("{prefix}{path}"),
            _ => path.to_owned(),
        })
        .filter(|path| {
            proxy
                .winner(path)
                .is_some_and(|winner| std::ptr::eq(winner, route))
        })
        .collect()
}

fn has_exact(proxy: &Proxy, path: &str) -> bool {
    proxy
        .routes
        .iter()
        .any(|route| matches!(&route.matcher, Matcher::Exact(exact) if exact == path))
}

/// A path as a pattern that means just it.
fn escaped(path: &str) -> String {
    path.chars().fold(String::new(), |mut pattern, c| {
        if c.is_ascii_punctuation() && !matches!(c, '/' | '-' | '_' | '~') {
            pattern.push('\\');
        }
        pattern.push(c);
        pattern
    })
}
