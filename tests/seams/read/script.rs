//! The page's scripts: configuration, functions, bindings.

use std::collections::BTreeSet;

use serde_json::Value;

/// What `config.js` exports.
pub(crate) fn config(text: &str) -> Result<Value, String> {
    let (_, json) = text.split_once("export default ").ok_or("no default export")?;
    let json = json.trim_end().strip_suffix(';').ok_or("no `;` at its end")?;
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// A function of `client.js`, and the endpoint that it calls.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) service: String,
    pub(crate) method: String,
    pub(crate) path: String,
}

pub(crate) fn functions(text: &str) -> Result<Vec<Function>, String> {
    let read = |part: &str| {
        let (name, rest) = part.split_once('(')?;
        let value = |key: &str| {
            let (_, after) = rest.split_once(&format!("{key}: \""))?;
            Some(after.split_once('"')?.0.to_owned())
        };
        Some(Function {
            name: name.to_owned(),
            service: value("{ service")?,
            method: value("method")?,
            path: value("path")?,
        })
    };
    text.split("\nexport function ")
        .skip(1)
        .map(|part| read(part).ok_or(format!("no function: {part}")))
        .collect()
}

/// The names of the functions that a module exports, or that `client.d.ts` declares.
pub(crate) fn declared(text: &str) -> BTreeSet<String> {
    text.split("\nexport function ")
        .skip(1)
        .filter_map(|part| Some(part.split_once('(')?.0.to_owned()))
        .collect()
}

/// Ids of elements, each with the function that fills it.
pub(crate) fn bindings(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| {
            let (id, function) = line.trim().strip_prefix("{ id: \"")?.split_once("\", read: ")?;
            Some((id.to_owned(), function.strip_suffix(" },")?.to_owned()))
        })
        .collect()
}

/// What a module imports.
pub(crate) fn imports(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter(|line| line.starts_with("import ") || line.starts_with("export "))
        .filter_map(|line| line.split_once("from \"")?.1.strip_suffix("\";"))
        .map(str::to_owned)
        .collect()
}

/// The names that a module takes from another, on one line or on several.
pub(crate) fn taken<'a>(text: &'a str, module: &str) -> Vec<&'a str> {
    text.split("import {")
        .skip(1)
        .filter_map(|part| part.split_once("} from \""))
        .filter(|(_, from)| {
            let from = from.split('"').next().unwrap_or_default();
            from.rsplit('/').next() == Some(module)
        })
        .flat_map(|(names, _)| names.split(',').map(str::trim))
        .filter(|name| !name.is_empty())
        .collect()
}
