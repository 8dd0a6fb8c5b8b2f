//! `GET /`: what this relay is set to, what to do next, and calls to copy.

use super::{Escaped, page};
use crate::config::UpstreamKind;
use crate::contract::Profile;

/// What the landing page tells. It is public, so it has no paths, no account and no token.
#[derive(Debug, Clone)]
pub struct LandingPage<'a> {
    /// The program's version.
    pub version: &'a str,
    /// The base URL clients use, ending in `/v1`.
    pub base_url: &'a str,
    /// Who answers.
    pub upstream: UpstreamKind,
    /// Whether the upstream can be used as it is.
    pub login: Login,
    /// How strictly the contract is read.
    pub profile: Profile,
    /// Whether callers must send the relay token.
    pub requires_bearer_auth: bool,
    /// The model named in the example calls.
    pub model: &'a str,
    /// What the reader should do before the first call, if anything.
    pub next_step: Option<NextStep<'a>>,
}

/// The state of the upstream login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// This upstream needs none.
    NotNeeded,
    /// There is one that can be used.
    Present,
    /// There is none.
    Missing,
    /// There is one that cannot be used: expired, damaged, of another account.
    Unusable,
}

/// Something to do.
#[derive(Debug, Clone, Copy)]
pub struct NextStep<'a> {
    /// What it is for.
    pub text: &'a str,
    /// The command that does it.
    pub command: &'a str,
}

impl LandingPage<'_> {
    /// The page.
    #[must_use]
    pub fn render(&self) -> String {
        let body = [self.heading(), self.states(), self.next_step(), self.client(), LINKS.to_owned()].concat();
        page("airelays", &body)
    }

    fn heading(&self) -> String {
        let version = Escaped(self.version);
        format!(
            "<h1>airelays</h1>\n<p class=\"soft\">Version {version}. An OpenAI-compatible API in front of your own ChatGPT subscription. \
             What it cannot honour it refuses or names; nothing is lost in silence.</p>\n"
        )
    }

    fn states(&self) -> String {
        let upstream = match self.upstream {
            UpstreamKind::Chatgpt => ("calm", "Upstream: ChatGPT subscription"),
            UpstreamKind::Demo => ("warn", "Upstream: demo, answers are made up offline"),
        };
        let login = match self.login {
            Login::NotNeeded => ("calm", "Upstream login: not needed"),
            Login::Present => ("good", "Upstream login: present"),
            Login::Missing => ("bad", "Upstream login: missing"),
            Login::Unusable => ("bad", "Upstream login: not usable"),
        };
        let profile = match self.profile {
            Profile::Strict => ("calm", "Profile: strict"),
            Profile::Lenient => ("calm", "Profile: lenient"),
        };
        let bearer = match self.requires_bearer_auth {
            true => ("good", "Bearer auth: on"),
            false => ("warn", "Bearer auth: off, everybody who reaches this address may call"),
        };
        let chips =
            [upstream, login, profile, bearer].map(|(class, text)| format!("<li class=\"{class}\">{text}</li>\n"));
        format!("<ul class=\"chips\">\n{}</ul>\n", chips.concat())
    }

    fn next_step(&self) -> String {
        self.next_step.map_or_else(String::new, |NextStep { text, command }| {
            let (text, command) = (Escaped(text), Escaped(command));
            format!("<div class=\"card\">\n<h2>Next step</h2>\n<p>{text}</p>\n<pre>{command}</pre>\n</div>\n")
        })
    }

    fn client(&self) -> String {
        let base_url = Escaped(self.base_url);
        let key = match self.requires_bearer_auth {
            true => {
                "<p>API key: the relay token. <code>airelays token show</code> tells it; the calls below read it from \
                 <code>RELAY_TOKEN</code>.</p>\n"
            }
            false => "<p>API key: any text; clients insist on one, and the relay does not look at it.</p>\n",
        };
        let examples = [("curl", self.curl()), ("openai-python", self.python()), ("openai-node", self.node())].map(
            |(name, code)| {
                format!("<details open>\n<summary>{name}</summary>\n<pre>{}</pre>\n</details>\n", Escaped(&code))
            },
        );
        format!("<h2>Call it</h2>\n<p>Base URL: <code>{base_url}</code></p>\n{key}{}", examples.concat())
    }

    fn curl(&self) -> String {
        let authorization =
            if self.requires_bearer_auth { "  -H \"Authorization: Bearer $RELAY_TOKEN\" \\\n" } else { "" };
        let body = serde_json::json!({"model": self.model, "input": "Say hello."});
        format!(
            "curl {}/responses \\\n{authorization}  -H 'Content-Type: application/json' \\\n  -d '{body}'\n",
            self.base_url
        )
    }

    fn python(&self) -> String {
        let (import, key) = match self.requires_bearer_auth {
            true => ("import os\n", "os.environ[\"RELAY_TOKEN\"]"),
            false => ("", "\"unused\""),
        };
        let Self { base_url, model, .. } = self;
        format!(
            "{import}from openai import OpenAI\n\nclient = OpenAI(base_url=\"{base_url}\", api_key={key})\n\
             response = client.responses.create(model=\"{model}\", input=\"Say hello.\")\nprint(response.output_text)\n"
        )
    }

    fn node(&self) -> String {
        let key = if self.requires_bearer_auth { "process.env.RELAY_TOKEN" } else { "\"unused\"" };
        let Self { base_url, model, .. } = self;
        format!(
            "import OpenAI from \"openai\";\n\nconst client = new OpenAI({{ baseURL: \"{base_url}\", apiKey: {key} }});\n\
             const response = await client.responses.create({{ model: \"{model}\", input: \"Say hello.\" }});\n\
             console.log(response.output_text);\n"
        )
    }
}

const LINKS: &str = "<nav>\n<a href=\"/compatibility\">What happens to each field</a>\n<a href=\"/openapi.json\">OpenAPI document</a>\n\
                     <a href=\"/healthz\">Health</a>\n</nav>\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn landing() -> LandingPage<'static> {
        LandingPage {
            version: "1.2.3",
            base_url: "http://127.0.0.1:8080/v1",
            upstream: UpstreamKind::Chatgpt,
            login: Login::Missing,
            profile: Profile::Strict,
            requires_bearer_auth: true,
            model: "some-model",
            next_step: Some(NextStep { text: "Log in.", command: "airelays login" }),
        }
    }

    /// The page without its head.
    fn body(page: &LandingPage<'_>) -> String {
        page.render().split_once("<main>\n").unwrap().1.to_owned()
    }

    #[test]
    fn a_closed_relay_that_lacks_its_login() {
        insta::assert_snapshot!("landing_closed", body(&landing()));
    }

    #[test]
    fn an_open_demo_relay() {
        let (upstream, login) = (UpstreamKind::Demo, Login::NotNeeded);
        let page = LandingPage { upstream, login, requires_bearer_auth: false, next_step: None, ..landing() };
        insta::assert_snapshot!("landing_open", body(&page));
    }

    #[test]
    fn what_others_chose_is_escaped() {
        let odd = "\"><script>alert('1')</script>";
        let next_step = Some(NextStep { text: odd, command: odd });
        let page = LandingPage { version: odd, base_url: odd, model: odd, next_step, ..landing() };
        assert!(!page.render().contains("<script"));
    }
}
