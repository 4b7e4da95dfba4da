//! One row of the route table.

use std::collections::BTreeMap;

use super::Resolver;
use super::nest::Written;
use crate::key_path::KeyPath;
use crate::render::escape::nginx;
use crate::spec::{self, Place, Problem, quoted, shown};
use crate::stack::{Matcher, Name, PROXY_TIMEOUT, REQUEST_BODY, Route, Run, Service};

/// More than any path of the field has, and so much less than nginx takes that what is added to it fits.
const LONGEST: usize = 1000;
const FORMS: &str = "a route is \"/p\" (by whole segments), \"= /p\" (exactly), \"~ regex\" or \"~* regex\"";

impl Resolver<'_> {
    pub(super) fn route(
        &mut self,
        key: &KeyPath,
        text: &str,
        written: &spec::Route,
        services: &BTreeMap<Name, Service>,
    ) -> Option<Route> {
        let matcher = self.matcher(key, text);
        let default = spec::RouteTable::default();
        let (to, to_key, table) = match written {
            spec::Route::To(to) => (Some(to), key.clone(), &default),
            spec::Route::Table(table) => (table.to.as_ref(), key.join("to"), table),
        };
        let body = table
            .body
            .as_ref()
            .and_then(|body| self.bytes(&key.join("body"), body));
        let timeout = table
            .timeout
            .as_ref()
            .and_then(|timeout| self.seconds(&key.join("timeout"), timeout));
        let Some(to) = to else {
            if !self.is_broken(&to_key) {
                self.error(
                    Place::Key(key.clone()),
                    format!("the route {} leads nowhere", shown(text)),
                    "it has no `to`",
                    "add `to = \"SERVICE\"`",
                );
            }
            return None;
        };
        let to = self.reference(Place::Value(to_key.clone()), to)?;
        let service = services.get(&to)?;
        if service.port.is_none() && !self.is_broken(&service.key().join("port")) {
            self.problems.push(
                Problem::error(
                    Place::Value(to_key.clone()),
                    format!("`{to}` has no port to send requests to"),
                )
                .label("routed here")
                .also(Place::Key(service.key()), "this service")
                .help("add `port`, the port that it listens on inside its container"),
            );
        }
        if service.run == Run::Once {
            self.error(
                Place::Value(to_key),
                format!("`{to}` runs once and ends"),
                "nobody would answer",
                "route to a service that stays",
            );
        } else if service.engine().is_some() {
            self.error(
                Place::Value(to_key),
                format!("`{to}` is a data store"),
                "it does not speak HTTP",
                "route to the service that uses it",
            );
        }
        let matcher = matcher?;
        let strip = self.strip(key, table, &matcher);
        let mut route = Route {
            key: text.to_owned(),
            matcher,
            to,
            strip,
            body: REQUEST_BODY,
            timeout: PROXY_TIMEOUT,
        };
        self.nest(key, &mut route, &Written { body, timeout }, service);
        Some(route)
    }

    fn strip(&mut self, key: &KeyPath, table: &spec::RouteTable, matcher: &Matcher) -> bool {
        let possible = matches!(matcher, Matcher::Prefix(prefix) if prefix != "/");
        if table.strip && !possible {
            self.error(
                Place::Key(key.join("strip")),
                "there is no prefix to strip",
                "only a route like \"/p\" has one",
                "remove `strip`",
            );
        }
        let is_ascii = matches!(matcher, Matcher::Prefix(prefix) if prefix.is_ascii());
        if table.strip && possible && !is_ascii {
            self.error(
                Place::Key(key.join("strip")),
                "a prefix outside of ASCII cannot be stripped",
                "nginx takes it off by a pattern of single bytes",
                "choose a prefix of ASCII, or keep it",
            );
        }
        table.strip && possible
    }

    fn matcher(&mut self, key: &KeyPath, text: &str) -> Option<Matcher> {
        let regex = |pattern: &str, ignore_case| Matcher::Regex {
            pattern: pattern.to_owned(),
            ignore_case,
        };
        let (matcher, fault) = if let Some(pattern) = text.strip_prefix("~* ") {
            (regex(pattern, true), regex_fault(pattern, true))
        } else if let Some(pattern) = text.strip_prefix("~ ") {
            (regex(pattern, false), regex_fault(pattern, false))
        } else if let Some(path) = text.strip_prefix("= ") {
            (Matcher::Exact(path.to_owned()), path_fault(path))
        } else {
            (
                Matcher::Prefix(text.to_owned()),
                final_slash(text).or_else(|| path_fault(text)),
            )
        };
        match fault {
            None => Some(matcher),
            Some((label, help)) => {
                self.error(
                    Place::Key(key.clone()),
                    format!("{} is no route", shown(text)),
                    label,
                    help,
                );
                None
            }
        }
    }
}

fn regex_fault(pattern: &str, ignore_case: bool) -> Option<(String, String)> {
    if let Some(fault) = nginx::regex_fault(pattern) {
        return Some((fault.to_owned(), FORMS.to_owned()));
    }
    crate::stack::reach::compile(pattern, ignore_case)
        .err()
        .map(|error| (format!("it does not compile: {error}"), FORMS.to_owned()))
}

fn path_fault(path: &str) -> Option<(String, String)> {
    let fault = if path.len() > LONGEST {
        Some("it is longer than 1000 bytes")
    } else {
        nginx::path_fault(path)
    };
    fault.map(|fault| (fault.to_owned(), FORMS.to_owned()))
}

fn final_slash(path: &str) -> Option<(String, String)> {
    let plain = path.strip_suffix('/')?.trim_end_matches('/');
    plain.starts_with('/').then(|| {
        let help = format!("write {}: it is {} and all below it", quoted(plain), shown(plain));
        ("it ends with `/`".to_owned(), help)
    })
}
