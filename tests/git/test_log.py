"""Who changed an entry: the commits that git finds for its lines, in whichever file they stood."""

import os
from datetime import date
from pathlib import Path

import pytest

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Helped, Operation, Pin, Restore, Summarize, Tag
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.located import Target
from incident_tui.storage.git.log import Log, log
from incident_tui.storage.knowledge_base import KnowledgeBase

from ..repository import Repository
from .scenarios import BASE, A, B, C, D, entry, file


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A live file of four entries."""
    path = tmp_path / "oncall" / "incidents.md"
    path.parent.mkdir()
    path.write_bytes(BASE)
    return path


@pytest.fixture
def repository(live: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Its repository, all committed at 1 o'clock, read in a zone of its own."""
    monkeypatch.setenv("TZ", "UTC-2")
    repository = Repository(live.parent)
    repository.commit("our incidents")
    return repository


def target(live: Path, ref: str, place: Location = "live") -> Target:
    (found,) = (each for each in KnowledgeBase(live).snapshot().document(place).entries if each.ref == ref)
    return Target(place, found.identity, found.raw)


def do(live: Path, ref: str, act: Operation, place: Location = "live") -> None:
    KnowledgeBase(live).edit([Edit(target(live, ref, place), act)])


def history(live: Path, ref: str, place: Location = "live", **options: int) -> Log:
    return log(KnowledgeBase(live).snapshot(), target(live, ref, place), **options)


def subjects(found: Log) -> list[str]:
    return [commit.subject for commit in found.commits]


def test_the_commits_of_this_entry_newest_first_with_what_they_changed(live: Path, repository: Repository) -> None:
    do(live, "INC-8", Pin())
    pinned = repository.commit("keep it", author="Ben")
    do(live, "INC-7", Pin())
    repository.commit("another one")
    do(live, "INC-8", Helped(date(2026, 11, 1)))
    repository.commit("it helped")
    found = history(live, "INC-8")
    assert subjects(found) == ["it helped", "keep it", "our incidents"]
    helped, kept, first = found.commits
    assert helped.lines == ("-- used: 0", "+- used: 1", "+- last_used: 2026-11-01")
    assert (kept.name, kept.when, kept.author) == (pinned, "2026-11-01 04:00", "Ben")
    assert (kept.lines, kept.began) == (("-- pinned: false", "+- pinned: true"), False)
    assert first.began
    assert "\n".join(line[1:] for line in first.lines) + "\n" == B.decode()
    assert (found.uncommitted, found.more) == (False, False)


def test_what_is_not_committed_is_said_and_does_not_hide_the_rest(live: Path, repository: Repository) -> None:
    live.write_bytes(file(entry(20, "INC-20"), A, B, C, D))
    do(live, "INC-8", Pin())
    found = history(live, "INC-8")
    assert (subjects(found), found.uncommitted) == (["our incidents"], True)
    assert not history(live, "INC-7").uncommitted


def test_an_entry_that_was_never_committed_has_no_commits(live: Path, repository: Repository) -> None:
    live.write_bytes(file(entry(20, "INC-20"), A, B, C, D))
    assert history(live, "INC-20") == Log((), uncommitted=True, more=False)


def test_before_the_first_commit_there_is_none(live: Path) -> None:
    Repository(live.parent)
    assert history(live, "INC-8") == Log((), uncommitted=True, more=False)


def test_it_is_followed_to_the_archive_and_back(live: Path, repository: Repository) -> None:
    do(live, "INC-8", Pin())
    repository.commit("keep it")
    do(live, "INC-8", Archive(force=True))
    repository.commit("done with it")
    assert subjects(history(live, "INC-8", "archive")) == ["done with it", "keep it", "our incidents"]
    do(live, "INC-8", Restore(), "archive")
    found = history(live, "INC-8")
    assert (subjects(found), found.uncommitted) == (["done with it", "keep it", "our incidents"], True)
    repository.commit("again")
    assert subjects(history(live, "INC-8")) == ["again", "done with it", "keep it", "our incidents"]


def test_a_summary_and_its_original_have_the_same_past(live: Path, repository: Repository) -> None:
    do(live, "INC-8", Summarize("Short.", "Learn."))
    repository.commit("shorter")
    for place in ("live", "archive"):
        assert subjects(history(live, "INC-8", place)) == ["shorter", "our incidents"]


def test_another_title_is_the_same_entry(live: Path, repository: Repository) -> None:
    live.write_bytes(live.read_bytes().replace(b"INC-8 title", b"INC-88 other"))
    found = history(live, "INC-88")
    assert (subjects(found), found.uncommitted) == (["our incidents"], True)
    repository.commit("renamed")
    assert subjects(history(live, "INC-88")) == ["renamed", "our incidents"]


def test_the_past_of_an_entry_that_stood_in_its_place_is_not_its_own(live: Path, repository: Repository) -> None:
    live.write_bytes(file(A, entry(8, "INC-8", body="Quite\n\nanother\n\nbody."), C, D))
    repository.commit("its words")
    live.write_bytes(file(A, entry(20, "INC-20", body="Quite\n\nanother\n\nthing."), C, D))
    repository.commit("in its place")
    found = history(live, "INC-20")
    assert subjects(found) == ["in its place"]
    assert {line[0] for line in found.commits[0].lines} == {"+"}


def test_line_ends_that_git_converts_are_no_change(live: Path, repository: Repository) -> None:
    repository.git("config", "core.autocrlf", "true")
    live.write_bytes(BASE.replace(b"\n", b"\r\n"))
    found = history(live, "INC-8")
    assert (subjects(found), found.uncommitted) == (["our incidents"], False)


def test_there_is_an_end_to_it(live: Path, repository: Repository) -> None:
    for number in range(3):
        do(live, "INC-8", Tag(add=(f"t{number}",), remove=()))
        repository.commit(f"tag {number}")
    assert (subjects(history(live, "INC-8", kept=2)), history(live, "INC-8", kept=2).more) == (["tag 2", "tag 1"], True)
    assert not history(live, "INC-8", kept=4).more


def test_the_settings_of_the_reader_change_nothing(live: Path, repository: Repository) -> None:
    do(live, "INC-8", Pin())
    repository.commit("keep it")
    plain = history(live, "INC-8")
    for key, value in (
        ("color.ui", "always"),
        ("diff.noprefix", "true"),
        ("diff.external", "false"),
        ("log.date", "relative"),
        ("log.decorate", "full"),
        ("log.showSignature", "true"),
        ("core.pager", "false"),
    ):
        repository.git("config", key, value)
    assert history(live, "INC-8") == plain


def test_it_is_text_as_it_stands_in_git(live: Path, repository: Repository) -> None:
    live.write_bytes(BASE.replace(b"INC-8 title\n", b"INC-8 title\n\n\x00--- \xff\n--- a/x\n@@ -1 +1 @@\n"))
    repository.commit("\x1b[31mred [b]bold[/b]", author="Eve \x1b]0;x\x07 M")
    commit = history(live, "INC-8").commits[0]
    assert commit.lines == ("+\x00--- \udcff", "+--- a/x", "+@@ -1 +1 @@", "+")
    assert (commit.subject, commit.author) == ("\x1b[31mred [b]bold[/b]", "Eve \x1b]0;x\x07 M")


def test_nothing_is_fetched(live: Path, repository: Repository, tmp_path: Path) -> None:
    do(live, "INC-8", Pin())
    repository.commit("keep it")
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("clone", "-q", "--filter=blob:none", f"file://{live.parent}", str(tmp_path / "clone"))
    with pytest.raises(Refused, match="git says: "):
        history(tmp_path / "clone" / "incidents.md", "INC-8")


def test_in_no_work_tree_it_is_refused(live: Path) -> None:
    with pytest.raises(Refused, match=r"incidents\.md is in no git work tree"):
        history(live, "INC-8")


def test_gits_own_reason_is_given(live: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repository.top in live.parents
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(Refused, match="git says: detected dubious ownership"):
        history(live, "INC-8")


def test_without_git_it_is_refused(live: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(Refused, match="there is no git here"):
        history(live, "INC-8")


def test_a_merge_that_only_joined_both_sides_is_not_listed(live: Path, repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "other")
    do(live, "INC-8", Pin())
    repository.commit("keep it")
    repository.git("checkout", "-q", "main")
    text = live.read_bytes()
    live.write_bytes(text.replace(B, B + b"\nMore.\n"))
    repository.commit("more of it")
    repository.git("merge", "-q", "--no-ff", "-m", "merge it", "other")
    assert sorted(subjects(history(live, "INC-8"))) == ["keep it", "more of it", "our incidents"]
