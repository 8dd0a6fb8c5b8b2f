//! `airelays serve` as a process: what it says, whom it serves, a token that is replaced while it runs.

use std::io::{BufRead as _, BufReader};

use crate::support::home::Home;
use crate::support::serving::Serving;

#[test]
fn a_rotated_token_counts_at_once() {
    let home = Home::new();
    home.run(&["init"]);
    let old = home.token();
    let serving = Serving::start(&home, &[]);
    assert_eq!(serving.status(&old), 200);
    assert!(home.run(&["token", "rotate"]).starts_with("exit: 0\n"));
    let new = home.token();
    assert_ne!(new, old);
    assert_eq!((serving.status(&new), serving.status(&old)), (200, 401));
}

#[cfg(unix)]
#[test]
fn a_token_that_others_can_read_is_made_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    home.run(&["init"]);
    let file = home.path(".airelays/relay-token");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut serving = Serving::start(&home, &[]);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let mut said = String::new();
    BufReader::new(serving.child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("others could read the relay token (mode 0644)"), "{said}");
}

#[test]
fn a_missing_token_says_what_to_do() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(&["serve", "--upstream", "demo"]), @"
    exit: 1
    ---- stderr
    error: there is no relay token: [home]/.airelays/relay-token does not exist; create it with `airelays init`
    ");
}

#[test]
fn other_machines_are_not_served_without_a_token() {
    let home = Home::new();
    let open = ["serve", "--upstream", "demo", "--host", "0.0.0.0", "--no-auth"];
    insta::assert_snapshot!(home.run(&open), @"
    exit: 2
    ---- stderr
    error: listening on `0.0.0.0` without bearer auth would let every machine that reaches it spend the subscription; listen on 127.0.0.1, or keep the relay token, or say `--allow-open-network` if that is meant
    ");
}

#[test]
fn serving_other_machines_is_told() {
    let home = Home::new();
    home.run(&["init"]);
    for (arguments, warning) in [
        (
            &["--host", "0.0.0.0"][..],
            "warning: listening on `0.0.0.0`: other machines reach the relay over plain HTTP, and the relay token is all that keeps them out",
        ),
        (
            &["--host", "0.0.0.0", "--no-auth", "--allow-open-network"][..],
            "warning: listening on `0.0.0.0` without bearer auth: whoever reaches it spends the subscription",
        ),
    ] {
        let mut serving = Serving::start(&home, arguments);
        let stderr = BufReader::new(serving.child.stderr.take().unwrap());
        assert_eq!(stderr.lines().next().unwrap().unwrap(), warning);
    }
}

#[test]
fn doctor_knows_a_relay_of_ours() {
    let home = Home::new();
    home.run(&["init"]);
    let serving = Serving::start(&home, &[]);
    let said = home.run_with(&["doctor", "--upstream", "demo"], &[("AIRELAYS_PORT", serving.port())]);
    let ours = format!(
        "port: a relay answers on 127.0.0.1:{} already (airelays {})",
        serving.port(),
        env!("CARGO_PKG_VERSION")
    );
    assert!(
        said.starts_with("exit: 0\n")
            && said.contains(&ours.replace(concat!("airelays ", env!("CARGO_PKG_VERSION")), "airelays [version]")),
        "{said}"
    );

    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let said = home.run_with(&["doctor", "--upstream", "demo"], &[("AIRELAYS_PORT", &port)]);
    assert!(said.starts_with("exit: 1\n") && said.contains("  fail  port: "), "{said}");
}
