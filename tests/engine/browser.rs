//! A page as a person sees it, in headless Chromium.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::process::run;
use crate::tools::{Tool, repo};

const LIMIT: Duration = Duration::from_secs(90);

pub(crate) struct Browser {
    node: Tool,
    playwright: Tool,
    chromium: Tool,
}

/// What was seen on a visit.
#[derive(Debug, Deserialize)]
pub(crate) struct Visit {
    pub(crate) heading: String,
    /// What the page says where an answer did not come.
    pub(crate) problem: String,
    pub(crate) console: Vec<String>,
    /// Requests without an answer, and those whose status is an error.
    pub(crate) failed: Vec<String>,
    /// `METHOD URL`.
    pub(crate) requests: Vec<String>,
    pub(crate) messages: Vec<String>,
    /// What the page says of the message that was sent.
    pub(crate) sent: String,
}

impl Browser {
    /// `None`: a part is missing, and that has been said.
    pub(crate) fn find() -> Option<Self> {
        Some(Self {
            node: Tool::find("node")?,
            playwright: Tool::find("playwright-core")?,
            chromium: Tool::find("chromium")?,
        })
    }

    pub(crate) fn visit(&self, url: &str) -> Visit {
        self.drive(&[url])
    }

    /// Writes a message into the page's form, and sends it.
    pub(crate) fn send(&self, url: &str, text: &str) -> Visit {
        self.drive(&[url, text])
    }

    fn drive(&self, arguments: &[&str]) -> Visit {
        let mut command = self.node.command();
        command
            .env("NODE_TOOLS", node_tools(&self.playwright))
            .arg(repo().join("tests/browser/visit.mjs"))
            .arg(self.chromium.path())
            .args(arguments);
        let output = run(&mut command, LIMIT).unwrap_or_else(|report| panic!("{report}"));
        serde_json::from_slice(&output.stdout).expect("the driver prints what it saw")
    }
}

/// The folder whose `node_modules` holds the tool.
fn node_tools(tool: &Tool) -> PathBuf {
    let path = tool.path().canonicalize().expect("the tool lies there");
    let modules = path.ancestors().find(|folder| folder.ends_with("node_modules"));
    let folder = modules.and_then(Path::parent);
    folder.expect("an npm tool lies in a node_modules").to_owned()
}

impl Visit {
    /// A visit on which nothing was wrong: the heading, an empty console, no failed request, nothing from elsewhere.
    pub(crate) fn check(&self, heading: &str, origins: &[&str]) -> Result<(), String> {
        let elsewhere: Vec<_> = self
            .requests
            .iter()
            .filter(|request| {
                !origins
                    .iter()
                    .any(|origin| request.contains(&format!(" {origin}/")))
            })
            .collect();
        let rules = [
            ("the heading is another", self.heading == heading),
            ("the page shows a problem", self.problem.trim().is_empty()),
            ("the console is not empty", self.console.is_empty()),
            ("requests have failed", self.failed.is_empty()),
            ("something was asked of another origin", elsewhere.is_empty()),
            ("nothing was asked at all", !self.requests.is_empty()),
        ];
        let broken: Vec<_> = rules
            .iter()
            .filter(|(_, holds)| !holds)
            .map(|(rule, _)| *rule)
            .collect();
        if broken.is_empty() {
            Ok(())
        } else {
            Err(format!("{}: {self:#?}", broken.join(", ")))
        }
    }
}
