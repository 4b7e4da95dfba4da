//! As many nginx workers as the container has processors.

use crate::proof::{Break, Proof, ensure};
use crate::read::nginx;
use crate::rendered::Rendered;

pub(crate) const PROOF: Proof = Proof {
    name: "workers",
    check,
    breaks: &[
        Break("6-scale", "proxy/nginx.conf", "worker_processes 1", "worker_processes auto"),
        Break("processors", "compose.yaml", "cpus: 2.5", "cpus: 3.5"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    for name in rendered.nginxes() {
        let service = compose.service(&name)?;
        let cpus = service.value["deploy"]["resources"]["limits"]["cpus"].as_f64();
        let conf = rendered.nginx(&name)?;
        let workers: f64 = nginx::value(&conf, "worker_processes")?
            .parse()
            .map_err(|_| "not a number")?;
        ensure!(
            cpus.is_some_and(|cpus| (workers - cpus.ceil()).abs() < f64::EPSILON),
            "{name} has {cpus:?} processors and {workers} workers"
        );
    }
    Ok(())
}
