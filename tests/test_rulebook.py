"""The rule book: what is refused and how it is said, sites' own folders, marks, and the note that saves time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phiguard.model import Action, Code, RuleError, Subject
from phiguard.rulebook import IdentifierRule, Lexicon, LinkageCue, Policy, load, record, shipped_rules, unmark

RULE = """
id = "site.locker"
code = "OTHER_ID"
letter = "R"
cite = "45 CFR 164.514(b)(2)(i)(R)"
why = "looks like a locker number"
instead = "leave the locker number out"
patterns = ['''\\blocker (?P<id>[A-Z]\\d{3})\\b''']
hits = ["his locker <<B123>> is empty", "locker <<C999>>"]
misses = ["a locker room", "locker 12"]
"""
POLICY = 'id = "tiny"\ntitle = "Tiny"\nwhy = "test"\n[subjects]\n' + "\n".join(
    f'{subject.value} = "{"block" if subject.protected else "review"}"' for subject in Subject
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "identifiers" / "other").mkdir(parents=True)
    (tmp_path / "identifiers" / "other" / "locker.toml").write_text(RULE, encoding="utf-8")
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "tiny.toml").write_text(POLICY, encoding="utf-8")
    return tmp_path


def locker(site: Path) -> Path:
    return site / "identifiers" / "other" / "locker.toml"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_folder_of_ones_own_loads(site: Path) -> None:
    book = load(site)
    (rule,) = book.identifiers
    assert [m.start for m in rule.find("Locker B123")] == [7]
    assert book.rule("site.locker") is rule
    assert book.rule("site.none") is None
    assert book.policies["tiny"].action(Subject.PATIENT, Code.SSN) is Action.BLOCK
    assert (len(book), book.digest[:7]) == (1, "sha256:")


def test_it_adds_to_the_shipped_rules(site: Path) -> None:
    both = load(shipped_rules(), site)
    assert len(both) == len(load()) + 1
    assert both.digest != load().digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('why = "looks', 'whi = "looks', "why: Field required"),
        ('letter = "R"', 'letter = "B"', "OTHER_ID is letter R"),
        ("(?P<id>", "(", "hit 1 is not found as marked"),
        ("<<B123>>", "<<B12>>3", "hit 1 is not found as marked"),
        ("<<B123>>", "B123", "hit 1 is not found as marked"),
        ('"a locker room"', '"locker D444"', "miss 1 is found"),
        ("[A-Z]", "[A-Z", "not a regular expression"),
        ("hits = [", "hits = [[", "not valid TOML"),
        ('code = "OTHER_ID"', 'code = "SHOE_SIZE"', "code: Input should be"),
        ('why = "looks', 'check = "astrology"\nwhy = "looks', "no such check: astrology"),
        ('why = "looks', 'finder = "dowsing"\nwhy = "looks', "give either patterns or a finder"),
        ('why = "looks', 'keywords = ["Locker"]\nwhy = "looks', "keywords are written in lower case"),
        ("misses = [", "misses = []\nxs = [", "misses"),
        ("<<B123>>", "<<NMAE:B123>>", "'NMAE' is not a valid Code"),
        ('id = "site.locker"', 'entry = [1]\nid = "site.locker"', "entry"),
    ],
)
def test_what_is_wrong_is_said_with_its_file(site: Path, old: str, new: str, said: str) -> None:
    edit(locker(site), old, new)
    with pytest.raises(RuleError, match=re.escape(said)) as caught:
        load(site)
    assert "locker.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["entry = [1]", "[entry]\nid = 'x'", "entry = 'x'"])
def test_entries_are_tables(site: Path, text: str) -> None:
    locker(site).write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=r"written as \[\[entry\]\] tables"):
        load(site)


def test_an_id_is_used_once(site: Path) -> None:
    (site / "identifiers" / "again.toml").write_text(RULE, encoding="utf-8")
    with pytest.raises(RuleError, match=r"site\.locker is already used by"):
        load(site)


def test_no_rules_is_an_error_not_a_clean_scan(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no rules loaded"):
        load(tmp_path)


def test_bytes_that_are_no_text_are_refused(site: Path) -> None:
    locker(site).write_bytes(b"id = '\xff'")
    with pytest.raises(RuleError, match="not valid TOML"):
        load(site)


def test_a_record_spares_the_examples_until_anything_changes(site: Path) -> None:
    record(site)
    assert len(load(site)) == 1
    load.cache_clear()
    edit(locker(site), "<<B123>>", "<<B12>>3")
    with pytest.raises(RuleError, match="hit 1"):
        load(site)


def test_a_record_is_not_given_to_rules_that_fail(site: Path) -> None:
    edit(locker(site), "<<B123>>", "<<B12>>3")
    with pytest.raises(RuleError, match="hit 1"):
        record(site)
    assert not (site / "VERIFIED").exists()


def test_the_shipped_record_is_up_to_date(tmp_path: Path) -> None:
    """If this fails: `phiguard rules test --record rules` after the last change of a rule."""
    noted = (shipped_rules() / "VERIFIED").read_text(encoding="ascii")
    assert noted.strip() in _digest_of_a_copy(tmp_path)


def _digest_of_a_copy(folder: Path) -> str:
    import shutil

    shutil.copytree(shipped_rules(), folder / "rules")
    return record(folder / "rules")


def test_marks() -> None:
    assert unmark("a <<b>> c <<NAME:D e>>!") == ("a b c D e!", [(2, 3, None), (6, 9, Code.NAME)])
    assert unmark("none") == ("none", [])


def test_a_check_raises_the_score_and_its_failure_clears_nothing() -> None:
    rule = IdentifierRule.model_validate(
        {
            "id": "t", "code": "LICENSE", "letter": "K", "cite": "45 CFR 164.514(b)(2)(i)(K)", "why": "w", "instead": "i",
            "patterns": [r"NPI (?P<id>\d{10})"], "check": "npi", "score": 0.7, "score_checked": 0.9,
            "hits": ["NPI <<1234567893>>"], "misses": ["NPI"],
        }
    )  # fmt: skip
    assert [m.score for m in rule.find("NPI 1234567893, NPI 1234567890")] == [0.9, 0.7]
    strict = rule.model_copy(update={"check_required": True})
    assert [m.score for m in strict.find("NPI 1234567893, NPI 1234567890")] == [0.9]


def test_keywords_decide_whether_a_rule_is_tried() -> None:
    rule = IdentifierRule.model_validate(
        {
            "id": "t", "code": "MRN", "letter": "H", "cite": "c", "why": "w", "instead": "i", "keywords": ["mrn"],
            "patterns": [r"\d{6}"], "hits": ["mrn <<123456>>"], "misses": ["123456"],
        }
    )  # fmt: skip
    assert list(rule.failures()) == []
    assert list(rule.find("123456")) == []


def test_a_cue_needs_every_side_it_names() -> None:
    cue = LinkageCue.model_validate(
        {
            "id": "t", "subject": "relative", "evidence": "e", "codes": ["NAME"],
            "before": [r"his wife\s"], "after": [r"\scried"],
            "inside": [r"(?-i:^[A-Z])"],
            "hits": ["his wife <<NAME:Ana>> cried"], "misses": ["his wife <<NAME:Ana>> sang"],
        }
    )  # fmt: skip
    text = "his wife Ana cried, his wife ana cried, a wife Ana cried"
    assert [cue.holds(text, i, i + 3, Code.NAME) for i in (9, 29, 47)] == [True, False, False]
    assert not cue.holds(text, 9, 12, Code.DATE)


def test_a_term_is_a_whole_word_whatever_its_case() -> None:
    lexicon = Lexicon.model_validate(
        {"id": "t", "evidence": "e", "terms": ["Down syndrome"], "hits": ["<<Down syndrome>>"], "misses": ["down the road"]}
    )
    assert list(lexicon.find("DOWN SYNDROME, down syndromes")) == [(0, 13)]


def test_a_policy_must_speak_for_everyone_and_never_allow_the_unknown() -> None:
    table = {subject.value: "block" for subject in Subject}
    assert Policy.model_validate({"id": "t", "title": "t", "why": "w", "subjects": table})
    with pytest.raises(ValueError, match="no action for clinic"):
        Policy.model_validate(
            {"id": "t", "title": "t", "why": "w", "subjects": {k: v for k, v in table.items() if k != "clinic"}}
        )
    with pytest.raises(ValueError, match="never silently allowed"):
        Policy.model_validate({"id": "t", "title": "t", "why": "w", "subjects": {**table, "unknown": "allow"}})
