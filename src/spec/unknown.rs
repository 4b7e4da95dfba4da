//! Unknown keys: serde's message has the allowed names, people want the nearest one.

use super::problem::{Place, Problem};
use super::words::{all_of, did_you_mean, shown};
use crate::key_path::KeyPath;

/// Compose's words for what has another name here, or needs none.
const COMPOSE: [(&str, &str); 12] = [
    (
        "container_name",
        "a container is called after its service, so that it can be replicated",
    ),
    ("depends_on", "here it is called `needs`"),
    (
        "deploy",
        "here `replicas`, `memory`, `cpus` and `pids` stand beside `port`",
    ),
    ("entrypoint", "here it is called `command`"),
    ("environment", "here it is called `env`"),
    ("expose", "here `port` is the container's port"),
    ("healthcheck", "here it is called `health`"),
    (
        "network_mode",
        "who is on which network follows from `needs` and the routes",
    ),
    (
        "networks",
        "who is on which network follows from `needs` and the routes",
    ),
    (
        "ports",
        "here `port` is the container's port and `publish` the host's",
    ),
    (
        "restart",
        "a service is restarted unless it says `run = \"once\"`",
    ),
    ("scale", "here it is called `replicas`"),
];

pub(super) struct Unknown {
    key: String,
    allowed: Vec<String>,
}

impl Unknown {
    /// toml hands a date to serde as a table with a key of its own.
    pub(super) fn is_date(&self) -> bool {
        self.key == "$__toml_private_datetime"
    }
}

/// Reads serde's "unknown field `x`, expected one of `a`, `b`".
pub(super) fn read(message: &str) -> Option<Unknown> {
    let rest = message.strip_prefix("unknown field `")?;
    // The key may hold anything, a backtick too; what follows it may not.
    let (key, rest) = rest
        .rsplit_once("`, expected ")
        .or_else(|| Some((rest.strip_suffix("`, there are no fields")?, "")))?;
    let allowed = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some(Unknown {
        key: key.to_owned(),
        allowed,
    })
}

pub(super) fn explain(path: &KeyPath, unknown: &Unknown) -> Problem {
    let table = match path.segments() {
        [] | [_] => "the spec".to_owned(),
        [above @ .., _] => shown(&KeyPath::from(above.to_vec()).to_string()),
    };
    let is_service = path.segments().len() == 3 && path.starts_with(&KeyPath::new(["services"]));
    let from_compose = COMPOSE
        .iter()
        .find(|(word, _)| is_service && *word == unknown.key);
    let problem = Problem::error(
        Place::Key(path.clone()),
        format!("unknown key {} in {table}", shown(&unknown.key)),
    );
    if let Some((_, hint)) = from_compose {
        return problem.label(*hint);
    }
    let allowed = unknown.allowed.iter().map(String::as_str);
    problem
        .label(did_you_mean(&unknown.key, allowed, "not known here"))
        .help(format!("allowed here: {}", all_of(&unknown.allowed)))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_message_of_serde_is_read() {
        let unknown = read("unknown field `a`, b`, expected one of `c`, `d`").expect("one");
        assert_eq!(unknown.key, "a`, b");
        assert_eq!(unknown.allowed, ["c", "d"]);
        let unknown = read("unknown field `a`, expected `b` or `c`").expect("one");
        assert_eq!(unknown.allowed, ["b", "c"]);
    }
}
