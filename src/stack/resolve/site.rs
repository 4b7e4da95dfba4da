//! What the pages of a site call, and which of their elements show an endpoint.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use super::page::Page;
use crate::key_path::KeyPath;
use crate::spec::{self, Excerpt, Place, Problem, Show, nearest};
use crate::stack::{Binding, Call, Client, HtmlId, Kind, Method, Name, Proxy, Reply, SCRIPTS, Service};

/// The script that fills the bound elements.
const SHOW_SCRIPT: &str = "/pinkogen/show.js";

/// A binding that stands: the element, and the endpoint that it shows.
struct Shown {
    id: HtmlId,
    service: Name,
    endpoint: String,
}

impl Resolver<'_> {
    pub(super) fn pages(&mut self, services: &mut BTreeMap<Name, Service>, proxy: Option<&Proxy>) {
        for (name, written) in self.names.clone() {
            if written.site.is_none() || (written.show.is_empty() && written.calls.is_none()) {
                continue;
            }
            let key = KeyPath::new(["services", name.as_str()]);
            let shown = self.shown(&key, written, services);
            let mut called: BTreeSet<Name> = shown.iter().map(|shown| shown.service.clone()).collect();
            called.extend(self.called(&key, written, services));
            self.elements(&key, written, &shown);
            let mut origins = BTreeMap::new();
            for target in &called {
                origins.extend(
                    self.origin_for_page(&name, target, services, proxy)
                        .map(|origin| (target.clone(), origin)),
                );
            }
            let calls = calls(&called, services);
            let function = |shown: &Shown| {
                let call = calls
                    .iter()
                    .find(|call| call.service == shown.service && call.endpoint == shown.endpoint);
                call.map(|call| call.function.clone())
            };
            let bindings = shown
                .iter()
                .filter_map(|shown| {
                    Some(Binding {
                        id: shown.id.clone(),
                        function: function(shown)?,
                    })
                })
                .collect();
            if let Some(Service {
                kind: Kind::Site(site),
                ..
            }) = services.get_mut(&name)
            {
                site.client = Some(Client {
                    origins,
                    calls,
                    bindings,
                });
            }
        }
    }

    fn called(
        &mut self,
        key: &KeyPath,
        written: &spec::Service,
        services: &BTreeMap<Name, Service>,
    ) -> Vec<Name> {
        let mut called = Vec::new();
        for (index, text) in written
            .calls
            .iter()
            .flat_map(|calls| calls.as_slice())
            .enumerate()
        {
            let list = key.join("calls");
            let key = if written.calls.as_ref().is_some_and(spec::OneOrMany::is_many) {
                list.index(index)
            } else {
                list
            };
            let Some(name) = self.reference(Place::Value(key.clone()), text) else {
                continue;
            };
            if self.names[&name].api.is_none() {
                self.error(
                    Place::Value(key),
                    format!("`{name}` has no endpoint table"),
                    "the page cannot get a client for it",
                    "`calls` names services with `api`; other services are called by the page's own script",
                );
            } else if services.contains_key(&name) {
                called.push(name);
            }
        }
        called
    }

    fn shown(
        &mut self,
        key: &KeyPath,
        written: &spec::Service,
        services: &BTreeMap<Name, Service>,
    ) -> Vec<Shown> {
        let mut shown = Vec::new();
        for (selector, show) in &written.show {
            let key = key.join("show").join(selector);
            let id = HtmlId::from_selector(selector);
            if let Err(fault) = &id {
                self.error(
                    Place::Key(key.clone()),
                    format!("`{}` is no binding", selector.escape_debug()),
                    fault.0,
                    "a binding is the id of an element: \"#greeting\" = \"GET /api/hello\"",
                );
            }
            let Some((service, endpoint)) = self.shown_endpoint(&key, show, services) else {
                continue;
            };
            let row = services[&service]
                .api()
                .and_then(|api| api.endpoints.get(&endpoint));
            if let Some(row) = row
                && !(row.method == Method::Get
                    && matches!(row.reply, Reply::Text(_))
                    && !endpoint.contains('{'))
            {
                self.error(
                    Place::Value(key.clone()),
                    format!("`{endpoint}` cannot be shown as a text"),
                    "only a GET without parameters that answers with `text` can",
                    format!(
                        "call it from the page's own script: import {{ {} }} from '{SCRIPTS}client.js'",
                        row.function()
                    ),
                );
                continue;
            }
            if let Ok(id) = id {
                shown.push(Shown {
                    id,
                    service,
                    endpoint,
                });
            }
        }
        shown
    }

    /// The service and the key of an endpoint that a binding names.
    fn shown_endpoint(
        &mut self,
        key: &KeyPath,
        show: &Show,
        services: &BTreeMap<Name, Service>,
    ) -> Option<(Name, String)> {
        let at = Place::Value(key.clone());
        let (wanted, endpoint) = match show {
            Show::Endpoint(endpoint) => (None, endpoint.clone()),
            Show::Table(table) => match (&table.service, &table.endpoint) {
                (Some(service), Some(endpoint)) => (
                    Some(self.reference(Place::Value(key.join("service")), service)?),
                    endpoint.clone(),
                ),
                _ => {
                    self.error(
                        at,
                        "a binding's table has two keys",
                        "one is missing",
                        "write { service = \"NAME\", endpoint = \"GET /path\" }",
                    );
                    return None;
                }
            },
        };
        let written = |service: &spec::Service| service.endpoints.contains_key(&endpoint);
        let owners: Vec<Name> = self
            .names
            .iter()
            .filter(|(name, service)| {
                wanted.as_ref().is_none_or(|wanted| wanted == *name) && written(service)
            })
            .map(|(name, _)| name.clone())
            .collect();
        match owners.as_slice() {
            [owner] => {
                let known = services.get(owner)?.api()?.endpoints.contains_key(&endpoint);
                known.then(|| (owner.clone(), endpoint))
            }
            [] if self.is_broken_endpoint(&endpoint) => None,
            [] => {
                let all: Vec<String> = self
                    .names
                    .values()
                    .flat_map(|service| service.endpoints.keys().cloned())
                    .collect();
                let label = nearest(&endpoint, all.iter().map(String::as_str)).map_or_else(
                    || "no service has it".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let help = if all.is_empty() {
                    "declare it in the `endpoints` of a service with `api`".to_owned()
                } else {
                    format!(
                        "the endpoints are {}",
                        all.iter()
                            .map(|key| format!("`{key}`"))
                            .collect::<Vec<_>>()
                            .join(", ")
                    )
                };
                self.error(
                    at,
                    format!("unknown endpoint `{}`", endpoint.escape_debug()),
                    label,
                    help,
                );
                None
            }
            [first, ..] => {
                let names = owners
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(" and ");
                self.error(
                    at,
                    format!("`{endpoint}` belongs to {names}"),
                    "which one?",
                    format!("write {{ service = \"{first}\", endpoint = \"{endpoint}\" }}"),
                );
                None
            }
        }
    }

    /// Whether a row of that name is written but broken, which has been told.
    fn is_broken_endpoint(&self, endpoint: &str) -> bool {
        self.spec
            .services
            .keys()
            .any(|service| self.is_broken(&KeyPath::new(["services", service, "endpoints", endpoint])))
    }

    /// Each bound element is in a page, and that page loads our script.
    fn elements(&mut self, key: &KeyPath, written: &spec::Service, shown: &[Shown]) {
        let Some(input) = self.inputs.get(&key.join("site")) else {
            return;
        };
        let pages: Vec<(&String, &Vec<u8>, Page)> = input
            .contents
            .iter()
            .filter(|(path, _)| path.ends_with(".html") || path.ends_with(".htm"))
            .map(|(path, html)| (path, html, Page::read(html)))
            .collect();
        let mut silent_pages: BTreeSet<&String> = BTreeSet::new();
        for (selector, shown) in written.show.keys().filter_map(|selector| {
            shown
                .iter()
                .find(|shown| selector[1..] == *shown.id.as_str())
                .map(|shown| (selector, shown))
        }) {
            let at = Place::Key(key.join("show").join(selector));
            let id = shown.id.as_str();
            let holding: Vec<_> = pages
                .iter()
                .filter(|(_, _, page)| page.ids.contains(id))
                .collect();
            if holding.is_empty() {
                let mut problem = Problem::error(
                    at.clone(),
                    format!(
                        "no page of `{}` has an element with the id `{id}`",
                        input.original
                    ),
                );
                let as_text = pages.iter().find_map(|(path, html, page)| {
                    let html = String::from_utf8_lossy(html).into_owned();
                    let bytes = page.id_as_text(id, &html)?;
                    Some((path, html, bytes))
                });
                if let Some((path, html, bytes)) = as_text {
                    problem = problem
                        .label("it is there as text, not as an id")
                        .excerpt(Excerpt {
                            path: format!("{}/{path}", input.original),
                            text: html,
                            bytes,
                            label: "this is text, outside of the tag".to_owned(),
                        })
                        .help(format!("write it inside the tag: <h1 id=\"{id}\">Hello</h1>"));
                } else {
                    let ids: Vec<&str> = pages
                        .iter()
                        .flat_map(|(_, _, page)| page.ids.iter().map(String::as_str))
                        .collect();
                    let label = nearest(id, ids.iter().copied()).map_or_else(
                        || "nothing to show it in".to_owned(),
                        |near| format!("did you mean `#{near}`?"),
                    );
                    problem = problem
                        .label(label)
                        .help(format!("add it to a page: <h1 id=\"{id}\">Hello</h1>"));
                }
                self.problems.push(problem);
            }
            for (path, _, page) in holding {
                if !page.modules.contains(SHOW_SCRIPT) && silent_pages.insert(path) {
                    self.error(
                        at.clone(),
                        format!(
                            "`{}/{path}` does not load the script that shows it",
                            input.original
                        ),
                        "its element would stay as it is",
                        format!(
                            "paste into its head: <script type=\"module\" src=\"{SHOW_SCRIPT}\"></script>"
                        ),
                    );
                }
            }
        }
    }
}

/// One function for each endpoint; where two services would share a name, each takes its service's before its own.
fn calls(called: &BTreeSet<Name>, services: &BTreeMap<Name, Service>) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for name in called {
        for (key, endpoint) in services[name].api().into_iter().flat_map(|api| &api.endpoints) {
            if !endpoint.internal {
                calls.push(Call {
                    function: endpoint.function(),
                    service: name.clone(),
                    endpoint: key.clone(),
                });
            }
        }
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for call in &calls {
        *counts.entry(call.function.clone()).or_default() += 1;
    }
    for call in &mut calls {
        if counts[&call.function] > 1 {
            let mut words = call.service.as_str().split('-');
            let mut name = words.next().unwrap_or_default().to_owned();
            for word in words.chain([call.function.as_str()]) {
                let (first, rest) = word.split_at(word.len().min(1));
                name.push_str(&first.to_ascii_uppercase());
                name.push_str(rest);
            }
            call.function = name;
        }
    }
    calls
}
