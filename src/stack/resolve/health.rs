use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Health, Place, did_you_mean, shown};
use crate::stack::Probe;

impl Resolver<'_> {
    pub(super) fn health(&mut self, service: &KeyPath, health: &Health, port: Option<u16>) -> Probe {
        let key = &service.join("health");
        let text = match health {
            Health::Off => return Probe::None,
            Health::Words(words) => {
                self.words(key, words);
                return Probe::Command(words.clone());
            }
            Health::Text(text) => text,
        };
        let is_path = text.starts_with('/');
        if !is_path && text != "tcp" {
            self.error(
                Place::Value(key.clone()),
                format!("{} is no health check", shown(text)),
                did_you_mean(text, ["tcp"], "not understood"),
                "write an HTTP path such as \"/healthz\", \"tcp\", a command as a list of words, or false",
            );
            return Probe::None;
        }
        let Some(port) = port else {
            if self.is_broken(&service.join("port")) {
                return Probe::None;
            }
            self.error(
                Place::Value(key.clone()),
                "the health check asks a port, and the service has none",
                "which port?",
                "add `port`, or write a command as a list of words",
            );
            return Probe::None;
        };
        if !is_path {
            // What the image has is not known: netcat or bash, one of them will do.
            return Probe::Shell(format!(
                "nc -z 127.0.0.1 {port} || bash -c ':</dev/tcp/127.0.0.1/{port}'"
            ));
        }
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%?=&+,:@".contains(&byte));
        if !plain {
            self.error(
                Place::Value(key.clone()),
                format!("{} is no path of a URL", shown(text)),
                "it has characters that a URL must encode",
                "encode them as %XX",
            );
            return Probe::None;
        }
        let url = format!("http://127.0.0.1:{port}{text}");
        Probe::Shell(format!(
            "wget -q -O /dev/null '{url}' || curl -fsS -o /dev/null '{url}'"
        ))
    }
}
