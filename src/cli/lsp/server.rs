//! The server: its state, the order in which it works, and which feature answers which request.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    Cancel, DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentHighlightRequest, DocumentSymbolRequest, Formatting,
    GotoDefinition, HoverRequest, InlayHintRequest, PrepareRenameRequest, References, Rename, Request as _,
    SemanticTokensFullRequest, SignatureHelpRequest, WorkspaceSymbolRequest,
};
use lsp_types::{CancelParams, InitializeParams, NumberOrString, Position, TextDocumentPositionParams, Uri};
use serde::de::DeserializeOwned;

use mvm::compiler::analysis::{Analysis, Root};
use mvm::compiler::source::{FileId, Span};

use super::capabilities::{Client, offered};
use super::documents::Documents;
use super::library::Library;
use super::position::{Encoding, Lines, range_in};
use super::transport::{self, Incoming};
use super::workspace::{WorkspaceSources, source_files};
use super::{
    actions, complete, diagnostics, formatting, hover, inlay, navigation, rename, symbols, tokens, uri,
};

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

/// What a feature gives.
pub(super) type Answer<T> = Result<T, Refusal>;

/// The server's state.
pub(super) struct Server {
    pub(super) client: Client,
    pub(super) documents: Documents,
    pub(super) library: Library,
    /// The workspace's folders.
    pub(super) folders: Vec<PathBuf>,
    /// All programs of the workspace, if nothing has changed since they were looked at.
    whole: OnceCell<Analysis>,
    /// What the editor has been told of each file, by its name.
    pub(super) published: HashMap<String, Vec<lsp_types::Diagnostic>>,
    /// Messages that came in and have not been looked at.
    waiting: VecDeque<Message>,
    cancelled: HashSet<RequestId>,
    stage: Stage,
    /// Whether documents have changed since diagnostics were published.
    is_stale: bool,
}

/// How far the connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The client has not said who it is.
    New,
    Running,
    /// The client has asked to shut down; only its leave is awaited.
    ShutDown,
    /// The client has left.
    Over,
}

/// A place in a program that has been analysed.
pub(super) struct Place<'s> {
    pub(super) analysis: &'s Analysis,
    pub(super) file: FileId,
    pub(super) offset: u32,
}

impl Server {
    pub(super) fn new(library: Library) -> Self {
        Self {
            client: Client { encoding: Encoding::Utf16, snippets: false },
            documents: Documents::default(),
            library,
            folders: Vec::new(),
            whole: OnceCell::new(),
            published: HashMap::new(),
            waiting: VecDeque::new(),
            cancelled: HashSet::new(),
            stage: Stage::New,
            is_stale: false,
        }
    }

    /// Serves until the client leaves. Says whether it has asked to shut down before.
    ///
    /// # Errors
    /// If the client can't be written to.
    pub(super) fn run(&mut self, messages: &Receiver<Incoming>) -> io::Result<bool> {
        let mut was_shut_down = false;
        while self.stage != Stage::Over {
            if self.waiting.is_empty() {
                let Ok(incoming) = messages.recv() else { return Ok(was_shut_down) };
                self.take_in(incoming)?;
            }
            while let Ok(incoming) = messages.try_recv() {
                self.take_in(incoming)?;
            }
            if let Some(message) = self.waiting.pop_front() {
                self.handle(message)?;
            }
            was_shut_down |= self.stage == Stage::ShutDown;
            if self.waiting.is_empty() && self.is_stale && self.stage == Stage::Running {
                self.is_stale = false;
                self.publish()?;
            }
        }
        Ok(was_shut_down)
    }

    /// Notes what came in, so that what is cancelled before its turn is not worked on.
    fn take_in(&mut self, incoming: Incoming) -> io::Result<()> {
        match incoming {
            Incoming::Message(Message::Notification(n)) if n.method == Cancel::METHOD => {
                if let Ok(CancelParams { id }) = serde_json::from_value(n.params) {
                    self.cancelled.insert(match id {
                        NumberOrString::Number(id) => RequestId::from(id),
                        NumberOrString::String(id) => RequestId::from(id),
                    });
                }
            }
            Incoming::Message(message) => self.waiting.push_back(message),
            Incoming::Malformed(reason) => transport::write(transport::malformed(reason))?,
        }
        Ok(())
    }

    fn handle(&mut self, message: Message) -> io::Result<()> {
        match message {
            Message::Request(request) => {
                let response = self.respond(request);
                transport::write(response)
            }
            Message::Notification(notification) => {
                self.notice(notification);
                Ok(())
            }
            // This server asks its client nothing.
            Message::Response(_) => Ok(()),
        }
    }

    fn respond(&mut self, request: Request) -> Response {
        let refuse =
            |id, code: ErrorCode, message: &str| Response::new_err(id, code as i32, message.to_owned());
        if self.cancelled.remove(&request.id) {
            return refuse(request.id, ErrorCode::RequestCanceled, "cancelled by the client");
        }
        match (self.stage, request.method.as_str()) {
            (Stage::New, "initialize") => self.initialize(request),
            (Stage::New, _) => {
                refuse(request.id, ErrorCode::ServerNotInitialized, "the first request is `initialize`")
            }
            (Stage::Running, "shutdown") => {
                self.stage = Stage::ShutDown;
                Response::new_ok(request.id, ())
            }
            (Stage::Running, _) => {
                let id = request.id.clone();
                // A mistake of ours in one answer is no reason to take away all the others.
                catch_unwind(AssertUnwindSafe(|| self.answer(request)))
                    .unwrap_or_else(|_| refuse(id, ErrorCode::InternalError, "this is a bug of mvm lsp"))
            }
            (Stage::ShutDown | Stage::Over, _) => {
                refuse(request.id, ErrorCode::InvalidRequest, "the server has been shut down")
            }
        }
    }

    fn initialize(&mut self, request: Request) -> Response {
        let params: InitializeParams = match serde_json::from_value(request.params) {
            Ok(params) => params,
            Err(error) => {
                return Response::new_err(request.id, ErrorCode::InvalidParams as i32, error.to_string());
            }
        };
        self.client = Client::new(&params.capabilities);
        let folders = params.workspace_folders.into_iter().flatten().map(|folder| folder.uri);
        #[expect(deprecated, reason = "what clients had before there were several folders")]
        let only = params.root_uri.into_iter();
        let mut folders: Vec<_> = folders.filter_map(|folder| uri::path(&folder)).collect();
        if folders.is_empty() {
            folders.extend(only.filter_map(|folder| uri::path(&folder)));
        }
        self.folders = folders;
        self.stage = Stage::Running;
        Response::new_ok(request.id, offered(self.client))
    }

    /// Which feature answers which request.
    fn answer(&self, request: Request) -> Response {
        match request.method.as_str() {
            HoverRequest::METHOD => self.with::<HoverRequest>(request, hover::hover),
            GotoDefinition::METHOD => self.with::<GotoDefinition>(request, navigation::definition),
            References::METHOD => self.with::<References>(request, navigation::references),
            DocumentHighlightRequest::METHOD => {
                self.with::<DocumentHighlightRequest>(request, navigation::highlights)
            }
            DocumentSymbolRequest::METHOD => self.with::<DocumentSymbolRequest>(request, symbols::symbols),
            InlayHintRequest::METHOD => self.with::<InlayHintRequest>(request, inlay::hints),
            WorkspaceSymbolRequest::METHOD => {
                self.with::<WorkspaceSymbolRequest>(request, symbols::in_workspace)
            }
            Completion::METHOD => self.with::<Completion>(request, complete::completion),
            SignatureHelpRequest::METHOD => {
                self.with::<SignatureHelpRequest>(request, complete::signature_help)
            }
            PrepareRenameRequest::METHOD => self.with::<PrepareRenameRequest>(request, rename::prepare),
            Rename::METHOD => self.with::<Rename>(request, rename::rename),
            Formatting::METHOD => self.with::<Formatting>(request, formatting::formatting),
            CodeActionRequest::METHOD => self.with::<CodeActionRequest>(request, actions::actions),
            SemanticTokensFullRequest::METHOD => {
                self.with::<SemanticTokensFullRequest>(request, tokens::tokens)
            }
            method => {
                let message = format!("`{method}` is not supported");
                Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message)
            }
        }
    }

    fn with<R: lsp_types::request::Request>(
        &self,
        request: Request,
        feature: fn(&Self, &R::Params) -> Answer<R::Result>,
    ) -> Response
    where
        R::Params: DeserializeOwned,
    {
        let answer = serde_json::from_value(request.params)
            .map_err(|error| Refusal { code: ErrorCode::InvalidParams, message: error.to_string() })
            .and_then(|params| feature(self, &params));
        match answer {
            Ok(result) => Response::new_ok(request.id, result),
            Err(refusal) => Response::new_err(request.id, refusal.code as i32, refusal.message),
        }
    }

    fn notice(&mut self, notification: Notification) {
        if notification.method == "exit" {
            self.stage = Stage::Over;
        }
        if self.stage != Stage::Running {
            return;
        }
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(params) = params::<DidOpenTextDocument>(notification) else { return };
                let document = params.text_document;
                self.documents.open(document.uri, document.version, document.text);
            }
            DidChangeTextDocument::METHOD => {
                let Some(params) = params::<DidChangeTextDocument>(notification) else { return };
                let (document, changes) = (params.text_document, params.content_changes);
                self.documents.change(&document.uri, document.version, changes, self.client.encoding);
            }
            DidCloseTextDocument::METHOD => {
                let Some(params) = params::<DidCloseTextDocument>(notification) else { return };
                self.documents.close(&params.text_document.uri);
            }
            DidChangeWatchedFiles::METHOD | DidSaveTextDocument::METHOD => self.documents.forget(),
            _ => return,
        }
        self.whole = OnceCell::new();
        self.is_stale = true;
    }

    fn publish(&mut self) -> io::Result<()> {
        let found = catch_unwind(AssertUnwindSafe(|| diagnostics::changed(self)));
        // As with answers: what a mistake of ours prevents is not said, and the rest goes on.
        for params in found.unwrap_or_default() {
            let method = lsp_types::notification::PublishDiagnostics::METHOD.to_owned();
            transport::write(Notification::new(method, params))?;
        }
        Ok(())
    }
}

fn params<N: lsp_types::notification::Notification>(notification: Notification) -> Option<N::Params> {
    serde_json::from_value(notification.params).ok()
}

impl Server {
    /// The analysis of the program whose root is this open document.
    pub(super) fn analysis(&self, name: &str) -> Option<&Analysis> {
        let document = self.documents.get(name)?;
        Some(document.analysis.get_or_init(|| {
            let sources = WorkspaceSources::beside(&self.documents, name);
            let root = Root { name, text: &document.text };
            Analysis::new(&[root], &sources, self.library.holds(name))
        }))
    }

    /// The analysis of all programs of the workspace, and of all that is open.
    pub(super) fn whole(&self) -> &Analysis {
        self.whole.get_or_init(|| {
            let texts = self.texts();
            let roots: Vec<_> = texts.iter().map(|(name, text)| Root { name, text }).collect();
            let sources = WorkspaceSources::below(&self.documents, &self.all_folders());
            Analysis::new(&roots, &sources, false)
        })
    }

    /// All source files of the workspace and all that is open, with their texts.
    pub(super) fn texts(&self) -> Vec<(String, String)> {
        let open = self.documents.iter().filter(|(name, _)| !self.library.holds(name));
        let mut texts: Vec<_> = open.map(|(name, open)| (name.clone(), open.text.clone())).collect();
        for name in source_files(&self.folders) {
            if self.documents.get(&name).is_none()
                && let Ok(text) = mvm::read_source(name.as_ref())
            {
                texts.push((name, text));
            }
        }
        texts
    }

    /// The workspace's folders, and those of open documents.
    pub(super) fn all_folders(&self) -> Vec<PathBuf> {
        let open = self.documents.iter().filter_map(|(_, document)| uri::path(&document.uri));
        let beside = open.filter_map(|path| path.parent().map(ToOwned::to_owned));
        self.folders.iter().cloned().chain(beside).collect()
    }

    /// The place that a request speaks of, in the program whose root is its document.
    pub(super) fn place(&self, at: &TextDocumentPositionParams) -> Option<Place<'_>> {
        let name = uri::name(&at.text_document.uri);
        let offset = self.offset(&name, at.position)?;
        let analysis = self.analysis(&name)?;
        Some(Place { analysis, file: analysis.file(&name)?, offset })
    }

    /// The same place among all programs of the workspace.
    pub(super) fn place_in_whole(&self, at: &TextDocumentPositionParams) -> Option<Place<'_>> {
        let name = uri::name(&at.text_document.uri);
        if self.library.holds(&name) {
            return self.place(at);
        }
        let offset = self.offset(&name, at.position)?;
        let analysis = self.whole();
        Some(Place { analysis, file: analysis.file(&name)?, offset })
    }

    /// The offset of a position in an open document.
    pub(super) fn offset(&self, name: &str, position: Position) -> Option<u32> {
        let text = &self.documents.get(name)?.text;
        u32::try_from(Lines::new(text, self.client.encoding).offset(position)).ok()
    }

    /// The document that a file of an analysis is.
    pub(super) fn uri_of(&self, analysis: &Analysis, file: FileId) -> Option<Uri> {
        if let Some(module) = analysis.stdlib_module(file) {
            return self.library.uri(module);
        }
        let name = analysis.sources().get(file)?.name();
        match self.documents.get(name) {
            Some(document) => Some(document.uri.clone()),
            None => uri::of_name(name),
        }
    }

    /// A span of an analysis as the protocol says it.
    pub(super) fn range(&self, analysis: &Analysis, span: Span) -> lsp_types::Range {
        let file = analysis.sources().get(span.file);
        file.map_or(lsp_types::Range::default(), |file| range_in(file, self.client.encoding, span))
    }

    /// A span of an analysis with its document.
    pub(super) fn location(&self, analysis: &Analysis, span: Span) -> Option<lsp_types::Location> {
        Some(lsp_types::Location {
            uri: self.uri_of(analysis, span.file)?,
            range: self.range(analysis, span),
        })
    }
}
