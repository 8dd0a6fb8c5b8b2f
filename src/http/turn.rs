//! A turn that has a past or a future: what comes before its input, and what is kept when it is over.
//!
//! A request that uses no state passes through here without touching the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use super::App;
use super::error::ApiError;
use crate::contract::models::InputItem;
use crate::store::{
    ConversationLock, History, ResponseRecord, State, StoreError, StoredItem, StoredItems, StoredObject, Turn, is_id,
    new_id,
};
use crate::translate::hub::{ErrorClass, GivenFile, HubEvent, HubRequest, Outcome, UpstreamError, WantedFile};
use crate::translate::responses::{ResponsesAnswer, ResponsesSettings, from_stored, stored_form};
use crate::translate::{AnswerFold as _, json_text};
use crate::upstream::EventStream;

/// Beginning of every id of a conversation.
pub(super) const CONVERSATION_ID: &str = "conv_";

/// Beginning of every id of a response.
pub(super) const RESPONSE_ID: &str = "resp_";

/// What a request says of other turns.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    /// The response it continues.
    pub(super) previous_response_id: Option<String>,
    /// What was said up to the end of that response, when the connection holds it and the store need not be asked.
    pub(super) held: Option<History>,
    /// The conversation it belongs to.
    pub(super) conversation: Option<String>,
    /// Whether its response is remembered.
    pub(super) remember: bool,
    /// Whether a connection wants to hold what was said if it is not remembered.
    pub(super) hold: bool,
}

impl Links {
    /// With what a connection holds of the response that is continued. What is not in the store cannot be continued there.
    pub(super) fn on_connection(self, held: Option<History>) -> Self {
        let remember = self.remember && held.is_none();
        Self { held, remember, hold: self.conversation.is_none(), ..self }
    }
}

/// A turn whose past is in its request; dropped before it was recorded, it leaves nothing.
pub(super) struct OpenTurn {
    state: Arc<State>,
    now: u64,
    remember: bool,
    previous_id: Option<String>,
    conversation: Option<(String, ConversationLock)>,
    /// What the turns of a chain or conversation have in common upstream.
    session: Option<String>,
    /// What of the request is kept.
    input: StoredItems,
    held: Option<History>,
}

/// The past of a turn.
#[derive(Default)]
struct Past {
    items: Vec<InputItem>,
    session: Option<String>,
    /// The member of the request that it comes from.
    param: &'static str,
}

/// Where a file is named in a Responses request.
pub(super) fn in_input(file: &WantedFile) -> String {
    file.item.map_or_else(|| file.path.clone(), |item| format!("input[{item}].{}", file.path))
}

impl App {
    /// Puts a request's past before its input, and uploaded files in the place of their ids.
    ///
    /// `place` says where the client named a file.
    ///
    /// # Errors
    ///
    /// 400, 404 or 422 for a past or a file that is not there or cannot be used, 409 for a conversation with a turn under way.
    pub(super) async fn open_turn(
        &self,
        hub: &mut HubRequest,
        links: Links,
        place: impl Fn(&WantedFile) -> String,
    ) -> Result<OpenTurn, ApiError> {
        let Links { previous_response_id, held, conversation, remember, hold } = links;
        let mut turn = OpenTurn {
            state: Arc::clone(&self.state),
            now: self.now(),
            remember,
            previous_id: previous_response_id.clone(),
            conversation: None,
            session: None,
            input: StoredItems::default(),
            held: None,
        };
        if remember || conversation.is_some() {
            turn.input = stored_items(&hub.input);
        }
        let past = match (previous_response_id, conversation) {
            (None, None) => Past::default(),
            (Some(id), None) => match &held {
                Some(history) => Past::held(history)?,
                None => self.chain(&id).await?,
            },
            (None, Some(id)) => {
                let lock = self.state.lock_conversation(&id).ok_or_else(locked)?;
                let past = self.conversation_items(&id).await?;
                turn.conversation = Some((id, lock));
                past
            }
            (Some(_), Some(_)) => return Err(both()),
        };
        let Past { items, session, param } = past;
        let before = items.len();
        if hold {
            let past = held.unwrap_or_else(|| History::default().then(&items));
            turn.held = Some(past.then(&hub.input));
        }
        hub.input.splice(0..0, items);
        self.place_files(hub, |file| match file.item {
            Some(item) if item < before => param.to_owned(),
            Some(item) => place(&WantedFile { item: Some(item - before), ..file.clone() }),
            None => place(file),
        })
        .await?;
        turn.session = session.clone().or_else(|| hub.prompt_cache_key.clone());
        // A client that names its own key knows better which requests are alike.
        if hub.prompt_cache_key.is_none() {
            hub.prompt_cache_key = session;
        }
        Ok(turn)
    }

    /// Puts uploaded files in the place of their ids, in a request that has no other turns.
    ///
    /// # Errors
    ///
    /// 404 or 422 for a file that is not there or cannot be used.
    pub(super) async fn expand(&self, hub: &mut HubRequest) -> Result<(), ApiError> {
        self.place_files(hub, in_input).await
    }

    async fn chain(&self, id: &str) -> Result<Past, ApiError> {
        let settings = &self.state.settings;
        if settings.response_ttl.is_zero() {
            let message =
                "this relay remembers no responses: `state.response_ttl_hours` is 0; send the earlier items in `input`";
            let error = ApiError::client(StatusCode::UNPROCESSABLE_ENTITY, "unsupported_parameter", message);
            return Err(ApiError { param: Some("previous_response_id".to_owned()), ..error });
        }
        let chain = match is_id(RESPONSE_ID, id) {
            true => self.state.store().chain(id, self.now(), settings.max_replay_bytes).await?,
            false => None,
        };
        let Some(chain) = chain else {
            return Err(no_previous(
                "the response, or one that it continues, is not known: it was never remembered, has expired or was deleted",
            ));
        };
        if chain.responses.iter().any(|response| response.conversation_id.is_some()) {
            return Err(no_previous("the response belongs to a conversation; continue that with `conversation`"));
        }
        let session = chain.responses.last().map(|response| response.session.clone());
        let mut items = Vec::new();
        for response in chain.responses {
            items.extend(response.input.items()?.into_iter().map(|item| item.item));
            items.extend(response.output()?);
        }
        Ok(Past { items: sendable(items)?, session, param: "previous_response_id" })
    }

    async fn conversation_items(&self, id: &str) -> Result<Past, ApiError> {
        self.known_conversation(id).await?;
        let items = self.state.store().all_items(id, self.state.settings.max_replay_bytes).await?;
        let items = sendable(items.into_iter().map(|item| item.item))?;
        Ok(Past { items, session: Some(id.to_owned()), param: "conversation" })
    }

    async fn place_files(&self, hub: &mut HubRequest, place: impl Fn(&WantedFile) -> String) -> Result<(), ApiError> {
        let mut files = BTreeMap::new();
        let mut bytes = 0;
        for wanted in hub.wanted_files() {
            if files.contains_key(&wanted.id) {
                continue;
            }
            let at = |error: ApiError| ApiError { param: Some(place(&wanted)), ..error };
            let file = self.known_file(&wanted.id).await.map_err(at)?;
            bytes += file.bytes;
            let most = self.state.settings.max_replay_bytes.max(self.state.settings.max_upload_bytes);
            if bytes > most {
                let message = format!("the files of one request are larger together than {most} bytes");
                return Err(at(ApiError::client(StatusCode::UNPROCESSABLE_ENTITY, "files_too_large", message)));
            }
            let content =
                self.state.blobs().read(&wanted.id).await?.ok_or_else(|| at(super::handlers::file_not_found()))?;
            let given = GivenFile { filename: file.filename, content_type: file.content_type, bytes: content };
            files.insert(wanted.id.clone(), given);
        }
        hub.place_files(&files).map_err(|(wanted, refusal)| {
            let param = place(&wanted);
            let error =
                ApiError::client(StatusCode::UNPROCESSABLE_ENTITY, "unsupported_file", format!("`{param}` {refusal}"));
            ApiError { param: Some(param), ..error }
        })
    }
}

impl Past {
    /// What a connection holds.
    fn held(history: &History) -> Result<Self, StoreError> {
        let session = history.session().map(str::to_owned);
        Ok(Self { items: history.items()?, session, param: "previous_response_id" })
    }
}

impl OpenTurn {
    /// What was said up to the end of the input, for a connection to hold. It was not asked for over HTTP, nor in a conversation.
    pub(super) fn held(&mut self) -> Option<History> {
        let held = self.held.take()?;
        Some(match &self.session {
            Some(session) => held.in_session(session),
            None => held,
        })
    }

    /// The same events; before the last one of a generation that went well, the turn is recorded. `settings` are those of the response a client sees, where there is one to remember.
    ///
    /// Whoever has read the end can continue from there. A turn of a conversation that cannot be recorded ends with an error; a response that cannot be says so in `store`.
    pub(super) fn recorded(self, events: EventStream, settings: Option<&Arc<ResponsesSettings>>) -> EventStream {
        if !self.remember && self.conversation.is_none() {
            return events;
        }
        let fold = settings.filter(|_| self.remember).map(|settings| ResponsesAnswer::new(Arc::clone(settings)));
        let recorder = Recorder { turn: self, fold, output: BTreeMap::new() };
        Box::pin(futures_util::stream::unfold((events, Some(recorder)), async |(mut events, mut recorder)| {
            let mut batch = events.next().await?;
            if let Some(recording) = &mut recorder
                && recording.note(&batch)
                && let Some(recorder) = recorder.take()
            {
                recorder.conclude(&mut batch).await;
            }
            Some((batch, (events, recorder)))
        }))
    }
}

/// Collects what is to be kept of an answer.
struct Recorder {
    turn: OpenTurn,
    /// The response as the client sees it.
    fold: Option<ResponsesAnswer>,
    /// The finished items by their place in the output.
    output: BTreeMap<u32, Map<String, Value>>,
}

impl Recorder {
    /// Takes events in. True when they end a generation that went well.
    fn note(&mut self, batch: &[HubEvent]) -> bool {
        let mut has_ended = false;
        for event in batch {
            match event {
                HubEvent::Delta { .. } | HubEvent::TextDone { .. } | HubEvent::Part { .. } | HubEvent::Other { .. } => {
                    continue;
                }
                HubEvent::ItemDone { output_index, item } => {
                    self.output.insert(*output_index, item.clone());
                }
                HubEvent::Terminal { outcome: Outcome::Completed | Outcome::Incomplete, .. } => has_ended = true,
                HubEvent::Terminal { outcome: Outcome::Failed, .. }
                | HubEvent::Lifecycle { .. }
                | HubEvent::ItemAdded { .. }
                | HubEvent::Error(_) => {}
            }
            if let Some(fold) = &mut self.fold {
                fold.push(event.clone());
            }
        }
        has_ended
    }

    /// Records the turn, in a task that goes on when the client goes away, and tells in the last event if that failed.
    async fn conclude(self, batch: &mut [HubEvent]) {
        let Self { turn, fold, output } = self;
        let OpenTurn { state, now, remember: _, previous_id, conversation, session, input, held: _ } = turn;
        state.prune_in_time(now);
        let answer = fold.and_then(|mut fold| fold.finish().ok());
        let (conversation_id, lock) = conversation.unzip();
        let conversation = conversation_id.clone().map(|id| {
            let output = output
                .into_values()
                .filter_map(|item| Some(StoredItem { id: item.get("id")?.as_str()?.to_owned(), item }));
            (id, vec![input.clone(), output.collect()])
        });
        let is_conversation = conversation.is_some();
        let expires_at = now + state.settings.response_ttl.as_secs();
        // Takes the input along: what nobody else has is written without another copy.
        let response = answer.and_then(move |answer| {
            let id = answer.id()?.to_owned();
            Some(ResponseRecord {
                created_at: now,
                expires_at,
                previous_id,
                conversation_id,
                session: session.unwrap_or_else(|| id.clone()),
                response: StoredObject::from_text(json_text(&answer).ok()?),
                input,
                id,
            })
        });
        let store = Arc::clone(state.store());
        let recording = state.spawn(async move {
            let _lock = lock;
            store.record_turn(Turn { response, conversation }).await
        });
        let Err(error) = recording.await.unwrap_or(Err(StoreError::Damaged { what: "turn" })) else { return };
        let error = ApiError::from(error);
        let last = batch.iter_mut().find(|event| matches!(event, HubEvent::Terminal { .. }));
        let Some(HubEvent::Terminal { outcome, response, error: failure }) = last else { return };
        if is_conversation {
            // The response stays, so that the client reads what the turn has cost.
            (*outcome, *failure) = (Outcome::Failed, Some(not_recorded(&error)));
        } else {
            let mut members = response.members();
            members.insert("store".to_owned(), Value::Bool(false));
            *response = members.into();
        }
    }
}

/// Items that were kept, as they are sent again.
fn sendable(items: impl IntoIterator<Item = Map<String, Value>>) -> Result<Vec<InputItem>, StoreError> {
    items.into_iter().map(|item| from_stored(item).ok_or(StoreError::Damaged { what: "item" })).collect()
}

/// An item of a request, under an id of its own: the one a client sends may be that of an item it copies.
fn stored(item: &InputItem) -> StoredItem {
    let mut id = String::new();
    let item = stored_form(item, |prefix| {
        id = new_id(prefix);
        id.clone()
    });
    StoredItem { id, item }
}

/// Items of a request, as they are kept.
pub(super) fn stored_items(items: &[InputItem]) -> StoredItems {
    items.iter().map(stored).collect()
}

fn not_recorded(error: &ApiError) -> UpstreamError {
    UpstreamError {
        class: ErrorClass::Protocol,
        status: error.status.as_u16(),
        kind: error.kind.clone(),
        code: error.code.clone(),
        message: format!("the answer could not be added to the conversation: {}", error.message),
        param: Some("conversation".to_owned()),
        retry_after: None,
        upstream_request_id: None,
        retryable: false,
    }
}

fn locked() -> ApiError {
    let message = "another turn of this conversation is under way; try again when it is over";
    let error = ApiError::client(StatusCode::CONFLICT, "conversation_locked", message);
    ApiError { param: Some("conversation".to_owned()), ..error }
}

fn both() -> ApiError {
    let message = "`previous_response_id` and `conversation` exclude each other; send the one that holds the history";
    let error = ApiError::client(StatusCode::BAD_REQUEST, "mutually_exclusive_parameters", message);
    ApiError { param: Some("previous_response_id".to_owned()), ..error }
}

fn no_previous(message: &str) -> ApiError {
    let error = ApiError::client(StatusCode::BAD_REQUEST, "previous_response_not_found", message);
    ApiError { param: Some("previous_response_id".to_owned()), ..error }
}
