//! The spec as the user wrote it: [`Source`] is its text, [`Spec`] its serde types, [`Inputs`] the files that it names.

mod diagnostic;
mod inputs;
mod parse;
mod places;
mod problem;
mod schema;
mod shapes;
mod source;
mod suggest;
mod unknown;
mod words;

pub use diagnostic::draw;
pub use inputs::{Input, Inputs, load};
pub use parse::{Parsed, parse};
pub use places::Places;
pub use problem::{Excerpt, Level, Place, Problem, Problems};
pub use schema::{Endpoint, EndpointTable, Field, Proxy, Resource, Route, RouteTable, Service, Show, Spec};
pub use shapes::{Command, EnvValue, Health, OneOrMany, PublishText, Quantity};
pub use source::Source;
pub use suggest::nearest;
pub use words::{all_of, any_of, did_you_mean, quoted, shown, the_known};
