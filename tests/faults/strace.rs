//! Reads what strace saw, and makes system calls fail.

use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

use crate::tools::Tool;
use crate::world::World;

/// Every call that can change a file system.
const MUTATING: &str = "open,openat,openat2,creat,write,writev,pwrite64,rename,renameat,renameat2,unlink,unlinkat,mkdir,\
                        mkdirat,rmdir,link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,fchown,ftruncate,truncate,fallocate,\
                        fsync,fdatasync,syncfs,sync,utimensat,mknodat,copy_file_range,sendfile,setxattr,fsetxattr";

/// One call as strace prints it with `-y`.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) process: String,
    pub(crate) name: String,
    pub(crate) text: String,
    /// Counted from 1 among the calls of this name in its process: what `when=` takes.
    pub(crate) number: usize,
}

impl Call {
    /// Whether it changes the disk: not a reading `open`, not what is said on a terminal.
    pub(crate) fn is_mutating(&self) -> bool {
        match &*self.name {
            "open" | "openat" | "openat2" => ["O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC", "O_TMPFILE"]
                .iter()
                .any(|flag| self.text.contains(flag)),
            "write" | "writev" => !["(1<", "(2<"].iter().any(|fd| self.text.contains(fd)),
            _ => true,
        }
    }
}

pub(crate) struct Strace {
    tool: Tool,
}

impl Strace {
    pub(crate) fn find() -> Option<Self> {
        Some(Self {
            tool: Tool::find("strace")?,
        })
    }

    /// Runs the program to its end and lists the calls that might change something.
    pub(crate) fn calls(&self, world: &World, arguments: &[&str]) -> (Output, Vec<Call>) {
        let trace = world.at("trace");
        let mut command = world.command(self.tool.path());
        command.args(["-f", "-y", "-s", "512", "-e", &format!("trace={MUTATING}"), "-o"]);
        command
            .arg(&trace)
            .arg(env!("CARGO_BIN_EXE_pinkogen"))
            .args(arguments);
        let output = command.output().expect("strace runs");
        let text = fs::read_to_string(trace).expect("a trace");
        let mut numbers = BTreeMap::new();
        let calls = text.lines().filter_map(|line| {
            let (process, text) = line.split_once(' ')?;
            let text = text.trim_start();
            let (name, _) = text.split_once('(')?;
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return None;
            }
            let number = numbers.entry((process.to_owned(), name.to_owned())).or_insert(0);
            *number += 1;
            Some(Call {
                process: process.to_owned(),
                name: name.to_owned(),
                text: text.to_owned(),
                number: *number,
            })
        });
        (output, calls.collect())
    }

    /// The mutating calls of the main thread, which does them all.
    pub(crate) fn points(&self, world: &World, arguments: &[&str]) -> Vec<Call> {
        let (output, calls) = self.calls(world, arguments);
        assert!(output.status.success(), "{}", crate::world::said(&output));
        let main = calls[0].process.clone();
        let points: Vec<Call> = calls.into_iter().filter(Call::is_mutating).collect();
        assert!(
            points.iter().all(|call| call.process == main),
            "one thread writes"
        );
        points
    }

    /// Runs the program, in which that call is met by something: `error=EIO`, `signal=SIGKILL`.
    pub(crate) fn inject(&self, world: &World, call: &Call, what: &str, arguments: &[&str]) -> Output {
        let mut command = world.command(self.tool.path());
        let inject = format!("inject={}:{what}:when={}", call.name, call.number);
        command.args([
            "-q",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={}", call.name),
            "-e",
            &inject,
        ]);
        command
            .arg(env!("CARGO_BIN_EXE_pinkogen"))
            .args(arguments)
            .output()
            .expect("strace runs")
    }
}

/// Does the work for each item, on all processors, each in a world of its own. The errors come back with their items.
pub(crate) fn in_worlds<T: Sync>(
    items: &[T],
    work: impl Fn(&World, &T) -> Result<(), String> + Sync,
) -> Vec<(usize, String)> {
    in_worlds_of(40, items, work)
}

/// The same, in smaller worlds.
pub(crate) fn in_worlds_of<T: Sync>(
    size: usize,
    items: &[T],
    work: impl Fn(&World, &T) -> Result<(), String> + Sync,
) -> Vec<(usize, String)> {
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut errors: Vec<(usize, String)> = std::thread::scope(|scope| {
        let run = || {
            let world = World::sized(size);
            let mut errors = Vec::new();
            loop {
                let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(item) = items.get(index) else {
                    return errors;
                };
                world.reset();
                if let Err(error) = work(&world, item) {
                    errors.push((index, error));
                }
            }
        };
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        all.into_iter()
            .flat_map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    errors.sort();
    errors
}
