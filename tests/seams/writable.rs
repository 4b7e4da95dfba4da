//! Who a container is, and where that user can write.

use crate::proof::{Break, Proof, ensure};
use crate::read::{dockerfile, nginx};
use crate::rendered::Rendered;

pub(crate) const PROOF: Proof = Proof {
    name: "writable",
    check,
    breaks: &[
        Break("6-scale", "front-end/Dockerfile", "USER 65532:65532", "USER 65533:65532"),
        Break("4-persistent-sqlite", "back-end/Dockerfile", "--chown=65532:65532", "--chown=0:0"),
        Break("4-persistent-sqlite", "back-end/Dockerfile", "\"/data\"]", "\"/date\"]"),
        Break("an own image", "hello/Dockerfile", "install -d -o 65532 -g 65532", "install -d -o 0 -g 0"),
        Break("an own image", "hello/Dockerfile", " /var/lib/state", " /var/lib/status"),
        Break("6-scale", "proxy/nginx.conf", "pid /tmp/", "pid /run/"),
        Break("6-scale", "front-end/nginx.conf", "scgi_temp_path /tmp/", "scgi_temp_path /var/"),
        Break("6-scale", "compose.yaml", "- /tmp:size", "- /temp:size"),
        Break("6-scale", "front-end/Dockerfile", "type=tmpfs,target=/tmp", "type=tmpfs,target=/run"),
    ],
};

const USER: &str = "65532:65532";

fn check(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    for name in rendered.built() {
        let service = compose.service(&name)?;
        let image = rendered.dockerfile(&name)?;
        ensure!(image.one("USER")? == USER, "{name} runs as {}", image.one("USER")?);
        ensure!(service.value["user"].is_null(), "compose.yaml has {name} run as somebody else");
        ensure!(service.value["read_only"] == true, "the root of {name} can be written");
        for (_, target) in service.volumes() {
            ensure!(is_owned(&image, target)?, "{name} cannot write its volume at {target}");
        }
    }
    for name in rendered.nginxes() {
        let conf = rendered.nginx(&name)?;
        let http = nginx::http(&conf)?;
        let folders = compose.service(&name)?.tmpfs()?;
        let files = http
            .iter()
            .filter(|directive| directive.name.ends_with("_temp_path"))
            .chain(nginx::all(&conf, "pid"))
            .map(|directive| directive.arguments[0].as_str());
        for file in files {
            ensure!(
                folders.iter().any(|(folder, _)| file.starts_with(&format!("{folder}/"))),
                "{name} writes {file}, and only {folders:?} can be written"
            );
            let image = rendered.dockerfile(&name)?;
            let test = image.all("RUN").find(|run| run.contains("\"-t\"")).ok_or("nginx.conf is not tested")?;
            let target = test.split_once("type=tmpfs,target=").ok_or("no tmpfs")?.1;
            let target = target.split(' ').next().unwrap_or_default();
            ensure!(file.starts_with(&format!("{target}/")), "the test of {name} leaves {file} in the image");
        }
    }
    Ok(())
}

/// Whether the image has the folder, and gives it to its user: a new volume takes that over.
fn is_owned(image: &dockerfile::Dockerfile, folder: &str) -> Result<bool, String> {
    for arguments in image.all("COPY") {
        let copy = dockerfile::copy(arguments)?;
        if copy.target == folder && copy.options.contains(&format!("--chown={USER}")) {
            return Ok(true);
        }
    }
    Ok(image.all("RUN").any(|run| {
        let made = run.strip_prefix("install -d -o 65532 -g 65532 ").unwrap_or_default();
        made.split(' ').any(|made| made == folder)
    }))
}
