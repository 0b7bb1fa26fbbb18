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

SAMPLE_ACRONYMS = [
    ("CDN", "INC-2140"),
    ("OOM search", "INC-2088"),
    ("NTP", "INC-2121"),
    ("WAL slot", "PM2026-003"),
    ("BGP", "INC-2155"),
    ("TLS doors", "INC-2174"),
]
PLATFORM_ACRONYMS = [("VPC CNI", "INC-1007"), ("TLS", "INC-1030")]
ENGINEERING_ACRONYMS = [
    ("CRUD", "PM2022-008"),
    ("IPC", "PM2022-005"),
    ("AMI issues", "PM2022-009"),
    ("ALB errors", "PM2022-006"),
]
SAMPLE_PHRASES = [
    ("error page", "INC-2156"),
    ("next order", "INC-2163"),
    ("every minute", "INC-2140"),
    ("ticket page", "INC-2180"),
]
PLATFORM_PHRASES = [
    ("node instance type", "INC-1008"),
    ("high priority pingdom", "INC-1000"),
    ("test cluster components", "INC-1029"),
    ("terraform plan", "INC-1004"),
    ("prometheus healthcheck", "INC-1018"),
]
ENGINEERING_PHRASES = [
    ("target groups reattached", "PM2021-005"),
    ("teams started using", "PM2020-006"),
    ("scheduled deployment pipeline", "PM2021-002"),
    ("resource starved state", "PM2019-010"),
    ("critical workloads should", "PM2019-010"),
    ("running node rollover", "PM2023-001"),
    ("root cause investigation", "PM2021-009"),
]
SAMPLE_REFERENCES = [
    ("inc 2168", "INC-2168"),
    ("inc2168", "INC-2168"),
    ("Inc 2187 pool", "INC-2187"),
    ("pm2026 003", "PM2026-003"),
    ("pm 2026 003", "PM2026-003"),
    ("sec 17", "SEC-17"),
]
PLATFORM_REFERENCES = [("inc 1007", "INC-1007"), ("INC 1017", "INC-1017")]
ENGINEERING_REFERENCES = [("pm2021 011", "PM2021-011"), ("pm 2020-001", "PM2020-001")]
SAMPLE_SHORT_FORMS = [
    ("k8s etcd drain", "INC-1998"),
    ("k8s oom", "INC-2088"),
    ("pg pool", "INC-2187"),
    ("pg restore", "PM2026-001"),
    ("postgresql wal", "PM2026-003"),
    ("k8s dns", "INC-2067"),
    ("expired cert", "INC-2174"),
]
PLATFORM_SHORT_FORMS = [("cert browsers", "INC-1017"), ("k8s route table", "INC-1000")]
ENGINEERING_SHORT_FORMS = [
    ("k8s ip starvation", "PM2019-009"),
    ("kubernetes crud", "PM2022-008"),
    ("k8s ingress config", "PM2021-008"),
]
SAMPLE_ARCHIVED = [
    ("proxy swap", "INC-2027"),
    ("shard limit", "INC-2041"),
    ("image pull rollout", "INC-2006"),
    ("sms codes late", "INC-1987"),
    ("autoscaler cieling", "INC-1969"),
]

SAMPLE_FILE, PLATFORM_FILE, ENGINEERING_FILE = (
    "incidents.md",
    "cloud-platform-incidents.md",
    "cloud-engineering-incidents.md",
)
KINDS = {
    "half-remembered": {SAMPLE_FILE: SAMPLE, PLATFORM_FILE: PLATFORM, ENGINEERING_FILE: ENGINEERING},
    "acronyms": {
        SAMPLE_FILE: SAMPLE_ACRONYMS,
        PLATFORM_FILE: PLATFORM_ACRONYMS,
        ENGINEERING_FILE: ENGINEERING_ACRONYMS,
    },
    "phrases": {
        SAMPLE_FILE: SAMPLE_PHRASES,
        PLATFORM_FILE: PLATFORM_PHRASES,
        ENGINEERING_FILE: ENGINEERING_PHRASES,
    },
    "references with a space": {
        SAMPLE_FILE: SAMPLE_REFERENCES,
        PLATFORM_FILE: PLATFORM_REFERENCES,
        ENGINEERING_FILE: ENGINEERING_REFERENCES,
    },
    "short forms": {
        SAMPLE_FILE: SAMPLE_SHORT_FORMS,
        PLATFORM_FILE: PLATFORM_SHORT_FORMS,
        ENGINEERING_FILE: ENGINEERING_SHORT_FORMS,
    },
}


@cache
def searched(path: Path) -> Search:
    search = Search(located_entries(Document.parse(path.read_bytes())))
    search.finish()
    return search


def first(path: Path, query: str) -> str:
    """Return the reference of the best hit, or its title where it has none."""
    search = searched(path)
    hits = search.find(parse(query, date(2026, 11, 24)))
    best = search.table[hits.rows[0]] if hits else None
    return (best.ref or best.title) if best else ""


@pytest.mark.parametrize(
    ("kind", "name", "query", "ref"),
    [
        (kind, name, query, ref)
        for kind, by_file in KINDS.items()
        for name, asked in by_file.items()
        for query, ref in asked
    ],
)
def test_a_search_as_people_type_it_finds_the_incident_first(kind: str, name: str, query: str, ref: str) -> None:
    path = (ROOT / "sample_data" if name == SAMPLE_FILE else CORPUS) / name
    if not path.exists():
        pytest.skip(f"{path} is not there; INCIDENT_TUI_CORPUS names the folder that holds it")
    assert first(path, query) == ref, kind


@pytest.mark.parametrize(("query", "ref"), SAMPLE_ARCHIVED)
def test_an_archived_incident_is_found_first_among_the_archived_ones(query: str, ref: str) -> None:
    folder = ROOT / "sample_data"
    live = Document.parse((folder / SAMPLE_FILE).read_bytes())
    archive = Document.parse((folder / "archive" / SAMPLE_FILE).read_bytes())
    entries = [*located_entries(live), *located_entries(archive, "archive")]
    search = Search(entries)
    search.finish()
    rows = search.find(parse(query, date(2026, 11, 24))).rows
    archived = [entries[row].entry.ref for row in rows if entries[row].archived]
    assert archived[0] == ref
