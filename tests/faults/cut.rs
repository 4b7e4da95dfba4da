use std::fs;

use crate::figure::figure;
use crate::strace::in_worlds_of;
use crate::world::{World, said};

const SIZE: usize = 2;

#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn a_cut_lock_deletes_and_overwrites_nothing() {
    let lock = fs::read(World::sized(SIZE).at("pristine/pinkogen.lock")).expect("a lock");
    let mut cases: Vec<Vec<u8>> = (0..lock.len()).map(|end| lock[..end].to_vec()).collect();
    let cut = cases.len();
    let lines: Vec<&[u8]> = lock.split_inclusive(|byte| *byte == b'\n').collect();
    for marker in ["<<<<<<< HEAD\n", "||||||| base\n", "=======\n", ">>>>>>> other\n"] {
        for at in [0, 1, lines.len() / 2, lines.len()] {
            let (before, after) = lines.split_at(at);
            cases.push([&before.concat(), marker.as_bytes(), &after.concat()].concat());
        }
    }
    let errors = in_worlds_of(SIZE, &cases, |world, lock| {
        fs::write(world.at("generated/pinkogen.lock"), lock).expect("a lock");
        let before = world.files();
        let run = world.pinkogen(&["render"]);
        let mut after = world.files();
        let is_whole = lock.ends_with(b"\n")
            && !lock
                .windows(7)
                .any(|word| matches!(word, b"<<<<<<<" | b"|||||||" | b"=======" | b">>>>>>>"));
        if !is_whole && run.status.success() {
            return Err(format!("status 0 with {} bytes of it", lock.len()));
        }
        // With some whole lines what is known may change; what is not known may not.
        let known = String::from_utf8_lossy(lock).into_owned();
        let is_known = |path: &str| known.lines().any(|line| line.ends_with(&format!(" {path}")));
        for (path, bytes) in &before {
            let now = after.remove(path);
            if path != "pinkogen.lock" && now.as_ref() != Some(bytes) && !(is_whole && is_known(path)) {
                return Err(format!("{path} was lost: {}", said(&run)));
            }
        }
        Ok(())
    });
    let missing = World::sized(SIZE);
    fs::remove_file(missing.at("generated/pinkogen.lock")).expect("a lock");
    let before = missing.files();
    let run = missing.pinkogen(&["render"]);
    assert_eq!((run.status.code(), missing.files()), (Some(1), before));
    figure(
        "Lock cut, with conflict markers, or missing",
        "0 deletions, nothing foreign overwritten; status not 0 unless cut at the end of a line",
        &format!(
            "{cut} cuts, {} with markers, 1 missing: {} wrong",
            cases.len() - cut,
            errors.len()
        ),
    );
    assert_eq!(errors, Vec::new());
}
