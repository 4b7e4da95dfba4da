//! Every fact that two files must agree on, computed once. [`super::SEAMS`] is the list of them.

mod endpoints;
mod images;
mod origins;
mod ports;
mod routes;
mod scripts;
mod secrets;
mod services;
mod stores;
mod times;

pub use endpoints::*;
pub use images::*;
pub use ports::*;
pub use scripts::*;
pub use secrets::*;
pub use stores::*;
pub use times::*;
