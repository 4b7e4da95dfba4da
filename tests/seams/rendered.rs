//! A rendered stack, as its consumers read it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::read::{compose, dockerfile, nginx, page, script};

pub(crate) const PROXY: &str = "proxy";

#[derive(Clone)]
pub(crate) struct Rendered {
    /// The spec's folder, from the folder that holds both it and the output.
    pub(crate) spec_folder: String,
    pub(crate) out: String,
    pub(crate) spec: toml::Table,
    files: BTreeMap<String, String>,
    /// What `pinkogen secrets` made, by path.
    pub(crate) secrets: BTreeMap<String, String>,
    read: Read,
}

/// What has been looked at, so that a row of the table cannot name a file that its check leaves alone.
#[derive(Default)]
struct Read(Mutex<BTreeSet<String>>);

impl Clone for Read {
    /// Of a copy, nothing has been looked at.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Rendered {
    pub(crate) fn new(
        spec_folder: &str,
        out: &str,
        spec: &str,
        files: BTreeMap<String, Vec<u8>>,
        secrets: BTreeMap<String, Vec<u8>>,
    ) -> Self {
        let texts = |files: BTreeMap<String, Vec<u8>>| {
            let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
            files
                .into_iter()
                .map(|(path, bytes)| (path, text(bytes)))
                .collect()
        };
        Self {
            spec_folder: spec_folder.to_owned(),
            out: out.to_owned(),
            spec: spec.parse().expect("a TOML document"),
            files: texts(files),
            secrets: texts(secrets),
            read: Read::default(),
        }
    }

    /// The same with a text of a file replaced wherever it is.
    pub(crate) fn with(&self, path: &str, from: &str, to: &str) -> Self {
        let mut other = self.clone();
        let text = other.files.get_mut(path).expect(path);
        assert!(text.contains(from), "`{path}` does not hold `{from}`");
        *text = text.replace(from, to);
        other
    }

    pub(crate) fn looked_at(&self) -> BTreeSet<String> {
        self.read.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The files of one kind below a folder.
    pub(crate) fn below(&self, folder: &str, extension: &str) -> Vec<&str> {
        let is_wanted = |path: &&str| {
            let path = Path::new(path);
            path.starts_with(folder) && path.extension().is_some_and(|found| found == extension)
        };
        self.paths().filter(is_wanted).collect()
    }

    pub(crate) fn everything(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn text(&self, path: &str) -> Result<&str, String> {
        let mut read = self.read.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(path.to_owned());
        self.files
            .get(path)
            .map(String::as_str)
            .ok_or(format!("there is no `{path}`"))
    }

    fn with_file(&self, file: &str) -> Vec<String> {
        self.paths()
            .filter_map(|path| path.strip_suffix(file)?.strip_suffix('/'))
            .filter(|service| !service.contains('/'))
            .map(str::to_owned)
            .collect()
    }

    pub(crate) fn apis(&self) -> Vec<String> {
        self.with_file("endpoints.json")
    }

    pub(crate) fn is_flask(&self, api: &str) -> bool {
        self.has(&format!("{api}/gunicorn.conf.py"))
    }

    /// The services that are nginx, the proxy among them.
    pub(crate) fn nginxes(&self) -> Vec<String> {
        self.with_file("nginx.conf")
    }

    pub(crate) fn sites(&self) -> Vec<String> {
        let mut sites = self.nginxes();
        sites.retain(|service| service != PROXY);
        sites
    }

    /// The services whose Dockerfile is rendered.
    pub(crate) fn built(&self) -> Vec<String> {
        self.with_file("Dockerfile")
    }

    /// The sites whose pages call APIs.
    pub(crate) fn callers(&self) -> Vec<String> {
        self.with_file("site/pinkogen/config.js")
    }

    pub(crate) fn has_proxy(&self) -> bool {
        self.has("proxy/nginx.conf")
    }

    pub(crate) fn compose(&self) -> Result<compose::Compose, String> {
        compose::read(self.text("compose.yaml")?)
    }

    pub(crate) fn dockerfile(&self, service: &str) -> Result<dockerfile::Dockerfile, String> {
        let path = format!("{service}/Dockerfile");
        dockerfile::read(self.text(&path)?).map_err(|fault| format!("{path}: {fault}"))
    }

    pub(crate) fn nginx(&self, service: &str) -> Result<Vec<nginx::Directive>, String> {
        nginx::read(self.text(&format!("{service}/nginx.conf"))?)
    }

    pub(crate) fn config(&self, site: &str) -> Result<Value, String> {
        script::config(self.text(&format!("{site}/site/pinkogen/config.js"))?)
    }

    pub(crate) fn functions(&self, site: &str) -> Result<Vec<script::Function>, String> {
        script::functions(self.text(&format!("{site}/site/pinkogen/client.js"))?)
    }

    pub(crate) fn page(&self, path: &str) -> Result<page::Page, String> {
        Ok(page::read(self.text(path)?))
    }

    pub(crate) fn endpoints(&self, api: &str) -> Result<Vec<Endpoint>, String> {
        let table: Value = serde_json::from_str(self.text(&format!("{api}/endpoints.json"))?)
            .map_err(|error| error.to_string())?;
        let limits = &table["limits"];
        let read = |row: &Value| {
            let or = |own: &str, default: &str| row[own].as_u64().or_else(|| limits[default].as_u64());
            Some(Endpoint {
                method: row["method"].as_str()?.to_owned(),
                path: row["path"].as_str()?.to_owned(),
                name: row["name"].as_str()?.to_owned(),
                body: or("body_bytes", "body_bytes")?,
                timeout: or("timeout_ms", "request_ms")?,
            })
        };
        let rows = table["endpoints"].as_array().ok_or("no endpoints")?;
        rows.iter()
            .map(|row| read(row).ok_or(format!("{api}: {row}")))
            .collect()
    }
}

/// A row of an API's table, limits filled in.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) body: u64,
    /// Milliseconds.
    pub(crate) timeout: u64,
}

impl Endpoint {
    /// A path that it answers to.
    pub(crate) fn sample(&self) -> String {
        let segments = self.path.split('/');
        let filled: Vec<&str> = segments
            .map(|segment| if segment.starts_with('{') { "1" } else { segment })
            .collect();
        filled.join("/")
    }
}
