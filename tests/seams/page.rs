//! An element of a page, the function that fills it, and the endpoint that this calls.

use std::collections::BTreeSet;

use crate::proof::{Break, Proof, ensure};
use crate::read::script;
use crate::rendered::Rendered;

pub(crate) const PROOF: Proof = Proof {
    name: "page",
    check,
    breaks: &[
        Break("6-scale", "front-end/site/index.html", "id=\"dynamic-content\"", "id=\"static-content\""),
        Break("6-scale", "front-end/site/index.html", "/pinkogen/show.js", "/show.js"),
        Break("6-scale", "front-end/site/pinkogen/client.js", "\"dynamic-content\"", "\"content\""),
        Break("6-scale", "front-end/site/pinkogen/client.js", "read: getApiHello", "read: getHello"),
        Break("6-scale", "front-end/site/pinkogen/client.js", "\"./request.js\"", "\"./requests.js\""),
        Break("4-persistent", "front-end/site/pinkogen/client.d.ts", "function getApiHello", "function getHello"),
        Break("6-scale", "front-end/site/pinkogen/config.js", "\"back-end\"", "\"backend\""),
        Break("6-scale", "back-end/endpoints.json", "getApiHello", "getHello"),
        Break("4-persistent", "front-end/site/app.js", "getApiMessages", "getMessages"),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    for site in rendered.callers() {
        let scripts = format!("{site}/site/pinkogen");
        let functions = rendered.functions(&site)?;
        let names: BTreeSet<String> = functions.iter().map(|function| function.name.clone()).collect();
        // client.js hands on what errors.js exports.
        let errors = script::declared(rendered.text(&format!("{scripts}/errors.js"))?);
        let mut declared = script::declared(rendered.text(&format!("{scripts}/client.d.ts"))?);
        declared.retain(|name| !errors.contains(name));
        ensure!(names == declared, "client.js has {names:?}, client.d.ts {declared:?}");
        let config = rendered.config(&site)?;
        for function in &functions {
            ensure!(config["services"][&function.service].is_object(), "where is {}?", function.service);
            let endpoints = rendered.endpoints(&function.service)?;
            ensure!(
                endpoints.iter().any(|endpoint| endpoint.name == function.name
                    && (&endpoint.method, &endpoint.path) == (&function.method, &function.path)),
                "{function:?} is in no table"
            );
        }
        bindings(rendered, &site, &names)?;
        modules(rendered, &site, &names)?;
    }
    Ok(())
}

fn bindings(rendered: &Rendered, site: &str, names: &BTreeSet<String>) -> Result<(), String> {
    let client = rendered.text(&format!("{site}/site/pinkogen/client.js"))?;
    let bindings = script::bindings(client);
    ensure!(bindings.is_empty() != client.contains("export const bindings"), "the bindings are unreadable");
    for (id, function) in bindings {
        ensure!(names.contains(&function), "nobody has {function}");
        let mut shown = 0;
        for path in rendered.below(&format!("{site}/site"), "html") {
            let page = rendered.page(path)?;
            if page.ids.contains(&id) {
                ensure!(page.modules.contains("/pinkogen/show.js"), "{path} does not fill {id}");
                shown += 1;
            }
        }
        ensure!(shown > 0, "no page has {id}");
    }
    Ok(())
}

/// Every module that a page or another module loads is there, and has what is taken from it.
fn modules(rendered: &Rendered, site: &str, names: &BTreeSet<String>) -> Result<(), String> {
    let root = format!("{site}/site");
    for path in rendered.below(&format!("{site}/site"), "html") {
        for module in rendered.page(path)?.modules {
            ensure!(rendered.has(&format!("{root}{module}")), "{path} loads {module}, which is not there");
        }
    }
    for path in rendered.below(&root, "js") {
        let text = rendered.text(path)?;
        let folder = path.rsplit_once('/').unwrap_or_default().0;
        for module in script::imports(text) {
            let file = match module.strip_prefix("./") {
                Some(beside) => format!("{folder}/{beside}"),
                None => format!("{root}{module}"),
            };
            ensure!(rendered.has(&file), "{path} imports {module}, which is not there");
        }
        for name in script::taken(text, "client.js") {
            let known = names.contains(name) || matches!(name, "bindings" | "explain") || name.ends_with("Error");
            ensure!(known, "{path} takes {name} from client.js");
        }
    }
    Ok(())
}
