//! The relay's own login: kept, renewed once, made in both ways.

mod flows;
mod keeping;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use airelays::auth::{Auth, AuthError, AuthSettings, Clock};
use airelays::config::AuthStorage;
use airelays::upstream::chatgpt::Timeouts;
use airelays::upstream::{RequestContext, Upstream};
use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned};
use crate::support::idp::{ACCOUNT, Idp, Trick, access_token, id_token};

/// The time in these tests, in unix seconds.
const NOW: u64 = 1_800_000_000;

/// A login in a directory of its own, and its provider.
struct Setup {
    idp: Idp,
    home: tempfile::TempDir,
}

impl Setup {
    /// With nobody logged in.
    async fn empty() -> Self {
        Self { idp: Idp::start().await, home: tempfile::tempdir().unwrap() }
    }

    /// With a login whose access token ends then.
    async fn ending(expires_at: u64) -> Self {
        let setup = Self::empty().await;
        setup.write(&login(expires_at));
        setup
    }

    fn write(&self, login: &Value) {
        std::fs::write(self.file(), login.to_string()).unwrap();
    }

    fn file(&self) -> std::path::PathBuf {
        self.home.path().join("auth.json")
    }

    fn written(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.file()).unwrap()).unwrap()
    }

    fn settings(&self) -> AuthSettings {
        settings(self.home.path(), &self.idp.issuer())
    }

    fn auth(&self) -> Auth {
        Auth::open(self.settings())
    }

    /// Another process that asks for the login once and tells what it got.
    fn process(&self) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "auth::a_process_of_its_own", "--nocapture"])
            .env("AIRELAYS_TEST_AUTH_DATA", self.home.path())
            .env("AIRELAYS_TEST_AUTH_ISSUER", self.idp.issuer())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

fn settings(data_dir: &Path, issuer: &str) -> AuthSettings {
    AuthSettings {
        storage: AuthStorage::File,
        callback_ports: vec![0],
        renew_early: Duration::ZERO,
        clock: Clock::new(|| NOW),
        ..AuthSettings::new(data_dir, issuer, "client-1")
    }
}

fn login(expires_at: u64) -> Value {
    json!({
        "bound_account_id": ACCOUNT,
        "tokens": {
            "id_token": id_token(), "access_token": access_token("0", expires_at), "refresh_token": "rt-0", "account_id": ACCOUNT,
        },
        "last_refresh": "2026-08-06T00:00:00+00:00",
    })
}

/// Not a test of its own: what [`Setup::process`] runs. Without the variables it does nothing.
#[tokio::test]
async fn a_process_of_its_own() {
    let (Some(data_dir), Some(issuer)) =
        (std::env::var_os("AIRELAYS_TEST_AUTH_DATA"), std::env::var_os("AIRELAYS_TEST_AUTH_ISSUER"))
    else {
        return;
    };
    let auth = Auth::open(settings(Path::new(&data_dir), issuer.to_str().unwrap()));
    println!("\noutcome: {}", outcome(auth.access().await.map(|access| access.access_token.fingerprint())));
}

fn outcome(access: Result<String, AuthError>) -> String {
    access.unwrap_or_else(|error| error.code().to_owned())
}

/// What a process told.
async fn told(process: Child) -> String {
    let output = tokio::task::spawn_blocking(|| process.wait_with_output()).await.unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("outcome: ")).unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn two_hundred_calls_at_the_end_make_one_exchange() {
    let setup = Setup::ending(NOW).await;
    let auth = setup.auth();
    let calls = futures_util::future::join_all((0..200).map(|_| auth.access())).await;
    let tokens: Vec<_> = calls.into_iter().map(|call| call.unwrap().access_token.expose().clone()).collect();
    assert!(tokens.iter().all(|token| *token == access_token("1", 4_102_444_800)), "everybody has the new one");
    assert_eq!(setup.idp.exchanges(), 1);
    let seen = &setup.idp.seen("/oauth/token")[0];
    let body: Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!(body, json!({"client_id": "client-1", "grant_type": "refresh_token", "refresh_token": "rt-0"}));
    assert_eq!(setup.written()["tokens"]["refresh_token"], "rt-1");
    assert_eq!(setup.written()["last_refresh"], "2027-01-15T08:00:00+00:00");
    assert_eq!(setup.written()["bound_account_id"], ACCOUNT);
}

#[tokio::test]
async fn each_process_renews_at_its_own_moment() {
    for (left, early, exchanges) in [(301, 0, 0), (300, 0, 1), (340, 39, 0), (340, 40, 1)] {
        let setup = Setup::ending(NOW + left).await;
        let renew_early = Duration::from_secs(early);
        Auth::open(AuthSettings { renew_early, ..setup.settings() }).access().await.unwrap();
        assert_eq!(setup.idp.exchanges(), exchanges, "{left} s before the end, {early} s early");
    }
    let drawn = || AuthSettings::new(Path::new("/"), "", "").renew_early;
    let most = (0..100).map(|_| drawn()).max().unwrap();
    assert!(most > Duration::ZERO && most <= Duration::from_secs(60), "{most:?}");
}

#[tokio::test]
async fn four_processes_make_one_exchange() {
    let setup = Setup::ending(NOW).await;
    let processes: Vec<_> = (0..4).map(|_| setup.process()).collect();
    let told = futures_util::future::join_all(processes.into_iter().map(told)).await;
    let token = airelays::secret::fingerprint(&access_token("1", 4_102_444_800));
    assert_eq!(told, vec![token; 4]);
    assert_eq!(setup.idp.exchanges(), 1);
}

#[tokio::test]
async fn six_refused_calls_make_one_exchange() {
    let setup = Setup::ending(4_102_444_800).await;
    let auth = setup.auth();
    let refused = auth.access().await.unwrap().access_token;
    assert_eq!(setup.idp.exchanges(), 0);
    let calls = futures_util::future::join_all((0..6).map(|_| auth.access_instead_of(&refused))).await;
    assert!(calls.into_iter().all(|call| call.unwrap().access_token.expose() == &access_token("1", 4_102_444_800)));
    assert_eq!(setup.idp.exchanges(), 1);
    // A new one that is refused as well is not worth another exchange.
    let newest = auth.access().await.unwrap().access_token;
    let again = auth.access_instead_of(&newest).await.unwrap().access_token;
    assert_eq!((again.expose(), setup.idp.exchanges()), (newest.expose(), 1));
}

#[tokio::test]
async fn a_newer_login_on_disk_is_taken_without_an_exchange() {
    let setup = Setup::ending(4_102_444_800).await;
    let auth = setup.auth();
    let refused = auth.access().await.unwrap().access_token;
    let mut newer = login(4_102_444_800);
    newer["tokens"]["access_token"] = json!("another");
    setup.write(&newer);
    assert_eq!(auth.access_instead_of(&refused).await.unwrap().access_token.expose(), "another");
    assert_eq!(setup.idp.exchanges(), 0);
}

#[tokio::test]
async fn a_caller_that_goes_away_loses_no_token() {
    let setup = Setup::ending(NOW).await;
    let auth = setup.auth();
    let call = auth.access();
    tokio::select! {
        biased;
        () = setup.idp.had(1) => {}
        _ = call => {}
    }
    auth.settled().await;
    assert_eq!(setup.written()["tokens"]["refresh_token"], "rt-1");
}

#[tokio::test]
async fn killed_between_exchange_and_writing() {
    let setup = Setup::ending(NOW).await;
    setup.idp.play([Trick::Hang]);
    let mut process = setup.process();
    setup.idp.had(1).await;
    process.kill().unwrap();
    process.wait().unwrap();
    let status = setup.auth().status().await;
    assert_eq!((status.state.name(), status.is_usable), ("expired", true));
    assert_eq!(status.notes.len(), 1, "{:?}", status.notes);
    // The refresh token is used up, which only the provider can tell.
    let auth = setup.auth();
    let error = auth.access().await.unwrap_err();
    assert_eq!(error.code(), "upstream_auth_refresh_failed");
    insta::assert_snapshot!(error, @"
    the upstream login could not be renewed (refresh_token_reused): refresh_token_reused; an earlier renewal was cut off before the new tokens were written down; run `airelays login`
    ");
    assert_eq!(auth.access().await.unwrap_err().to_string(), error.to_string());
    assert_eq!(told(setup.process()).await, "upstream_auth_refresh_failed");
    assert_eq!(setup.idp.exchanges(), 2, "nobody asks again for the same login");
    let status = setup.auth().status().await;
    assert_eq!((status.state.name(), status.is_usable), ("refresh_failed", false));
    // Until there is another login.
    let mut another = login(4_102_444_800);
    another["tokens"]["refresh_token"] = json!("rt-1");
    setup.write(&another);
    assert!(auth.access().await.is_ok());
}

#[tokio::test]
async fn an_exchange_that_comes_to_nothing_keeps_the_old_tokens() {
    let page = "<html><body>rt-0 is blocked</body></html>".to_owned();
    let tricks = [
        (Trick::Hang, "timeout"),
        (Trick::Answer(500, "text/plain", "upstream exploded".to_owned()), "http_500"),
        (Trick::Answer(403, "text/html", page.clone()), "http_403"),
        (Trick::Answer(200, "text/html", page), "bad_answer"),
        (Trick::Answer(200, "application/json", "{}".to_owned()), "bad_answer"),
        (
            Trick::Answer(400, "application/json", json!({"error": {"code": "empty_string"}}).to_string()),
            "empty_string",
        ),
    ];
    for (trick, code) in tricks {
        // Over: nothing can be done.
        let over = Setup::ending(NOW).await;
        over.idp.play([trick.clone()]);
        let auth = Auth::open(AuthSettings { exchange_timeout: Duration::from_millis(300), ..over.settings() });
        let AuthError::Refresh(failure) = auth.access().await.unwrap_err() else { panic!("{trick:?}") };
        assert_eq!((failure.code.as_str(), failure.is_permanent), (code, false), "{trick:?}");
        assert!(!failure.message.contains("rt-0"), "{}", failure.message);
        assert_eq!(over.written(), login(NOW), "{trick:?}");
        assert!(auth.access().await.is_err());
        assert_eq!(over.idp.exchanges(), 1, "not at once again");
        assert_eq!(auth.status().await.state.name(), "expired");
        // Nearly over: the old token goes on.
        let nearly = Setup::ending(NOW + 100).await;
        nearly.idp.play([trick.clone()]);
        let auth = Auth::open(AuthSettings { exchange_timeout: Duration::from_millis(300), ..nearly.settings() });
        for _ in 0..2 {
            assert_eq!(auth.access().await.unwrap().access_token.expose(), &access_token("0", NOW + 100));
        }
        assert_eq!((nearly.idp.exchanges(), auth.status().await.state.name()), (1, "ready"), "{trick:?}");
    }
}

#[tokio::test]
async fn what_the_provider_leaves_out_stays() {
    let setup = Setup::ending(NOW).await;
    setup.idp.play([Trick::Without(&["id_token", "refresh_token"])]);
    setup.auth().access().await.unwrap();
    let tokens = setup.written()["tokens"].clone();
    assert_eq!((&tokens["refresh_token"], &tokens["id_token"]), (&json!("rt-0"), &json!(id_token())));
    assert_eq!(tokens["access_token"], access_token("1", 4_102_444_800));
}

#[tokio::test]
async fn a_failure_for_good_leaves_a_token_that_is_still_good() {
    let setup = Setup::ending(NOW + 100).await;
    setup.idp.play([Trick::Answer(401, "application/json", json!({"error": "invalid_grant"}).to_string())]);
    let auth = setup.auth();
    for _ in 0..3 {
        assert!(auth.access().await.is_ok());
    }
    assert_eq!(setup.idp.exchanges(), 1);
    let status = auth.status().await;
    assert_eq!((status.state.name(), status.is_usable), ("refresh_failed", true));
}

#[tokio::test]
async fn a_clock_that_is_wrong_makes_no_loop() {
    let setup = Setup::ending(NOW - 10).await;
    setup.idp.set_expiry(NOW - 5);
    let auth = setup.auth();
    for _ in 0..5 {
        assert_eq!(auth.access().await.unwrap().access_token.expose(), &access_token("1", NOW - 5));
    }
    assert_eq!(told(setup.process()).await, airelays::secret::fingerprint(&access_token("1", NOW - 5)));
    assert_eq!(setup.idp.exchanges(), 1);
}

#[tokio::test]
async fn a_clock_that_is_set_makes_one_exchange() {
    const DAY: u64 = 86_400;
    // A day ahead of the provider, set back, and gone mad: with every look a day on or back. New tokens are good for an hour of the provider's, or are
    // over before they are given.
    let steps: [fn(u64) -> u64; 4] = [
        |_| NOW + DAY,
        |look| if look < 4 { NOW + DAY } else { NOW - DAY },
        |look| NOW + look * DAY,
        |look| if look % 2 == 0 { NOW + DAY } else { NOW - DAY },
    ];
    for (number, step) in steps.into_iter().enumerate() {
        for lifetime in [3600, -3600_i64, i64::MIN / 2] {
            let setup = Setup::ending(NOW - 1).await;
            setup.idp.set_expiry(NOW.saturating_add_signed(lifetime));
            let looks = std::sync::atomic::AtomicU64::new(0);
            let clock = Clock::new(move || step(looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed)));
            let auth = Auth::open(AuthSettings { clock, ..setup.settings() });
            for _ in 0..20 {
                let access = auth.access().await.unwrap();
                auth.access_instead_of(&access.access_token).await.unwrap();
            }
            assert_eq!(setup.idp.exchanges(), 1, "clock {number}, tokens for {lifetime} s");
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_late_leaves_it_to_the_backend_to_refuse() {
    let setup = Setup::ending(NOW).await;
    let auth = Auth::open(AuthSettings { clock: Clock::new(|| NOW - 86_400), ..setup.settings() });
    let over = auth.access().await.unwrap().access_token;
    assert_eq!(setup.idp.exchanges(), 0, "it looks good");
    for _ in 0..20 {
        assert_eq!(
            auth.access_instead_of(&over).await.unwrap().access_token.expose(),
            &access_token("1", 4_102_444_800)
        );
    }
    assert_eq!(setup.idp.exchanges(), 1);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_costs_no_token() {
    let setup = Setup::ending(NOW).await;
    std::fs::create_dir(setup.home.path().join("auth-state.json")).unwrap();
    assert_eq!(setup.auth().access().await.unwrap_err().code(), "upstream_auth_error");
    assert_eq!(setup.idp.exchanges(), 0);
}

#[tokio::test]
async fn the_provider_is_out_of_reach() {
    let setup = Setup::ending(NOW).await;
    let auth = Auth::open(AuthSettings { issuer: "http://127.0.0.1:1".to_owned(), ..setup.settings() });
    let error = auth.access().await.unwrap_err();
    insta::assert_snapshot!(error, @"
    the upstream login could not be renewed (unreachable): the provider cannot be reached; check the network; it will be tried again
    ");
    let auth = Arc::new(auth);
    assert_eq!(auth.status().await.state.name(), "expired");
}

#[tokio::test]
async fn the_backend_gets_the_renewed_token() {
    let (setup, backend) = (Setup::ending(4_102_444_800).await, Backend::start().await);
    let upstream = backend.upstream_with(Timeouts::default(), Arc::new(setup.auth()));
    let refusal = || Canned::Whole(401, Vec::new(), json!({"detail": "Unauthorized"}).to_string().into());
    backend.then("/wham/usage", refusal());
    upstream.usage(false, RequestContext::default()).await.unwrap();
    let sent: Vec<_> =
        backend.captured("/wham/usage").iter().map(|call| call.headers["authorization"].clone()).collect();
    let bearer = |serial| format!("Bearer {}", access_token(serial, 4_102_444_800));
    assert_eq!(sent, [bearer("0"), bearer("1")]);
    assert_eq!(setup.idp.exchanges(), 1);
    // Refused again, there is nothing left to do.
    backend.then("/wham/usage", refusal());
    let error = upstream.usage(false, RequestContext::default()).await.unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (503, Some("upstream_auth_rejected")));
    assert_eq!(setup.idp.exchanges(), 1);
}

#[tokio::test]
async fn a_lock_that_is_not_given_back_stops_everybody_once() {
    let setup = Setup::ending(NOW).await;
    let lock = std::fs::File::create(setup.home.path().join("auth.lock")).unwrap();
    lock.lock().unwrap();
    let auth = Auth::open(AuthSettings { lock_timeout: Duration::from_millis(100), ..setup.settings() });
    let calls = futures_util::future::join_all((0..50).map(|_| auth.access())).await;
    assert!(calls.into_iter().all(|call| call.unwrap_err().code() == "upstream_auth_error"));
    assert_eq!(setup.idp.exchanges(), 0);
}
