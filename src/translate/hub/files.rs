//! Uploaded files in the place of their ids.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::HubRequest;
use crate::contract::models::{
    ContentPart, CustomToolCallOutputItem, FunctionCallOutputItem, ImageGenerationTool, ImageMask, InputFilePart,
    InputImagePart, InputItem, InputTextPart, MessageContent, MessageItem, Tool, ToolOutput,
};

/// Longest file that is put into a request as text, in bytes.
const MAX_TEXT_BYTES: usize = 1_000_000;

/// A file that a request refers to by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedFile {
    /// Its id.
    pub id: String,
    /// Which item of the input refers to it, from 0; none for a tool.
    pub item: Option<usize>,
    /// Where in that item, `content[1].file_id`, or in the request, `tools[0].input_image_mask.file_id`.
    pub path: String,
}

/// A file that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenFile {
    /// As the client called it.
    pub filename: String,
    /// As the client called it.
    pub content_type: String,
    /// The file itself.
    pub bytes: Vec<u8>,
}

/// A file that cannot be put into a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileRefusal {
    /// An image part with something else.
    #[error("is the id of a file that is no PNG, JPEG, GIF or WebP image; send it as `input_file`")]
    NotAnImage,
    /// Text, but too much of it.
    #[error(
        "is the id of a text file of more than {MAX_TEXT_BYTES} bytes, which is more than is put into a request; send a part of it"
    )]
    TextTooLong,
    /// Neither text, nor a document the backend reads, nor an image.
    #[error(
        "is the id of a file that is neither text nor a PDF or office document nor an image, which is all the backend reads"
    )]
    NotReadable,
    /// The part has its content already.
    #[error("stands beside the content itself; send one of them")]
    TwoContents,
}

impl HubRequest {
    /// The files that the request refers to, in order.
    #[must_use]
    pub fn wanted_files(&self) -> Vec<WantedFile> {
        let mut wanted = Vec::new();
        for (item, (member, parts)) in
            self.input.iter().enumerate().filter_map(|(index, item)| Some((index, parts(item)?)))
        {
            for (index, part) in parts.iter().enumerate() {
                if let ContentPart::InputImage(InputImagePart { file_id: Some(id), .. })
                | ContentPart::InputFile(InputFilePart { file_id: Some(id), .. }) = part
                {
                    wanted.push(WantedFile {
                        id: id.clone(),
                        item: Some(item),
                        path: format!("{member}[{index}].file_id"),
                    });
                }
            }
        }
        for (index, tool) in self.tools.iter().enumerate() {
            if let Tool::ImageGeneration(ImageGenerationTool {
                input_image_mask: Some(ImageMask { file_id: Some(id), .. }),
                ..
            }) = tool
            {
                wanted.push(WantedFile {
                    id: id.clone(),
                    item: None,
                    path: format!("tools[{index}].input_image_mask.file_id"),
                });
            }
        }
        wanted
    }

    /// Puts files in the place of their ids; an id that is not given stays.
    ///
    /// # Errors
    ///
    /// Which file it was, and why.
    pub fn place_files(&mut self, files: &BTreeMap<String, GivenFile>) -> Result<(), (WantedFile, FileRefusal)> {
        for wanted in self.wanted_files() {
            let Some(file) = files.get(&wanted.id) else { continue };
            let placed = match wanted.item {
                Some(item) => {
                    let mut parts = self.input.get_mut(item).and_then(parts_mut).into_iter().flatten();
                    parts.try_for_each(|part| place(part, &wanted.id, file))
                }
                None => self.tools.iter_mut().try_for_each(|tool| place_mask(tool, &wanted.id, file)),
            };
            if let Err(refusal) = placed {
                return Err((wanted, refusal));
            }
        }
        Ok(())
    }
}

/// The first part of an item that is an image or a file, and has none: its place, `content[1]`, and what it needs.
pub(super) fn empty_part(item: &InputItem) -> Option<(String, &'static str)> {
    let (member, parts) = parts(item)?;
    let needs = |part: &ContentPart| {
        if let ContentPart::InputImage(InputImagePart { file_id: None, image_url: None, .. }) = part {
            return Some("needs `image_url` or `file_id`");
        }
        if let ContentPart::InputFile(InputFilePart { file_data: None, file_id: None, file_url: None, .. }) = part {
            return Some("needs `file_data`, `file_url` or `file_id`");
        }
        None
    };
    parts.iter().enumerate().find_map(|(index, part)| Some((format!("{member}[{index}]"), needs(part)?)))
}

/// The parts of an item that has any, and the member they are in.
fn parts(item: &InputItem) -> Option<(&'static str, &[ContentPart])> {
    if let InputItem::Message(MessageItem { content: MessageContent::Parts(parts), .. }) = item {
        return Some(("content", parts));
    }
    if let InputItem::FunctionCallOutput(FunctionCallOutputItem { output: ToolOutput::Parts(parts), .. })
    | InputItem::CustomToolCallOutput(CustomToolCallOutputItem { output: ToolOutput::Parts(parts), .. }) = item
    {
        return Some(("output", parts));
    }
    None
}

fn parts_mut(item: &mut InputItem) -> Option<&mut Vec<ContentPart>> {
    if let InputItem::Message(MessageItem { content: MessageContent::Parts(parts), .. })
    | InputItem::FunctionCallOutput(FunctionCallOutputItem { output: ToolOutput::Parts(parts), .. })
    | InputItem::CustomToolCallOutput(CustomToolCallOutputItem { output: ToolOutput::Parts(parts), .. }) = item
    {
        return Some(parts);
    }
    None
}

/// Puts a file in its place if the part refers to it.
fn place(part: &mut ContentPart, id: &str, file: &GivenFile) -> Result<(), FileRefusal> {
    if let ContentPart::InputImage(image) = part
        && image.file_id.as_deref() == Some(id)
    {
        if image.image_url.is_some() {
            return Err(FileRefusal::TwoContents);
        }
        let media_type = image_type(&file.bytes).ok_or(FileRefusal::NotAnImage)?;
        (image.file_id, image.image_url) = (None, Some(data_url(media_type, &file.bytes)));
    } else if let ContentPart::InputFile(document) = part
        && document.file_id.as_deref() == Some(id)
    {
        if document.file_data.is_some() || document.file_url.is_some() {
            return Err(FileRefusal::TwoContents);
        }
        *part = document_part(document, file)?;
    }
    Ok(())
}

/// Puts a file in the place of a mask that is it.
fn place_mask(tool: &mut Tool, id: &str, file: &GivenFile) -> Result<(), FileRefusal> {
    if let Tool::ImageGeneration(ImageGenerationTool { input_image_mask: Some(mask), .. }) = tool
        && mask.file_id.as_deref() == Some(id)
    {
        if mask.image_url.is_some() {
            return Err(FileRefusal::TwoContents);
        }
        let media_type = image_type(&file.bytes).ok_or(FileRefusal::NotAnImage)?;
        (mask.file_id, mask.image_url) = (None, Some(data_url(media_type, &file.bytes)));
    }
    Ok(())
}

fn document_part(part: &InputFilePart, file: &GivenFile) -> Result<ContentPart, FileRefusal> {
    if let Some(media_type) = document_type(file) {
        return Ok(ContentPart::InputFile(InputFilePart {
            detail: part.detail.clone(),
            file_data: Some(data_url(media_type, &file.bytes)),
            file_id: None,
            file_url: None,
            filename: part.filename.clone().or_else(|| Some(file.filename.clone())),
        }));
    }
    if let Some(media_type) = image_type(&file.bytes) {
        let image_url = Some(data_url(media_type, &file.bytes));
        return Ok(ContentPart::InputImage(InputImagePart { detail: part.detail.clone(), file_id: None, image_url }));
    }
    let text =
        std::str::from_utf8(&file.bytes).ok().filter(|text| !text.contains('\0')).ok_or(FileRefusal::NotReadable)?;
    if text.len() > MAX_TEXT_BYTES {
        return Err(FileRefusal::TextTooLong);
    }
    let GivenFile { filename, content_type, .. } = file;
    Ok(ContentPart::InputText(InputTextPart { text: format!("File {filename} ({content_type}):\n\n{text}") }))
}

/// What an image says it is in its first bytes.
fn image_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// A PDF by its first bytes; office documents are all ZIP archives, so their names tell them apart.
fn document_type(file: &GivenFile) -> Option<&'static str> {
    if file.bytes.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    if !file.bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    match file.filename.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "docx" => Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "xlsx" => Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "pptx" => Some("application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        _ => None,
    }
}

fn data_url(media_type: &str, bytes: &[u8]) -> String {
    let mut url = format!("data:{media_type};base64,");
    BASE64.encode_string(bytes, &mut url);
    url
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What becomes of a part that refers to a file of this name and these bytes.
    fn placed(part: Value, filename: &str, bytes: &[u8]) -> Result<Value, FileRefusal> {
        let mut part: ContentPart = serde_json::from_value(part).unwrap();
        let file = GivenFile { filename: filename.to_owned(), content_type: "a/b".to_owned(), bytes: bytes.to_vec() };
        place(&mut part, "file-1", &file).map(|()| serde_json::to_value(part).unwrap())
    }

    #[test]
    fn files_become_what_the_backend_reads() {
        let image = || json!({"type": "input_image", "file_id": "file-1", "detail": "low"});
        let file = || json!({"type": "input_file", "file_id": "file-1"});
        let (png, pdf) = (b"\x89PNG\r\n\x1a\nx", b"%PDF-1.7");
        let url = "data:image/png;base64,iVBORw0KGgp4";
        assert_eq!(placed(image(), "a", png), Ok(json!({"type": "input_image", "image_url": url, "detail": "low"})));
        assert_eq!(placed(file(), "a", png), Ok(json!({"type": "input_image", "image_url": url})));
        let pdf_url = "data:application/pdf;base64,JVBERi0xLjc=";
        assert_eq!(
            placed(file(), "a.pdf", pdf),
            Ok(json!({"type": "input_file", "filename": "a.pdf", "file_data": pdf_url}))
        );
        assert_eq!(
            placed(file(), "a.txt", b"hi"),
            Ok(json!({"type": "input_text", "text": "File a.txt (a/b):\n\nhi"}))
        );
        assert!(placed(file(), "a.docx", b"PK\x03\x04").is_ok());
        assert_eq!(placed(image(), "a.pdf", pdf), Err(FileRefusal::NotAnImage));
        assert_eq!(placed(file(), "a.zip", b"PK\x03\x04\xFF"), Err(FileRefusal::NotReadable));
        assert!(placed(file(), "a.txt", &[b'x'; 1_000_000]).is_ok());
        assert_eq!(placed(file(), "a.txt", &[b'x'; 1_000_001]), Err(FileRefusal::TextTooLong));
        let both = json!({"type": "input_file", "file_id": "file-1", "file_data": "data:,x"});
        assert_eq!(placed(both, "a.pdf", pdf), Err(FileRefusal::TwoContents));
    }
}
