//! `--json`: one shape for every plan and every error, held to the schema that `pinkogen schema plan` prints.

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};
use crate::tools::{Tool, silent};

/// The reports of this test, to be judged by the schema.
struct Reports {
    sandbox: Sandbox,
    number: usize,
}

impl Reports {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        sandbox.write("plan.schema.json", schema().stdout);
        Self { sandbox, number: 0 }
    }

    #[track_caller]
    fn add(&mut self, run: &Run, status: i32) -> Value {
        assert_eq!((run.status, &*run.stderr), (status, ""), "{}", run.stdout);
        let value: Value = serde_json::from_str(&run.stdout).expect("JSON and nothing else");
        assert_eq!(value["version"], 1);
        assert_eq!(value["status"], status);
        self.number += 1;
        self.sandbox
            .write(&format!("reports/{}.json", self.number), &run.stdout);
        value
    }

    fn judge(&self) {
        let Some(judge) = Tool::find("check-jsonschema") else {
            return;
        };
        let mut command = judge.command();
        command
            .arg("--quiet")
            .arg("--schemafile")
            .arg(self.sandbox.path("plan.schema.json"));
        for number in 1..=self.number {
            command.arg(self.sandbox.path(&format!("reports/{number}.json")));
        }
        silent(&mut command).unwrap_or_else(|report| panic!("{report}"));
        let wrong = self.sandbox.path("wrong.json");
        self.sandbox.write("wrong.json", "{\"version\": 1, \"command\": \"diff\", \"status\": 3, \"changes\": [], \"messages\": [], \"next\": []}");
        let mut command = judge.command();
        command
            .arg("--quiet")
            .arg("--schemafile")
            .arg(self.sandbox.path("plan.schema.json"))
            .arg(wrong);
        assert!(
            silent(&mut command).is_err(),
            "the schema refuses what it does not know"
        );
    }
}

fn schema() -> Run {
    let run = Sandbox::new().pinkogen(["schema", "plan"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    run
}

#[test]
fn the_schema_is_the_one_in_the_repository() {
    snapbox::assert_data_eq!(
        schema().stdout,
        snapbox::Data::read_from(
            &crate::sandbox::repo().join("src/commands/plan.schema.json"),
            None
        )
        .raw()
    );
}

#[test]
fn every_plan_and_every_error_has_the_documented_shape() {
    let mut reports = Reports::new();
    let sandbox = Sandbox::example("6-scale");
    let plan = |reports: &mut Reports, arguments: &[&str], status| {
        reports.add(&sandbox.pinkogen(arguments.iter().copied()), status)
    };

    let dry = plan(&mut reports, &["render", "--json", "--dry-run"], 0);
    let first = plan(&mut reports, &["render", "--json"], 0);
    assert_eq!(dry["changes"], first["changes"], "one plan");
    assert_eq!(first["changes"][0]["action"], "create");
    assert!(
        first["next"][0]
            .as_str()
            .is_some_and(|step| step.contains("docker compose"))
    );
    assert_eq!(
        plan(&mut reports, &["render", "--json"], 0)["changes"],
        serde_json::json!([])
    );
    assert_eq!(plan(&mut reports, &["diff", "--json"], 0)["command"], "diff");
    assert_eq!(plan(&mut reports, &["check", "--json"], 0)["command"], "check");

    sandbox.edit("generated/compose.yaml", "replicas: 2", "replicas: 5");
    let edited = plan(&mut reports, &["diff", "--json", "--strict"], 1);
    assert_eq!(edited["changes"][0]["action"], "keep-edit");
    assert_eq!(edited["messages"][0]["level"], "warning");

    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    let conflict = plan(&mut reports, &["render", "--json"], 1);
    let clash = &conflict["changes"][0]["conflict"];
    assert_eq!(clash["key"], "services.back-end", "{conflict}");
    assert_eq!(
        clash["sides"][0]["yours"],
        serde_json::json!(["      replicas: 5"])
    );
    assert_eq!(
        clash["sides"][0]["pinkogen"],
        serde_json::json!(["      replicas: 3"])
    );
    let help = conflict["messages"][0]["help"].as_str().unwrap_or_default();
    assert!(help.contains("pinkogen eject compose.yaml"), "{help}");

    let forced = plan(&mut reports, &["render", "--json", "--force"], 0);
    assert_eq!(forced["changes"][0]["backup"], ".pinkogen/backup/1/compose.yaml");

    assert_eq!(
        plan(&mut reports, &["eject", "--json", "compose.yaml"], 0)["command"],
        "eject"
    );
    sandbox.write("generated/compose.yaml", "mine: true\n");
    let ejected = plan(&mut reports, &["diff", "--json"], 0);
    assert_eq!(ejected["changes"][0]["action"], "ejected");
    assert!(ejected["changes"][0]["removed"].is_number());

    sandbox.edit("spec.toml", "replicas = 3", "replica = 3\nreplicas = 0");
    for command in ["check", "diff", "render"] {
        let broken = plan(&mut reports, &[command, "--json"], 2);
        let messages = broken["messages"].as_array().expect("messages");
        assert_eq!(messages.len(), 2, "{broken}");
        assert_eq!(messages[0]["line"], 8, "{broken}");
        assert_eq!(messages[0]["file"], "spec.toml");
        assert!(messages.iter().all(|message| message["level"] == "error"));
    }
    plan(&mut reports, &["eject", "--json", "none"], 2);
    plan(&mut reports, &["diff", "--json", "nowhere"], 2);
    plan(&mut reports, &["render", "--json", "--force=../x"], 2);
    plan(&mut reports, &["render", "--json", "--unknown"], 2);
    reports.judge();
}

#[test]
fn a_busy_folder_has_a_status_of_its_own() {
    let mut reports = Reports::new();
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    let held = std::fs::File::open(sandbox.path("generated")).expect("a folder");
    held.lock().expect("a lock");
    let text = sandbox.pinkogen(["render"]);
    assert_eq!((text.status, &*text.stdout), (75, ""));
    let process = format!("(process {})", std::process::id());
    assert!(
        text.stderr.contains(&process) && text.stderr.contains("\nhelp: wait"),
        "{}",
        text.stderr
    );
    let busy = reports.add(&sandbox.pinkogen(["diff", "--json"]), 75);
    assert!(
        busy["messages"][0]["text"]
            .as_str()
            .is_some_and(|text| text.contains(&process))
    );
    reports.judge();
}
