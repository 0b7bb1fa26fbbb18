"""A key that is added to the table of metadata keys is read, shown and checked everywhere, with nothing else taught."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui.format.model.keys import KEY_NAMES, KEYS, OLDER_KEYS, Key

from .conftest import Run

ADDED = """
import sys
import incident_tui.format.model.keys as keys
keys.KEYS = (
    *keys.KEYS,
    keys.Key("impact", "choice", choices=("high", "low")),
    keys.Key("regions", "list", "named"),
    keys.Key("resolved", "day", "value", unreadable="it counts as open"),
    keys.Key("pages", "count", new="0"),
)
keys.KEY_NAMES = tuple(key.name for key in keys.KEYS)
keys.KNOWN_NAMES = frozenset(keys.KEY_NAMES + keys.OLDER_KEYS)
keys.KEY_OF = {key.name: key for key in keys.KEYS}
from incident_tui.search import filters
filters.FILTERS |= {
    name: filters.key_filter(name, f"a value of {name}") for name in ("impact", "regions", "resolved", "pages")
}
from incident_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The program with four keys more."""

Command = Callable[..., str]

ENTRY = b"""## M-2026-01-05T10:00:00Z INC-1 one

- impact: High
- regions: api, db
- resolved: 2026/01/06
- pages: three

Body.
"""


@pytest.fixture
def with_keys(tmp_path: Path) -> Command:
    """Run a command of the program with more keys, on a file of one entry."""
    (tmp_path / "incidents.md").write_bytes(ENTRY)

    def run(*argv: str, stdin: str = "") -> str:
        program = (sys.executable, "-c", ADDED, *argv)
        done = subprocess.run(program, cwd=tmp_path, input=stdin, capture_output=True, text=True, timeout=30)
        assert "Traceback" not in done.stderr
        return done.stdout

    return run


def test_it_makes_a_list_metadata_and_is_a_field_of_json(with_keys: Command) -> None:
    (entry,) = json.loads(with_keys("list", "--json"))
    added = ["impact", "regions", "resolved", "pages"]
    assert list(entry)[6:] == [*KEY_NAMES, *added, "extra", "file", "line", "layer"]
    values = [entry[name] for name in added]
    assert (values, entry["extra"]) == (["High", ["api", "db"], "2026/01/06", 0], {})


def test_show_says_it(with_keys: Command) -> None:
    facts = with_keys("show", "INC-1").splitlines()[1]
    assert "impact: High; regions: api, db; 2026/01/06; pages: three; used 0 times" in facts.replace(" · ", "; ")


def test_check_knows_what_it_can_be(with_keys: Command) -> None:
    found = json.loads(with_keys("check", "--json", "--fail-on", "never"))
    assert [(one["line"], one["code"], one["mendable"]) for one in found] == [
        (3, "unknown-impact", True),
        (5, "bad-value", True),
        (6, "bad-value", False),
    ]
    assert "the impact `High` is not one of high, low" in found[0]["what"]
    assert "`resolved` is not a date: 2026/01/06; it counts as open" in found[1]["what"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("impact:HIGH", 1),
        ("-impact:low", 1),
        ("impact:low", 0),
        ("regions:api regions:d", 1),
        ("regions:web", 0),
        ("pages:0", 1),
        ("pages:>0", 0),
        ("-resolved:>2026", 1),
        ("resolved:2026", 0),
    ],
)
def test_a_filter_for_it_is_one_line(with_keys: Command, query: str, count: int) -> None:
    assert len(json.loads(with_keys("list", "--json", "--", query))) == count


def test_its_filter_is_completed(with_keys: Command) -> None:
    assert "impact:High" in with_keys("__complete", "fish", "list", "impact:")


def test_a_new_entry_has_the_line(with_keys: Command, tmp_path: Path) -> None:
    with_keys("new", "--title", "two", stdin="**Summary**\n\nIt is here.\n")
    assert "\n- pinned: false\n- schema_version: 1\n- pages: 0\n" in (tmp_path / "incidents.md").read_text("utf-8")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_key_of_the_table_is_shown_as_the_table_says(run: Run, folder: Path, key: Key) -> None:
    value = {"count": "7", "day": "2026-01-07", "flag": "yes", "number": "7"}.get(key.kind, "pattern")
    (folder / "incidents.md").write_text(f"## M-2026-01-05T10:00:00Z INC-1 one\n\n- {key.name}: {value}\n", "utf-8")
    entry = json.loads(run("show", "INC-1", "--json").out)
    assert entry[key.name] == {"list": [value], "count": 7, "flag": True, "number": 7}.get(key.kind, value)
    shown = run("show", "INC-1").out
    assert ({"yes": "pinned"}.get(value, value) in shown) == (key.shown != "never")


@pytest.mark.parametrize("name", [*OLDER_KEYS, "unheard_of"])
def test_a_key_without_a_meaning_stands_in_extra(run: Run, folder: Path, name: str) -> None:
    text = f"## M-2026-01-05T10:00:00Z INC-1 one\n\n- {name}: x\n- type: fact\n"
    (folder / "incidents.md").write_text(text, "utf-8")
    assert json.loads(run("show", "INC-1", "--json").out)["extra"] == {name: "x"}
    assert f"{name}: x" in run("show", "INC-1").out


@pytest.mark.parametrize(
    ("query", "refs"),
    [
        ("severity:sev1", ["INC-1"]),
        ("severity:P4", ["INC-2"]),
        ("severity:sev", []),  # a text is one value, not the beginning of one
        ("service:api", ["INC-1", "INC-2"]),
        ("service:check", ["INC-2"]),
        ("service:api service:checkout", ["INC-2"]),
        ("owner:zoe", ["INC-1"]),
        ('owner:"Ana Lima"', ["INC-2"]),
        ("status:resolved", ["INC-1"]),
        ("-status:resolved", ["INC-2", "INC-3"]),
    ],
)
def test_what_an_incident_is_about_is_filtered_and_is_json(run: Run, folder: Path, query: str, refs: list[str]) -> None:
    (folder / "archive" / "incidents.md").unlink()
    (folder / "incidents.md").write_text(
        "## M-2026-01-05T10:00:00Z INC-1 a\n\n- severity: SEV1\n- service: api\n- owner: Zoë\n- status: resolved\n\n"
        "## M-2026-01-04T10:00:00Z INC-2 b\n\n- severity: P4\n- services: checkout, api\n- owner: Ana Lima\n\n"
        "## M-2026-01-03T10:00:00Z INC-3 c\n",
        "utf-8",
    )
    assert [one["ref"] for one in json.loads(run("list", "--json", "--", *query.split(" ")).out)] == refs
    one, two, three = json.loads(run("list", "--json").out)
    names = ("severity", "service", "services", "owner", "status")
    assert [one[name] for name in names] == ["SEV1", ["api"], [], "Zoë", "resolved"]
    assert two["services"] == ["checkout", "api"]
    assert [three[name] for name in names] == [None, [], [], None, None]
    assert "severity: SEV1" in run("show", "INC-1").out
