"""A memory in layers, and several paths, as the commands see them."""

import io
import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from incident_tui import clock, config
from incident_tui.format.edit.new_file import new_file
from incident_tui.tui.layer_labels import layer_labels

from .conftest import Run, Said


def entry(key: str, day: int, kind: str = "pattern", used: int = 0) -> str:
    stamp = f"2026-01-{day:02}"
    return (
        f"\n## M-{stamp}T10:00:00Z {key}\n\n- type: {kind}\n- tags: pool\n- used: {used}\n- last_used: {stamp}\n"
        f"- pinned: false\n- schema_version: 1\n\n**Summary**\n\nText of {key}.\n\n- [ ] look at {key}\n"
    )


@pytest.fixture
def memory(folder: Path, tmp_path: Path) -> Path:
    """A personal layer with a journal and an empty file, two organisations, and one that is fresh."""
    top = tmp_path / "memory"
    for name in ("kb", "journal", "archive", "orgs/payments/kb", "orgs/platform/kb", "orgs/fresh"):
        (top / name).mkdir(parents=True)
    (top / "kb/patterns.md").write_text("# Patterns\n" + entry("pool", 3) + entry("mine", 4), encoding="utf-8")
    (top / "kb/facts.md").write_text("# Facts\n", encoding="utf-8")
    (top / "kb/README.md").write_text("# Nothing in here\n", encoding="utf-8")
    (top / "journal/journal-2026-01.md").write_text(entry("noticed", 5, "note"), encoding="utf-8")
    (top / "orgs/payments/kb/patterns.md").write_text(
        entry("pool", 20) + entry("pool", 21) + entry("ours", 6), encoding="utf-8"
    )
    (top / "orgs/platform/kb/facts.md").write_text(entry("hosts", 7, "fact"), encoding="utf-8")
    return top


def columns(said: Said) -> list[list[str]]:
    assert said.code == 0
    return [line.split("\t") for line in said.out.splitlines()]


def test_a_memory_is_all_its_layers(run: Run, memory: Path) -> None:
    found = columns(run("list", "-f", str(memory)))
    assert {(row[4], row[7], row[8]) for row in found} == {
        ("pool", "patterns", "personal"),
        ("mine", "patterns", "personal"),
        ("noticed", "journal-2026-01", "personal"),
        ("pool", "patterns", "payments"),
        ("ours", "patterns", "payments"),
        ("hosts", "facts", "platform"),
    }
    assert {line.count("\t") for line in run("list", "-f", str(memory / "kb/patterns.md")).out.splitlines()} == {6}


def test_json_says_the_layer_and_null_where_there_is_none(run: Run, memory: Path) -> None:
    found = json.loads(run("list", "--json", "-f", str(memory)).out)
    assert {one["layer"] for one in found} == {"personal", "payments", "platform"}
    (alone,) = json.loads(run("list", "--json", "-f", str(memory / "orgs/platform/kb/facts.md")).out)
    assert alone["layer"] == "platform"
    assert {one["layer"] for one in json.loads(run("list", "--json").out)} == {None}


def test_filters_of_layer_and_file(run: Run, memory: Path) -> None:
    def titles(*query: str) -> list[str]:
        return [row[4] for row in columns(run("list", *query, "--sort", "title", "-f", str(memory)))]

    assert titles("layer:pay") == ["ours", "pool", "pool"]
    assert titles("layer:personal,platform", "file:facts") == ["hosts"]
    assert titles("file:payments/pat") == ["ours", "pool", "pool"]
    assert titles("file:journal") == ["noticed"]


def test_the_personal_entry_of_a_key_comes_first_then_those_that_it_overrides(run: Run, memory: Path) -> None:
    found = [(row[8], row[3][-2:]) for row in columns(run("list", "pool", "-f", str(memory))) if row[4] == "pool"]
    assert found == [("personal", "03"), ("payments", "21"), ("payments", "20")]
    alone = columns(run("list", "pool", "-f", str(memory / "orgs/payments/kb/patterns.md")))
    assert [row[3][-2:] for row in alone if row[4] == "pool"] == ["21", "20"]


def test_show_says_the_file_and_what_overrides_the_entry(run: Run, memory: Path) -> None:
    def facts(ident: str) -> str:
        return run("show", ident, "-f", str(memory)).out.splitlines()[1].replace(" · ", "; ")

    assert facts("mine").split("; ")[-2:] == ["tags: pool", "personal/patterns"]
    overridden = "overridden by M-2026-01-03T10:00:00Z in personal/patterns"
    assert facts("M-2026-01-20").split("; ")[-2:] == ["payments/patterns", overridden]


def test_what_cannot_be_read_never_stops_the_others(run: Run, memory: Path) -> None:
    (memory / "orgs/broken/kb/incidents.md").mkdir(parents=True)
    (memory / "orgs/payments/kb/facts.md").write_bytes("\ufeff## M-2026-01-01 x\n".encode("utf-16-le"))
    (memory / "orgs/platform/kb/queries.md").symlink_to("nowhere.md")
    said = run("list", "-f", str(memory))
    assert len(said.out.splitlines()) == 7
    assert said.err.count("\n") == 1
    assert all(name in said.err for name in ("broken", "payments/kb/facts.md", "queries.md", "left out"))
    findings = json.loads(run("check", "--json", "-f", str(memory)).out)
    (other,) = (each["what"] for each in findings if each["file"].endswith("payments/kb/facts.md"))
    assert other.startswith("it is UTF-16")


def test_settings_name_and_order_layers(
    run: Run, memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = tmp_path / "config/incident-tui/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(
        f'[layers]\nteam = "{memory}/orgs/payments"\nmine = "{memory}"\ngone = "/nowhere"\n', encoding="utf-8"
    )
    found = columns(run("list", "pool", "-f", str(memory)))
    assert [row[8] for row in found if row[4] == "pool"] == ["team", "team", "mine"]
    monkeypatch.chdir(tmp_path)
    said = run("list")
    assert {line.split("\t")[8] for line in said.out.splitlines()} == {"team", "mine", "platform"}
    assert "/nowhere does not exist: left out" in said.err
    assert any(row[0] == "layers.team" for row in columns(run("config")))


def test_the_settings_are_read_once(run: Run, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, count = config.read, []

    def counted() -> config.Config:
        count.append(1)
        return read()

    monkeypatch.setattr(config, "read", counted)
    assert run("list", "-f", str(memory)).code == 0
    assert len(count) == 1


def test_a_folder_that_is_a_memory_is_opened_whole(run: Run, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(memory)
    assert len(columns(run("list"))) == 7


def test_a_memory_without_a_layer_of_its_own_has_the_others(
    run: Run, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(memory / "kb")
    shutil.rmtree(memory / "journal")
    monkeypatch.chdir(memory)
    assert {line[-1] for line in columns(run("list", "-f", str(memory)))} == {"payments", "platform"}
    assert columns(run("list")) == columns(run("list", "-f", str(memory)))
    (memory / "orgs/platform/kb/facts.md").unlink()
    alone = json.loads(run("list", "--json", "-f", str(memory / "orgs/payments/kb/patterns.md")).out)
    assert {entry["layer"] for entry in alone} == {"payments"}


def test_the_agents_memory_is_offered_where_nothing_is_named(
    run: Run, memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("GILFOYLE_CONFIG_DIR", str(memory.parent))
    said = run("list")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert f"-f {memory}" in said.err


def test_match_items_report_and_log_name_layer_and_file(run: Run, memory: Path, tmp_path: Path) -> None:
    (tmp_path / "alert").write_text("hosts", encoding="utf-8")
    assert columns(run("match", str(tmp_path / "alert"), "-f", str(memory)))[0][-2:] == ["facts", "platform"]
    assert columns(run("list", "--items", "hosts", "-f", str(memory)))[0][-2:] == ["facts", "platform"]
    report = run("report", "-f", str(memory)).out
    assert "`platform/facts`" in report
    assert "`personal/journal-2026-01`" in report
    assert {one["layer"] for one in json.loads(run("report", "--json", "-f", str(memory)).out)["files"]} == {
        "personal",
        "payments",
        "platform",
    }
    run("pin", "hosts", "-f", str(memory))
    assert run("log", "-f", str(memory)).out.endswith("  pinned hosts  (platform/facts)\n")
    assert json.loads(run("log", "--json", "-f", str(memory)).out)[0]["layer"] == "platform"


def test_a_report_of_a_query_knows_files_and_layers(run: Run, memory: Path) -> None:
    report = json.loads(run("report", "--query", "layer:platform", "--json", "-f", str(memory)).out)
    assert report["others"]["value"] == 1


def test_the_journal_has_its_archive_in_the_layer(run: Run, memory: Path) -> None:
    assert run("archive", "noticed", "-f", str(memory)).code == 0
    assert "noticed" in (memory / "archive/journal-2026-01.md").read_text(encoding="utf-8")
    assert run("undo", "-f", str(memory)).code == 0


def test_every_command_takes_several_paths(
    run: Run, memory: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = str(memory / "kb/patterns.md"), str(memory / "orgs/platform/kb/facts.md")
    assert {row[4] for row in columns(run("list", "-f", first, "-f", second))} == {"pool", "mine", "hosts"}
    assert run("pin", "hosts", "-f", first, "-f", second).code == 0
    assert run("unpin", "hosts", "--file", second, "--file", first).code == 0
    monkeypatch.setenv("INCIDENT_TUI_FILE", os.pathsep.join([first, second]))
    assert {row[4] for row in columns(run("list"))} == {"pool", "mine", "hosts"}
    assert run("check", "-f", first, "-f", second).out.count("patterns.md: ") == 1
    said = run("list", "-f", first, "-f", str(tmp_path / "gone.md"))
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)


def test_the_setting_may_be_a_list(run: Run, memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = tmp_path / "config/incident-tui/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'file = ["{memory}/kb/patterns.md", "{memory}/orgs/platform"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert {row[4] for row in columns(run("list"))} == {"pool", "mine", "hosts"}


def test_short_names_of_files_never_look_alike() -> None:
    names = (
        "personal/facts",
        "personal/journal-2025-10",
        "personal/journal-2025-11",
        "payments/facts",
        "payroll/facts",
    )
    layers = ("personal", "personal", "personal", "payments", "payroll")
    short = layer_labels(names, layers, 9, "…")
    assert short == ("per/facts", "per/25-10", "per/25-11", "paym/fact", "payr/fact")
    assert layer_labels(names, layers, 24, "…") == names
    same = layer_labels(("a/kb/incidents", "b/kb/incidents"), ("", ""), 9, "…")
    assert len(set(same)) == 2
    assert {len(each) for each in same} == {9}


def test_an_entry_that_never_helped_was_never_used(run: Run, memory: Path) -> None:
    path = memory / "kb/patterns.md"
    path.write_text(entry("never", 3) + entry("once", 4, used=1), encoding="utf-8")
    assert [row[4] for row in columns(run("list", "last:never", "-f", str(path)))] == ["never"]
    assert [row[4] for row in columns(run("list", "last:<50y", "-f", str(path)))] == ["once"]
    assert [row[4] for row in columns(run("list", "--sort", "last-used", "-f", str(path)))] == ["once", "never"]
    found = json.loads(run("list", "--json", "--sort", "title", "-f", str(path)).out)
    assert [(one["used"], one["last_used"]) for one in found] == [(0, "2026-01-03"), (1, "2026-01-04")]


def test_a_new_entry_goes_to_the_layers_file_of_its_type(
    run: Run, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def new(*argv: str) -> Said:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"Body.\n"), isatty=lambda: False))
        return run("new", *argv, "-f", str(memory))

    assert new("--title", "New Key here", "--layer", "payments", "--type", "pattern").code == 0
    text = (memory / "orgs/payments/kb/patterns.md").read_text(encoding="utf-8")
    assert " new-key-here\n\n- type: pattern\n" in text
    assert text.rindex("new-key-here") > text.rindex("ours")
    assert new("--title", "x", "--layer", "nowhere").code == 2
    for words in (("--file", "platform/patterns"), ("--layer", "platform", "--file", "patterns")):
        path = memory / "orgs/platform/kb/patterns.md"
        facts = path.read_bytes().count(b"- type: fact\n") if path.exists() else 0
        assert new("--title", "a fact", "--type", "fact", *words).code == 0
        assert path.read_bytes().count(b"- type: fact\n") == facts + 1
    assert new("--title", "x", "--layer", "fresh").code == 0  # a layer without a kb/ yet
    assert (memory / "orgs/fresh/kb/incidents.md").read_bytes().count(b" x\n") == 1
    assert run("move", "mine", "--to", "fresh/patterns", "-f", str(memory)).code == 0
    for words in (("--file", "facts"), ("--file", "platform/nothing")):
        refused = new("--title", "x", *words)
        assert (refused.code, "platform/facts" in refused.err) == (2, True)
    assert new("--title", "x", "--file", "gone/facts.md").code == 1
    for layer, kind, name in (
        ("platform", "query", "orgs/platform/kb/queries.md"),
        ("personal", "note", f"journal/journal-{clock.now():%Y-%m}.md"),
    ):
        before = {path: path.read_bytes() for path in memory.rglob("*.md")}
        assert new("--title", "x", "--layer", layer, "--type", kind).code == 0
        made = (memory / name).read_bytes()
        assert made.startswith(new_file(Path(name).name))
        assert f"\n- type: {kind}\n- tags:\n".encode() in made
        assert run("undo", "-f", str(memory)).code == 0
        assert {path: path.read_bytes() for path in memory.rglob("*.md")} == before
    assert run("undo", "-f", str(memory)).code == 0
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"Body.\n"), isatty=lambda: False))
    assert run("new", "--title", "a fact", "-f", str(memory / "kb/facts.md")).code == 0
    assert " a fact\n\n- type: fact\n" in (memory / "kb/facts.md").read_text(encoding="utf-8")


def test_an_import_goes_to_the_file_that_is_named(run: Run, memory: Path, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/x.md").write_text("# 2026-01-09 full disk\n\nText.\n", encoding="utf-8")
    for name, path in (("payments/patterns", "patterns.md"), ("payments", "incidents.md")):
        said = run("import", str(tmp_path / "posts"), "--to", name, "-f", str(memory))
        assert (said.code, said.out.splitlines()[-1].startswith("created")) == (0, True)
        assert b" full disk\n" in (memory / "orgs/payments/kb" / path).read_bytes()
    said = run("import", str(tmp_path / "posts"), "--to", "paymets/facts", "-f", str(memory))
    assert (said.code, "payments/facts" in said.err) == (2, True)
    said = run("import", str(tmp_path / "posts"), "--to", "other.md", "-f", str(memory))
    assert (said.code, "both name" in said.err) == (2, True)


def test_check_warns_of_what_the_clean_up_would_delete(run: Run, memory: Path) -> None:
    path = memory / "kb/patterns.md"
    path.write_text(
        entry("pool", 3)
        + entry("INC-7 a heading of words", 4)
        + entry("pool", 5)
        + entry("INC-8 kept", 6)
        + entry("old", 7)
        + entry("new", 8)
        + "Supersedes `old`.\n",
        encoding="utf-8",
    )
    found = json.loads(run("check", "--json", "-f", str(path)).out)
    codes = ("older-duplicate", "clean-up-deletes", "superseded")
    told = [
        (one["code"], one["severity"], one["id"]) for one in found if one["code"] in codes and one["file"] == str(path)
    ]
    assert told == [
        ("older-duplicate", "note", "M-2026-01-03T10:00:00Z"),
        ("clean-up-deletes", "warning", "M-2026-01-04T10:00:00Z"),
        ("superseded", "note", "M-2026-01-07T10:00:00Z"),
    ]
    plain = memory.parent / "patterns.md"
    plain.write_bytes(path.read_bytes())
    assert not {one["code"] for one in json.loads(run("check", "--json", "-f", str(plain)).out)} & {*codes}
