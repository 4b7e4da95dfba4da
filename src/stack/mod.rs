//! What a spec means: names are checked, references are known to exist, every default is applied.
//!
//! Renderers read a [`Stack`] alone. Every fact that two files must agree on is a method here, computed once.

mod api;
mod facts;
#[cfg(test)]
pub(crate) mod fixture;
mod image;
mod name;
mod page;
mod proxy;
mod quantity;
mod reach;
mod resolve;
mod seams;
mod service;
mod value;

use std::collections::{BTreeMap, BTreeSet};

pub use api::{Api, Endpoint, Field, FieldType, Language, Method, PathSegment, Reply, Resource, Storage};
pub use facts::*;
pub use image::{Copied, Engine, FromImage, Image};
pub use name::{EnvName, HtmlId, Name, NameFault};
pub use page::{Binding, Call, Client, Site};
pub use proxy::{Matcher, Proxy, Route};
pub use quantity::{Bytes, Seconds};
pub use resolve::resolve;
pub use seams::{SEAMS, Seam};
pub use service::{
    Capability, Condition, DataMount, FileMount, Hardening, Kind, Limits, Probe, Publish, Run, Service, Tier,
    VolumeSource,
};
pub use value::{Part, Value};

/// A whole web stack, ready to be rendered. It holds no `Option` that means "default" and no name that is not known to exist.
#[derive(Clone, Debug)]
pub struct Stack {
    pub name: Name,
    /// The tag of the images we build.
    pub tag: String,
    /// Without the proxy.
    pub services: BTreeMap<Name, Service>,
    pub proxy: Option<Proxy>,
    /// All secrets that a service reads, each a file in the secrets folder.
    pub secrets: BTreeSet<Name>,
    /// The way from the output folder to the spec's folder, such as `..` or `../../examples/1-api`, for the few paths that lead out of it.
    pub spec_folder: String,
}
