use std::sync::atomic::{AtomicUsize, Ordering};

use crate::figure::figure;
use crate::strace::{Call, Strace, in_worlds};
use crate::world::{World, said};

const ERRORS: [&str; 5] = ["ENOSPC", "EIO", "EACCES", "EROFS", "EDQUOT"];

/// Every call meets one error; the first, the middle and the last of each kind meet all five.
fn cases(points: &[Call]) -> Vec<(Call, &'static str)> {
    let mut cases = Vec::new();
    for (index, point) in points.iter().enumerate() {
        let kind: Vec<usize> = (0..points.len())
            .filter(|other| points[*other].name == point.name)
            .collect();
        let is_special = [0, kind.len() / 2, kind.len() - 1]
            .iter()
            .any(|at| kind[*at] == index);
        let all = ERRORS.iter().enumerate();
        let errors = all.filter(|(number, _)| is_special || index % ERRORS.len() == *number);
        cases.extend(errors.map(|(_, error)| (point.clone(), *error)));
    }
    cases
}

#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn a_failing_call_never_ends_in_a_wrong_tree() {
    let Some(strace) = Strace::find() else { return };
    let cases = cases(&strace.points(&World::new(), &["render"]));
    let (lies, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let errors = in_worlds(&cases, |world, (point, error)| {
        let run = strace.inject(world, point, &format!("error={error}"), &["render"]);
        let files = world.files();
        if run.status.success() && files != world.new {
            lies.fetch_add(1, Ordering::Relaxed);
            return Err("status 0 with a wrong tree".to_owned());
        }
        if !run.status.success() && !said(&run).contains("cannot ") {
            return Err(format!("the message says nothing: {}", said(&run)));
        }
        if !world.torn().is_empty() {
            lost.fetch_add(1, Ordering::Relaxed);
            return Err("bytes are lost".to_owned());
        }
        world.judge()
    });
    figure(
        "ENOSPC, EIO, EACCES, EROFS, EDQUOT at each of them",
        "status 0 with a wrong tree: 0; bytes lost: 0",
        &format!(
            "{} failures: wrong trees with status 0: {}, bytes lost: {}, otherwise wrong: {}",
            cases.len(),
            lies.load(Ordering::Relaxed),
            lost.load(Ordering::Relaxed),
            errors.len() - lies.load(Ordering::Relaxed) - lost.load(Ordering::Relaxed)
        ),
    );
    let first = errors.iter().take(5);
    let first: Vec<_> = first
        .map(|(at, error)| (cases[*at].1, &cases[*at].0.text, error))
        .collect();
    assert!(errors.is_empty(), "{first:?}");
}
