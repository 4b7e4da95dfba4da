use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pinkogen::key_path::KeyPath;
use pinkogen::render::{Artifact, ArtifactPath, Artifacts, Content, Mode};
use pinkogen::tree::{Force, Output, blob_id, plan};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::figure::figure;
use crate::world::World;

/// What lies in a folder: names, inodes, times and bytes.
fn seen(folder: &Path) -> BTreeMap<String, String> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .map(|entry| {
            let meta = entry.path().symlink_metadata().expect("it is there");
            let bytes = fs::read(entry.path()).unwrap_or_default();
            let stamp = format!(
                "{} {:o} {} {} {bytes:?}",
                meta.ino(),
                meta.mode(),
                meta.mtime(),
                meta.mtime_nsec()
            );
            (entry.path().display().to_string(), stamp)
        })
        .collect()
}

fn artifacts(round: usize) -> Artifacts {
    let file = |name: String| {
        let content = Content::Copy {
            bytes: format!("{name} {round}\n").into_bytes().into(),
            original: String::new(),
            key: KeyPath::default(),
        };
        let mode = Mode::Plain;
        (
            ArtifactPath::new(name).expect("a path"),
            Artifact { mode, content },
        )
    };
    // Every third round removes the half of it.
    (0..40 - (round % 3 / 2) * 20)
        .map(|number| file(format!("deep/{}/{number}.txt", number % 4)))
        .collect()
}

struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Renders for a while into a folder in which another process swaps a folder for a link that leads outside.
#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn a_racing_link_leads_nobody_outside() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let (out, outside) = (temp.path().join("out"), temp.path().join("outside"));
    fs::create_dir_all(out.join("deep/0")).expect("a folder");
    // What a run would overwrite, read or remove if it were led there.
    for folder in ["", "0", "1", "2", "3"] {
        fs::create_dir_all(outside.join(folder)).expect("a folder");
        for number in 0..40 {
            fs::write(outside.join(folder).join(format!("{number}.txt")), "outside\n").expect("a file");
        }
    }
    symlink(&outside, temp.path().join("swapped")).expect("a link");
    let before = seen(&outside);
    let (stop, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (mut runs, mut done) = (0, 0);
    let end = Instant::now() + Duration::from_secs(60);
    thread::scope(|scope| {
        scope.spawn(|| {
            let link = temp.path().join("swapped");
            while !stop.load(Ordering::Relaxed) {
                for victim in ["deep", "deep/0"] {
                    for _ in 0..2 {
                        if renameat_with(CWD, &link, CWD, out.join(victim), RenameFlags::EXCHANGE).is_ok() {
                            swaps.fetch_add(1, Ordering::Relaxed);
                        }
                        thread::sleep(Duration::from_micros(150));
                    }
                }
            }
        });
        // However it ends: the swapping must.
        let _stop = Stop(&stop);
        while Instant::now() < end {
            let artifacts = artifacts(runs);
            let force = if runs % 2 == 0 { Force::All } else { Force::None };
            // Most runs are refused or fail: what counts is what they touched.
            let run = || -> Option<()> {
                let mut output = Output::work(&out, &force).ok()?;
                let found = output.observe(&artifacts).ok()?;
                let plan = plan(&artifacts, &found, &force);
                output.apply(&plan, &artifacts, &found).ok()?;
                Some(())
            };
            done += usize::from(run().is_some());
            runs += 1;
            if runs % 50 == 0 {
                if seen(&outside) != before {
                    break;
                }
                // Backups pile up.
                let _ = fs::remove_dir_all(out.join(".pinkogen/backup"));
            }
        }
    });
    let after = seen(&outside);
    let touched = before
        .iter()
        .filter(|(path, stamp)| after.get(*path) != Some(stamp))
        .count();
    figure(
        "A link that is swapped in for 60 s",
        "0 paths touched outside",
        &format!(
            "{} touched in {runs} runs ({done} to their end), {} swaps",
            touched + after.len().abs_diff(before.len()),
            swaps.into_inner()
        ),
    );
    assert_eq!(after, before);
}

const HOSTILE: [&str; 24] = [
    "../outside/0.txt",
    "a/../../outside/0.txt",
    "..",
    ".",
    "a/..",
    "./a",
    "a/./b",
    "a//b",
    "/",
    "/etc/passwd",
    "//etc/passwd",
    "a/",
    "",
    "c:/windows",
    "a\\..\\..\\b",
    "\\\\server\\share",
    ".git/config",
    "a/.git/hooks/post-checkout",
    ".GIT/config",
    ".pinkogen/journal",
    ".PinkoGen/backup/1/a",
    "pinkogen.lock",
    "PINKOGEN.LOCK",
    "a\u{0}b",
];

#[test]
fn a_hostile_path_in_the_lock_or_the_journal_is_refused() {
    let world = World::new();
    fs::create_dir(world.at("outside")).expect("a folder");
    fs::write(world.at("outside/0.txt"), "").expect("a file");
    let mut wrong = Vec::new();
    let (lock, journal) = (
        world.at("generated/pinkogen.lock"),
        world.at("generated/.pinkogen/journal"),
    );
    let good = fs::read_to_string(&lock).expect("a lock");
    let id = blob_id(b"");
    for path in HOSTILE {
        let steps = format!("# pinkogen.journal 1\nremove {id} {path}\nmove-away 1 {path}\n");
        let steps = format!("{steps}end {}\n", blob_id(steps.as_bytes()));
        for (file, text, status) in [
            (&lock, format!("{good}owned 100644 {id} {path}\n"), 2),
            (&journal, steps, 1),
        ] {
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
            let before = seen(world.at("").as_path());
            for arguments in [&["render"][..], &["diff"]] {
                let run = world.pinkogen(arguments);
                if run.status.code() != Some(status) || seen(world.at("").as_path()) != before {
                    wrong.push(format!("{path:?} {arguments:?}: {}", crate::world::said(&run)));
                }
            }
            fs::write(&lock, &good).expect("a lock");
            let _ = fs::remove_dir_all(world.at("generated/.pinkogen"));
        }
    }
    figure(
        "24 hostile paths, in the lock and in the journal",
        "0 paths touched outside",
        &format!(
            "{} of {} runs wrong, nothing touched anywhere",
            wrong.len(),
            HOSTILE.len() * 4
        ),
    );
    assert_eq!(wrong, Vec::<String>::new());
}
