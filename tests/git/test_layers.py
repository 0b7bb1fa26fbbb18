"""The layers of a memory that are clones: set up, looked at, shared and synced."""

from pathlib import Path

import pytest

from incident_tui.cli import main
from incident_tui.format.errors import Refused
from incident_tui.storage.archive_path import archive_path
from incident_tui.storage.git import repository, share_sync
from incident_tui.storage.git.repository import GitStatus
from incident_tui.storage.git.work_trees import git_statuses, work_trees
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.tui.bar_layout import standing_text
from incident_tui.tui.terminal.glyphs import ASCII, UNICODE

from .conftest import Git

ENTRY = "## M-2026-01-0{0}T10:00:00Z {1}\n\n- type: pattern\n- used: 0\n- pinned: false\n\nText of {1}.\n"


@pytest.fixture
def memory(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A personal layer outside git, two organisations as clones of bare remotes, and a colleague's clone of one."""
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2026-01-01T00:00:00Z")
    top = tmp_path / "memory"
    (top / "kb").mkdir(parents=True)
    (top / "kb/patterns.md").write_text(ENTRY.format(1, "mine"))
    for name in ("payments", "platform"):
        remote, clone = tmp_path / f"{name}.git", top / "orgs" / name
        remote.mkdir()
        git(remote, "init", "-q", "--bare", "-b", "main", ".")
        (clone / "kb").mkdir(parents=True)
        git(clone, "init", "-q", "-b", "main", ".")
        (clone / "kb/patterns.md").write_text(ENTRY.format(2, f"{name}-pool"))
        git(clone, "remote", "add", "origin", str(remote))
        git(clone, "add", "-A")
        git(clone, "commit", "-qm", "Start")
        git(clone, "push", "-qu", "origin", "main")
    git(tmp_path, "clone", "-q", str(tmp_path / "payments.git"), "colleague")
    return top


def files(memory: Path) -> tuple[list[Path], list[Path], list[str]]:
    live = [memory / "kb/patterns.md", *(memory / f"orgs/{name}/kb/patterns.md" for name in ("payments", "platform"))]
    return live, [archive_path(path) for path in live], ["personal", "payments", "platform"]


def test_each_layer_has_its_own_work_tree(memory: Path) -> None:
    trees, outside = work_trees(files(memory)[0])
    assert [(tree.top.name, tree.file_indexes) for tree in trees] == [("payments", (1,)), ("platform", (2,))]
    assert outside == [0]


def test_where_each_layer_stands(memory: Path, git: Git) -> None:
    payments, platform = memory / "orgs/payments", memory / "orgs/platform"
    (payments / "kb/patterns.md").write_text(ENTRY.format(2, "payments-pool") + "more\n")
    (platform / "kb/patterns.md").write_text(ENTRY.format(2, "platform-pool") + "more\n")
    git(platform, "commit", "-qam", "More")
    found = git_statuses(*files(memory))
    assert found == [("payments", GitStatus("main", True)), ("platform", GitStatus("main", False, ahead=1))]
    assert standing_text(found, UNICODE) == ("main paym± plat✓↑1", "", True)
    assert standing_text(found, ASCII)[0] == "main paym+ plat ok^1"
    assert standing_text(found[1:], UNICODE) == ("main↑1", "✓", False)


def test_commits_behind_are_those_of_the_last_fetch(memory: Path, git: Git, tmp_path: Path) -> None:
    other = tmp_path / "colleague"
    (other / "kb/facts.md").write_text(ENTRY.format(3, "theirs"))
    git(other, "add", "-A")
    git(other, "commit", "-qm", "Theirs")
    git(other, "push", "-q")
    assert git_statuses(*files(memory))[0][1].behind == 0
    git(memory / "orgs/payments", "fetch", "-q")
    assert git_statuses(*files(memory))[0][1].behind == 1


def test_git_setup_covers_all_of_each_layer(memory: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    git(memory / "orgs/platform", "config", "pull.ff", "only")
    assert main(["git-setup", "--yes", "-f", str(memory)]) == 0
    said = capsys.readouterr()
    assert said.out.count("  + pull.rebase = false\n") == 1  # the other clone says how it pulls
    assert git(memory / "orgs/payments", "config", "--local", "pull.rebase").stdout == b"false\n"
    assert "is in no git work tree: left out" in said.err
    for name in ("payments", "platform"):
        clone = memory / "orgs" / name
        for path in ("kb/new.md", "journal/journal-2026-01.md", "archive/facts.md"):
            assert git(clone, "check-attr", "merge", path).stdout.endswith(b": incident-tui\n")
        assert git(clone, "config", "--local", "merge.autoStash").stdout == b"true\n"
        (clone / "kb/.facts.md.123.0a1b2c3d.tmp").write_text("")
        assert git(clone, "status", "--porcelain").stdout == b"?? .gitattributes\n"
    assert main(["git-setup", "--yes", "-f", str(memory)]) == 0
    assert "it is set up already" in capsys.readouterr().out
    assert main(["git-setup", "--remove", "--yes", "-f", str(memory)]) == 0
    assert git(memory / "orgs/payments", "config", "--local", "merge.autoStash", check=False).stdout == b""
    assert git(memory / "orgs/payments", "config", "--local", "pull.rebase", check=False).stdout == b""
    assert b".tmp" not in (memory / "orgs/payments/.git/info/exclude").read_bytes()


def test_check_tells_of_an_archive_that_others_do_not_have(
    memory: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["archive", "payments-pool", "-f", str(memory)]) == 0
    capsys.readouterr()
    main(["check", "-f", str(memory)])
    assert "archive isn't in git" in capsys.readouterr().out
    git(memory / "orgs/payments", "add", "-A")
    git(memory / "orgs/payments", "commit", "-qm", "Archive")
    main(["check", "-f", str(memory)])
    said = capsys.readouterr().out
    assert "isn't in git" not in said
    assert "isn't as it is on origin/main" in said
    git(memory / "orgs/payments", "push", "-q")
    main(["check", "-f", str(memory)])
    assert "the archive" not in capsys.readouterr().out


def test_a_layer_is_shared_and_synced(
    memory: Path, git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clone, other = memory / "orgs/payments", tmp_path / "colleague"
    for key, value in (("user.name", "ana"), ("user.email", "ana@example.invalid")):
        git(clone, "config", key, value)
    assert main(["pin", "payments-pool", "-f", str(memory)]) == 0
    (clone / "notes.txt").write_text("not ours")
    git(clone, "add", "notes.txt")
    capsys.readouterr()
    assert main(["share", "payments", "-f", str(memory)]) == 1
    assert "Pinned payments-pool" in capsys.readouterr().out
    assert git(clone, "rev-list", "--count", "HEAD").stdout == b"1\n"
    assert main(["share", "payments", "--yes", "--push", "-f", str(memory)]) == 0
    assert git(clone, "log", "-1", "--format=%s", "origin/main").stdout == b"Pinned payments-pool\n"
    assert git(clone, "show", "--name-only", "--format=").stdout == b"kb/patterns.md\n"
    assert git(clone, "status", "--porcelain").stdout == b"A  notes.txt\n"
    git(other, "pull", "-q")
    assert b"pinned: true" in (other / "kb/patterns.md").read_bytes()
    (other / "kb/facts.md").write_text(ENTRY.format(3, "theirs"))
    git(other, "add", "-A")
    git(other, "commit", "-qm", "Theirs")
    git(other, "push", "-q")
    assert main(["sync", "payments", "-f", str(memory)]) == 0
    assert "payments: merged 1 commit" in capsys.readouterr().out
    assert (clone / "kb/facts.md").exists()
    assert main(["sync", "payments", "-f", str(memory)]) == 0
    assert "nothing new" in capsys.readouterr().out


def test_the_message_of_several_changes_counts_them_and_has_a_line_for_each(
    memory: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = memory / "orgs/payments"
    for key, value in (("user.name", "ana"), ("user.email", "ana@example.invalid")):
        git(clone, "config", key, value)
    for words in (["pin", "payments-pool"], ["tag", "payments-pool", "--add", "redis"]):
        assert main([*words, "-f", str(memory)]) == 0
    capsys.readouterr()
    assert main(["share", "payments", "--yes", "-f", str(memory)]) == 0
    subject, *body = git(clone, "log", "-1", "--format=%B").stdout.decode().strip().split("\n")
    assert subject == "Patterns: 2 changes"
    assert body == ["", "- Pinned payments-pool", "- Changed tags of payments-pool: +redis"]
    assert "  - Pinned payments-pool\n" in capsys.readouterr().out


@pytest.fixture
def clone(memory: Path, git: Git, tmp_path: Path) -> Path:
    """The clone of a layer, with a name to commit by; the colleague's, too."""
    clone = memory / "orgs/payments"
    for folder in (clone, tmp_path / "colleague"):
        for key, value in (("user.name", "ana"), ("user.email", "ana@example.invalid")):
            git(folder, "config", key, value)
    return clone


def pushed_by_a_colleague(git: Git, other: Path, text: str) -> None:
    (other / "kb/patterns.md").write_text(text)
    git(other, "commit", "-qam", "Theirs")
    git(other, "push", "-q")


def test_where_a_hook_refuses_the_commit_its_reason_is_given_and_nothing_is_staged(
    memory: Path, clone: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pin", "payments-pool", "-f", str(memory)]) == 0
    (clone / "kb/facts.md").write_text(ENTRY.format(3, "new-fact"))
    before = git(clone, "status", "--porcelain", "-uall").stdout
    for hook, lines, reason in (
        (
            "pre-commit",
            "printf 'no entry\\033[31m here\\n' >&2; echo 'ask us' >&2",
            "git says: no entry␛[31m here",
        ),
        ("commit-msg", "true", "git says: status 1"),
    ):
        path = clone / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{lines}\nexit 1\n")
        path.chmod(0o755)
        capsys.readouterr()
        assert main(["share", "payments", "--yes", "-f", str(memory)]) == 1
        said = capsys.readouterr()
        assert "committed" not in said.out
        assert f"payments: {reason}; nothing was committed\n" in said.err
        assert git(clone, "rev-list", "--count", "HEAD").stdout == b"1\n"
        assert git(clone, "status", "--porcelain", "-uall").stdout == before
        path.unlink()
    assert main(["share", "payments", "--yes", "-f", str(memory)]) == 0
    assert git(clone, "status", "--porcelain", "-uall").stdout == b""


def test_what_another_program_commits_meanwhile_stays_committed(
    memory: Path, clone: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["archive", "payments-pool", "-f", str(memory)]) == 0
    planned = share_sync.plan_share(clone, [KnowledgeBase(clone / "kb/patterns.md").snapshot()], [])
    assert planned.changed == ("kb/patterns.md", "archive/patterns.md")
    git_text = repository.git_text
    committed = [["archive"], ["kb"]]

    def meanwhile(folder: Path, *words: str, wait: float = repository.WAIT) -> str:
        if words[0] == "commit":
            git(clone, "reset", "-q")
            git(clone, "add", *committed.pop(0))
            git(clone, "commit", "-qm", "the agent's")
            raise Refused("git says: status 1")
        return git_text(folder, *words, wait=wait)

    monkeypatch.setattr(repository, "git_text", meanwhile)
    with pytest.raises(Refused, match="status 1; nothing was committed"):
        share_sync.commit(planned)
    assert git(clone, "status", "--porcelain").stdout == b" M kb/patterns.md\n"
    assert share_sync.commit(planned) == "committed already, by another program meanwhile"
    assert git(clone, "status", "--porcelain").stdout == b""


def test_where_others_have_pushed_share_says_to_sync(
    memory: Path, clone: Path, git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pushed_by_a_colleague(git, tmp_path / "colleague", ENTRY.format(2, "payments-pool") + "more\n")
    assert main(["pin", "payments-pool", "-f", str(memory)]) == 0
    capsys.readouterr()
    assert main(["share", "payments", "--yes", "--push", "-f", str(memory)]) == 1
    assert capsys.readouterr().err.endswith("payments: others have pushed; sync first\n")
    git(clone, "fetch", "-q")
    assert main(["share", "payments", "--push", "-f", str(memory)]) == 1
    assert "others have pushed; sync first" in capsys.readouterr().err


def test_sync_says_where_uncommitted_changes_are(
    memory: Path, clone: Path, git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["git-setup", "--yes", "-f", str(memory)]) == 0
    path, entry = clone / "kb/patterns.md", ENTRY.format(2, "payments-pool")
    pushed_by_a_colleague(git, tmp_path / "colleague", entry.replace("Text of", "Their text of"))
    path.write_text(entry.replace("Text of", "My text of"))
    capsys.readouterr()
    assert main(["sync", "payments", "-f", str(memory)]) == 1
    said = capsys.readouterr()
    assert "conflicts in kb/patterns.md; resolve and git add them, then git stash drop (stash@{0} has" in said.err
    assert "merged" not in said.out
    assert git(clone, "stash", "list").stdout.count(b"\n") == 1
    assert main(["share", "payments", "--yes", "-f", str(memory)]) == 1
    assert "conflicts in kb/patterns.md" in capsys.readouterr().err
    assert git(clone, "log", "-1", "--format=%s").stdout == b"Theirs\n"


def test_sync_that_stops_on_a_conflict_says_that_other_work_is_in_a_stash(
    memory: Path, clone: Path, git: Git, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(clone, "config", "merge.autoStash", "true")
    entry = ENTRY.format(2, "payments-pool")
    pushed_by_a_colleague(git, tmp_path / "colleague", entry.replace("Text of", "Their text of"))
    (clone / "kb/patterns.md").write_text(entry.replace("Text of", "My text of"))
    git(clone, "commit", "-qam", "Mine")
    (clone / "notes.txt").write_text("mine")
    git(clone, "add", "notes.txt")
    capsys.readouterr()
    assert main(["sync", "payments", "-f", str(memory)]) == 1
    said = capsys.readouterr().err
    assert "conflicts in kb/patterns.md; resolve and commit them, or git merge --abort; until then" in said
    assert "all else that wasn't committed in a stash" in said
    assert not (clone / "notes.txt").exists()
    git(clone, "merge", "--abort")
    assert (clone / "notes.txt").exists()
    hook = clone / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)
    git(clone, "reset", "-q", "--hard", "HEAD~")
    (clone / "kb/more.md").write_text("more")
    git(clone, "add", "-A")
    git(clone, "commit", "-qnm", "More")
    assert main(["sync", "payments", "-f", str(memory)]) == 1
    assert "git says: no; git commit, or git merge --abort" in capsys.readouterr().err


def test_a_secret_is_shown_before_it_is_committed_or_pushed(
    memory: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = memory / "orgs/payments"
    path = clone / "kb/patterns.md"
    path.write_text(path.read_text() + "\nexport PGPASSWORD=" + "hunter22\n")
    share = ["share", "payments", "--yes", "-f", str(memory)]
    assert main(share) == 1
    said = capsys.readouterr().err
    assert "kb/patterns.md, line 9, a password: export PGPASSWORD=" in said
    assert "--force" in said
    assert git(clone, "rev-list", "--count", "HEAD").stdout == b"1\n"
    assert main([*share, "--force"]) == 0
    assert main([*share, "--push"]) == 1
    assert git(clone, "rev-list", "--count", "origin/main").stdout == b"1\n"
    assert main([*share, "--push", "--force"]) == 0
    path.write_text(path.read_text() + "\nMore.\n")
    assert main([*share, "--push"]) == 0


def test_sync_says_in_one_line_why_it_can_not(memory: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    clone = memory / "orgs/payments"
    for words, why in (
        (["checkout", "-q", "--detach"], "on no branch"),
        (["checkout", "-q", "main"], None),
        (["remote", "remove", "origin"], "no remote"),
    ):
        git(clone, *words)
        code = main(["sync", "payments", "-f", str(memory)])
        said = capsys.readouterr()
        assert (code, said.err.count("\n")) == ((1, 1) if why else (0, 0))
        assert why is None or why in said.err
    (clone / ".git/rebase-merge").mkdir()
    assert main(["sync", "payments", "-f", str(memory)]) == 1
    assert "a rebase is under way" in capsys.readouterr().err
