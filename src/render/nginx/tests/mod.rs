#![expect(clippy::needless_raw_string_hashes, reason = "as snapbox writes them")]

use std::collections::BTreeMap;

use snapbox::{IntoData, assert_data_eq, str};

use crate::contents::Contents;
use crate::key_path::KeyPath;
use crate::render::{Artifact, Block};
use crate::stack::{Bytes, Image, Kind, Matcher, Name, Part, Probe, Proxy, Route, Seconds, Stack, fixture};

mod engine;

fn text(blocks: Vec<Block>) -> String {
    String::from_utf8(Artifact::rendered(blocks).bytes().into_owned()).expect("text")
}

fn proxy_of(stack: &Stack) -> &Proxy {
    stack.proxy.as_ref().expect("a proxy")
}

fn proxy_text(stack: &Stack) -> String {
    text(super::proxy(stack, proxy_of(stack)).expect("it renders"))
}

fn site_text(stack: &Stack) -> String {
    let service = &stack.services["front-end"];
    let site = service.site().expect("a site");
    text(super::site(stack, service, site).expect("it renders"))
}

/// The locations of the server that the world sees.
fn locations(stack: &Stack) -> String {
    let text = proxy_text(stack);
    let start = text.find("        location").expect("a location");
    let end = text
        .find("\n    }\n\n    # Never published")
        .expect("the second server");
    text[start..end].to_owned()
}

fn route(matcher: Matcher, to: &str) -> Route {
    Route {
        key: match &matcher {
            Matcher::Prefix(path) => path.clone(),
            Matcher::Exact(path) => format!("= {path}"),
            Matcher::Regex { pattern, ignore_case } => {
                format!("~{} {pattern}", if *ignore_case { "*" } else { "" })
            }
        },
        matcher,
        to: Name::new(to).expect("a name"),
        strip: false,
        body: Bytes::mebi(1),
        timeout: Seconds(12),
    }
}

fn prefix(path: &str, to: &str) -> Route {
    route(Matcher::Prefix(path.to_owned()), to)
}

fn exact(path: &str, to: &str) -> Route {
    route(Matcher::Exact(path.to_owned()), to)
}

fn regex(pattern: &str, ignore_case: bool, to: &str) -> Route {
    let pattern = pattern.to_owned();
    route(Matcher::Regex { pattern, ignore_case }, to)
}

/// The fixture with another service, somebody else's image, and these routes.
fn routed(routes: Vec<Route>) -> Stack {
    let mut stack = fixture::scale();
    let image = Image {
        reference: vec![Part::Text("wiki:1".to_owned())],
        engine: None,
    };
    let mut wiki = fixture::service("wiki", Kind::Image(image), 3000);
    wiki.probe = Probe::None;
    stack.services.insert(wiki.name.clone(), wiki);
    stack.proxy.as_mut().expect("a proxy").routes = routes;
    stack
}

/// Every kind of route at once.
fn odd() -> Stack {
    let mut strip = prefix("/v1", "back-end");
    strip.strip = true;
    strip.body = Bytes::mebi(10);
    strip.timeout = Seconds(32);
    routed(vec![
        exact("/wiki", "front-end"),
        prefix("/wiki", "wiki"),
        strip,
        prefix("/a b;$x{\\\"é", "wiki"),
        regex(r"^/u/[0-9]{2,}\.json$", false, "back-end"),
        regex(r"\.(?:png|jpe?g)$", true, "wiki"),
    ])
}

#[test]
fn a_prefix_is_whole_segments() {
    assert_data_eq!(
        locations(&fixture::scale()),
        str![[r#"
        location / {
            error_page 504 = @front-end-again;
            proxy_pass http://front-end;
        }

        location = /api {
            error_page 504 = @back-end-again;
            proxy_pass http://back-end;
        }

        location /api/ {
            error_page 504 = @back-end-again;
            proxy_pass http://back-end;
        }

        # Once more, to the pool as it is now, if nothing has been sent.
        location @back-end-again {
            if ($is_unsent = '') {
                return 504;
            }
            proxy_pass http://back-end;
        }

        # Once more, to the pool as it is now, if nothing has been sent.
        location @front-end-again {
            if ($is_unsent = '') {
                return 504;
            }
            proxy_pass http://front-end;
        }
"#]]
        .raw()
    );
}

#[test]
fn every_kind_of_route_has_its_locations() {
    assert_data_eq!(
        locations(&odd()),
        str![[r#"
        location = /wiki {
            error_page 504 = @front-end-again;
            proxy_pass http://front-end;
        }

        location /wiki/ {
            error_page 504 = @wiki-again;
            proxy_pass http://wiki;
        }

        location = /v1 {
            client_max_body_size 10m;
            proxy_read_timeout 32s;
            proxy_pass http://back-end/;
        }

        location /v1/ {
            client_max_body_size 10m;
            proxy_read_timeout 32s;
            error_page 504 = @back-end-again;
            rewrite "^/v1(/.*)$" $1 break;
            proxy_pass http://back-end;
        }

        # For probes and meters, which ask the API itself.
        location = /v1/healthz {
            return 404;
        }
        location = /v1/readyz {
            return 404;
        }
        location = /v1/metrics {
            return 404;
        }

        location = "/a b;$x{\\\"é" {
            error_page 504 = @wiki-again;
            proxy_pass http://wiki;
        }

        location "/a b;$x{\\\"é/" {
            error_page 504 = @wiki-again;
            proxy_pass http://wiki;
        }

        location ~ "^/u/[0-9]{2,}\\.json$" {
            # For probes and meters, which ask the API itself.
            location ~ "^/(?:healthz|readyz|metrics)$" {
                return 404;
            }
            error_page 504 = @back-end-again;
            proxy_pass http://back-end;
        }

        location ~* "\\.(?:png|jpe?g)$" {
            error_page 504 = @wiki-again;
            proxy_pass http://wiki;
        }

        # Once more, to the pool as it is now, if nothing has been sent.
        location @back-end-again {
            if ($is_unsent = '') {
                return 504;
            }
            proxy_read_timeout 32s;
            proxy_pass http://back-end;
        }

        # Once more, to the pool as it is now, if nothing has been sent.
        location @front-end-again {
            if ($is_unsent = '') {
                return 504;
            }
            proxy_pass http://front-end;
        }

        # Once more, to the pool as it is now, if nothing has been sent.
        location @wiki-again {
            if ($is_unsent = '') {
                return 504;
            }
            proxy_pass http://wiki;
        }

        location / {
            return 404;
        }
"#]]
        .raw()
    );
}

#[test]
fn an_api_keeps_three_paths_for_itself() {
    // Through `/`, and at an exact key of the same name; not where somebody else has the path.
    let stack = routed(vec![
        exact("/readyz", "back-end"),
        exact("/metrics", "wiki"),
        prefix("/", "back-end"),
        prefix("/healthz", "back-end"),
    ]);
    assert_data_eq!(
        locations(&stack),
        str![[r#"
        location = /readyz {
            return 404;
        }

        location = /metrics {
            error_page 504 = @wiki-again;
            proxy_pass http://wiki;
        }

        location / {
            error_page 504 = @back-end-again;
            proxy_pass http://back-end;
        }

        location /healthz/ {
            error_page 504 = @back-end-again;
            proxy_pass http://back-end;
        }

        # For probes and meters, which ask the API itself.
        location = /healthz {
            return 404;
        }

        # Once more, to the pool as it is now, if nothing has been sent.
        location @back-end-again {
            if ($is_unsent = '') {
                return 504;
            }
            proxy_pass http://back-end;
        }

        # Once more, to the pool as it is now, if nothing has been sent.
        location @wiki-again {
            if ($is_unsent = '') {
                return 504;
            }
            proxy_pass http://wiki;
        }
"#]]
        .raw()
    );
    // A route that does not cover them has nothing to hide.
    assert!(!locations(&routed(vec![prefix("/api", "back-end")])).contains("probes"));
    assert!(!locations(&routed(vec![prefix("/", "wiki")])).contains("return 404"));
}

#[test]
fn a_path_that_a_pattern_takes_elsewhere_is_not_hidden() {
    let stack = routed(vec![
        prefix("/", "back-end"),
        regex("^/(?:healthz|status)$", false, "wiki"),
    ]);
    let text = locations(&stack);
    assert!(!text.contains("= /healthz"), "{text}");
    assert!(text.contains("= /readyz"), "{text}");
}

#[test]
fn a_body_that_does_not_fit_into_memory_is_passed_on_as_it_comes() {
    let mut large = prefix("/files", "back-end");
    for (mebi, streamed) in [(16, false), (17, true)] {
        large.body = Bytes::mebi(mebi);
        let text = locations(&routed(vec![large.clone()]));
        assert_eq!(text.contains("proxy_request_buffering off;"), streamed, "{text}");
    }
}

#[test]
fn a_table_without_a_root_ends_in_404() {
    let text = locations(&routed(vec![prefix("/api", "back-end")]));
    assert!(
        text.ends_with("        location / {\n            return 404;\n        }"),
        "{text}"
    );
    let text = locations(&fixture::scale());
    assert!(!text.contains("404"), "{text}");
}

#[test]
fn lines_lead_to_their_routes_and_services() {
    let stack = fixture::scale();
    let artifact = Artifact::rendered(super::proxy(&stack, proxy_of(&stack)).expect("it renders"));
    let text = String::from_utf8(artifact.bytes().into_owned()).expect("text");
    let key_of = |line: &str| {
        let number = text.lines().position(|other| other.trim() == line).expect(line);
        artifact.key_of_line(number).expect("a key").to_string()
    };
    assert_eq!(key_of("daemon off;"), "proxy");
    assert_eq!(key_of("upstream back-end {"), "services.back-end");
    assert_eq!(key_of("location = /api {"), "proxy.routes.\"/api\"");
    assert_eq!(key_of("location /api/ {"), "proxy.routes.\"/api\"");
    assert_eq!(key_of("location = /healthz {"), "proxy");
    assert_eq!(KeyPath::new(["proxy"]).to_string(), "proxy");
}

#[test]
fn only_routed_services_are_pools() {
    let text = proxy_text(&routed(vec![prefix("/", "wiki")]));
    assert!(
        text.contains("    upstream wiki {\n        zone wiki 256k;\n"),
        "{text}"
    );
    assert!(
        text.contains("        server wiki:3000 resolve max_fails=3 fail_timeout=10s;\n"),
        "{text}"
    );
    assert_eq!(text.matches("\n    upstream ").count(), 1);
}

#[test]
fn the_host_has_the_port_that_a_browser_writes() {
    let mut stack = fixture::scale();
    for (origin, host) in [
        ("http://localhost", "$host;"),
        ("http://localhost:8088", "$host:8088;"),
        ("https://shop.example.com", "$host;"),
    ] {
        stack.proxy.as_mut().expect("a proxy").origin = Some(origin.to_owned());
        let text = proxy_text(&stack);
        assert!(
            text.contains(&format!("proxy_set_header Host {host}\n")),
            "{origin}"
        );
        assert!(
            text.contains(&format!("proxy_set_header X-Forwarded-Host {host}\n")),
            "{origin}"
        );
    }
}

#[test]
fn a_page_may_call_the_origins_that_it_is_said_to_call() {
    let mut stack = fixture::scale();
    assert!(site_text(&stack).contains("connect-src 'self';"));
    let front_end = stack.services.get_mut("front-end").expect("a site");
    let Kind::Site(site) = &mut front_end.kind else {
        unreachable!()
    };
    let name = Name::new("back-end").expect("a name");
    let client = site.client.as_mut().expect("a client");
    client.origins = BTreeMap::from([(name, "http://localhost:5252".to_owned())]);
    assert!(site_text(&stack).contains("connect-src 'self' http://localhost:5252;"));
}

#[test]
fn a_page_for_what_is_not_there_is_used() {
    let mut stack = fixture::scale();
    assert!(!site_text(&stack).contains("error_page"));
    let front_end = stack.services.get_mut("front-end").expect("a site");
    let Kind::Site(site) = &mut front_end.kind else {
        unreachable!()
    };
    site.folder.contents = BTreeMap::from([("404.html".to_owned(), Contents::default())]).into();
    assert!(site_text(&stack).contains("        error_page 404 /404.html;\n"));
}

#[test]
fn nginx_gives_up_before_the_engine_kills_it() {
    let mut stack = fixture::scale();
    assert!(proxy_text(&stack).contains("worker_shutdown_timeout 13s;\n"));
    stack.proxy.as_mut().expect("a proxy").routes[0].timeout = Seconds(62);
    assert_eq!(proxy_of(&stack).stop_grace(), Seconds(64));
    assert!(proxy_text(&stack).contains("worker_shutdown_timeout 63s;\n"));
}
