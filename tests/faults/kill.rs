use std::os::unix::process::ExitStatusExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::figure::figure;
use crate::strace::{Strace, in_worlds};
use crate::world::World;

#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn killed_at_every_call_the_tree_is_wholly_old_or_wholly_new() {
    let Some(strace) = Strace::find() else { return };
    let points = strace.points(&World::new(), &["render"]);
    assert!(points.len() > 500, "{}", points.len());
    let torn = AtomicUsize::new(0);
    let errors = in_worlds(&points, |world, point| {
        let run = strace.inject(world, point, "signal=SIGKILL", &["render"]);
        // Strace ends as its child did.
        if run.status.signal() != Some(9) {
            return Err(format!("was not killed: {}", crate::world::said(&run)));
        }
        let found = world.torn();
        torn.fetch_add(found.len(), Ordering::Relaxed);
        if !found.is_empty() {
            return Err(format!("torn: {found:?}"));
        }
        if point.number % 2 == 0 {
            return world.judge();
        }
        // The next command is a render at once.
        let render = world.pinkogen(&["render"]);
        if !render.status.success() || world.files() != world.new || world.at("generated/.pinkogen").exists()
        {
            return Err(format!("render is not right: {}", crate::world::said(&render)));
        }
        Ok(())
    });
    figure(
        "SIGKILL at each mutating call of an update of 200 files",
        "torn 0; wholly old or new, re-run right: every point",
        &format!(
            "{} points: torn {}, wrong {}",
            points.len(),
            torn.load(Ordering::Relaxed),
            errors.len()
        ),
    );
    let first: Vec<_> = errors.iter().take(5).collect();
    assert!(
        errors.is_empty(),
        "{:?}",
        first
            .iter()
            .map(|(at, error)| (&points[*at].text, error))
            .collect::<Vec<_>>()
    );
}

/// The run that finishes what another one began is killed as well.
#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn killed_again_while_it_is_finished_nothing_is_lost() {
    let Some(strace) = Strace::find() else { return };
    let world = World::new();
    let points = strace.points(&world, &["render"]);
    let renames: Vec<_> = points
        .iter()
        .filter(|call| call.name.starts_with("rename") && call.text.contains("/stage>"))
        .collect();
    let middle = renames[renames.len() / 2];
    world.reset();
    strace.inject(&world, middle, "signal=SIGKILL", &["render"]);
    let mut again: Vec<_> = strace.calls(&world, &["diff"]).1;
    again.retain(crate::strace::Call::is_mutating);
    assert!(again.len() > 100, "{}", again.len());
    let errors = in_worlds(&again, |world, point| {
        strace.inject(world, middle, "signal=SIGKILL", &["render"]);
        let run = strace.inject(world, point, "signal=SIGKILL", &["diff"]);
        if run.status.signal() != Some(9) || !world.torn().is_empty() {
            return Err(format!("torn, or not killed: {}", crate::world::said(&run)));
        }
        world.judge()
    });
    figure(
        "SIGKILL at each mutating call of the run that finishes a killed one",
        "torn 0; wholly old or new: every point",
        &format!("{} points: wrong {}", again.len(), errors.len()),
    );
    assert_eq!(errors, Vec::new());
}
