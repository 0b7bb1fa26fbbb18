"""`tag`: tags put at the end, taken off, and called otherwise; one line of an entry changes, or none."""

from pathlib import Path

import pytest

from .conftest import Content, Run

POOL = "INC-2187 orders-api-connection-pool-exhausted"
MAIL = "INC-2180 ticket-mail-backlog-poison-message"


def changed(before: dict[str, bytes], after: dict[str, bytes], file: str = "incidents.md") -> list[tuple[str, str]]:
    old, new = (held[file].decode().split("\n") for held in (before, after))
    assert len(old) == len(new)
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


def test_a_tag_is_added_at_the_end_and_another_taken_off(run: Run, content: Content) -> None:
    before = content()
    said = run("tag", "INC-2187", "--add", "tax service", "--remove", "postgres", "--add=idle")
    assert said == (0, f"changed tags of {POOL}: +tax service +idle -postgres: wrote incidents.md\n", "")
    assert changed(before, content()) == [
        (
            "- tags: orders, postgres, connection-pool, on-sale",
            "- tags: orders, connection-pool, on-sale, tax service, idle",
        )
    ]
    assert run("undo").code == 0
    assert content() == before


def test_several_entries_are_one_change_and_those_that_are_tagged_so_are_named(run: Run, content: Content) -> None:
    before = content()
    said = run("tag", "INC-2187", "INC-2180", "INC-2180", "--add", "Postgres")
    assert said == (
        0,
        f"changed tags of {MAIL}: +Postgres: wrote incidents.md; already tagged so: {POOL}\n",
        "",
    )
    assert len(changed(before, content())) == 1
    run("undo")
    assert content() == before


@pytest.mark.parametrize(
    "options", [["--add", "ORDERS"], ["--remove", "nobody-has-this"], ["--remove", "x", "--add=orders"]]
)
def test_what_is_tagged_so_already_is_done_and_nothing_is_written(run: Run, folder: Path, options: list[str]) -> None:
    written = (folder / "incidents.md").stat().st_ctime_ns
    assert run("tag", "INC-2187", *options) == (0, f"already tagged so: {POOL}; nothing was written\n", "")
    assert (folder / "incidents.md").stat().st_ctime_ns == written
    assert run("log").out == ""


def test_an_archived_entry_is_tagged_where_it_is(run: Run, content: Content) -> None:
    before = content()
    assert run("tag", "INC-2041", "--add", "lucene").code == 0
    assert len(changed(before, content(), "archive/incidents.md")) == 1
    assert content()["incidents.md"] == before["incidents.md"]


@pytest.mark.parametrize("option", ["--add", "--remove"])
@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("a,b", "a comma separates tags"),
        ("", "it is empty"),
        (" \t", "it is empty"),
        ("a\nb", "one line"),
        ("a\rb", "one line"),
        ("a\x1b[31m", "control characters"),
        ("a\u202eb", "characters that hide"),
    ],
)
def test_what_is_no_tag_is_refused_with_the_reason(
    run: Run, content: Content, option: str, tag: str, reason: str
) -> None:
    before = content()
    said = run("tag", "INC-2187", f"{option}={tag}")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert " is not a tag: " in said.err
    assert reason in said.err
    assert content() == before


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        ([], "tag needs an ID, or --rename OLD NEW"),
        (["INC-2187"], "tag needs --add TAG, --remove TAG or --rename OLD NEW"),
        (["--add", "x"], "tag needs an ID, or --rename OLD NEW"),
        (["INC-2187", "--add", "Orders", "--remove", "orders"], "'orders' is to be added and to be removed"),
        (["INC-2187", "--rename", "a", "b"], "--rename is for all entries at once"),
        (["--rename", "a", "b", "--add", "c"], "--rename is for all entries at once"),
        (["--rename", "a"], "argument --rename: expected 2 arguments"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(run: Run, content: Content, argv: list[str], reason: str) -> None:
    before = content()
    said = run("tag", *argv)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(f"incident-tui: {reason}")
    assert said.err.endswith(" (see `incident-tui tag --help`)\n")
    assert content() == before


def test_of_a_batch_in_which_one_cannot_be_changed_none_is_and_it_is_named(
    run: Run, content: Content, folder: Path
) -> None:
    file = folder / "incidents.md"
    marked = "<<<<<<< ours\n=======\n>>>>>>> theirs\n"
    tags = "- tags: kafka, notify, queue, backlog, email\n"
    file.write_text(file.read_text(encoding="utf-8").replace(tags, tags + marked), encoding="utf-8")
    before = content()
    said = run("tag", "INC-2187", "INC-2180", "--add", "x")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert said.err.startswith("incident-tui: resolve git's conflict in an editor first (line ")
    assert f": {MAIL} stands between its markers; nothing was written" in said.err
    assert content() == before


# Renaming


def test_a_tag_is_renamed_in_all_entries_live_and_archived(run: Run, content: Content) -> None:
    (one, *others) = (row.split("\t") for row in run("list", "--all", "tag:redis").out.splitlines())
    run("tag", "INC-2041", "--add", "Redis")
    before = content()
    said = run("tag", "--rename", "redis", "valkey")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("renamed tag redis to valkey in ")
    assert said.out.endswith(": wrote archive/incidents.md, incidents.md\n")
    after = content()
    live = changed(before, after)
    assert len(live) + len(changed(before, after, "archive/incidents.md")) == len([one, *others]) + 1
    assert all(new == old.replace("redis", "valkey") for old, new in live)
    assert run("list", "--all", "tag:redis").out == ""
    run("undo")
    assert content() == before


def test_many_renamed_are_counted(run: Run) -> None:
    assert run("tag", "--rename", "postgres", "pg") == (
        0,
        "renamed tag postgres to pg in 5 entries: wrote incidents.md\n",
        "",
    )


def test_a_dry_run_counts_the_lines_and_writes_nothing(run: Run, content: Content) -> None:
    run("tag", "INC-2041", "--add", "postgres")
    before = content()
    assert run("tag", "--rename", "postgres", "pg", "--dry-run") == (
        0,
        "would change 1 line in archive/incidents.md, 5 lines in incidents.md; nothing was written\n",
        "",
    )
    assert run("tag", "INC-2187", "INC-2180", "--add", "postgres", "--dry-run").out == (
        "would change 1 line in incidents.md; nothing was written\n"
    )
    assert run("tag", "INC-2187", "--add", "postgres", "--dry-run").out == (
        f"already tagged so: {POOL}; nothing would change\n"
    )
    assert content() == before


def test_an_entry_that_has_the_new_tag_already_loses_the_old_one(run: Run, content: Content) -> None:
    before = content()
    assert run("tag", "--rename", "Kafka", "queue").code == 0
    assert changed(before, content()) == [
        ("- tags: kafka, notify, queue, backlog, email", "- tags: notify, queue, backlog, email")
    ]


def test_a_tag_can_be_written_in_other_letters(run: Run, content: Content) -> None:
    before = content()
    assert run("tag", "--rename", "kafka", "Kafka").code == 0
    assert [new for _, new in changed(before, content())] == ["- tags: Kafka, notify, queue, backlog, email"]
    assert run("tag", "--rename", "kafka", "Kafka") == (0, f"already tagged so: {MAIL}; nothing was written\n", "")


def test_a_tag_that_no_entry_has_is_wrong_use_and_the_nearest_are_named(run: Run) -> None:
    assert run("tag", "--rename", "kafak", "x") == (
        2,
        "",
        "incident-tui: no entry has the tag 'kafak'; the nearest:\n  kafka  in 1 entry\n",
    )
    said = run("tag", "--rename", "postgre", "x")
    assert said.err.splitlines()[1] == "  postgres  in 5 entries"
    assert run("tag", "--rename", "zzzzzz\x1b", "x") == (2, "", "incident-tui: no entry has the tag 'zzzzzz␛'\n")


def test_a_new_name_that_is_no_tag_is_refused(run: Run, content: Content) -> None:
    before = content()
    assert run("tag", "--rename", "kafka", "a,b") == (
        1,
        "",
        "incident-tui: 'a,b' is not a tag: a comma separates tags; nothing was written\n",
    )
    assert content() == before


def test_the_command_may_stand_behind_the_option_with_two_values(run: Run) -> None:
    assert run("--rename", "kafka", "list", "tag").out == f"renamed tag kafka to list in {MAIL}: wrote incidents.md\n"


def test_a_tag_in_two_unicode_forms_is_one(run: Run, folder: Path) -> None:
    composed, apart = "caf\u00e9", "cafe\u0301"
    path = folder / "incidents.md"
    entries = [
        f"## M-2026-01-0{day}T00:00:00Z INC-{day} x\n\n- tags: {tag}, db\n" for day, tag in ((2, composed), (1, apart))
    ]
    path.write_text("\n".join(entries), "utf-8")
    before = path.read_bytes()
    for typed in (composed, apart):
        assert run("tag", "INC-1", "INC-2", "--add", typed).out.startswith("already tagged so: ")
        assert path.read_bytes() == before
        assert run("tag", "--rename", typed, "bar").code == 0
        assert path.read_bytes() == before.replace(composed.encode(), b"bar").replace(apart.encode(), b"bar")
        assert run("undo").code == 0
        assert run("tag", "INC-1", "INC-2", "--remove", typed).code == 0
        assert path.read_text("utf-8").count("- tags: db\n") == 2
        assert run("undo").code == 0
        assert path.read_bytes() == before
        assert run("list", f"tag:{typed}").out.count("INC-") == 2
    assert run("tag", "INC-1", "--add", composed, "--remove", apart).code == 2
