//! How many containers, and what each may use.

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Problem, shown};
use crate::stack::{Bytes, Engine, Limits};

impl Resolver<'_> {
    pub(super) fn replicas(&mut self, key: &KeyPath, written: &spec::Service, engine: Option<Engine>) -> u16 {
        let replicas = written.replicas.unwrap_or(1);
        let at = Place::Value(key.join("replicas"));
        if !(1..=100).contains(&replicas) {
            self.error(
                at,
                format!("a service does not have {replicas} replicas"),
                "from 1 to 100",
                "remove the service to have none of it",
            );
        } else if replicas > 1 {
            if let (Some(_), Some(image)) = (engine, &written.image) {
                self.problems.push(
                    Problem::error(at.clone(), "a data store is not scaled by copying it")
                        .label(format!("{replicas} servers on one volume destroy the data"))
                        .also(
                            Place::Value(key.join("image")),
                            format!("{} keeps data", shown(image)),
                        )
                        .help("keep one replica; replication is a matter of the engine's own"),
                );
            }
            if written.publish.is_some() {
                self.problems.push(
                    Problem::error(
                        Place::Key(key.join("publish")),
                        "a replicated service cannot have a host port",
                    )
                    .label("only one container can have it")
                    .also(at, format!("{replicas} containers"))
                    .help("remove `publish` and let `[proxy]` balance: it opens one port for all of them"),
                );
            }
        }
        replicas
    }

    pub(super) fn limits(&mut self, key: &KeyPath, written: &spec::Service) -> Limits {
        let ours = written.from.is_some() || written.api.is_some() || written.site.is_some();
        let memory = written
            .memory
            .as_ref()
            .and_then(|memory| self.bytes(&key.join("memory"), memory));
        if memory.is_some_and(|memory| memory < Bytes::mebi(6)) {
            self.error(
                Place::Value(key.join("memory")),
                "that is less memory than Docker can give",
                "at least \"6m\"",
                "256m suits a small service",
            );
        }
        let cpus = written.cpus.unwrap_or(1.0);
        if !(0.01..=1024.0).contains(&cpus) {
            self.error(
                Place::Value(key.join("cpus")),
                format!("a container does not get {cpus} processors"),
                "from 0.01 to 1024",
                "1.0 is one processor",
            );
        }
        if written.pids == Some(0) {
            self.error(
                Place::Value(key.join("pids")),
                "a container does not get along with 0 processes",
                "at least 1",
                "256 is what a service gets by itself",
            );
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be in range above"
        )]
        let millicpus = (cpus.clamp(0.01, 1024.0) * 1000.0).round() as u32;
        Limits {
            millicpus,
            memory: memory.unwrap_or(Bytes::mebi(if ours { 256 } else { 1024 })),
            pids: written.pids.unwrap_or(256),
        }
    }
}
