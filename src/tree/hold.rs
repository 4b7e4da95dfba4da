//! Two runs at once: the output folder itself is locked. The lock dies with its process and writes nothing.

use std::fs::{File as StdFile, TryLockError};
use std::io;
use std::thread;
use std::time::Duration;

use super::beneath::Beneath;
use super::error::{Busy, Error};

/// How long a run waits for the one before it, and how often it looks.
const WAIT: Duration = Duration::from_millis(1500);
const STEP: Duration = Duration::from_millis(15);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hold {
    /// Others may look too.
    Shared,
    Alone,
}

/// Keeps other runs away until it is dropped. Where folders cannot be locked, nothing keeps them away.
pub(super) fn hold(root: &Beneath, how: Hold) -> Result<StdFile, Error> {
    let file = root.handle().map_err(|source| root.error("lock", "", source))?;
    let mut waited = Duration::ZERO;
    loop {
        let tried = match how {
            Hold::Shared => file.try_lock_shared(),
            Hold::Alone => file.try_lock(),
        };
        match tried {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) if is_unknown(&error) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(root.error("lock", "", error).into()),
            Err(TryLockError::WouldBlock) if waited < WAIT => {
                thread::sleep(STEP);
                waited += STEP;
            }
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy(Busy {
                    path: root.shown(""),
                    process: holder(&file),
                }));
            }
        }
    }
}

/// Some network file systems know no locks of folders.
fn is_unknown(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
    ) || matches!(error.raw_os_error(), Some(9 | 37))
}

/// The process that holds the lock, where the kernel tells.
#[cfg(target_os = "linux")]
fn holder(file: &StdFile) -> Option<u32> {
    let text = std::fs::read_to_string("/proc/locks").ok()?;
    let stat = rustix::fs::fstat(file).ok()?;
    let (major, minor) = (rustix::fs::major(stat.st_dev), rustix::fs::minor(stat.st_dev));
    holder_in(&text, &format!("{major:02x}:{minor:02x}"), stat.st_ino)
}

#[cfg(not(target_os = "linux"))]
fn holder(_: &StdFile) -> Option<u32> {
    None
}

/// Reads lines such as `1: FLOCK  ADVISORY  WRITE 2973 fe:00:811033 0 EOF`.
#[cfg(target_os = "linux")]
fn holder_in(locks: &str, device: &str, inode: u64) -> Option<u32> {
    let holders = |is_ours: &dyn Fn(&str, u64) -> bool| {
        locks.lines().find_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [_, "FLOCK", _, _, process, place, ..] = words[..] else {
                return None;
            };
            let (on, number) = place.rsplit_once(':')?;
            is_ours(on, number.parse().ok()?).then(|| process.parse().ok())?
        })
    };
    // On btrfs the two call the device by different numbers.
    holders(&|on, number| on == device && number == inode).or_else(|| holders(&|_, number| number == inode))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_holder_is_read_from_the_kernel_s_list() {
        let locks = "1: POSIX  ADVISORY  WRITE 7 fe:00:11 0 EOF\n1: FLOCK  ADVISORY  WRITE 8 fe:01:11 0 EOF\n\
                     2: FLOCK  ADVISORY  READ  9 fe:00:11 0 EOF\n2: -> FLOCK  ADVISORY  WRITE 10 fe:00:11 0 EOF\n3: FLOCK\n";
        assert_eq!(holder_in(locks, "fe:00", 11), Some(9));
        assert_eq!(
            holder_in(locks, "00:2b", 11),
            Some(8),
            "another name of the device"
        );
        assert_eq!(holder_in(locks, "fe:00", 12), None);
    }
}
