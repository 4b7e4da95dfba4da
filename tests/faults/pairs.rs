use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::figure::figure;
use crate::strace::in_worlds;
use crate::world::{Files, World, said};

#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn two_runs_at_once_never_mix() {
    let rounds: Vec<usize> = (0..100).collect();
    let errors = in_worlds(&rounds, |world, round| {
        // Another spec that writes to the same folder.
        let spec = fs::read_to_string(world.at("spec.toml")).expect("a spec");
        fs::create_dir_all(world.at("other/in")).expect("a folder");
        fs::write(world.at("other/spec.toml"), spec.replace("8080", "9090")).expect("a spec");
        for number in 0..60 {
            fs::write(world.at(&format!("other/in/{number}.html")), format!("{round}\n")).expect("a file");
        }
        fs::remove_dir_all(world.at("generated")).expect("a folder");
        let alone = |arguments: &[&str]| -> Files {
            assert!(world.pinkogen(arguments).status.success());
            let files = world.files();
            fs::remove_dir_all(world.at("generated")).expect("a folder");
            files
        };
        let others = ["render", "other", "--out", "generated"];
        let expected = [alone(&["render"]), alone(&others)];
        // Half of the time the folder is there already.
        if round % 2 == 0 {
            alone_again(world, &others);
        }
        let mut runs = [&["render"][..], &others].map(|arguments| {
            let mut command = world.command(env!("CARGO_BIN_EXE_pinkogen"));
            command
                .args(arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::piped());
            command.spawn().expect("it runs")
        });
        for run in &mut runs {
            let status = run.wait().expect("it ends").code();
            if !matches!(status, Some(0 | 75)) {
                return Err(format!("ended with {status:?}"));
            }
        }
        if !expected.contains(&world.files()) {
            return Err("mixed".to_owned());
        }
        let next = world.pinkogen(&["render"]);
        if !next.status.success() || world.files() != expected[0] {
            return Err(format!("the next run: {}", said(&next)));
        }
        Ok(())
    });
    figure(
        "100 pairs of runs at once",
        "0 mixed",
        &format!("{} mixed or wrong", errors.len()),
    );
    assert_eq!(errors, Vec::new());
}

fn alone_again(world: &World, arguments: &[&str]) {
    assert!(world.pinkogen(arguments).status.success());
}

#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn whoever_held_the_folder_and_was_killed_holds_up_nobody() {
    let rounds: Vec<u64> = (0..100).collect();
    let killed = std::sync::atomic::AtomicUsize::new(0);
    let errors = in_worlds(&rounds, |world, round| {
        let mut command = world.command(env!("CARGO_BIN_EXE_pinkogen"));
        command.arg("render").stdout(Stdio::null()).stderr(Stdio::null());
        let mut holder = command.spawn().expect("it runs");
        // Somewhere in its run, whose middle is the longest part.
        thread::sleep(Duration::from_millis(5 + round % 40));
        holder.kill().expect("SIGKILL");
        let status = holder.wait().expect("it ends");
        if !status.success() {
            killed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        if !world.torn().is_empty() {
            return Err("torn".to_owned());
        }
        world.judge()
    });
    figure(
        "100 × kill -9 of the holder",
        "the next run starts every time",
        &format!(
            "{} of 100 started and were right ({} were killed before their end)",
            100 - errors.len(),
            killed.into_inner()
        ),
    );
    assert_eq!(errors, Vec::new());
}
