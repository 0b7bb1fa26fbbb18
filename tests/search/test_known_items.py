"""Half-remembered searches, as a person would type them, bring the incident that is meant to the top."""

import os
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from incident_tui.format.model.document import Document
from incident_tui.format.model.located import located_entries
from incident_tui.search.engine import Search
from incident_tui.search.query import parse

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("INCIDENT_TUI_CORPUS") or ROOT.parent / "shared" / "corpus")

SAMPLE = [
    ("that redis thing, sentinal, winter", "INC-2168"),
    ("conection pool hikari", "INC-2187"),
    ("seats sold twise", "INC-2168"),
    ("door certficate wildcard", "INC-2174"),
    ("poison mesage mail", "INC-2180"),
    ("free basket promo flg", "INC-2163"),
    ("replicaton slot disk ful", "PM2026-003"),
    ("strangers basket cache", "INC-2140"),
    ("goroutine leek search", "INC-2088"),
    ("dns ndots strom", "INC-2067"),
    ("clok skew presale", "INC-2121"),
    ("scaners locked out key rotation", "SEC-17"),
]
PLATFORM = [
    ("dockerhub pasword rotation", "INC-1010"),
    ("circelci secrets", "INC-1011"),
    ("route table asociations gone", "INC-1000"),
    ("browsers ssl certficate", "INC-1017"),
    ("ip adresses vpc cni", "INC-1007"),
    ("dns records deletd weekend", "INC-1015"),
    ("kibana loging dropped", "INC-1005"),
]
ENGINEERING = [
    ("log4j vulnerabilty", "PM2021-011"),
    ("inotify wathces", "PM2020-001"),
    ("adfs outge", "PM2021-004"),
    ("alcide timeouts admision", "PM2020-008"),
    ("traefik rule inbuond", "PM2025-002"),
    ("ip starvaton network", "PM2019-009"),
    ("kube state metrics wrong lables", "PM2024-003"),
]


@cache
def searched(path: Path) -> Search:
    search = Search(located_entries(Document.parse(path.read_bytes())))
    search.finish()
    return search


def first(path: Path, query: str) -> str:
    search = searched(path)
    hits = search.find(parse(query, date(2026, 11, 24)))
    return search.facts[hits.rows[0]].ref if hits else ""


@pytest.mark.parametrize(("query", "ref"), SAMPLE)
def test_a_half_remembered_search_finds_the_sample_incident_first(query: str, ref: str) -> None:
    assert first(ROOT / "sample_data" / "incidents.md", query) == ref


@pytest.mark.parametrize(
    ("name", "query", "ref"),
    [("cloud-platform-incidents.md", *one) for one in PLATFORM]
    + [("cloud-engineering-incidents.md", *one) for one in ENGINEERING],
)
def test_a_half_remembered_search_finds_the_real_incident_first(name: str, query: str, ref: str) -> None:
    path = CORPUS / name
    if not path.exists():
        pytest.skip(f"{path} is not there; INCIDENT_TUI_CORPUS names the folder that holds it")
    assert first(path, query) == ref
