use super::*;

/// Every chunk size gives `expected`, as `(event, data)`, and leaves bytes behind or not.
fn check(input: &[u8], expected: &[(Option<&str>, &str)], left: bool) {
    let input = Bytes::copy_from_slice(input);
    for size in 1..=input.len().max(1) {
        let mut framer = Framer::new(1024);
        let mut frames = Vec::new();
        for start in (0..input.len()).step_by(size) {
            framer.push(&input.slice(start..input.len().min(start + size)), &mut frames).unwrap();
        }
        let text = |text: &ByteString| text.to_string();
        let got: Vec<_> = frames.iter().map(|frame| (frame.event.as_ref().map(text), text(&frame.data))).collect();
        let expected: Vec<_> = expected.iter().map(|(e, d)| (e.map(str::to_owned), (*d).to_owned())).collect();
        assert_eq!(got, expected, "chunks of {size}");
        assert_eq!(framer.finish(), left, "chunks of {size}");
    }
}

fn errors_at_every_chunk_size(input: &[u8], max_event_bytes: usize, frames_before: usize, expected: FrameError) {
    let input = Bytes::copy_from_slice(input);
    for size in 1..=input.len() {
        let mut framer = Framer::new(max_event_bytes);
        let mut frames = Vec::new();
        let result = (0..input.len())
            .step_by(size)
            .try_for_each(|start| framer.push(&input.slice(start..input.len().min(start + size)), &mut frames));
        assert_eq!(result, Err(expected), "chunks of {size}");
        assert_eq!(frames.len(), frames_before, "chunks of {size}");
        assert_eq!(framer.push(&Bytes::from_static(b"data: x\n\n"), &mut frames), Err(expected));
    }
}

#[test]
fn the_three_line_ends() {
    let expected = [(Some("a"), "1"), (None, "2")];
    check(b"event: a\ndata: 1\n\ndata: 2\n\n", &expected, false);
    check(b"event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", &expected, false);
    check(b"event: a\rdata: 1\r\rdata: 2\r\r", &expected, false);
    check(b"event: a\r\ndata: 1\n\rdata: 2\r\n\n", &expected, false);
}

#[test]
fn only_cr_and_lf_end_lines() {
    check(
        "data: a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f\n\n".as_bytes(),
        &[(None, "a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f")],
        false,
    );
}

#[test]
fn a_byte_order_mark_is_skipped_once() {
    check(b"\xef\xbb\xbfdata: 1\n\n", &[(None, "1")], false);
    check(b"\xef\xbb\xbf\ndata: 1\n\n", &[(None, "1")], false);
    check(b"data: \xef\xbb\xbf\n\n\xef\xbb\xbfdata: 2\n\n", &[(None, "\u{feff}")], false);
}

#[test]
fn fields_as_the_standard_reads_them() {
    check(b"data:1\n\ndata:  2\n\n", &[(None, "1"), (None, " 2")], false);
    check(b"data\n\ndata:\n\n", &[(None, ""), (None, "")], false);
    check(b"data\ndata\n\n", &[(None, "\n")], false);
    check(b"data: a\ndata:b\ndata: c\n\n", &[(None, "a\nb\nc")], false);
    check(b"event:\ndata: 1\n\n", &[(None, "1")], false);
    check(b"event: a\nevent: b\ndata: x:y\n\n", &[(Some("b"), "x:y")], false);
    check(b"id: 7\nretry: 3\nunknown\nDATA: 0\n data: 0\ndata: 1\n\n", &[(None, "1")], false);
}

#[test]
fn comments_and_events_without_data_give_nothing() {
    check(b": hello\n\n:\n\n:x\ndata: 1\n: y\ndata: 2\n\n", &[(None, "1\n2")], false);
    check(b"event: a\n\ndata: 1\n\n\n\n", &[(None, "1")], false);
}

#[test]
fn text_split_inside_a_character() {
    check("data: \u{e9}\u{20ac}\u{1f600}\n\n".as_bytes(), &[(None, "\u{e9}\u{20ac}\u{1f600}")], false);
}

#[test]
fn an_unfinished_event_is_dropped_and_told() {
    check(b"data: 1\n\ndata: 2\n", &[(None, "1")], true);
    check(b"data: 1\n\ndata: 2", &[(None, "1")], true);
    check(b"data: 1\n\nevent: a\n", &[(None, "1")], true);
    check(b"data: 1\n\n: comment\n", &[(None, "1")], false);
    check(b"", &[], false);
}

#[test]
fn events_up_to_the_limit_pass_and_above_it_fail() {
    check(format!("data: {}\n\n", "x".repeat(1018)).as_bytes(), &[(None, &"x".repeat(1018))], false);
    let too_large = FrameError::TooLarge { limit_bytes: 12 };
    errors_at_every_chunk_size(b"data: 123456\n\ndata: 1234567\n\n", 12, 1, too_large);
    errors_at_every_chunk_size(b"data: 12\n\ndata: 1\ndata: 2\n\n", 12, 1, too_large);
    errors_at_every_chunk_size(b"data: 12\n\nevent: a\ndata: 1\n\n", 12, 1, too_large);
    errors_at_every_chunk_size(b"data: 12\n\n: a very long comment\n\n", 12, 1, too_large);
}

#[test]
fn bytes_that_are_no_text_fail() {
    errors_at_every_chunk_size(b"data: 1\n\ndata: \xff\n\n", 64, 1, FrameError::NotUtf8);
    errors_at_every_chunk_size(b"data: 1\n\nevent: \xc3\ndata: 2\n\n", 64, 1, FrameError::NotUtf8);
}

#[test]
fn one_line_of_one_chunk_is_not_copied() {
    let chunk = Bytes::from_static(b"event: a\ndata: 12345\n\n");
    let mut frames = Vec::new();
    Framer::new(MAX_EVENT_BYTES).push(&chunk, &mut frames).unwrap();
    assert_eq!(frames[0].data.as_ptr(), chunk[15..].as_ptr());
}

#[test]
fn a_large_event_in_small_chunks_costs_linear_time() {
    let piece = Bytes::from(vec![b'x'; 64]);
    let mut framer = Framer::new(MAX_EVENT_BYTES);
    let mut frames = Vec::new();
    framer.push(&Bytes::from_static(b"data: "), &mut frames).unwrap();
    for _ in 0..(8 * 1024 * 1024 / 64) {
        framer.push(&piece, &mut frames).unwrap();
    }
    framer.push(&Bytes::from_static(b"\n\n"), &mut frames).unwrap();
    assert_eq!(frames[0].data.len(), 8 * 1024 * 1024);
}
