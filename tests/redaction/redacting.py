"""What the tests of redaction share: drafts with marks, and the decisions that follow from them."""

from __future__ import annotations

from phiguard.model import Action, Code, Decision, Finding, Link, Subject
from phiguard.redaction import Options, apply
from phiguard.rulebook import unmark

KEY = b"0123456789abcdef0123456789abcdef"
OPTIONS = Options(seed=7, key=KEY, year=2026)
DRAFT = (
    "<<NAME:Maria Lopez>>, <<AGE:94>>, came on <<DATE:March 14, 2021>> from <<LOCATION:1500 Coyote Trail, Laredo, TX 78045>>. "
    "<<NAME:Maria>> left <<PHONE:(956) 555-0142>>, <<EMAIL:mlopez@mail.example>> and MRN <<MRN:4471-B>>."
)


def decision(code: Code, start: int, end: int, action: Action = Action.BLOCK, score: float = 0.9) -> Decision:
    return Decision(
        Finding(code, start, end, "test.rule", score, "a test"), Link(Subject.PATIENT, "a test", "test"), action, "a test"
    )


def marked(draft: str) -> tuple[str, list[Decision]]:
    """A text and its decisions, from a draft with `<<CODE:value>>` marks."""
    text, marks = unmark(draft)
    return text, [decision(code, start, end) for start, end, code in marks if code]


def redact(draft: str, strategy: str = "label", options: Options = OPTIONS) -> str:
    text, decisions = marked(draft)
    return apply(text, decisions, strategy, options=options).text
