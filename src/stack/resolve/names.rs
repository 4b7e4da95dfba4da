//! The names of the stack and of its services.

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Place, Problem, shown};
use crate::stack::{Name, NameFault, PROXY};

const NAME_RULE: &str = "a name is 1 to 63 lower-case letters, digits and `-`, starts with a letter and ends with a letter or digit";

impl Resolver<'_> {
    pub(super) fn stack_name(&mut self) -> Option<Name> {
        let key = KeyPath::new(["name"]);
        if let Some(name) = &self.spec.name {
            return self.name(Place::Value(key), "a stack", name);
        }
        if !self.is_broken(&key) {
            self.problems.push(
                Problem::error(Place::Bytes(0..0), "the stack has no name")
                    .label("the name belongs at the top")
                    .help("add `name = \"my-stack\"`: images and the Compose project are called so"),
            );
        }
        None
    }

    pub(super) fn tag(&mut self) -> Option<String> {
        let tag = self.spec.tag.as_deref().unwrap_or("local");
        let legal = !tag.is_empty()
            && tag.len() <= 128
            && !tag.starts_with(['.', '-'])
            && tag
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        let at = Place::Value(KeyPath::new(["tag"]));
        if !legal && !self.no_interpolation(at.clone(), tag) {
            self.error(
                at,
                format!("{} is no image tag", shown(tag)),
                "not a tag",
                "a tag has letters, digits, `_`, `.` and `-`, at most 128, and does not start with `.` or `-`",
            );
        }
        legal.then(|| tag.to_owned())
    }

    pub(super) fn collect_names(&mut self) {
        let spec = self.spec;
        for (text, service) in &spec.services {
            let key = KeyPath::new(["services", text]);
            if text == PROXY && spec.proxy.is_some() {
                self.problems.push(
                    Problem::error(Place::Key(key), "two services are called `proxy`")
                        .label("this one")
                        .also(
                            Place::Key(KeyPath::new(["proxy"])),
                            "renders as the service `proxy` as well",
                        )
                        .help("give the service another name"),
                );
                self.misnamed.push((text, service));
                continue;
            }
            match self.name(Place::Key(key), "a service", text) {
                Some(name) => drop(self.names.insert(name, service)),
                None => self.misnamed.push((text, service)),
            }
        }
        if spec.services.is_empty() && !self.is_broken(&KeyPath::new(["services"])) {
            self.problems.push(
                Problem::error(Place::Bytes(0..0), "the stack has no service")
                    .label("nothing to render")
                    .help("declare one as `[services.NAME]`; `pinkogen init` writes a whole first spec"),
            );
        }
    }

    /// A service whose name is none may have other faults.
    pub(super) fn services_of_bad_name(&mut self) {
        for (text, written) in self.misnamed.clone() {
            let key = KeyPath::new(["services", text]);
            if let Some(name) = Name::nearest(text).or_else(|| Name::new("service").ok()) {
                self.service(&key, &name, written);
            }
        }
    }

    /// A name of anything, or the reason why it is none.
    pub(super) fn name(&mut self, at: Place, what: &str, text: &str) -> Option<Name> {
        if self.no_interpolation(at.clone(), text) {
            return None;
        }
        match Name::new(text) {
            Ok(name) => Some(name),
            Err(NameFault(fault)) => {
                let label = match Name::nearest(text) {
                    Some(name) => format!("{fault}; `{name}` would do"),
                    None => fault.to_owned(),
                };
                self.error(
                    at,
                    format!("{} is no name for {what}", shown(text)),
                    label,
                    NAME_RULE,
                );
                None
            }
        }
    }
}
