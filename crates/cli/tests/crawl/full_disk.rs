//! A crawl that finds its disk full stops and says so, and goes on when there is room.

use std::path::Path;
use std::process::Command;

use crate::desk::{Answer, Desk, crawl_of};
use crate::killed::{asked, desk, found, site};

/// Puts a folder on a disk of its own for as long as a command takes; `$3` has it afterwards.
///
/// The disk is made of memory, in a namespace where an ordinary user may mount one, and goes with the command.
const ON_A_DISK: &str = "\
size=$1 folder=$2 after=$3; shift 3
cp -R \"$folder\" \"$after\" && mount -t tmpfs -o size=\"$size\" none \"$folder\" && cp -R \"$after/.\" \"$folder\" || exit 99
\"$@\"; code=$?
rm -r \"$after\" && cp -R \"$folder\" \"$after\" || exit 99
exit $code";

fn sh(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    command
}

/// Whether this system lets its users mount; says on standard error where it does not.
fn has_small_disks(folder: &Path) -> bool {
    let mounted = sh("mount -t tmpfs none \"$1\"").arg(folder).output();
    let is_mounted = mounted.is_ok_and(|output| output.status.success());
    if !is_mounted {
        eprintln!("skipped: no disk can be mounted here");
    }
    is_mounted
}

/// Runs the program with the data directory on a disk of so many KiB, and takes it back from there.
#[track_caller]
fn run_on_a_disk(desk: &Desk, size: u64, arguments: &[&str]) -> Answer {
    let (program, after) = (desk.command(arguments), desk.beside("after"));
    let mut command = sh(ON_A_DISK);
    command.arg(format!("{size}k")).args([desk.data(), after.clone()]);
    command.arg(program.get_program()).args(program.get_args());
    let answer = Answer::of(&command.output().expect("it was found before"));
    assert_ne!(answer.code, Some(99), "{answer:?}");
    std::fs::remove_dir_all(desk.data()).expect("the temporary folder can be written");
    std::fs::rename(after, desk.data()).expect("the temporary folder can be written");
    answer
}

/// Holds that the disk was full, and that this was all the program had to say.
#[track_caller]
fn assert_full(answer: &Answer) {
    assert_eq!((answer.code, answer.out.as_str()), (Some(3), ""), "{answer:?}");
    assert_eq!(answer.errors.lines().count(), 1, "{answer:?}");
    assert!(answer.errors.contains("; free some space and try again"), "{answer:?}");
}

/// How much of a disk a folder takes, in KiB.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("the folder can be read").flatten();
    let of = |entry: std::fs::DirEntry| match entry.metadata().expect("it is there") {
        metadata if metadata.is_dir() => size(&entry.path()),
        metadata => metadata.len().div_ceil(4096) * 4,
    };
    entries.map(of).sum()
}

#[test]
fn a_crawl_goes_on_with_each_larger_disk_until_one_has_room() {
    let (whole, server) = (desk(1), site());
    if !has_small_disks(&whole.data()) {
        return;
    }
    whole.crawl(&server, &["sample-wire"]);
    let once = asked(&server);

    let (desk, server) = (desk(1), site());
    let mut full = 0;
    for step in 1..=200 {
        let answer = run_on_a_disk(&desk, step * 80, &crawl_of(&server.url(""), &["sample-wire"]));
        if answer.code == Some(0) {
            break;
        }
        assert_full(&answer);
        full += 1;
    }
    assert!(full > 5, "full {full} times");
    assert_eq!(found(&desk)[..3], found(&whole)[..3], "articles, revisions and keys");
    let counts = asked(&server);
    assert_eq!(counts.keys().collect::<Vec<_>>(), once.keys().collect::<Vec<_>>());
    let more: usize =
        counts.iter().filter(|(target, _)| !target.starts_with("/list")).map(|(_, count)| count - 1).sum();
    assert!(more <= full, "{more} pages asked for again after {full} full disks: {counts:?}");
    assert_eq!(desk.total(&["--source", "sample-wire"]), whole.total(&["--source", "sample-wire"]));
    desk.assert_sound();
    eprintln!("{full} full disks: {more} pages asked for again");
}

#[test]
fn an_index_that_does_not_fit_is_made_when_there_is_room() {
    let (desk, server) = (desk(1), site());
    if !has_small_disks(&desk.data()) {
        return;
    }
    desk.crawl(&server, &["sample-wire"]);
    let before = desk.total(&["--source", "sample-wire"]);
    std::fs::remove_dir_all(desk.data().join("index")).unwrap();
    let taken = size(&desk.data());
    for room in [0, 16, 48, 64, 80] {
        let answer = run_on_a_disk(&desk, taken + room, &["reindex"]);
        assert_full(&answer);
    }
    assert_eq!(run_on_a_disk(&desk, taken + 4096, &["reindex"]).code, Some(0));
    assert_eq!(desk.total(&["--source", "sample-wire"]), before);
    desk.assert_sound();
}
