//! The relay's own routes: landing page, health, documents, state of the subscription.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::contract::{COMPATIBILITY_JSON, OPENAPI_JSON};
use crate::http::answer::json_response;
use crate::http::call::{Call, Reply};
use crate::http::error::ApiError;
use crate::http::pages::{
    CompatibilityFilter, LandingPage, Login, NextStep, compatibility_page, content_security_policy,
};
use crate::http::{APP_NAME, App};
use crate::traffic::METRICS_CONTENT_TYPE;
use crate::upstream::LoginState;

impl App {
    pub(super) async fn view_landing_page(&self) -> Response {
        let login = match self.upstream.login().await {
            LoginState::NotNeeded => Login::NotNeeded,
            LoginState::Ready => Login::Present,
            LoginState::Missing => Login::Missing,
            LoginState::Unusable(_) => Login::Unusable,
        };
        let next_step = matches!(login, Login::Missing | Login::Unusable)
            .then_some(NextStep { text: "Log in once:", command: "airelays login" });
        let page = LandingPage {
            version: env!("CARGO_PKG_VERSION"),
            base_url: &self.settings.base_url,
            upstream: self.settings.upstream,
            login,
            profile: self.settings.profile,
            requires_bearer_auth: self.guard().token.is_some(),
            model: &self.settings.example_model,
            next_step,
        };
        html(page.render())
    }

    pub(super) fn view_health(&self) -> Response {
        let body = json!({"ok": true, "app_name": APP_NAME, "version": env!("CARGO_PKG_VERSION")});
        json_response(StatusCode::OK, body.to_string())
    }

    pub(super) fn view_openapi(&self) -> Response {
        json_response(StatusCode::OK, OPENAPI_JSON)
    }

    pub(super) fn view_compatibility(&self, call: &Call) -> Reply {
        let filter: CompatibilityFilter = call.query_as()?;
        let matrix: Value = serde_json::from_str(COMPATIBILITY_JSON).unwrap_or_default();
        let operations = matrix["vendors"].as_array().into_iter().flatten();
        let vendor = operations.clone().find(|vendor| vendor["vendor"] == self.upstream.vendor());
        Ok(html(compatibility_page(vendor.map_or(&Value::Null, |vendor| &vendor["operations"]), &filter)))
    }

    pub(super) fn view_metrics(&self) -> Response {
        let mut response = Response::new(Body::from(self.traffic.metrics()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(METRICS_CONTENT_TYPE));
        response
    }

    pub(super) async fn view_subscription_status(&self, call: Call) -> Reply {
        let include_raw = raw_wanted(call.query.as_deref())?;
        let status = self.upstream.usage(include_raw, call.context()).await?;
        Ok(json_response(StatusCode::OK, status.to_string()))
    }
}

fn html(page: String) -> Response {
    let mut response = Response::new(Body::from(page));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(content_security_policy()));
    response
}

/// Reads `?raw=`, in every spelling the Python 0.2.4 took.
fn raw_wanted(query: Option<&str>) -> Result<bool, ApiError> {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let Some((_, value)) = pairs.into_iter().find(|(name, _)| name == "raw") else { return Ok(false) };
    match value.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => {
            let error =
                ApiError::client(StatusCode::UNPROCESSABLE_ENTITY, "invalid_value", "`raw` is `true` or `false`");
            Err(ApiError { param: Some("raw".to_owned()), ..error })
        }
    }
}
