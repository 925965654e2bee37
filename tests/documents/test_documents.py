"""Reading and writing drafts: what is read, what is refused and how, and that nothing changes on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text, file_text

from phiguard import documents
from phiguard.documents import FORMATS, LineIndex, from_bytes, from_text, line_column, read, write_bytes
from phiguard.model import UncheckedError

LIMIT = 1_000_000


def refusal(data: bytes, path: str = "a.txt", limit: int = LIMIT) -> tuple[str, str]:
    with pytest.raises(UncheckedError) as error:
        from_bytes(data, path, limit=limit)
    assert error.value.path == path
    return error.value.code, str(error.value)


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"a\r\nb\rc\n", "a\r\nb\rc\n", "utf-8"),
        (b"\xef\xbb\xbfZo\xc3\xab", "Zoë", "utf-8-sig"),
        ("\ufeffZoë 🙂".encode("utf-16-le"), "Zoë 🙂", "utf-16-le"),
        ("\ufeffZoë 🙂".encode("utf-16-be"), "Zoë 🙂", "utf-16-be"),
        (b"", "", "utf-8"),
    ],
)
def test_decodes_and_writes_back(data: bytes, text: str, encoding: str) -> None:
    document = from_bytes(data, "a.txt", limit=LIMIT)
    assert (document.text, document.encoding, document.kind) == (text, encoding, "text")
    assert write_bytes(document, document.text) == data


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"it\x92s", "undecodable", "byte 0x92 at offset 2 is not UTF-8; save the file as UTF-8"),
        (b"\xef\xbb\xbfab\xff", "undecodable", "byte 0xff at offset 5 is not UTF-8"),
        (b"\xff\xfea", "undecodable", "byte 0x61 at offset 2 is not UTF-16"),
        (b"\xff\xfe\0\0a\0\0\0", "undecodable", "UTF-32 is not read"),
        (b"PK\0\1", "binary", "NUL"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n", "lfs-pointer", "a Git LFS pointer"),
        ("\ufeffa\0".encode("utf-16-le"), "binary", "NUL"),
    ],
)
def test_refuses_what_is_not_text(data: bytes, code: str, said: str) -> None:
    got, message = refusal(data)
    assert got == code
    assert message.startswith(said) or said in message


def test_over_the_limit_says_both_sizes() -> None:
    assert refusal(b"x" * 2000, limit=1999) == ("too-large", "2,000 bytes are over the limit of 1,999 bytes (max_bytes)")
    assert from_bytes(b"x" * 1999, "a", limit=1999).text


@pytest.mark.parametrize("name", ["a.docx", "A.PDF", "x/y.Png", "b.heic", "c.zip"])
def test_other_formats_are_refused(name: str) -> None:
    assert refusal(b"text", name) == ("unsupported", "this format is not checked yet")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.md", "markdown"), ("a.MDX", "markdown"), ("a.html", "text"), ("a.csv", "text"), ("draft", "text"), ("a.xyz", "text")],
)
def test_the_suffix_says_the_kind(name: str, kind: str) -> None:
    assert from_bytes(b"x", name, limit=LIMIT).kind == kind
    assert kind in FORMATS


def test_places_of_an_unknown_kind_are_none() -> None:
    assert documents.places("unknown", "---\na: b\n---\n") == ()


def test_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "post.md"
    path.write_bytes(b"Hi\r\n#smile")
    document = read(path, limit=LIMIT)
    assert (document.path, document.text) == (str(path), "Hi\r\n#smile")
    assert document.place_at(5) == "hashtag"
    assert "smile" not in repr(document)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"x" * 20)
    for path, code in ((tmp_path / "no.txt", "missing"), (tmp_path, "unreadable"), (tmp_path / "big.txt", "too-large")):
        with pytest.raises(UncheckedError) as error:
            read(path, limit=10)
        assert (error.value.code, error.value.path) == (code, str(path))
    with pytest.raises(UncheckedError) as error:
        read(Path("a\0b"), limit=10)
    assert error.value.code in {"unreadable", "missing"}


def test_permission_denied_is_unreadable(tmp_path: Path, locked: None) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(UncheckedError, match="permission denied"):
        read(path, limit=10)


def test_a_lone_surrogate_is_not_written() -> None:
    with pytest.raises(UncheckedError) as error:
        write_bytes(from_text("x"), "ab\ud800")
    assert (error.value.code, str(error.value)) == ("undecodable", "character U+D800 at offset 2 cannot be written as utf-8")


@given(file_text, st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]), st.sampled_from(["a.txt", "a.md"]))
def test_round_trip(text: str, encoding: str, name: str) -> None:
    mark = b"" if encoding == "utf-8" else "\ufeff".encode(encoding.removesuffix("-sig"))
    data = mark + text.encode(encoding.removesuffix("-sig"))
    document = from_bytes(data, name, limit=LIMIT)
    assert write_bytes(document, document.text) == data
    if not (encoding == "utf-8" and text.startswith("\ufeff")):
        assert (document.text, document.encoding) == (text, encoding)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = from_bytes(data, "a.md", limit=LIMIT)
    except UncheckedError as error:
        assert error.code in {"undecodable", "binary", "lfs-pointer"}
    else:
        assert write_bytes(document, document.text) == data


@given(any_text, st.sampled_from(["a.md", "a.txt"]))
def test_places_lie_in_the_text_in_order(text: str, name: str) -> None:
    places = from_text(text, name).places
    assert all(0 <= p.start < p.end <= len(text) for p in places)
    assert [p.start for p in places] == sorted(p.start for p in places)


def test_lines_and_columns() -> None:
    text = "ab\r\nc\rd\n\u2028e"
    got = [line_column(text, i) for i in range(len(text) + 1)]
    assert got == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3)]
    assert line_column("", 0) == (1, 1)


@given(any_text, st.data())
def test_lines_agree_with_counting(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line, column = LineIndex(text).at(offset)
    before = text[:offset]
    if text[offset - 1 : offset + 1] == "\r\n" and offset:
        before = before[:-1]  # inside of a line end is still the line it ends
    plain = before.replace("\r\n", "\n").replace("\r", "\n")
    assert line == plain.count("\n") + 1
    assert 1 <= column <= offset + 1
