use super::super::{Api, Condition, Engine, Kind, Name, Probe, Run, Service, Site, Stack};

impl Stack {
    pub fn service(&self, name: &Name) -> &Service {
        &self.services[name]
    }
}

impl Service {
    pub fn api(&self) -> Option<&Api> {
        match &self.kind {
            Kind::Api(api) => Some(api),
            _ => None,
        }
    }

    pub fn site(&self) -> Option<&Site> {
        match &self.kind {
            Kind::Site(site) => Some(site),
            _ => None,
        }
    }

    pub fn engine(&self) -> Option<Engine> {
        match &self.kind {
            Kind::Image(image) => image.engine,
            _ => None,
        }
    }

    /// Whether it can be told when it is well.
    pub fn has_probe(&self) -> bool {
        self.probe != Probe::None
    }

    /// When it counts as there for those who need it.
    pub fn condition(&self) -> Condition {
        match self.run {
            Run::Once => Condition::Finished,
            Run::Always if self.has_probe() => Condition::Healthy,
            Run::Always => Condition::Started,
        }
    }
}
