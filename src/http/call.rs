//! What stands between the generated router and a handler: reading the body, applying the contract, disclosing what was left out.

use std::future::Future;
use std::sync::Arc;

use axum::body::HttpBody as _;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts as _, Request};
use axum::http::{Extensions, HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::body::BodyTimeout;
use super::error::{ApiError, disclose};
pub(crate) use super::form::Form;
use super::media::BodyKind;
use super::middleware::{Admitted, RequestId, exchange_of};
use super::peer::Peer;
use crate::contract::table::{Boundary, Operation, OperationRow, RequestBody};
use crate::contract::{Decoded, Profile, Reading, Refusal, decode_value, parse};
use crate::traffic::Exchange;
use crate::upstream::RequestContext;

/// Chooses the profile for one request.
const PROFILE: HeaderName = HeaderName::from_static("x-airelays-profile");

/// What a handler gives back.
pub(crate) type Reply = Result<Response, ApiError>;

/// What the generated router asks of the application, besides its operations.
pub(crate) trait Site: Send + Sync + 'static {
    /// The boundary of the backend behind this listener.
    fn boundary(&self) -> &'static Boundary;
    /// The profile of requests that do not choose one.
    fn profile(&self) -> Profile;
    /// Largest JSON body, in bytes.
    fn max_body_bytes(&self) -> usize;
}

/// What a handler knows of a call besides its body.
#[derive(Debug)]
pub(crate) struct Call {
    /// Our id of the request.
    pub(crate) request_id: RequestId,
    /// The query string, as it came.
    pub(crate) query: Option<String>,
    /// Who calls; absent on public routes.
    pub(crate) admitted: Option<Admitted>,
    /// The other end of its connection.
    pub(crate) peer: Peer,
    /// What is recorded of it.
    pub(crate) exchange: Exchange,
}

impl Call {
    fn of(extensions: &Extensions, uri: &Uri) -> Self {
        Self {
            request_id: RequestId::of(extensions),
            query: uri.query().map(str::to_owned),
            admitted: extensions.get().copied(),
            peer: Peer::of(extensions),
            exchange: exchange_of(extensions),
        }
    }

    /// What the upstream is told of it.
    pub(crate) fn context(&self) -> RequestContext {
        RequestContext { request_id: self.request_id.as_str().to_owned(), exchange: self.exchange.clone() }
    }

    /// The query string as a typed value.
    ///
    /// # Errors
    ///
    /// 422 when it does not fit.
    pub(crate) fn query_as<T: serde::de::DeserializeOwned>(&self) -> Result<T, ApiError> {
        let uri = Uri::builder().path_and_query(format!("/?{}", self.query.as_deref().unwrap_or_default()));
        let uri = uri.build().map_err(|_| ApiError::internal())?;
        axum::extract::Query::try_from_uri(&uri).map(|axum::extract::Query(value)| value).map_err(|error| {
            ApiError::client(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_value",
                format!("the query does not fit: {error}"),
            )
        })
    }
}

/// Reads and checks a body, then runs the handler.
pub(crate) async fn with_body<S: Site, T: RequestBody, F: Future<Output = Reply>>(
    site: &Arc<S>,
    operation: &'static Operation,
    no_tools: bool,
    request: Request,
    run: impl FnOnce(Call, T) -> F,
) -> Response {
    let (parts, body) = request.into_parts();
    let exchange = exchange_of(&parts.extensions);
    exchange.operation(operation.id);
    let prepared = async {
        let row = served(site.as_ref(), operation)?;
        let profile = profile(site.as_ref(), &parts.headers)?;
        // Without a body, what is missing is told by its name.
        if !body.is_end_stream() {
            BodyKind::JSON.require(&parts.headers)?;
        }
        let bytes = read(&parts.headers, body, site.max_body_bytes()).await?;
        exchange.received(&bytes);
        let reading = Reading { operation: row, profile, no_tools, explain: exchange.is_logged() };
        let value = parse(&bytes);
        // The log may still hold it; otherwise a large body is not there as text and as values at the same time.
        drop(bytes);
        let decoded = value.map_err(Refusal::from).and_then(|value| decode_value::<T>(value, reading));
        let (Ok(Decoded { ignored, fired, .. }) | Err(Refusal { ignored, fired, .. })) = &decoded;
        exchange.adapted(ignored, fired);
        Ok::<_, ApiError>(decoded?)
    };
    let Decoded { request, ignored, fired: _ } = match prepared.await {
        Ok(decoded) => decoded,
        Err(error) => return error.into_response(),
    };
    let call = Call::of(&parts.extensions, &parts.uri);
    finish(run(call, request).await, ignored)
}

/// Hands a handler a form to read; what the form says is checked when it was read.
pub(crate) async fn with_form<S: Site, F: Future<Output = Reply>>(
    site: &Arc<S>,
    operation: &'static Operation,
    request: Request,
    run: impl FnOnce(Call, Form) -> F,
) -> Response {
    let (parts, body) = request.into_parts();
    exchange_of(&parts.extensions).operation(operation.id);
    let prepared = || {
        let operation = served(site.as_ref(), operation)?;
        let profile = profile(site.as_ref(), &parts.headers)?;
        BodyKind::FORM.require(&parts.headers)?;
        Form::new(&parts.headers, body, Reading { operation, profile, no_tools: false, explain: false })
    };
    let form = match prepared() {
        Ok(form) => form,
        Err(error) => return error.into_response(),
    };
    let call = Call::of(&parts.extensions, &parts.uri);
    finish(run(call, form).await, Vec::new())
}

/// A request that asks for a WebSocket, and how the frames on it are to be read.
pub(crate) struct Opening {
    /// The way to the WebSocket.
    pub(crate) upgrade: WebSocketUpgrade,
    /// The contract for every frame.
    pub(crate) reading: Reading,
}

/// Checks that a WebSocket is asked for, then runs the handler.
pub(crate) async fn with_socket<S: Site, F: Future<Output = Reply>>(
    site: &Arc<S>,
    operation: &'static Operation,
    no_tools: bool,
    request: Request,
    run: impl FnOnce(Call, Opening) -> F,
) -> Response {
    let (mut parts, _body) = request.into_parts();
    let prepared = async {
        let row = served(site.as_ref(), operation)?;
        let profile = profile(site.as_ref(), &parts.headers)?;
        let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
        let upgrade = upgrade.map_err(|rejection| {
            tracing::debug!(%rejection, "no WebSocket");
            ApiError::upgrade_required(operation.path)
        })?;
        let explain = exchange_of(&parts.extensions).is_logged();
        Ok::<_, ApiError>(Opening { upgrade, reading: Reading { operation: row, profile, no_tools, explain } })
    };
    let opening = match prepared.await {
        Ok(opening) => opening,
        Err(error) => return error.into_response(),
    };
    let call = Call::of(&parts.extensions, &parts.uri);
    finish(run(call, opening).await, Vec::new())
}

/// Runs a handler that takes no body.
pub(crate) async fn without_body<S: Site, F: Future<Output = Reply>>(
    site: &Arc<S>,
    operation: &'static Operation,
    request: Request,
    run: impl FnOnce(Call) -> F,
) -> Response {
    let exchange = exchange_of(request.extensions());
    exchange.operation(operation.id);
    exchange.received(&bytes::Bytes::new());
    if let Err(error) = served(site.as_ref(), operation) {
        return error.into_response();
    }
    let call = Call::of(request.extensions(), request.uri());
    finish(run(call).await, Vec::new())
}

/// Answers for an operation that is published but not served.
pub(crate) fn unsupported<S: Site>(site: &S, operation: &'static Operation) -> Response {
    match served(site, operation) {
        Ok(_) => ApiError::internal().into_response(),
        Err(error) => error.into_response(),
    }
}

/// What the boundary behind this listener says of an operation, if it serves it.
fn served<S: Site>(site: &S, operation: &'static Operation) -> Result<&'static OperationRow, ApiError> {
    let Some(row) = site.boundary().operation(operation.id) else { return Err(ApiError::internal()) };
    if row.supported {
        return Ok(row);
    }
    let mut message = format!("`{} {}` is not supported: {}", operation.method, operation.path, row.reason);
    if let Some(instead) = row.instead {
        message.push_str("; ");
        message.push_str(instead);
    }
    let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::NOT_IMPLEMENTED);
    Err(ApiError::unsupported(status, message))
}

fn profile<S: Site>(site: &S, headers: &HeaderMap) -> Result<Profile, ApiError> {
    let Some(value) = headers.get(PROFILE) else { return Ok(site.profile()) };
    value.to_str().ok().and_then(Profile::parse).ok_or_else(|| {
        ApiError::client(
            StatusCode::BAD_REQUEST,
            "invalid_value",
            "the header `x-airelays-profile` is `strict` or `lenient`",
        )
    })
}

/// Reads a body whole, refusing early what is too large or encoded.
async fn read(headers: &HeaderMap, body: axum::body::Body, most: usize) -> Result<Bytes, ApiError> {
    let is_encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|value| value.as_bytes() != b"identity");
    if is_encoded {
        let message = "send the body without `content-encoding`";
        return Err(ApiError::client(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_content_encoding", message));
    }
    let declared: Option<usize> =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    // In one piece of the declared length from the start: a large body is never there twice.
    let mut bytes = BytesMut::with_capacity(declared.unwrap_or_default());
    let mut body = Limited::new(body, most);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| unreadable(error.as_ref(), most))?;
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
    }
    Ok(bytes.freeze())
}

fn unreadable(error: &(dyn std::error::Error + 'static), most: usize) -> ApiError {
    if error.is::<LengthLimitError>() {
        return too_large(most);
    }
    match BodyTimeout::behind(error) {
        Some(timeout) => {
            ApiError::client(StatusCode::REQUEST_TIMEOUT, "request_timeout", timeout.to_string()).closing()
        }
        None => ApiError::client(StatusCode::BAD_REQUEST, "incomplete_body", "the request ended before its body did"),
    }
}

pub(super) fn too_large(most: usize) -> ApiError {
    let message =
        format!("the body is larger than {most} bytes; `server.max_body_bytes` in the configuration sets the limit");
    ApiError::client(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
}

fn finish(reply: Reply, mut ignored: Vec<String>) -> Response {
    match reply {
        Ok(mut response) => {
            if let Some(Forgotten(forgotten)) = response.extensions_mut().remove::<Forgotten>() {
                ignored.extend(forgotten);
            }
            disclose(&mut response, &ignored);
            response
        }
        Err(error) => error.ignoring(ignored).into_response(),
    }
}

/// Items a handler had to leave out; disclosed together with the contract's.
#[derive(Debug, Clone)]
pub(crate) struct Forgotten(pub(crate) Vec<String>);
