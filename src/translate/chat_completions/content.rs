//! `content`: one text made of several blocks.

use super::delta::ChatDelta;
use crate::translate::hub::RawJson;
use crate::translate::literal::count_chars;

/// What a stretch of `content` comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// The message at this output index.
    Message(u32),
    /// Reasoning between think tags.
    Think,
}

/// Writes `content` and keeps its blocks apart with a blank line.
#[derive(Debug, Default)]
pub(super) struct Content {
    block: Option<Block>,
    chars: u64,
}

impl Content {
    /// Appends a piece to a block, opening it first when another one is open.
    pub(super) fn say(&mut self, block: Block, piece: RawJson, out: &mut Vec<ChatDelta>) {
        self.enter(block, out);
        self.put(piece, out);
    }

    /// Opens a block. Afterwards [`Content::chars`] is where its next character goes.
    pub(super) fn enter(&mut self, block: Block, out: &mut Vec<ChatDelta>) {
        if self.block == Some(block) {
            return;
        }
        self.close_think(out);
        if self.chars > 0 {
            self.put(blank_line(), out);
        }
        if block == Block::Think {
            self.put(RawJson::from_parsed("\"<think>\""), out);
        }
        self.block = Some(block);
    }

    /// Closes think tags that are open.
    pub(super) fn close_think(&mut self, out: &mut Vec<ChatDelta>) {
        if self.block == Some(Block::Think) {
            self.put(RawJson::from_parsed("\"</think>\""), out);
            self.block = None;
        }
    }

    /// Length so far, in code points.
    pub(super) fn chars(&self) -> u64 {
        self.chars
    }

    /// Whether think tags are open.
    pub(super) fn is_thinking(&self) -> bool {
        self.block == Some(Block::Think)
    }

    fn put(&mut self, piece: RawJson, out: &mut Vec<ChatDelta>) {
        self.chars += count_chars(&piece);
        out.push(ChatDelta::Content(piece));
    }
}

/// What separates two texts that become one.
pub(super) fn blank_line() -> RawJson {
    RawJson::from_parsed(r#""\n\n""#)
}
