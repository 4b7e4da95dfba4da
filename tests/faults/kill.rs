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
        world.judge()
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
