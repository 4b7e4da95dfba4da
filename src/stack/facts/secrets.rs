use super::super::{Name, Stack};

/// The folder beside the spec that holds the secrets' values; it is in no artifact.
pub const SECRETS: &str = "secrets";

impl Stack {
    /// A path beside the spec, as the rendered files name it.
    pub fn beside_spec(&self, path: &str) -> String {
        if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{}/{}", self.spec_folder, path.trim_start_matches("./"))
        }
    }

    /// The file of a secret's value on the host, as the rendered files name it.
    pub fn secret_file(&self, secret: &Name) -> String {
        self.beside_spec(&format!("{SECRETS}/{secret}"))
    }
}

impl Name {
    /// Where a container finds the secret of this name.
    pub fn secret_mount(&self) -> String {
        format!("/run/secrets/{self}")
    }
}
