//! Which file systems a write-ahead log may be on: those whose locks and shared memory hold, which is to
//! say those of this machine.

use std::path::Path;

use super::OpenError;

/// Refuses a database that is on another machine.
#[cfg(target_os = "linux")]
pub(super) fn check(database: &Path) -> Result<(), OpenError> {
    let directory = database.parent().unwrap_or(database);
    let kind = rustix::fs::statfs(directory).map_err(std::io::Error::from)?;
    // The type is of various widths and signs; the numbers have 32 bits.
    match network_name(kind.f_type as u32) {
        Some(name) => Err(OpenError::Network(name)),
        None => Ok(()),
    }
}

/// Refuses a database that is on another machine, where that can be told.
#[cfg(not(target_os = "linux"))]
pub(super) fn check(_: &Path) -> Result<(), OpenError> {
    Ok(())
}

/// What a file system on another machine is called, by the number that statfs(2) gives for it.
#[cfg(any(target_os = "linux", test))]
fn network_name(number: u32) -> Option<&'static str> {
    Some(match number {
        0x6969 => "NFS",
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => "SMB",
        0x0102_1997 => "9p",
        0x5346_414f | 0x6b41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x00c3_6400 => "Ceph",
        0x0bd0_0bd0 => "Lustre",
        0x4750_4653 => "GPFS",
        0x0116_1970 => "GFS2",
        0x7461_636f => "OCFS2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_systems_of_other_machines_are_told_from_those_of_this_one() {
        let numbers = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997];
        let names = numbers.map(|number| network_name(number).unwrap());
        assert_eq!(names, ["NFS", "SMB", "SMB", "SMB", "9p"]);
        // ext4, XFS, Btrfs, tmpfs, overlayfs, ZFS.
        for number in [
            0xef53,
            0x5846_5342,
            0x9123_683e,
            0x0102_1994,
            0x794c_7630,
            0x2fc1_2fc1,
        ] {
            assert_eq!(network_name(number), None, "{number:x}");
        }
    }

    #[test]
    fn the_refusal_names_the_file_system_and_what_to_do() {
        let refusal = OpenError::Network("NFS").to_string();
        assert!(
            refusal.contains("NFS") && refusal.contains("PostgreSQL"),
            "{refusal}"
        );
    }
}
