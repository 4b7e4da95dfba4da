//! Images: those that are run as they are, and those that others are built on.

use super::{Resolver, interpolation};
use crate::key_path::KeyPath;
use crate::render::escape::dockerfile;
use crate::spec::{self, Place, Problem, shown};
use crate::stack::{Copied, FromImage, Part};

/// Why a text is no package of a package manager's.
type PackageFault = fn(&str) -> Option<&'static str>;

impl Resolver<'_> {
    pub(super) fn image(&mut self, key: &KeyPath, written: &spec::Service) -> Option<Vec<Part>> {
        let reference = written.image.as_deref()?;
        let at = Place::Value(key.join("image"));
        let parts = interpolation::parts(reference);
        let shape: String = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Variable(variable) => interpolation::default(variable).unwrap_or("x"),
            })
            .collect();
        if let Some(fault) = dockerfile::reference_fault(&shape) {
            self.no_image(at, reference, fault);
            return None;
        }
        let last = shape.rsplit('/').next().unwrap_or_default();
        let holds_variable = parts.iter().any(|part| matches!(part, Part::Variable(_)));
        if !holds_variable && !last.contains([':', '@']) {
            self.problems.push(
                Problem::warning(at, format!("{} has no tag", shown(reference)))
                    .label("so it is `latest`, another image every few weeks")
                    .help(format!(
                        "write the version that you mean: \"{reference}:VERSION\""
                    )),
            );
        }
        Some(parts)
    }

    pub(super) fn built_image(
        &mut self,
        key: &KeyPath,
        written: &spec::Service,
        files: &[Copied],
    ) -> Option<FromImage> {
        let base = written.from.as_deref()?;
        let at = Place::Value(key.join("from"));
        let fault = dockerfile::base_fault(base);
        if let Some(fault) = fault
            && !self.no_interpolation(at.clone(), base)
        {
            self.no_image(at, base, fault);
        }
        if !written.apt.is_empty() && !written.apk.is_empty() {
            self.problems.push(
                Problem::error(Place::Key(key.join("apk")), "an image has one package manager")
                    .label("Alpine's")
                    .also(Place::Key(key.join("apt")), "Debian's and Ubuntu's")
                    .help("keep the one that the image in `from` has"),
            );
        }
        let managers: [(_, _, PackageFault); 2] = [
            ("apt", &written.apt, dockerfile::apt_package_fault),
            ("apk", &written.apk, dockerfile::apk_package_fault),
        ];
        for (manager, packages, fault) in managers {
            for (index, package) in packages.iter().enumerate() {
                if let Some(fault) = fault(package) {
                    self.error(
                        Place::Value(self.item(&key.join(manager), index)),
                        format!("{} is no package", shown(package)),
                        fault,
                        "a package is its name, with `=VERSION` after it to pin it",
                    );
                }
            }
        }
        Some(FromImage {
            base: base.to_owned(),
            apt: written.apt.clone(),
            apk: written.apk.clone(),
            files: files.to_vec(),
        })
    }

    fn no_image(&mut self, at: Place, written: &str, fault: &str) {
        self.error(
            at,
            format!("{} is no image", shown(written)),
            fault,
            "an image is written like \"postgres:17\" or \"ghcr.io/me/app:1.2\"",
        );
    }
}
