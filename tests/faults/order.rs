use crate::figure::figure;
use crate::strace::{Call, Strace};
use crate::world::World;

fn position(calls: &[Call], from: usize, wanted: impl Fn(&Call) -> bool) -> Option<usize> {
    calls[from..].iter().position(wanted).map(|at| at + from)
}

fn is_sync(call: &Call) -> bool {
    call.name == "syncfs" && call.text.ends_with("= 0")
}

/// Renames and removals of files outside of pinkogen's own folder.
fn touches_the_tree(call: &Call) -> bool {
    match &*call.name {
        "rename" | "renameat" | "renameat2" => !call.text.contains("\"journal\""),
        "unlinkat" | "rmdir" | "unlink" => {
            !call.text.contains("/.pinkogen") && !call.text.contains("\".pinkogen\"")
        }
        _ => false,
    }
}

#[test]
fn every_rename_comes_after_a_sync_and_the_journal_goes_after_one() {
    let Some(strace) = Strace::find() else { return };
    let world = World::new();
    let calls = strace.points(&world, &["render"]);
    let mut wrong = Vec::new();
    let mut renames = 0;
    for (at, call) in calls.iter().enumerate() {
        if !touches_the_tree(call) || !call.text.contains("/stage>") {
            continue;
        }
        renames += 1;
        let name = call.text.split('"').nth(1).unwrap_or_default();
        let file = format!("/stage/{name}>");
        let written = calls[..at].iter().rposition(|call| call.text.contains(&file));
        let synced = written.and_then(|written| position(&calls, written, is_sync));
        if synced.is_none_or(|synced| synced > at) {
            wrong.push(format!("renamed before a sync: {}", call.text));
        }
    }
    assert!(renames > 160, "{renames}");
    let first = position(&calls, 0, touches_the_tree).expect("a rename");
    let last = calls.iter().rposition(touches_the_tree).expect("a rename");
    let named = position(&calls, 0, |call| {
        call.name.starts_with("rename") && call.text.contains("\"journal\"")
    })
    .expect("a journal");
    let folder = position(&calls, named, |call| {
        call.name == "fsync" && call.text.contains("/.pinkogen>") && call.text.ends_with("= 0")
    });
    if folder.is_none_or(|folder| folder > first) {
        wrong.push("a file is touched before the journal is on the disk".to_owned());
    }
    let removed = position(&calls, named, |call| {
        call.name == "unlinkat" && call.text.contains("\"journal\"")
    })
    .expect("the journal goes");
    if position(&calls, last, is_sync).is_none_or(|synced| synced > removed) {
        wrong.push("the journal goes before the renames are on the disk".to_owned());
    }
    figure(
        "Renames that no sync came before; a journal removed before one",
        "0",
        &format!("{} of {renames} renames and 1 journal", wrong.len()),
    );
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_second_render_and_any_diff_write_nothing() {
    let Some(strace) = Strace::find() else { return };
    let world = World::new();
    assert!(world.pinkogen(&["render"]).status.success());
    let changed = World::new();
    let mut writes = Vec::new();
    for (world, arguments, status) in [
        (&world, &["render"][..], 0),
        (&world, &["render", "--force"], 0),
        (&world, &["diff"], 0),
        (&world, &["diff", "--json"], 0),
        (&world, &["check"], 0),
        (&changed, &["diff"], 1),
        (&changed, &["render", "--dry-run"], 0),
    ] {
        let (output, calls) = strace.calls(world, arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert!(!calls.is_empty());
        let mutating = calls.into_iter().filter(Call::is_mutating);
        writes.extend(mutating.map(|call| format!("{arguments:?}: {}", call.text)));
    }
    figure(
        "A second render, any diff: writes",
        "0",
        &format!("{} in 7 runs", writes.len()),
    );
    assert_eq!(writes, Vec::<String>::new());
}
