//! Logins as a person makes them.

use std::collections::BTreeMap;

use airelays::auth::{BrowserLogin, DeviceLogin, LoginError, LoginEvent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use super::*;

/// A browser login under way.
struct Waiting {
    url: url::Url,
    query: BTreeMap<String, String>,
    port: u16,
}

impl Waiting {
    /// Sends a request as a browser would; the status line's number and the rest.
    async fn call(&self, method: &str, target: &str) -> (u16, String) {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let target = target.replace("GOOD", &self.query["state"]);
        let request = format!("{method} {target} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", self.port);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        (answer[9..12].parse().unwrap(), answer)
    }

    fn good(&self) -> String {
        format!("/auth/callback?code={}&state=GOOD", Idp::code(&self.query["code_challenge"]))
    }
}

/// Logs in with a browser that does this.
async fn browse(
    setup: &Setup,
    workspace_id: Option<&str>,
    browser: impl AsyncFnOnce(Waiting),
) -> Result<airelays::auth::AuthStatus, LoginError> {
    let auth = setup.auth();
    let login = BrowserLogin {
        open_browser: false,
        workspace_id: workspace_id.map(str::to_owned),
        timeout: Duration::from_secs(60),
    };
    let (events, mut received) = mpsc::unbounded_channel();
    let mut progress = move |event| events.send(event).unwrap();
    let browsing = async {
        let Some(LoginEvent::Browser { url, redirect_uri, opened: false }) = received.recv().await else {
            panic!("the address comes first")
        };
        let url = url::Url::parse(&url).unwrap();
        let query = url.query_pairs().into_owned().collect();
        let port = url::Url::parse(&redirect_uri).unwrap().port().unwrap();
        browser(Waiting { url, query, port }).await;
    };
    tokio::join!(auth.login_browser(login, &mut progress), browsing).0
}

#[tokio::test]
async fn with_a_browser() {
    let setup = Setup::empty().await;
    let status = browse(&setup, None, async |login| {
        let names: Vec<_> = login.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        let expected = "response_type client_id redirect_uri scope code_challenge code_challenge_method \
                        id_token_add_organizations codex_cli_simplified_flow state originator";
        assert_eq!(names.join(" "), expected);
        assert_eq!(login.url.path(), "/oauth/authorize");
        assert!(login.url.query().unwrap().contains("scope=openid%20profile%20email%20offline_access&"));
        assert_eq!(login.query["originator"], "airelays");
        let (status, answer) = login.call("GET", &login.good()).await;
        assert_eq!(status, 302);
        assert!(answer.contains("location: /success") && answer.contains("referrer-policy: no-referrer"), "{answer}");
        let (status, answer) = login.call("GET", "/success").await;
        assert_eq!(status, 200);
        assert!(answer.contains("Logged in"), "{answer}");
    })
    .await
    .unwrap();
    assert_eq!((status.state.name(), status.plan.as_deref()), ("ready", Some("plus")));
    assert_eq!(status.bound_account_id.as_deref(), Some(ACCOUNT));
    let seen = &setup.idp.seen("/oauth/token")[0];
    let names: Vec<_> = url::form_urlencoded::parse(seen.body.as_bytes()).map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["grant_type", "code", "redirect_uri", "client_id", "code_verifier"]);
    assert_eq!(seen.content_type, "application/x-www-form-urlencoded");
    assert!(setup.auth().access().await.is_ok());
}

#[tokio::test]
async fn forged_callbacks_neither_end_nor_poison_the_wait() {
    let setup = Setup::empty().await;
    browse(&setup, None, async |login| {
        for (method, target, expected) in [
            ("GET", "/auth/callback?code=forged&state=BAD", 400),
            ("GET", "/auth/callback?code=forged", 400),
            ("GET", "/auth/callback?state=GOOD", 400),
            ("GET", "/auth/callback?error=access_denied&state=BAD", 400),
            ("POST", "/auth/callback?code=forged&state=GOOD", 400),
            ("GET", "/success", 404),
            ("GET", "/favicon.ico", 404),
            ("GET", "/", 404),
        ] {
            assert_eq!(login.call(method, target).await.0, expected, "{method} {target}");
        }
        assert_eq!(setup.idp.exchanges(), 0);
        assert_eq!(login.call("GET", &login.good()).await.0, 302);
    })
    .await
    .unwrap();
    assert_eq!(setup.idp.exchanges(), 1);
    assert!(!setup.idp.seen("/oauth/token")[0].body.contains("forged"));
}

#[tokio::test]
async fn ends_that_are_none_of_success() {
    let setup = Setup::empty().await;
    let mut ends = Vec::new();
    for target in [
        "/cancel",
        "/auth/callback?error=server_error&error_description=%3Cb%3Eboom&state=GOOD",
        "/auth/callback?error=access_denied&error_description=missing_codex_entitlement&state=GOOD",
        "/auth/callback?code=unknown&state=GOOD",
    ] {
        let error = browse(&setup, None, async |login| {
            let (status, page) = login.call("GET", target).await;
            assert_eq!(status, 200, "{page}");
            assert!(!page.contains("<b>"), "escaped: {page}");
        })
        .await
        .unwrap_err();
        ends.push(error.to_string());
    }
    let workspace = browse(&setup, Some("workspace-9"), async |login| {
        assert_eq!(login.query["allowed_workspace_id"], "workspace-9");
        assert!(login.call("GET", &login.good()).await.1.contains("workspace_restriction"));
    });
    ends.push(workspace.await.unwrap_err().to_string());
    setup.idp.play([Trick::Without(&["refresh_token"])]);
    let lacking = browse(&setup, None, async |login| drop(login.call("GET", &login.good()).await));
    ends.push(lacking.await.unwrap_err().to_string());
    insta::assert_snapshot!(ends.join("\n"), @"
    the login was cancelled
    the provider refused the login: <b>boom
    the provider refused the login: this account or workspace has no access to Codex; ask its administrator
    the code exchange failed (invalid_grant): invalid_grant
    the login is of another workspace than the one asked for with `--workspace-id`; choose that one on the provider's page
    the code exchange failed (bad_answer): the provider's answer lacks `refresh_token`
    ");
    assert!(!setup.file().exists());
}

#[tokio::test]
async fn a_dropped_login_leaves_nothing_behind() {
    let setup = Setup::empty().await;
    let auth = setup.auth();
    let login = BrowserLogin { open_browser: false, workspace_id: None, timeout: Duration::from_secs(60) };
    let (events, mut received) = mpsc::unbounded_channel();
    let mut progress = move |event| events.send(event).unwrap();
    let event = tokio::select! {
        _ = auth.login_browser(login, &mut progress) => panic!("nobody logged in"),
        event = received.recv() => event,
    };
    let Some(LoginEvent::Browser { redirect_uri, .. }) = event else { panic!("the address comes first") };
    let port = url::Url::parse(&redirect_uri).unwrap().port().unwrap();
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err());
    assert_eq!(std::fs::read_dir(setup.home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_login_left_waiting_makes_room() {
    let setup = Setup::empty().await;
    let (ports, mut announced) = mpsc::unbounded_channel();
    let first = browse(&setup, None, async |login| ports.send(login.port).unwrap());
    let second = async {
        let port = announced.recv().await.unwrap();
        let auth = Auth::open(AuthSettings { callback_ports: vec![port], ..setup.settings() });
        let login = BrowserLogin { open_browser: false, workspace_id: None, timeout: Duration::from_millis(1) };
        (port, auth.login_browser(login, &mut |_| {}).await.unwrap_err())
    };
    let (first, (_, second)) = tokio::join!(first, second);
    assert!(matches!(first, Err(LoginError::Cancelled)));
    assert!(matches!(second, LoginError::TimedOut { .. }), "{second}");
}

#[tokio::test]
async fn a_port_in_use_leads_to_the_next() {
    let setup = Setup::empty().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, taken) = (taken.local_addr().unwrap().port(), Some(taken));
    let auth = Auth::open(AuthSettings { callback_ports: vec![port], ..setup.settings() });
    let login = || BrowserLogin { open_browser: false, workspace_id: None, timeout: Duration::from_millis(1) };
    let error = auth.login_browser(login(), &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, LoginError::Listen { .. }), "{error}");
    let auth = Auth::open(AuthSettings { callback_ports: vec![port, 0], ..setup.settings() });
    assert!(matches!(auth.login_browser(login(), &mut |_| {}).await, Err(LoginError::TimedOut { .. })));
    drop(taken);
}

#[tokio::test]
async fn with_a_code_on_another_device() {
    let setup = Setup::empty().await;
    setup.idp.pend([403]);
    let mut events = Vec::new();
    let login = || DeviceLogin { workspace_id: None, timeout: Duration::from_secs(60) };
    let status = setup.auth().login_device(login(), &mut |event| events.push(event)).await.unwrap();
    assert_eq!(status.state.name(), "ready");
    let expected = LoginEvent::Device {
        verification_url: format!("{}/codex/device", setup.idp.issuer()),
        user_code: "ABCD-12345".to_owned(),
        expires_in: Duration::from_secs(60),
    };
    assert_eq!((&events[0], events.last()), (&expected, Some(&LoginEvent::Exchanging)));
    let form = setup.idp.seen("/oauth/token")[0].body.clone();
    assert!(form.contains(&format!("127.0.0.1%3A{}%2Fdeviceauth%2Fcallback", setup.idp.address.port())), "{form}");
    setup.idp.pend([400]);
    let error = setup.auth().login_device(login(), &mut |_| {}).await.unwrap_err();
    insta::assert_snapshot!(error, @"
    the device login failed (slow down): slow down
    ");
    setup.idp.pend([418]);
    let error = setup.auth().login_device(login(), &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, LoginError::NoDeviceLogin));
    assert!(setup.auth().access().await.is_ok(), "the login that was there stays");
}

#[tokio::test]
async fn a_damaged_login_is_kept_aside() {
    let setup = Setup::empty().await;
    std::fs::write(setup.file(), "{damaged").unwrap();
    let login = DeviceLogin { workspace_id: None, timeout: Duration::from_secs(60) };
    let status = setup.auth().login_device(login, &mut |_| {}).await.unwrap();
    assert_eq!((status.state.name(), status.notes.len()), ("ready", 1));
    let aside = setup.home.path().join(format!("auth.json.corrupt-{NOW}"));
    assert_eq!(std::fs::read_to_string(aside).unwrap(), "{damaged");
}
