//! The port inside a container: where a program listens is where everybody else looks.

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx;
use crate::rendered::{PROXY, Rendered};

pub(crate) const PROOF: Proof = Proof {
    name: "container_port",
    check,
    breaks: &[
        Break("6-scale", "back-end/Dockerfile", "ENV PORT=5252", "ENV PORT=5253"),
        Break("6-scale", "back-end/Dockerfile", "EXPOSE 5252", "EXPOSE 5253"),
        Break("6-scale", "proxy/nginx.conf", "back-end:5252", "back-end:5253"),
        Break("6-scale", "front-end/nginx.conf", "listen 9000", "listen 9001"),
        Break("6-scale", "proxy/nginx.conf", "listen 8080", "listen 8082"),
        Break("6-scale", "compose.yaml", "80:8080", "80:80"),
        Break("1-api", "compose.yaml", "5252:5252", "5252:5253"),
        Break("1-api", "back-end/Dockerfile", "127.0.0.1:5252:5252", "127.0.0.1:5252:5253"),
        Break("an own image", "hello/Dockerfile", "127.0.0.1:7000/up", "127.0.0.1:7001/up"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    for name in rendered.built() {
        let service = compose.service(&name)?;
        let dockerfile = rendered.dockerfile(&name)?;
        let Some(port) = dockerfile.exposed()? else { continue };
        if rendered.apis().contains(&name) {
            let listens = dockerfile.variable("PORT").ok_or("an API is told its port")?;
            ensure!(listens == port.to_string(), "{name} listens on {listens}, and exposes {port}");
            ensure!(service.env("PORT").is_none(), "compose.yaml tells {name} another port");
        }
        if rendered.nginxes().contains(&name) {
            let [listens, health] = nginx::servers(&rendered.nginx(&name)?)?.map(|(port, _)| port);
            ensure!(listens == port, "{name} listens on {listens}, and exposes {port}");
            ensure!(health != port, "{name} has its health check on the port of its pages");
        }
        for (_, container) in service.ports()? {
            ensure!(container == port, "{name} publishes {container}, and exposes {port}");
        }
        for comment in dockerfile.comments.iter().filter(|line| line.contains("--publish")) {
            let published = format!("--publish 127.0.0.1:{port}:{port} ");
            ensure!(comment.contains(&published), "{name} exposes {port}, and says `{comment}`");
        }
        if is_from(rendered, &name) {
            let health = dockerfile.health()?.join(" ");
            let asks = format!("127.0.0.1:{port}/");
            ensure!(health.contains(&asks), "{name} exposes {port}, its check is `{health}`");
        }
    }
    pools(rendered)
}

/// Neither an API nor an nginx: an image of the user's own making.
fn is_from(rendered: &Rendered, name: &String) -> bool {
    !rendered.apis().contains(name) && !rendered.nginxes().contains(name)
}

fn pools(rendered: &Rendered) -> Result<(), String> {
    if !rendered.has_proxy() {
        return Ok(());
    }
    let conf = rendered.nginx(PROXY)?;
    for pool in nginx::all(nginx::http(&conf)?, "upstream") {
        let server = nginx::arguments(&pool.block, "server")?;
        let (name, port) = server[0].split_once(':').ok_or(format!("{server:?}"))?;
        if !rendered.built().iter().any(|built| built == name) {
            continue; // Of other people's images nothing is rendered that says it.
        }
        let exposed = rendered.dockerfile(name)?.exposed()?;
        ensure!(
            exposed.is_some_and(|exposed| exposed.to_string() == port),
            "the proxy asks {name} at {port}, which exposes {exposed:?}"
        );
    }
    Ok(())
}
