"""Completion: what is offered, and that a real bash, zsh and fish put it into the line as it is meant."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest

from incident_tui.cli.completion.candidates import _PATHS, _VALUES, candidates
from incident_tui.cli.completion.quoting import escaped, split
from incident_tui.cli.parser import ASK, COMMANDS, SHELLS, parser_of

from ..pty.terminal import Terminal
from .conftest import ROOT, Program, Run

SLOWEST = 1.0
"""Seconds; a limit for a broken program, not a measure of a slow one."""

HOSTILE = {
    "blanks": "two  words and more",
    "command": "$(touch canary) `touch canary`",
    "quotes": 'it\'s a "quoted" \\ one',
    "glob": "* ~ {a,b} !! & | ; < > #",
    "ünïcode": "für Größe",
    "escape": "red \x1b[31m text",
}
"""Titles by their first word."""


def texts(*words: str) -> list[str]:
    """What is offered for the last word; it must not be a path."""
    found = candidates(words[:-1], words[-1])
    assert found is not None
    return [one.text for one in found]


def abouts(*words: str) -> dict[str, str]:
    return {one.text: one.description for one in candidates(words[:-1], words[-1]) or ()}


def write(folder: Path, *headings: str) -> None:
    """Put these entries in the place of all that there are."""
    shutil.rmtree(folder / "archive", ignore_errors=True)
    (folder / "incidents.md").write_text("".join(f"## M-{heading}\n\nText.\n\n" for heading in headings))


def test_every_value_in_help_and_usage_is_one_that_completion_knows() -> None:
    for name, command in COMMANDS.items():
        called = set(re.findall(r"(?<!%)\b[A-Z]+\b", command.usage)) | {
            value
            for option in parser_of(name)._actions
            for value in ([option.metavar] if isinstance(option.metavar, str) else option.metavar or ())
        }
        assert called <= {"ID", *_PATHS, *_VALUES}, name


def test_commands_stand_first(folder: Path) -> None:
    assert texts("") == list(COMMANDS)
    assert texts("un") == ["unpin", "undone", "undo"]
    assert texts("-f", ".", "un") == ["unpin", "undone", "undo"]
    assert candidates([], "inc") is None
    assert candidates([], "./") is None
    assert candidates(["sample.md"], "") is None


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_option_is_offered_with_its_help(folder: Path, name: str) -> None:
    offered = abouts(*[name] * bool(name), "--")
    for option in parser_of(name)._actions:
        longest = max(option.option_strings, key=len)
        assert offered.pop(longest) == option.help
    assert not offered


def test_of_an_entry_the_name_that_begins_so_is_offered(folder: Path) -> None:
    assert texts("show", "INC-218") == ["INC-2187", "INC-2180"]
    assert texts("show", "inc-218") == ["INC-2187", "INC-2180"]
    assert texts("show", "orders") == ["orders-api-connection-pool-exhausted"]
    assert texts("show", "2026-11-18") == ["2026-11-18T09:12:40Z"]
    assert texts("show", "M-2026-08-25") == ["M-2026-08-25T13:50:27Z#1", "M-2026-08-25T13:50:27Z#2"]
    assert texts("show", "M-2026-08-25T13:50:27Z#2") == ["M-2026-08-25T13:50:27Z#2"]
    assert texts("show", "INC-9") == []
    assert abouts("show", "INC-2041") == {"INC-2041": "search-shard-limit-reached  2025-08-07  archived"}


def test_what_is_no_entry_is_not_offered(folder: Path) -> None:
    assert b"## M-2024-11-04T11:00:00Z INC-1960" in (folder / "incidents.md").read_bytes()
    assert texts("show", "INC-1960") == []


def test_every_name_offered_means_its_entry(folder: Path, run: Run) -> None:
    write(
        folder,
        "2025-01-01T00:00:00Z INC-1 same-title",
        "2025-01-02T00:00:00Z INC-2 same-title",
        "2025-01-03T00:00:00Z INC-2 other",
        "2025-01-04T00:00:00Z",
        "2025-01-04T00:00:00Z two words",
        "2025-01-05T00:00:00Z -dashed",
    )
    offered = texts("show", "")
    assert offered == [
        "M-2025-01-04T00:00:00Z#1",
        "two words",
        "M-2025-01-03T00:00:00Z",
        "M-2025-01-02T00:00:00Z",
        "INC-1",
    ]
    for name in [*offered, *texts("show", "same"), *texts("show", "INC"), *texts("show", "2025")]:
        assert run("show", "--", name).code == 0, name


def test_only_entries_that_a_command_can_change_are_offered(folder: Path) -> None:
    assert texts("unpin", "") == ["who-blocks-whom", "INC-2168", "INC-2140", "escalation-map-and-quiet-hours"]
    assert "INC-2041" not in texts("archive", "")
    assert {"INC-2041", "INC-2131"} <= set(texts("restore", "")) <= set(texts("show", ""))
    assert "INC-2187" not in texts("restore", "")
    assert "INC-2131" not in texts("summarize", "")
    assert texts("pin", "INC-2187", "INC-218") == ["INC-2180"]
    assert texts("show", "INC-2187", "INC-218") == []


def test_action_items_come_with_their_text(folder: Path) -> None:
    assert abouts("done", "INC-2187", "")["6"] == "Tax service: 300 ms budget, then the cached rate"
    ticked = texts("undone", "INC-2187", "")
    assert ticked
    assert not {*texts("done", "INC-2187", ""), "INC-2187"} & {*ticked}
    assert "6" not in texts("done", "INC-2187", "6", "")
    assert texts("done", "INC-218", "") == []


def test_tags_are_offered_where_tags_stand(folder: Path) -> None:
    assert texts("tag", "INC-2187", "--add", "re") == texts("new", "--tag", "re") == texts("tag", "--rename", "re")
    assert texts("tag", "--rename", "todo", "redis") == ["redis"]
    assert texts("tag", "INC-2187", "--remove", "") == ["connection-pool", "on-sale", "orders", "postgres"]
    assert "service" not in texts("tag", "INC-2187", "--add", "")
    assert texts("new", "--type", "inc") == ["incident"]


def test_a_query_is_completed_part_by_part(folder: Path) -> None:
    assert texts("list", "is:st") == ["is:stale"]
    assert texts("list", "redis", "is:st") == ["is:stale"]
    assert texts("list", "ta") == ["tag:"]
    assert texts("list", "--", "-tag:kaf") == ["-tag:kafka"]
    assert texts("list", "tag:redis,kaf") == ["tag:redis,kafka"]
    assert texts("--query", "pool is:op") == ["pool is:open"]
    assert texts("report", "--query", "type:inc") == ["type:incident"]
    assert texts("list", "date:") == ["date:2026", "date:2025", "date:2024"]
    assert "date:2026-11" in texts("list", "date:2026-")
    assert "ref:SEC-17" in texts("list", "ref:S")
    assert texts("list", "pool") == texts("list", '"po') == texts("list", "nofilter:x") == []
    write(folder, "2025-01-01T00:00:00Z INC-1 a\n\n- tags: on sale, redis")
    assert texts("list", "tag:") == ['tag:"on sale"', "tag:redis"]
    assert texts("list", 'tag:"on s') == ['tag:"on sale"']


def test_values_and_paths_stand_where_the_parser_has_them(folder: Path) -> None:
    assert texts("list", "--sort", "o") == texts("list", "--limit", "3", "--sort", "o") == ["oldest"]
    assert texts("list", "--sort=o") == ["--sort=oldest"]
    assert texts("list", "--limit", "") == texts("undo", "") == []
    assert texts("completion", "z") == ["zsh"]
    for words in (
        ["-f"],
        ["show", "--file"],
        ["match"],
        ["browse"],
        ["import"],
        ["import", "a", "--to"],
        ["import", "a"],
    ):
        assert candidates(words, "") is None
    for words in (["export", "--folder"], ["report", "--html"]):
        assert candidates(words, "") is None
    assert candidates(["show"], "--file=x") is None
    assert texts("export", "--folder", "out", "tag:kaf") == texts("list", "tag:kaf") != []


def test_the_file_is_the_one_that_the_line_names(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.md"
    other.write_text("## M-2025-01-01T00:00:00Z OTHER-1 a\n")
    for words in (["show", "-f", str(other)], ["-f", str(other), "show"], ["show", f"--file={other}"]):
        assert texts(*words, "") == ["OTHER-1"]
    assert texts("show", f"-f{other}", "") == texts(str(other), "--select", "") == ["OTHER-1"]
    monkeypatch.setenv("INCIDENT_TUI_FILE", str(other))
    assert texts("show", "") == ["OTHER-1"]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert texts("show", "-f", "~/other.md", "") == ["OTHER-1"]
    assert texts("show", "-f", "gone.md", "") == []


def test_files_of_a_memory_that_are_still_to_be_made_are_offered(folder: Path, tmp_path: Path) -> None:
    for name in ("kb", "orgs/payments/kb"):
        (tmp_path / "memory" / name).mkdir(parents=True)
    headings = "## M-2026-01-05T10:00:00Z pool\n\n## M-2026-01-04T10:00:00Z disk\n"
    (tmp_path / "memory/kb/facts.md").write_text(headings, encoding="utf-8")
    memory = ("-f", str(tmp_path / "memory"))
    assert "payments/queries" in texts("move", *memory, "pool", "--to", "payments/")
    assert texts("move", *memory, "pool", "") == ["disk"]
    assert texts("new", *memory, "--layer", "pay") == ["payments"]


def test_what_is_offered_is_harmless(folder: Path, run: Run) -> None:
    write(folder, "2025-01-01T00:00:00Z INC-1 a \x1b[31m\x9b title\u202e")
    for shell in SHELLS:
        said = run(ASK, "bash", "incident-tui show ", "", "63") if shell == "bash" else run(ASK, shell, "show", "")
        assert said.code == 0
        assert "INC-1" in said.out
        assert not {"\x1b", "\x9b", "\u202e"} & set(said.out)


def test_of_very_many_what_they_share_stays_what_it_is(folder: Path) -> None:
    entries = [f"2025-01-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z INC-{n + 1000} a" for n in range(1500)]
    write(folder, *entries)
    offered = texts("show", "INC-")
    assert len(offered) < 600
    assert offered[0] == "INC-2499"
    assert {"INC-1000", "INC-2499"} <= set(offered)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_printed(run: Run, shell: str) -> None:
    said = run("completion", shell)
    assert (said.code, said.err) == (0, "")
    assert ASK in said.out
    assert said.out.count("incident-tui.pyz")


def test_another_shell_is_wrong_use(run: Run) -> None:
    for words in ((), ("tcsh",), ("bash", "zsh")):
        said = run("completion", *words)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


def test_asking_is_hidden_and_says_nothing_on_stderr(run: Run, folder: Path) -> None:
    assert ASK not in run("--help").out
    (folder / "incidents.md").unlink()
    assert run(ASK, "fish", "show", "") == (0, "", "")
    assert run(ASK, "fish", "match", "") == (1, "", "")


@pytest.mark.parametrize("words", [[], ["bash"], ["zsh"], ["fish"], ["bash", "incident-tui"], ["tcsh", ""]])
def test_asking_in_another_way_is_wrong_use(run: Run, words: list[str]) -> None:
    said = run(ASK, *words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


def test_asking_loads_nothing_heavy(folder: Path) -> None:
    code = "import sys; from incident_tui.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    for words in (["show", ""], ["list", "tag:"], ["done", "INC-2187", ""], ["tag", "--add", ""]):
        done = subprocess.run([sys.executable, "-c", code, ASK, "zsh", *words], capture_output=True, text=True)
        assert done.stdout
        assert not {"textual", "rich", "mistletoe", "rapidfuzz", "asyncio"} & set(done.stderr.split())


@pytest.mark.parametrize(
    ("line", "words", "quote"),
    [
        ("show a", ["show", "a"], ""),
        ("show ", ["show", ""], ""),
        ("", [""], ""),
        ('show "a b', ["show", "a b"], '"'),
        (r"show a\ b 'c \ d'e", ["show", "a b", r"c \ de"], ""),
        (r'"a \" \$ \b', [r'a " $ \b'], '"'),
        ("show '' ", ["show", "", ""], ""),
        ("it's", ["its"], "'"),
    ],
)
def test_a_line_is_taken_apart_as_a_shell_does(line: str, words: list[str], quote: str) -> None:
    assert split(line) == (words, quote)


@pytest.mark.parametrize("title", HOSTILE.values())
def test_a_shell_reads_what_was_escaped_as_it_was(title: str) -> None:
    for quote in ("", "'", '"'):
        word = f"{quote}{escaped(title, quote)}{quote}"
        if quote != '"' or "!" not in title:
            said = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, text=True)
            assert said.stdout == title
        assert split(word)[0] == [title]


START = {
    "bash": "bash --norc --noprofile -i",
    "zsh": "zsh -f -i",
    "fish": "fish --no-config -i",
}
READY = {
    "bash": "PS1='$ '; source <(incident-tui completion bash)",
    "zsh": "PS1='$ '; autoload -Uz compinit; compinit -u -D; source <(incident-tui completion zsh)",
    "fish": "function fish_prompt; echo '$ '; end; incident-tui completion fish | source",
}


@pytest.fixture(params=SHELLS)
def shell(
    request: pytest.FixtureRequest, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """A shell on a terminal of its own, in which completion is set up."""
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no {request.param} here")
    program = tmp_path / "bin" / "incident-tui"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m incident_tui "$@"\n'
    )
    program.chmod(0o755)
    program.with_name("incident-tui.pyz").symlink_to(program)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal("setsid", "--ctty", "--wait", *START[request.param].split(), latency=0)
    try:
        terminal.press(f"{READY[request.param]}\n".encode())
        terminal.sees("\n$ ")
        yield terminal
    finally:
        terminal.close()


def test_a_shell_completes_ids_filters_and_paths(shell: Terminal) -> None:
    for typed, becomes in (
        ("incident-tui sho\t", "incident-tui show"),
        ("orders\t", "incident-tui show orders-api-connection-pool-exhausted"),
        ("-f inc\t", "-f incidents.md"),
    ):
        shell.press(typed.encode())
        shell.sees(becomes)
    shell.press(b"\x15incident-tui.pyz list is:arch\t")
    shell.sees("list is:archived")
    shell.press(b"\x15incident-tui done INC-2187 \t\t")
    shell.sees("Tax service: 300 ms budget")


def test_a_title_with_blanks_arrives_whole(shell: Terminal) -> None:
    for quote in ("", "'", '"'):
        shell.press(f"clear; incident-tui show {quote}Promo\t".encode())
        shell.sees("basket")
        shell.press(b"--raw | head -n 1\n")
        shell.sees("INC-2163 Promo flag made every basket free")


@pytest.mark.slow
def test_a_hostile_title_is_a_word_and_nothing_else(shell: Terminal, folder: Path) -> None:
    for word, title in HOSTILE.items():
        write(folder, f"2025-01-01T00:00:00Z INC-77 {word} {title}\n\nThe {word} arrived.")
        shell.press(f"clear; incident-tui show {word}\t".encode())
        shell.sees(title.split()[-1][:3])
        shell.press(b"\n")
        shell.sees(f"The {word} arrived.")
    assert not (folder / "canary").exists()


@pytest.mark.slow
def test_of_ten_thousand_entries_it_answers_within_a_keypress(folder: Path, program: Program) -> None:
    write(folder, *(f"2025-01-01T00:00:00Z INC-{n} title-{n}" for n in range(10_000)))
    for words in (["show", "INC-21"], ["show", ""], ["list", "tag:"]):
        took = []
        for _ in range(5):
            start = perf_counter()
            assert program(ASK, "zsh", *words).returncode == 0
            took.append(perf_counter() - start)
        assert min(took) < SLOWEST
