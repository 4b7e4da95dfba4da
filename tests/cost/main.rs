//! What it costs: whole processes of a release build, on the disk of the temporary folder, against the least that could be done.
//!
//! A program of its own, since cargo runs one at a time: what runs beside it would be measured too.
#![cfg(target_os = "linux")]

#[path = "../support/copy.rs"]
mod copy;
#[path = "../support/figure.rs"]
mod figure;
#[path = "../support/tools.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use copy::copy;
use figure::figure;
use tools::Tool;

fn release() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--quiet", "--bin", "pinkogen"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(built.success());
    let debug = Path::new(env!("CARGO_BIN_EXE_pinkogen"));
    let target = debug.ancestors().nth(2).expect("the target folder");
    target.join("release/pinkogen")
}

struct Bench {
    pinkogen: PathBuf,
    temp: TempDir,
}

impl Bench {
    /// A site of so many files of 2 kB, in folders of 100.
    fn new(pinkogen: &Path, files: usize) -> Self {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let site = temp.path().join("site");
        fs::create_dir(&site).expect("a folder");
        fs::write(site.join("index.html"), "<!doctype html><title>x</title>\n").expect("a file");
        // The spec, the page and four more files are rendered too.
        for number in 6..files {
            let folder = site.join(format!("d{}", number / 100));
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(
                folder.join(format!("{number}.txt")),
                format!("line {number:05}\n").repeat(180),
            )
            .expect("a file");
        }
        let spec = "name = \"speed\"\n\n[services.page]\nsite = \"site\"\nport = 8080\npublish = 8080\n";
        fs::write(temp.path().join("spec.toml"), spec).expect("a file");
        Self {
            pinkogen: pinkogen.to_owned(),
            temp,
        }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.temp.path().join(path)
    }

    fn run(&self, arguments: &[&str]) -> Duration {
        time(
            Command::new(&self.pinkogen)
                .args(arguments)
                .current_dir(self.temp.path()),
        )
    }

    fn clear(&self, path: &str) {
        let _ = fs::remove_dir_all(self.at(path));
        // Nobody pays for what was written before.
        rustix::fs::syncfs(fs::File::open(self.temp.path()).expect("a folder")).expect("a sync");
    }

    fn first_render(&self) -> Duration {
        self.clear("generated");
        self.run(&["render"])
    }

    /// Writes and renames the same bytes, with the same barriers: two for all, one for the journal's folder.
    fn bare_loop(&self) -> Duration {
        let files: Vec<(PathBuf, Vec<u8>)> = walkdir::WalkDir::new(self.at("generated"))
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let below = entry.path().strip_prefix(self.at("generated")).expect("below it");
                (
                    self.at("bare").join(below),
                    fs::read(entry.path()).expect("a file"),
                )
            })
            .collect();
        self.clear("bare");
        let stage = self.at("bare/stage");
        let started = Instant::now();
        fs::create_dir_all(&stage).expect("a folder");
        let folder = fs::File::open(&stage).expect("a folder");
        for (number, (_, bytes)) in files.iter().enumerate() {
            fs::write(stage.join(number.to_string()), bytes).expect("a file");
        }
        rustix::fs::syncfs(&folder).expect("a sync");
        fs::write(stage.join("journal.new"), "journal").expect("a file");
        fs::rename(stage.join("journal.new"), stage.join("journal")).expect("a rename");
        folder.sync_all().expect("a sync");
        for (number, (path, _)) in files.iter().enumerate() {
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::rename(stage.join(number.to_string()), path).expect("a rename");
        }
        rustix::fs::syncfs(&folder).expect("a sync");
        fs::remove_dir_all(&stage).expect("a folder");
        started.elapsed()
    }

    /// CPU time in seconds, and the most memory in megabytes.
    fn cost(&self, arguments: &[&str]) -> Option<(f64, f64)> {
        const WAIT: &str = "import os,subprocess,sys\np=subprocess.Popen(sys.argv[1:],stdout=subprocess.DEVNULL)\n\
                            _,_,u=os.wait4(p.pid,0)\nprint(u.ru_utime+u.ru_stime,u.ru_maxrss/1024)";
        let python = Tool::find("python3")?;
        let output = Command::new(python.path())
            .args(["-c", WAIT])
            .arg(&self.pinkogen)
            .args(arguments)
            .current_dir(self.temp.path())
            .output()
            .expect("python runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (cpu, memory) = text.trim().split_once(' ')?;
        Some((cpu.parse().ok()?, memory.parse().ok()?))
    }
}

fn time(command: &mut Command) -> Duration {
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("it runs");
    assert!(status.success(), "{command:?}");
    started.elapsed()
}

/// The best of some rounds, in which all take turns, so that none is alone on a busy machine.
fn best<const N: usize>(rounds: usize, mut run: [&mut dyn FnMut() -> Duration; N]) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..rounds {
        for (best, run) in best.iter_mut().zip(&mut run) {
            *best = (*best).min(run());
        }
    }
    best
}

/// The median ratio of the first and the second to the third, which is run right after each of them: what else the machine
/// does slows both.
fn median_ratios(
    rounds: usize,
    mut runs: [&mut dyn FnMut() -> Duration; 2],
    reference: &mut dyn FnMut() -> Duration,
) -> [f64; 2] {
    let mut ratios = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (ratios, run) in ratios.iter_mut().zip(&mut runs) {
            ratios.push(ratio(run(), reference()));
        }
    }
    ratios.map(|mut ratios| {
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    })
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// One test, since two at once would slow each other.
#[test]
#[ignore = "long: cargo test --test cost -- --include-ignored"]
fn what_it_costs() {
    let pinkogen = release();
    let bench = Bench::new(&pinkogen, 1000);
    bench.first_render();
    let [first, bare] = best(7, [&mut || bench.first_render(), &mut || bench.bare_loop()]);
    let (mut cpu, mut memory) = (f64::MAX, 0_f64);
    for _ in 0..5 {
        bench.clear("generated");
        let cost = bench.cost(&["render"]).unwrap_or_default();
        (cpu, memory) = (cpu.min(cost.0), memory.max(cost.1));
    }
    figure(
        "1,000 files, first render with its sync, against a bare loop",
        "≤ 1.25 ×; ≤ 0.1 s of CPU; ≤ 40 MB",
        &format!(
            "{:.2} × ({} against {}); {cpu:.2} s; {memory:.0} MB",
            ratio(first, bare),
            ms(first),
            ms(bare)
        ),
    );

    copy(&bench.at("generated"), &bench.at("copy"));
    let mut compare = Command::new("diff");
    compare
        .arg("-rq")
        .arg(bench.at("generated"))
        .arg(bench.at("copy"));
    let [render, diff, reference] = best(
        30,
        [
            &mut || bench.run(&["render"]),
            &mut || bench.run(&["diff"]),
            &mut || time(&mut compare),
        ],
    );
    let [render_ratio, diff_ratio] = median_ratios(
        51,
        [&mut || bench.run(&["render"]), &mut || bench.run(&["diff"])],
        &mut || time(&mut compare),
    );
    figure(
        "1,000 files, nothing to do, against `diff -rq`",
        "≤ 1.0 ×",
        &format!(
            "{}render {render_ratio:.2} ×, diff {diff_ratio:.2} × (median of 51 pairs; at best {}, {} against {})",
            if render_ratio.max(diff_ratio) > 1.0 {
                "NOT REACHED: "
            } else {
                ""
            },
            ms(render),
            ms(diff),
            ms(reference)
        ),
    );

    let large = Bench::new(&pinkogen, 10_000);
    let [small_first, large_first] = best(3, [&mut || bench.first_render(), &mut || large.first_render()]);
    let [small_again, large_again] = best(
        5,
        [&mut || bench.run(&["render"]), &mut || large.run(&["render"])],
    );
    let (_, large_memory) = large.cost(&["render"]).unwrap_or_default();
    figure(
        "10,000 files",
        "≤ 12 × the time of 1,000; ≤ 200 MB",
        &format!(
            "first render {:.1} ×, nothing to do {:.1} ×; {large_memory:.0} MB",
            ratio(large_first, small_first),
            ratio(large_again, small_again)
        ),
    );
    // The rows above hold the figures against their targets. What is asserted has room for a machine on which others work,
    // and none for a step that costs twice as much, or that is done for each file against each other.
    assert!(
        memory <= 40.0 && large_memory <= 200.0,
        "{memory} MB, {large_memory} MB"
    );
    assert!(cpu <= 0.4, "{cpu} s of CPU");
    assert!(ratio(first, bare) <= 2.5, "{first:?} against {bare:?}");
    assert!(render_ratio.max(diff_ratio) <= 3.0, "{render_ratio} {diff_ratio}");
    assert!(ratio(large_first, small_first) <= 20.0 && ratio(large_again, small_again) <= 20.0);
}
