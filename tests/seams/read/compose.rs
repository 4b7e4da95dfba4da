//! compose.yaml, as far as its values are compared with other files.

use serde_json::{Map, Value};

pub(crate) struct Compose(pub(crate) Value);

pub(crate) fn read(text: &str) -> Result<Compose, String> {
    serde_saphyr::from_str(text)
        .map(Compose)
        .map_err(|error| error.to_string())
}

/// One service of it.
#[derive(Clone, Copy)]
pub(crate) struct Service<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a Value,
}

impl Compose {
    pub(crate) fn services(&self) -> impl Iterator<Item = Service<'_>> {
        self.table("services")
            .into_iter()
            .flatten()
            .map(|(name, value)| Service { name, value })
    }

    pub(crate) fn service(&self, name: &str) -> Result<Service<'_>, String> {
        self.services()
            .find(|service| service.name == name)
            .ok_or(format!("compose.yaml has no service `{name}`"))
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Map<String, Value>> {
        self.0[name].as_object()
    }
}

impl<'a> Service<'a> {
    pub(crate) fn text(self, key: &str) -> Result<&'a str, String> {
        self.value[key]
            .as_str()
            .ok_or(format!("`{}` has no `{key}`", self.name))
    }

    pub(crate) fn list(self, key: &str) -> Vec<&'a str> {
        let list = self.value[key].as_array();
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    pub(crate) fn env(self, name: &str) -> Option<&'a str> {
        self.value["environment"][name].as_str()
    }

    /// Published ports: the host's and the container's.
    pub(crate) fn ports(self) -> Result<Vec<(u16, u16)>, String> {
        let read = |text: &str| {
            let mut parts = text.rsplit(':');
            let container = parts.next()?.parse().ok()?;
            let host = parts.next()?.parse().ok()?;
            Some((host, container))
        };
        self.list("ports")
            .into_iter()
            .map(|text| read(text).ok_or(format!("`{text}` is no port")))
            .collect()
    }

    /// Whom it waits for, and for what.
    pub(crate) fn needs(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let needs = self.value["depends_on"].as_object();
        needs
            .into_iter()
            .flatten()
            .map(|(name, need)| (name.as_str(), need["condition"].as_str().unwrap_or_default()))
    }

    /// Whether both are on one network.
    pub(crate) fn meets(self, other: Self) -> bool {
        let others = other.list("networks");
        self.list("networks")
            .iter()
            .any(|network| others.contains(network))
    }

    /// Whether each container of it is well can be seen: it has a health check here.
    pub(crate) fn has_probe(self) -> bool {
        self.value["healthcheck"]["test"].is_array()
    }

    /// Milliseconds.
    pub(crate) fn grace(self) -> Result<u64, String> {
        super::nginx::time(self.text("stop_grace_period")?)
    }

    /// Folders in memory, with their sizes in bytes.
    pub(crate) fn tmpfs(self) -> Result<Vec<(&'a str, u64)>, String> {
        self.list("tmpfs")
            .into_iter()
            .map(|text| {
                let (folder, size) = text.split_once(":size=").ok_or(format!("tmpfs {text}"))?;
                Ok((folder, super::nginx::size(size)?))
            })
            .collect()
    }

    /// Volumes that hold data: the source and where it is mounted.
    pub(crate) fn volumes(self) -> Vec<(&'a str, &'a str)> {
        let list = self.value["volumes"].as_array();
        list.into_iter()
            .flatten()
            .filter_map(|volume| match volume {
                Value::String(text) => text.split_once(':'),
                long if long["read_only"].as_bool() == Some(true) => None,
                long => Some((long["source"].as_str()?, long["target"].as_str()?)),
            })
            .collect()
    }
}
