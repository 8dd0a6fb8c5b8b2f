//! A program that is killed while it writes: its files are old or new, and never torn.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use airelays::private_file;
use airelays::security::RelayToken;

const DIRECTORY: &str = "AIRELAYS_TEST_KILLS";

/// The files: a token, and two of several pages, one of which replaces links as the login does.
const FILES: [&str; 3] = ["relay-token", "config.toml", "auth.json"];

/// Not a test of its own: the program that is killed. Without the variable it does nothing.
#[test]
fn a_writer_of_its_own() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let directory = Path::new(&directory);
    for round in 0_u64.. {
        let text = whole(round);
        RelayToken::create(&directory.join(FILES[0])).unwrap();
        private_file::write(&directory.join(FILES[1]), text.as_bytes()).unwrap();
        private_file::replace(&directory.join(FILES[2]), text.as_bytes()).unwrap();
        if round == 0 {
            println!("\nwriting");
        }
    }
}

/// 40 KB in which every line is the same.
fn whole(round: u64) -> String {
    format!("{round:019}\n").repeat(2000)
}

fn check(directory: &Path) {
    RelayToken::read(&directory.join(FILES[0])).unwrap();
    for file in &FILES[1..] {
        let text = fs::read_to_string(directory.join(file)).unwrap();
        assert_eq!(text, whole(text.lines().next().unwrap().parse().unwrap()), "{file} is torn");
    }
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

fn survive(kills: usize) {
    let home = tempfile::tempdir().unwrap();
    for _ in 0..kills {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "threats::kills::a_writer_of_its_own", "--nocapture"])
            .env(DIRECTORY, home.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "writing"));
        std::thread::sleep(Duration::from_micros(rand::random_range(0..20_000)));
        writer.kill().unwrap();
        writer.wait().unwrap();
        check(home.path());
    }
    for file in FILES {
        private_file::remove_leftovers(&home.path().join(file));
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), FILES.len(), "nothing is left beside them");
}

#[test]
fn a_killed_writer_leaves_whole_files() {
    survive(40);
}

#[test]
#[ignore = "the same as above, more often"]
fn a_writer_killed_200_times_leaves_whole_files() {
    survive(200);
}
