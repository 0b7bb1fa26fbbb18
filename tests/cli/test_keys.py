"""A key that is added to the table of metadata keys is read, shown and checked everywhere, with nothing else taught."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from incident_tui.format.model.keys import KEYS, OLDER_KEYS, Key

ADDED = """
import sys
import incident_tui.format.model.keys as keys
keys.KEYS = (
    *keys.KEYS,
    keys.Key("severity", "choice", choices=("high", "low")),
    keys.Key("services", "list", "named"),
    keys.Key("resolved", "day", "value", unreadable="it counts as open"),
    keys.Key("pages", "count", new="0"),
)
keys.KEY_NAMES = tuple(key.name for key in keys.KEYS)
keys.KNOWN_NAMES = frozenset(keys.KEY_NAMES + keys.OLDER_KEYS)
keys.KEY_OF = {key.name: key for key in keys.KEYS}
from incident_tui.search import filters
filters.FILTERS |= {
    name: filters.key_filter(name, f"a value of {name}") for name in ("severity", "services", "resolved", "pages")
}
from incident_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The program with four keys more."""

ENTRY = b"""## M-2026-01-05T10:00:00Z INC-1 one

- severity: High
- services: api, db
- resolved: 2026/01/06
- pages: three

Body.
"""


@pytest.fixture
def with_keys(tmp_path: Path):
    """Run a command of the program with more keys, on a file of one entry."""
    (tmp_path / "incidents.md").write_bytes(ENTRY)

    def run(*argv: str, stdin: str = "") -> str:
        argv = (sys.executable, "-c", ADDED, *argv)
        done = subprocess.run(argv, cwd=tmp_path, input=stdin, capture_output=True, text=True, timeout=30)
        assert "Traceback" not in done.stderr
        return done.stdout

    return run


def test_it_makes_a_list_metadata_and_is_a_field_of_json(with_keys) -> None:
    (entry,) = json.loads(with_keys("list", "--json"))
    assert list(entry)[11:] == [
        "schema_version",
        "reviewed",
        "severity",
        "services",
        "resolved",
        "pages",
        "extra",
        "file",
        "line",
    ]
    values = [entry[name] for name in ("severity", "services", "resolved", "pages")]
    assert (values, entry["extra"]) == (["High", ["api", "db"], "2026/01/06", 0], {})


def test_show_says_it(with_keys) -> None:
    facts = with_keys("show", "INC-1").splitlines()[1]
    assert "severity: High; services: api, db; 2026/01/06; pages: three; used 0 times" in facts.replace(" · ", "; ")


def test_check_knows_what_it_can_be(with_keys) -> None:
    found = json.loads(with_keys("check", "--json", "--fail-on", "never"))
    assert [(one["line"], one["code"], one["mendable"]) for one in found] == [
        (3, "unknown-severity", True),
        (5, "bad-value", True),
        (6, "bad-value", False),
    ]
    assert "the severity `High` is not one of high, low" in found[0]["what"]
    assert "`resolved` is no day: 2026/01/06; it counts as open" in found[1]["what"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("severity:HIGH", 1),
        ("-severity:low", 1),
        ("severity:low", 0),
        ("services:api services:d", 1),
        ("services:web", 0),
        ("pages:0", 1),
        ("pages:>0", 0),
        ("-resolved:>2026", 1),
        ("resolved:2026", 0),
    ],
)
def test_a_filter_for_it_is_one_line(with_keys, query: str, count: int) -> None:
    assert len(json.loads(with_keys("list", "--json", "--", query))) == count


def test_its_filter_is_completed(with_keys) -> None:
    assert "severity:High" in with_keys("__complete", "fish", "list", "severity:")


def test_a_new_entry_has_the_line(with_keys, tmp_path: Path) -> None:
    with_keys("new", "--title", "two", stdin="**Summary**\n\nIt is here.\n")
    assert "\n- pinned: false\n- schema_version: 1\n- pages: 0\n" in (tmp_path / "incidents.md").read_text("utf-8")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_key_of_the_table_is_shown_as_the_table_says(run, folder: Path, key: Key) -> None:
    value = {"count": "7", "day": "2026-01-07", "flag": "yes", "number": "7"}.get(key.kind, "pattern")
    (folder / "incidents.md").write_text(f"## M-2026-01-05T10:00:00Z INC-1 one\n\n- {key.name}: {value}\n", "utf-8")
    entry = json.loads(run("show", "INC-1", "--json").out)
    assert entry[key.name] == {"list": [value], "count": 7, "flag": True, "number": 7}.get(key.kind, value)
    shown = run("show", "INC-1").out
    assert ({"yes": "pinned"}.get(value, value) in shown) == (key.shown != "never")


@pytest.mark.parametrize("name", [*OLDER_KEYS, "unheard_of"])
def test_a_key_without_a_meaning_stands_in_extra(run, folder: Path, name: str) -> None:
    text = f"## M-2026-01-05T10:00:00Z INC-1 one\n\n- {name}: x\n- type: fact\n"
    (folder / "incidents.md").write_text(text, "utf-8")
    assert json.loads(run("show", "INC-1", "--json").out)["extra"] == {name: "x"}
    assert f"{name}: x" in run("show", "INC-1").out
