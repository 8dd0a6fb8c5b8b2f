// Made by build.rs from schemas/upstream/chatgpt/client.json. Edit those, not this.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///Answer of the models route.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct ModelCatalog {
        ///The models, in the order of the catalogue.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub models: ::std::option::Option<::std::vec::Vec<ModelInfo>>,
    }
    ///One model of the catalogue; only what the relay uses.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct ModelInfo {
        ///Plans that include the model; an open list.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub available_in_plans: ::std::option::Option<
            ::std::vec::Vec<::std::string::String>,
        >,
        ///Tokens of a request and its answer together.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub context_window: ::std::option::Option<i64>,
        ///Effort when a request names none.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub default_reasoning_level: ::std::option::Option<::std::string::String>,
        ///Verbosity when a request names none.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub default_verbosity: ::std::option::Option<::std::string::String>,
        ///What the model is for.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub description: ::std::option::Option<::std::string::String>,
        ///Name for people.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub display_name: ::std::option::Option<::std::string::String>,
        ///Kinds of input the model reads.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub input_modalities: ::std::option::Option<
            ::std::vec::Vec<::std::string::String>,
        >,
        ///The same with long context.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub max_context_window: ::std::option::Option<i64>,
        ///Oldest client version that may use the model: a string or an array of numbers.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub minimal_client_version: ::std::option::Option<::serde_json::Value>,
        ///Place in the order of preference, the lowest first.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub priority: ::std::option::Option<i64>,
        ///Service tiers on offer.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub service_tiers: ::std::option::Option<::std::vec::Vec<ServiceTier>>,
        ///Name to put into `model`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub slug: ::std::option::Option<::std::string::String>,
        ///Whether `text.verbosity` can be set.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub support_verbosity: ::std::option::Option<bool>,
        ///Whether the model may be called through an api.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub supported_in_api: ::std::option::Option<bool>,
        ///Reasoning efforts on offer, weakest first.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub supported_reasoning_levels: ::std::option::Option<
            ::std::vec::Vec<ReasoningLevel>,
        >,
        ///Whether several tool calls may come in one answer.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub supports_parallel_tool_calls: ::std::option::Option<bool>,
        ///Whether summaries of the reasoning can be asked for.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub supports_reasoning_summaries: ::std::option::Option<bool>,
        ///Pointer to the model that follows this one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub upgrade: ::std::option::Option<::serde_json::Value>,
        ///Whether requests take the Lite form: no `instructions`, no `tools`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub use_responses_lite: ::std::option::Option<bool>,
        ///`list` or `hide`; an open list.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub visibility: ::std::option::Option<::std::string::String>,
    }
    ///One reasoning effort.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct ReasoningLevel {
        ///What it is for.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub description: ::std::option::Option<::std::string::String>,
        ///Name of the effort.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub effort: ::std::option::Option<::std::string::String>,
    }
    ///One service tier.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct ServiceTier {
        ///What it does.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub description: ::std::option::Option<::std::string::String>,
        ///Name to put into `service_tier`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub id: ::std::option::Option<::std::string::String>,
        ///Name for people.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
    }
    ///A limit of one feature or model.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct UsageAdditionalRateLimit {
        ///Name for people.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub limit_name: ::std::option::Option<::std::string::String>,
        ///Name of the counted feature.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub metered_feature: ::std::option::Option<::std::string::String>,
        ///The limit.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub rate_limit: ::std::option::Option<UsageRateLimit>,
    }
    ///Credits beyond the plan.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct UsageCredits {
        ///Estimated cloud messages, as an array of two numbers.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub approx_cloud_messages: ::std::option::Option<::serde_json::Value>,
        ///Estimated local messages, as an array of two numbers.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub approx_local_messages: ::std::option::Option<::serde_json::Value>,
        ///What is left: a string or a number.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub balance: ::std::option::Option<::serde_json::Value>,
        ///Whether there are any.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub has_credits: ::std::option::Option<bool>,
        ///Whether the cap on extra spending is reached.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub overage_limit_reached: ::std::option::Option<bool>,
        ///Whether they are without end.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub unlimited: ::std::option::Option<bool>,
    }
    ///The usage as the backend sent it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(transparent)]
    pub struct UsageDocument(
        pub ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    );
    impl ::std::ops::Deref for UsageDocument {
        type Target = ::serde_json::Map<::std::string::String, ::serde_json::Value>;
        fn deref(
            &self,
        ) -> &::serde_json::Map<::std::string::String, ::serde_json::Value> {
            &self.0
        }
    }
    impl ::std::convert::From<UsageDocument>
    for ::serde_json::Map<::std::string::String, ::serde_json::Value> {
        fn from(value: UsageDocument) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<
        ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    > for UsageDocument {
        fn from(
            value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        ) -> Self {
            Self(value)
        }
    }
    ///One limit with its windows.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct UsageRateLimit {
        ///Whether a request would be let through.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub allowed: ::std::option::Option<bool>,
        ///Whether the limit is used up.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub limit_reached: ::std::option::Option<bool>,
        ///First window.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub primary_window: ::std::option::Option<UsageWindow>,
        ///Second window.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub secondary_window: ::std::option::Option<UsageWindow>,
    }
    ///Reason of a reached limit.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct UsageReachedType {
        ///Name of the reason; an open list.
        #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
        pub type_: ::std::option::Option<::std::string::String>,
    }
    ///What the relay reads from the usage.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct UsageSnapshot {
        ///Identifier of the account.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub account_id: ::std::option::Option<::std::string::String>,
        ///Limits of single features or models.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub additional_rate_limits: ::std::option::Option<
            ::std::vec::Vec<UsageAdditionalRateLimit>,
        >,
        ///Limit of the code review feature.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub code_review_rate_limit: ::std::option::Option<UsageRateLimit>,
        ///Credits beyond the plan.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub credits: ::std::option::Option<UsageCredits>,
        ///Mail address.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<::std::string::String>,
        ///Name of the plan; an open list.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub plan_type: ::std::option::Option<::std::string::String>,
        ///Limit that model requests count against.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub rate_limit: ::std::option::Option<UsageRateLimit>,
        ///Why requests are refused now.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub rate_limit_reached_type: ::std::option::Option<UsageReachedType>,
        ///Saved-up resets.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub rate_limit_reset_credits: ::std::option::Option<::serde_json::Value>,
        ///Spending limit of a workspace.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub spend_control: ::std::option::Option<::serde_json::Value>,
        ///Identifier of the person.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub user_id: ::std::option::Option<::std::string::String>,
    }
    ///A span of time in which usage is counted.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct UsageWindow {
        ///Length in seconds.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub limit_window_seconds: ::std::option::Option<f64>,
        ///Seconds until it starts anew.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub reset_after_seconds: ::std::option::Option<f64>,
        ///When it starts anew, unix seconds.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub reset_at: ::std::option::Option<f64>,
        ///Used share in percent; may pass 100.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub used_percent: ::std::option::Option<f64>,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
#[derive(Clone, Debug)]
/**Client for ChatGPT subscription backend: small JSON endpoints

What the relay reads beside the main endpoint, after openai/codex release 0.147.0 (2026-08-06). Every member is optional and members not named here are skipped. The document declares no error bodies on purpose: they come as HTML, as `detail` or as `error`, so the generated client hands the whole answer over as `UnexpectedResponse`. The generated client adds a header `api-version` with the version above; the relay removes it.

Version: 0.147.0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: super::Hook,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str, inner: super::Hook) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap(), inner)
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: super::Hook,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}
impl ClientInfo<super::Hook> for Client {
    fn api_version() -> &'static str {
        "0.147.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &super::Hook {
        &self.inner
    }
}
impl ClientHooks<super::Hook> for &Client {}
#[allow(clippy::all)]
impl Client {
    /**Model catalogue for a client version

Relative to the base that ends in `/backend-api/codex`. The answer carries `ETag`; a `x-models-etag` on another answer that differs means the catalogue changed.

Sends a `GET` request to `/models`

Arguments:
- `client_version`: Version as `X.Y.Z`; the backend hides models that ask for a newer one.
- `chat_gpt_account_id`: Account or workspace the login acts for.
- `originator`: Name of the calling program.
*/
    pub async fn models_list<'a>(
        &'a self,
        client_version: &'a str,
        chat_gpt_account_id: Option<&'a str>,
        originator: Option<&'a str>,
    ) -> Result<ResponseValue<types::ModelCatalog>, Error<()>> {
        let url = format!("{}/models", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(3usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = chat_gpt_account_id {
            header_map.append("ChatGPT-Account-ID", value.to_string().try_into()?);
        }
        if let Some(value) = originator {
            header_map.append("originator", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(
                &progenitor_client::QueryParam::new("client_version", &client_version),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "models_list",
        };
        match (super::before_send)(&self.inner, &mut request).await {
            Ok(_) => {}
            Err(e) => return Err(Error::Custom(e.to_string())),
        }
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Plan, limits and credits of the account

Relative to the base that ends in `/backend-api`, so this operation needs a client of its own. The answer is handed over whole, because the relay shows it on request; read it as `UsageSnapshot`.

Sends a `GET` request to `/wham/usage`

Arguments:
- `chat_gpt_account_id`: Account or workspace the login acts for.
- `originator`: Name of the calling program.
*/
    pub async fn usage_view<'a>(
        &'a self,
        chat_gpt_account_id: Option<&'a str>,
        originator: Option<&'a str>,
    ) -> Result<ResponseValue<types::UsageDocument>, Error<()>> {
        let url = format!("{}/wham/usage", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(3usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = chat_gpt_account_id {
            header_map.append("ChatGPT-Account-ID", value.to_string().try_into()?);
        }
        if let Some(value) = originator {
            header_map.append("originator", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "usage_view",
        };
        match (super::before_send)(&self.inner, &mut request).await {
            Ok(_) => {}
            Err(e) => return Err(Error::Custom(e.to_string())),
        }
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
