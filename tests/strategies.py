"""Hypothesis strategies that several tests share."""

from __future__ import annotations

from hypothesis import strategies as st

TRICKY = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u202e\ufe0f\u20e3\u0301\u0308\u3099"
    "\u2019\u201c\u2014\u00a0\u3000\u2028\r\n\t"
    "１Ａ𝐌𝟗①⑩ⓐ❶ﬁ²ᴀ🅰🄰Ⓜ⒈K"
    "аеорсіΑοαμйάžñé"
    "👩🏽🚀🏴\U000e0067❤1#*aZ -.@/\ud800"
)

#: Any string Python can hold, lone surrogates included, with the characters that fold or vanish well represented.
any_text = st.text(st.one_of(st.sampled_from(TRICKY), st.characters()), max_size=60)

#: Text that a file can hold.
file_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
