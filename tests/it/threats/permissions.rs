//! A user whose files others may read unless a program sees to it: umask 000, and files that are loose already.

use std::fs::{self, Permissions};
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::backend::{Backend, Canned};
use crate::support::form::{self, BOUNDARY};
use crate::support::home::Home;
use crate::support::idp::{ACCOUNT, Idp, access_token, id_token};
use crate::support::serving::{Serving, after};

const UMASK: &str = "umask 000";

/// Everything below a directory.
fn walk(directory: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(walk(&path));
        }
        all.push(path);
    }
    all
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// What others may use, with its mode.
fn loose(home: &Home) -> Vec<String> {
    let all = walk(&home.path("")).into_iter().filter(|path| mode(path) != if path.is_dir() { 0o700 } else { 0o600 });
    all.map(|path| format!("{} {:o}", path.display(), mode(&path))).collect()
}

/// Has a relay write one of everything, looks at it while it runs, and gives back what the relay said.
async fn use_all_of_it(home: &Home, backend: &Backend, idp: &Idp) -> String {
    let socket = home.path("relay.sock");
    let variables = [
        ("AIRELAYS_UPSTREAM_BASE_URL", backend.base.as_str()),
        ("AIRELAYS_ISSUER_BASE_URL", &idp.issuer()),
        ("AIRELAYS_AUTH_STORAGE", "file"),
        ("AIRELAYS_UNIX_SOCKET", socket.to_str().unwrap()),
    ];
    let mut relay = Serving::spawn(after(UMASK, &home.command(&["serve", "--port", "0"], &variables)));
    airelays::upstream::install_crypto_provider();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let token = home.token();
    let post = |path: &str| client.post(format!("http://{}{path}", relay.address)).bearer_auth(&token);
    backend.then("/responses", Canned::transcript("text.sse"));
    let form = form::body(&[form::text("purpose", "user_data"), form::file("a.txt", b"text")]);
    let form_type = format!("multipart/form-data; boundary={BOUNDARY}");
    for request in [
        post("/v1/responses").json(&json!({"model": "gpt-5.5", "input": "hello"})),
        post("/v1/conversations").json(&json!({})),
        post("/v1/files").header("content-type", form_type).body(form),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    }
    assert!(fs::symlink_metadata(&socket).unwrap().file_type().is_socket());
    assert_eq!(loose(home), [""; 0]);
    relay.signal("TERM");
    assert!(relay.ended().success());
    assert_eq!(loose(home), [""; 0]);
    let mut said = String::new();
    relay.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    said
}

#[tokio::test]
async fn whatever_the_umask_only_the_owner_can_use_what_is_written() {
    let (idp, backend, home) = (Idp::start().await, Backend::start().await, Home::new());
    assert!(after(UMASK, &home.command(&["init"], &[])).output().unwrap().status.success());
    assert_eq!(loose(&home), [""; 0]);
    // A login that is over, so that it is renewed, which leaves files of its own.
    let tokens = json!({"id_token": id_token(), "access_token": access_token("0", 1), "refresh_token": "rt-0", "account_id": ACCOUNT});
    home.write_private(".airelays/auth.json", &json!({"bound_account_id": ACCOUNT, "tokens": tokens}).to_string());
    assert_eq!(use_all_of_it(&home, &backend, &idp).await, "");

    // Somebody copied them about.
    let data = home.path(".airelays");
    let [token, login, state] = ["relay-token", "auth.json", "state/state.sqlite3"].map(|name| data.join(name));
    let logs = walk(&data.join("logs")).into_iter().filter(|path| path.is_file());
    for file in logs.chain([token, login, state]) {
        fs::set_permissions(file, Permissions::from_mode(0o666)).unwrap();
    }
    let said = use_all_of_it(&home, &backend, &idp).await;
    for what in ["relay token", "upstream login", "state"] {
        assert!(said.contains(&format!("others could read the {what} (mode 0666)")), "{what}: {said}");
    }
}
