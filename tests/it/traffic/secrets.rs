//! Canaries: every secret that a run shows or gets, looked for in everything that the program writes, with its own log at its most talkative.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned};
use crate::support::home::Home;
use crate::support::idp::{Idp, access_token, id_token};

/// Long after every run.
const LATE: u64 = 4_102_444_800;

/// The program, with everything it says on standard error in a file.
struct Serving {
    child: Child,
    base: String,
    /// All answers so far.
    answers: String,
    client: reqwest::Client,
}

impl Serving {
    fn start(home: &Home, backend: &Backend, idp: &Idp) -> Self {
        let errors = std::fs::File::create(home.path("stderr")).unwrap();
        let variables = [
            ("AIRELAYS_LOG", "trace"),
            ("AIRELAYS_UPSTREAM_BASE_URL", backend.base.as_str()),
            ("AIRELAYS_ISSUER_BASE_URL", &idp.issuer()),
            ("AIRELAYS_AUTH_STORAGE", "file"),
            ("AIRELAYS_UPSTREAM_RETRIES", "0"),
            ("AIRELAYS_LOGGING_STREAM_LINES", "true"),
        ];
        let mut command = home.command(&["serve", "--port", "0"], &variables);
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.find_map(|line| line.strip_prefix("  Address:").map(|rest| rest.trim().to_owned()));
        airelays::upstream::install_crypto_provider();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        Self { child, base: format!("http://{}", address.unwrap()), answers: String::new(), client }
    }

    async fn call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> u16 {
        let mut request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        self.answers.push_str(&format!("{:?}\n{}\n", response.headers().clone(), response.text().await.unwrap()));
        status
    }

    /// Ends it as an operator does, and waits for it.
    fn stop(&mut self) {
        let ended = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(ended.success() && self.child.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A secret as it may be written: as it is, inside a JSON string, and in base64 wherever it begins there.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), Value::from(secret).to_string().trim_matches('"').to_owned()];
    for skipped in 0..3 {
        let shifted = format!("{}{secret}", &"xxx"[..skipped]);
        for encoded in [STANDARD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
            // Without the characters that depend on what stands before and behind.
            let encoded = encoded.trim_end_matches('=');
            forms.push(encoded[4..encoded.len() - 2].to_owned());
        }
    }
    forms
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_written_anywhere() {
    let (home, backend, idp) = (Home::new(), Backend::start().await, Idp::start().await);
    home.run(&["init"]);
    let (relay_token, expired, renewed) = (home.token(), access_token("canary", 1), access_token("1", LATE));
    let tokens =
        json!({"id_token": id_token(), "access_token": expired, "refresh_token": "rt-0", "account_id": "account-1"});
    home.write_private(".airelays/auth.json", &json!({"tokens": tokens}).to_string());

    let (wrong, key, cookie) = ("canary-wrong-bearer-0001", "canary\"key\\0002-x-api-key", "canary-cookie-0000003");
    let (in_query, in_body, basic) =
        ("canary-in-the-query-0004", "canary-in-the-body-00005", "canary-of-basic-auth-0006");
    let in_path = "sk-canary-in-the-path-0000000007";
    let mut serving = Serving::start(&home, &backend, &idp);
    let bearer = format!("Bearer {relay_token}");
    let good: &[(&str, &str)] = &[("authorization", &bearer), ("cookie", cookie)];
    let chat = |stream: bool| json!({"model": "gpt-5.5", "stream": stream, "messages": [{"role": "user", "content": "hello"}]});

    // Renews the login, which had ended.
    assert_eq!(serving.call("POST", "/v1/chat/completions", good, &chat(false)).await, 200);
    assert_eq!(idp.exchanges(), 1);
    assert_eq!(
        serving
            .call("POST", "/v1/responses", good, &json!({"model": "gpt-5.5", "input": "hello", "stream": true}))
            .await,
        200
    );
    assert_eq!(serving.call("GET", &format!("/v1/models?api_key={in_query}"), good, &Value::Null).await, 200);

    // In a path, where no secret belongs: of a route, of none, and of an id. The answer repeats it to whoever sent it.
    let said = serving.answers.len();
    for path in
        [format!("/v1/models/{relay_token}"), format!("/{relay_token}"), format!("/v1/files/{relay_token}/content")]
    {
        assert_eq!(serving.call("GET", &path, good, &Value::Null).await, 404);
    }
    assert_eq!(serving.call("GET", &format!("/v1/{in_path}?key={in_query}"), &[], &Value::Null).await, 401);
    serving.answers.truncate(said);

    let basic = format!("Basic {}", STANDARD.encode(format!("user:{basic}")));
    for headers in [
        vec![("authorization", format!("Bearer {wrong}"))],
        vec![("x-api-key", key.to_owned())],
        vec![("authorization", basic.clone())],
        vec![("x-api-key", wrong.to_owned()), ("cookie", cookie.to_owned())],
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(
            serving.call("GET", &format!("/v1/models?api_key={in_query}&x=1"), &headers, &Value::Null).await,
            401
        );
    }

    let members = ["access_token", "refresh_token", "id_token", "api_key", "relay_token", "Authorization"];
    for member in members {
        // As an argument of a tool, as an unknown field, and in a body that is no JSON.
        let arguments = json!({member: in_body}).to_string();
        let call = json!({"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}});
        let mut body = chat(false);
        body["messages"] = json!([{"role": "assistant", "tool_calls": [call]}, {"role": "tool", "tool_call_id": "c", "content": "done"}]);
        assert_eq!(serving.call("POST", "/v1/chat/completions", good, &body).await, 200);
        body[member] = json!(in_body);
        assert_eq!(serving.call("POST", "/v1/chat/completions", good, &body).await, 422);
        let torn = format!("{{\"model\": 1, \"{member}\": \"{in_body}\", ");
        let request = serving.client.post(format!("{}/v1/chat/completions", serving.base)).bearer_auth(&relay_token);
        let answer =
            request.header("content-type", "application/json").body(torn).send().await.unwrap().text().await.unwrap();
        serving.answers.push_str(&answer);
    }

    // The backend repeats the token: in a refusal, in words that are no JSON, within a stream before and after its beginning.
    let words = format!("the token {renewed} is not good");
    let error = json!({"error": {"message": words, "code": "invalid_request_error", "type": "invalid_request_error"}});
    backend.then("/responses", Canned::json(400, &error.to_string()));
    assert_eq!(serving.call("POST", "/v1/chat/completions", good, &chat(false)).await, 400);
    backend.then("/responses", Canned::json(500, &words));
    assert_eq!(serving.call("POST", "/v1/chat/completions", good, &chat(true)).await, 502);
    let failed = json!({"type": "response.failed", "response": {"id": "r", "status": "failed", "error": {"code": "x", "message": words}}});
    let failed = format!("event: response.failed\ndata: {failed}\n\n");
    backend.then("/responses", Canned::Whole(200, Vec::new(), failed.clone().into()));
    assert_eq!(
        serving.call("POST", "/v1/responses", good, &json!({"model": "gpt-5.5", "input": "x", "stream": true})).await,
        502
    );
    let begun = std::str::from_utf8(&crate::support::backend::fixture("failed.after-text.sse")).unwrap().to_owned();
    let begun = begun.split("event: response.failed").next().unwrap().to_owned() + &failed;
    backend.then("/responses", Canned::Whole(200, Vec::new(), begun.into()));
    assert_eq!(
        serving.call("POST", "/v1/responses", good, &json!({"model": "gpt-5.5", "input": "x", "stream": true})).await,
        200
    );

    assert_eq!(serving.call("GET", "/metrics", good, &Value::Null).await, 200);
    serving.stop();

    let log: String = airelays::traffic::find(&home.path(".airelays/logs"))
        .iter()
        .map(|file| std::fs::read_to_string(&file.path).unwrap())
        .collect();
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    assert!(log.contains("relay_stopped") && log.contains("is not good"), "the log is all there");
    let errors = std::fs::read_to_string(home.path("stderr")).unwrap();
    assert!(errors.contains("TRACE"), "{errors}");
    let outputs = [("log", &log), ("stderr", &errors), ("answers", &serving.answers)];

    let secrets = [
        &relay_token,
        &expired,
        &renewed,
        wrong,
        key,
        cookie,
        in_query,
        in_path,
        in_body,
        &basic[6..],
        "canary-of-basic-auth-0006",
        &id_token(),
    ];
    for secret in secrets {
        for form in forms(secret) {
            for (name, output) in outputs {
                let at = output.find(&form);
                assert_eq!(at.map(|at| &output[at.saturating_sub(200)..at]), None, "{secret} as {form} in {name}");
            }
        }
    }
    for (name, output) in &outputs[..2] {
        for secret in ["rt-0", "rt-1", "user@example.test"] {
            assert!(!output.contains(secret), "{secret} in {name}");
        }
    }
}
