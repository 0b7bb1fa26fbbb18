"""Regular expressions mean the same on each Python that is supported."""

import re
from pathlib import Path

import incident_tui

SOURCES = sorted(Path(incident_tui.__file__).parent.rglob("*.py"))

POSSESSIVE_GROUP = re.compile(r"""(?<!\\)\)(?:[*+?]|\{[0-9,]+\})\+|\(\?>""")


def test_no_group_is_repeated_possessively() -> None:
    """Before 3.11.5 Python matches these wrongly where the group itself tries alternatives."""
    assert [source.name for source in SOURCES if POSSESSIVE_GROUP.search(source.read_text("utf-8"))] == []


def test_such_a_group_would_be_seen() -> None:
    assert POSSESSIVE_GROUP.search("r'(?:[^*_\\n]++|(?!x)[*_])++'")
    assert not POSSESSIVE_GROUP.search(r"r'\)++ [ab]++ (ab)+'")
