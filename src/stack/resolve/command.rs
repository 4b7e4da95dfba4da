//! Commands: words that no shell reads.

use super::Resolver;
use crate::key_path::KeyPath;
use crate::render::escape::dockerfile;
use crate::spec::{Command, Place, quoted};

/// What only a shell would do something with.
const SHELL_MARKS: [&str; 9] = ["$", "|", "&", ";", ">", "<", "`", "*", "("];

impl Resolver<'_> {
    /// A command's words. A text is split as POSIX splits words, and nothing is expanded.
    pub(super) fn command(&mut self, key: &KeyPath, command: &Command) -> Vec<String> {
        match command {
            Command::Words(words) => {
                self.words(key, words);
                words.clone()
            }
            Command::Text(text) => {
                let at = Place::Value(key.clone());
                if let Some(mark) = SHELL_MARKS.iter().find(|mark| text.contains(**mark)) {
                    self.error(
                        at,
                        format!("`{mark}` in a command would need a shell, and there is none"),
                        "a text is split into words, nothing is expanded",
                        format!(
                            "write [\"sh\", \"-c\", {}], or the words as a list to mean them literally",
                            quoted(text)
                        ),
                    );
                    return Vec::new();
                }
                // A `#` would begin a comment, and the rest be lost.
                let words = shlex::split(&text.replace('#', r"\#"));
                if let Some(words) = words {
                    self.program(key, &words);
                    words
                } else {
                    self.error(
                        at,
                        "the quotes of the command do not match",
                        "one is missing",
                        "write the words as a list: [\"program\", \"argument\"]",
                    );
                    Vec::new()
                }
            }
        }
    }

    /// Checks the words of a command that is written as a list.
    pub(super) fn words(&mut self, key: &KeyPath, words: &[String]) {
        for (index, word) in words.iter().enumerate() {
            self.no_interpolation(Place::Value(self.item(key, index)), word);
        }
        self.program(key, words);
    }

    fn program(&mut self, key: &KeyPath, words: &[String]) {
        let at = Place::Value(key.clone());
        if words.first().is_none_or(String::is_empty) {
            self.error(
                at,
                "the command is empty",
                "no program to run",
                "write [\"program\", \"argument\"], or leave the key out",
            );
        } else if let Some(fault) = dockerfile::command_fault(words) {
            self.error(at, "no process can be given this command", fault, "leave it out");
        }
    }
}
