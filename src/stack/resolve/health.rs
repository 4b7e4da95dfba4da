use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Health, Place};
use crate::stack::Probe;

impl Resolver<'_> {
    pub(super) fn health(&mut self, key: &KeyPath, health: &Health, port: Option<u16>) -> Probe {
        let text = match health {
            Health::Off => return Probe::None,
            Health::Words(words) if words.first().is_some_and(|word| !word.is_empty()) => {
                return Probe::Command(words.clone());
            }
            Health::Words(_) => {
                self.error(
                    Place::Value(key.clone()),
                    "the health command is empty",
                    "no program to run",
                    "write [\"program\", \"argument\"], or `false` for no check",
                );
                return Probe::None;
            }
            Health::Text(text) => text,
        };
        let is_path = text.starts_with('/');
        if !is_path && text != "tcp" {
            self.error(
                Place::Value(key.clone()),
                format!("`{}` is no health check", text.escape_debug()),
                "not understood",
                "write an HTTP path such as \"/healthz\", \"tcp\", a command as a list of words, or false",
            );
            return Probe::None;
        }
        let Some(port) = port else {
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
                format!("`{}` is no path of a URL", text.escape_debug()),
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
