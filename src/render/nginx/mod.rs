//! nginx.conf, for sites and for the proxy.

mod head;
mod health;
mod proxy;
mod route;
mod site;

pub(super) use proxy::proxy;
pub(super) use site::site;

#[cfg(test)]
mod tests;
