//! Reasoning, in the style that the caller wants.

use super::ReasoningStyle;
use super::content::{Block, Content, blank_line};
use super::delta::ChatDelta;
use crate::translate::hub::{RawJson, TextKind};

/// Shows reasoning once: an item can carry a summary, the raw text, or both, and a client has one place for it.
///
/// The kind that an item begins with is shown and the other one is not; a stream cannot wait to see whether a summary follows.
#[derive(Debug)]
pub(super) struct Reasoning {
    style: ReasoningStyle,
    last: Option<Piece>,
}

/// Where the last piece came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    output_index: u32,
    part_index: u32,
    kind: TextKind,
}

impl Reasoning {
    pub(super) fn new(style: ReasoningStyle) -> Self {
        Self { style, last: None }
    }

    /// Shows a piece.
    pub(super) fn think(
        &mut self,
        kind: TextKind,
        (output_index, part_index): (u32, u32),
        piece: RawJson,
        content: &mut Content,
        out: &mut Vec<ChatDelta>,
    ) {
        let here = Piece { output_index, part_index, kind };
        if self.last.is_some_and(|last| last.output_index == output_index && last.kind != kind) {
            return;
        }
        match self.style {
            ReasoningStyle::Off => {}
            ReasoningStyle::ReasoningContent => {
                if self.last.is_some_and(|last| last != here) {
                    out.push(ChatDelta::Reasoning(blank_line()));
                }
                out.push(ChatDelta::Reasoning(piece));
            }
            ReasoningStyle::ThinkTags => {
                if content.is_thinking() && self.last != Some(here) {
                    content.say(Block::Think, blank_line(), out);
                }
                content.say(Block::Think, piece, out);
            }
        }
        self.last = Some(here);
    }
}
