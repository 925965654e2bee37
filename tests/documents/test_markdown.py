"""The places of Markdown and of front matter."""

from __future__ import annotations

import time

import pytest

from phiguard.documents import markdown, plain


def named(text: str, module: object = markdown) -> list[tuple[str, str]]:
    places = module.places(text)  # type: ignore[attr-defined]
    return [(place.name, text[place.start : place.end]) for place in places]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_front_matter(end: str) -> None:
    text = end.join(
        [
            "---",
            "title: Meet Maria",
            "# note",
            "tags:",
            "  - smile",
            "  - oak",
            "empty:",
            "'quoted': \"x: y\"",
            "Maria Lopez: a",
            "---",
            "body",
        ]
    )
    assert named(text) == [
        ("front-matter:title", f"Meet Maria{end}# note"),
        ("front-matter:tags", f"- smile{end}  - oak"),
        ("front-matter:quoted", '"x: y"'),
        ("front-matter", "a"),
    ]
    assert named(text, plain) == named(text)


@pytest.mark.parametrize(
    "text", ["---\ntitle: x\n", "----\na: b\n---\n", "\n---\na: b\n---\n", "---\nA rule\n---\n", "---\n---\n", "", "---"]
)
def test_no_front_matter(text: str) -> None:
    assert named(text) == []


def test_a_key_that_is_no_plain_word_is_not_repeated() -> None:
    assert [name for name, _ in named("---\nDr Maria Lopez, 12 Oak St: x\n---\n")] == ["front-matter"]


def test_links_in_front_matter_are_values() -> None:
    assert named("---\nurl: https://a.example/#x\n---\n#tag") == [
        ("front-matter:url", "https://a.example/#x"),
        ("hashtag", "#tag"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('![Maria [2] smiling](img/maria.jpg "t")', [("alt-text", "Maria [2] smiling"), ("link", "img/maria.jpg")]),
        ("![](a.png)", [("link", "a.png")]),
        ("![alt][ref]\n\n[ref]: <b c>\n[x]: d.md", [("alt-text", "alt"), ("link", "b"), ("link", "d.md")]),
        ("[text](<a b.md>) [t](x(y)z)", [("link", "a b.md"), ("link", "x(y)z")]),
        ("[![alt](i.png)](https://a.example)", [("alt-text", "alt"), ("link", "i.png"), ("link", "https://a.example")]),
        ("<https://a.example/b> <m@a.example>", [("link", "https://a.example/b"), ("link", "m@a.example")]),
        ("see https://a.example/b#c, or www.b.example.", [("link", "https://a.example/b#c"), ("link", "www.b.example")]),
        ("#smile and #Maria_L2. #1 # x a#b &#39; ##two", [("hashtag", "#smile"), ("hashtag", "#Maria_L2")]),
        ("# Title\n\n`code` (x) [y] <b>", []),
        ("#Zoë's #笑", [("hashtag", "#Zoë"), ("hashtag", "#笑")]),
    ],
)
def test_places(text: str, found: list[tuple[str, str]]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    "piece", ["![", "[", "](", "](<", "](a(", "<a", "<a@", "#", "---\n", "a: ", "[a]: ", "www.", "https://.", "![a](b) #c "]
)
def test_hostile_text_is_fast(piece: str) -> None:
    text = "---\n" + piece * 5_000
    begun = time.perf_counter()
    markdown.places(text)
    assert time.perf_counter() - begun < 2
