//! The mode bits that pinkogen reads and writes, in one place, since not every system has them.

use std::io;

use cap_std::fs::{Dir, Metadata, Permissions};

#[cfg(unix)]
use cap_std::fs::PermissionsExt as _;

/// Whether the owner may execute it.
pub(super) fn is_executable(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    return metadata.permissions().mode() & 0o100 != 0;
    #[cfg(not(unix))]
    return false;
}

/// The permissions with x for everyone who may read, or for nobody.
#[cfg_attr(not(unix), expect(unused_variables, reason = "there is no x bit"))]
pub(super) fn with_executable(permissions: &Permissions, executable: bool) -> Permissions {
    #[cfg(unix)]
    {
        let mode = permissions.mode() & 0o777;
        let bits = if executable {
            mode | 0o100 | (mode & 0o444) >> 2
        } else {
            mode & !0o111
        };
        Permissions::from_mode(bits)
    }
    #[cfg(not(unix))]
    permissions.clone()
}

/// Fails if this process may not put files into the folder. What the system cannot tell passes.
pub(super) fn check_writable(dir: &Dir) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{Access, AtFlags, accessat};
        use rustix::io::Errno;
        if let Err(error @ (Errno::ACCESS | Errno::PERM | Errno::ROFS)) =
            accessat(dir, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)
        {
            return Err(error.into());
        }
    }
    let _ = dir;
    Ok(())
}

/// The mode that a new file is asked for; the umask takes its share.
pub(super) fn new_mode(executable: bool) -> u32 {
    if executable { 0o755 } else { 0o644 }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn who_reads_may_execute() {
        for (mode, on, off) in [
            (0o644, 0o755, 0o644),
            (0o640, 0o750, 0o640),
            (0o600, 0o700, 0o600),
            (0o200, 0o300, 0o200),
            (0o755, 0o755, 0o644),
        ] {
            let permissions = Permissions::from_mode(mode);
            assert_eq!(with_executable(&permissions, true).mode(), on, "{mode:o}");
            assert_eq!(with_executable(&permissions, false).mode(), off, "{mode:o}");
        }
    }
}
