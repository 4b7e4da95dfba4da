use super::super::{Proxy, Site, Stack};

impl Stack {
    /// The origins, other than its own, that a site's page may call: for its Content-Security-Policy.
    pub fn foreign_origins(site: &Site) -> Vec<&str> {
        let mut origins: Vec<&str> = site
            .client
            .iter()
            .flat_map(|client| client.origins.values())
            .filter_map(|base| {
                let host = base.find("://")? + 3;
                let end = base[host..].find('/').map_or(base.len(), |path| host + path);
                Some(&base[..end])
            })
            .collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// How the proxy names itself to services: with its published port unless that is the scheme's own.
    pub fn host_suffix(&self) -> String {
        self.proxy
            .as_ref()
            .and_then(Proxy::host_port)
            .map(|port| format!(":{port}"))
            .unwrap_or_default()
    }
}

impl Proxy {
    /// The port of its origin, where a browser writes it.
    pub fn host_port(&self) -> Option<u16> {
        let (_, authority) = self.origin.as_deref()?.split_once("://")?;
        authority.rsplit_once(':')?.1.parse().ok()
    }
}
