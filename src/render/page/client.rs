//! `client.js`, one function for each endpoint that the pages call, and its types.

use std::collections::BTreeMap;
use std::ops::Deref;

use askama::Template;

use crate::key_path::KeyPath;
use crate::render::Block;
use crate::render::escape::javascript::filters;
use crate::stack::{self, Call, Client, FieldType, Method, Name, PathSegment, Reply, Service, Stack};

pub(super) fn script(stack: &Stack, site: &Service, client: &Client) -> Result<Vec<Block>, askama::Error> {
    let mut blocks = vec![Block::new(site.key(), Head.render()?)];
    for (key, resource) in resources(stack, client) {
        blocks.push(spaced(key, &ResourceScript(resource).render()?));
    }
    for call in &client.calls {
        let script = OperationScript(Operation::new(stack, call));
        blocks.push(spaced(key(call), &script.render()?));
    }
    if !client.bindings.is_empty() {
        let bindings = client
            .bindings
            .iter()
            .map(|binding| Binding {
                id: binding.id.as_str(),
                function: &binding.function,
            })
            .collect();
        blocks.push(spaced(site.key().join("show"), &Bindings { bindings }.render()?));
    }
    Ok(blocks)
}

pub(super) fn types(stack: &Stack, site: &Service, client: &Client) -> Result<Vec<Block>, askama::Error> {
    let mut blocks = vec![Block::new(site.key(), HeadTypes.render()?)];
    for (key, resource) in resources(stack, client) {
        blocks.push(spaced(key, &ResourceTypes(resource).render()?));
    }
    for call in &client.calls {
        let types = OperationTypes(Operation::new(stack, call));
        blocks.push(spaced(key(call), &types.render()?));
    }
    if !client.bindings.is_empty() {
        blocks.push(spaced(site.key().join("show"), &BindingsTypes.render()?));
    }
    Ok(blocks)
}

fn spaced(key: KeyPath, text: &str) -> Block {
    Block::new(key, format!("\n{text}"))
}

fn key(call: &Call) -> KeyPath {
    KeyPath::new(["services", call.service.as_str(), "endpoints"]).join(&call.endpoint)
}

fn endpoint<'a>(stack: &'a Stack, call: &Call) -> &'a stack::Endpoint {
    let api = stack.service(&call.service).api().expect("an API is called");
    &api.endpoints[&call.endpoint]
}

/// The resources that the calls use, by name.
fn resources<'a>(stack: &'a Stack, client: &Client) -> Vec<(KeyPath, Resource<'a>)> {
    let mut resources = BTreeMap::new();
    for call in &client.calls {
        if let Reply::Resource(name) = &endpoint(stack, call).reply {
            let service = stack.service(&call.service);
            let key = service.key().join("resources").join(name.as_str());
            let stored = &service.api().expect("an API is called").resources[name];
            resources
                .entry(name)
                .or_insert_with(|| (key, Resource::new(name, stored)));
        }
    }
    resources.into_values().collect()
}

#[derive(Template)]
#[template(path = "page/client/head.js")]
struct Head;

#[derive(Template)]
#[template(path = "page/client_d/head.ts")]
struct HeadTypes;

#[derive(Template)]
#[template(path = "page/client/bindings.js")]
struct Bindings<'a> {
    bindings: Vec<Binding<'a>>,
}

#[derive(Template)]
#[template(path = "page/client_d/bindings.ts")]
struct BindingsTypes;

struct Binding<'a> {
    id: &'a str,
    function: &'a str,
}

/// A template that uses the fields of another type, since a script and its types say the same twice.
macro_rules! template {
    ($name:ident of $fields:ident, $path:literal) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a>($fields<'a>);

        impl<'a> Deref for $name<'a> {
            type Target = $fields<'a>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    };
}

template!(ResourceScript of Resource, "page/client/resource.js");
template!(ResourceTypes of Resource, "page/client_d/resource.ts");
template!(OperationScript of Operation, "page/client/endpoint.js");
template!(OperationTypes of Operation, "page/client_d/endpoint.ts");

struct Resource<'a> {
    name: &'a str,
    /// With an end of our own (`Row`, `Input`, `Page`), so that no resource's name meets a type of JavaScript's or of the client's.
    type_name: String,
    /// What is stored: the id, then all of its own.
    fields: Vec<Field<'a>>,
    /// What a client gives.
    input: Vec<Field<'a>>,
}

struct Field<'a> {
    name: &'a str,
    type_name: String,
    optional: bool,
    note: String,
}

impl<'a> Resource<'a> {
    fn new(name: &'a Name, resource: &'a stack::Resource) -> Self {
        let id = Field {
            name: "id",
            type_name: "number".to_owned(),
            optional: false,
            note: String::new(),
        };
        Self {
            name: name.as_str(),
            type_name: name.pascal_case(),
            fields: [id]
                .into_iter()
                .chain(resource.fields.iter().map(Field::from))
                .collect(),
            input: resource
                .fields
                .iter()
                .filter(|field| !field.now)
                .map(Field::from)
                .collect(),
        }
    }
}

impl<'a> From<&'a stack::Field> for Field<'a> {
    fn from(field: &'a stack::Field) -> Self {
        let type_name = match field.kind {
            FieldType::Text | FieldType::Time => "string",
            FieldType::Int => "number",
            FieldType::Bool => "boolean",
        };
        let or_null = if field.optional { " | null" } else { "" };
        Self {
            name: &field.name,
            type_name: format!("{type_name}{or_null}"),
            optional: field.optional,
            note: match (field.kind, field.range) {
                (FieldType::Text, Some((min, max))) => format!("{min} to {max} characters"),
                (FieldType::Int, Some((min, max))) => format!("{min} to {max}"),
                (FieldType::Time, _) if field.now => "RFC 3339, set by the server".to_owned(),
                (FieldType::Time, _) => "RFC 3339".to_owned(),
                _ => String::new(),
            },
        }
    }
}

/// What calls an endpoint.
struct Operation<'a> {
    function: &'a str,
    method: &'static str,
    path: String,
    service: &'a str,
    /// The parameters of the path, each once.
    params: Vec<&'a str>,
    /// It takes the place and the length of a page.
    list: bool,
    /// The type of the body, empty where there is none.
    body_type: String,
    returns: String,
    /// The function of request.js that reads the answer.
    reads: &'static str,
}

impl<'a> Operation<'a> {
    fn new(stack: &'a Stack, call: &'a Call) -> Self {
        let endpoint = endpoint(stack, call);
        let mut params = Vec::new();
        for segment in &endpoint.path {
            if let PathSegment::Parameter(name) = segment
                && !params.contains(&name.as_str())
            {
                params.push(name);
            }
        }
        let list = endpoint.method == Method::Get && matches!(endpoint.reply, Reply::Resource(_));
        let (returns, body_type, reads) = match &endpoint.reply {
            Reply::Text(_) => ("string".to_owned(), String::new(), "text"),
            Reply::Json(_) => ("unknown".to_owned(), String::new(), "json"),
            Reply::Resource(name) => {
                let stored = name.pascal_case();
                if list {
                    (format!("{stored}Page"), String::new(), "json")
                } else {
                    (format!("{stored}Row"), format!("{stored}Input"), "json")
                }
            }
        };
        Self {
            function: &call.function,
            method: endpoint.method.as_str(),
            path: endpoint.path_text(),
            service: call.service.as_str(),
            params,
            list,
            body_type,
            returns,
            reads,
        }
    }
}
