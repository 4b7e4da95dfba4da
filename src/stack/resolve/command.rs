use super::{Resolver, env};
use crate::key_path::KeyPath;
use crate::render::escape::dockerfile;
use crate::spec::{Command, Place};
use crate::stack::Part;

/// What only a shell would do with it.
const SHELL_MARKS: [&str; 9] = ["$", "|", "&", ";", ">", "<", "`", "*", "("];

impl Resolver<'_> {
    /// A command's words. A text is split as POSIX splits words, and nothing is expanded.
    pub(super) fn command(&mut self, key: &KeyPath, command: &Command) -> Vec<String> {
        let words = match command {
            Command::Words(words) => words.clone(),
            Command::Text(text) => {
                if let Some(mark) = SHELL_MARKS.iter().find(|mark| text.contains(**mark)) {
                    self.error(
                        Place::Value(key.clone()),
                        format!("`{mark}` in a command would need a shell, and there is none"),
                        "a text is split into words, nothing is expanded",
                        format!(
                            "write [\"sh\", \"-c\", {text:?}], or the words as a list to mean them literally"
                        ),
                    );
                    return Vec::new();
                }
                match shlex::split(text) {
                    Some(words) => words,
                    None => {
                        self.error(
                            Place::Value(key.clone()),
                            "the quotes of the command do not match",
                            "one is missing",
                            "write the words as a list: [\"program\", \"argument\"]",
                        );
                        return Vec::new();
                    }
                }
            }
        };
        if words.first().is_none_or(String::is_empty) {
            self.error(
                Place::Value(key.clone()),
                "the command is empty",
                "no program to run",
                "write [\"program\", \"argument\"], or leave the key out",
            );
        }
        for (index, word) in words.iter().enumerate() {
            let at = match command {
                Command::Words(_) => Place::Value(key.index(index)),
                Command::Text(_) => Place::Value(key.clone()),
            };
            self.no_interpolation(at, word);
        }
        if let Some(fault) = dockerfile::command_fault(&words) {
            self.error(
                Place::Value(key.clone()),
                "this is no command",
                fault,
                "leave it out",
            );
        }
        words
    }

    /// `${NAME}` outside of where Compose fills it in would stay as it is, and nobody means that.
    pub(super) fn no_interpolation(&mut self, at: Place, text: &str) {
        let variable = env::parts(text).into_iter().find_map(|part| match part {
            Part::Variable(variable) => Some(variable),
            Part::Text(_) => None,
        });
        if let Some(variable) = variable {
            self.error(
                at,
                format!("`{variable}` cannot be filled in here"),
                "it would stay as it is",
                "`${NAME}` works in `env`, `image` and `publish`, where Compose fills it in",
            );
        }
    }
}
