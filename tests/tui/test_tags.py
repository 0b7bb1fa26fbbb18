"""Tags: added, taken off and renamed from the browser; each as one change that alters nothing else."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from incident_tui.format.model.document import Document
from incident_tui.tui.terminal.glyphs import ASCII
from incident_tui.tui.widgets.choices import Choices

from .conftest import Factory, Opened
from .reader import Reader
from .test_marking import changed

POOL = "INC-2187"
"""Has the tags orders, postgres, connection-pool, on-sale."""

CERTIFICATE = "INC-2174"
"""Has the tags certificate, tls, scanner, doors, haproxy."""

HELD = "-- tags: orders, postgres, connection-pool, on-sale"


def archive_of(path: Path) -> Path:
    return path.parent / "archive" / path.name


def both(path: Path) -> tuple[bytes, bytes]:
    return path.read_bytes(), archive_of(path).read_bytes()


def counts(path: Path) -> Counter[str]:
    """In how many live and archived entries each tag is."""
    return Counter(tag for data in both(path) for entry in Document.parse(data).entries for tag in entry.tags)


def offered(reader: Reader) -> list[str]:
    """The tags that the dialog lists."""
    region = reader.app.screen.query_one(Choices).region
    lines = [line[region.x : region.right - 1].strip() for line in reader.lines[region.y : region.bottom]]
    return [line for line in lines if line]


def complaint(reader: Reader) -> str:
    return str(reader.app.screen.query_one(".dialog-error").render())


async def paste(reader: Reader, text: str) -> None:
    reader.app.post_message(events.Paste(text))
    await reader.pilot.pause()
    await reader.pilot.pause()


# Tags of entries


@pytest.mark.parametrize("keys", [("enter", "enter"), ("ctrl+s",), ("enter", "ctrl+s")], ids=" ".join)
async def test_the_shortest_way_adds_a_tag_that_is_in_use(
    knowledge_base: Path, opened: Opened, keys: tuple[str, ...]
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        await reader.types("red")
        await reader.press(*keys)
        assert reader.dialog == ""
        assert changed(before, knowledge_base) == [HELD, f"+{HELD[1:]}, redis"]
        assert reader.notice == "changed tags of INC-2187 orders-api-connection-pool-exhausted: +redis  →  incidents.md"
        await reader.press("u")
        assert knowledge_base.read_bytes() == before


@pytest.mark.parametrize("size", [(80, 24), (40, 12)], ids=["wide", "narrow"])
async def test_it_is_as_fast_as_one_types(knowledge_base: Path, opened: Opened, size: tuple[int, int]) -> None:
    """All keys lie in the queue before the first is looked at, as after a pause of the line."""
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=size) as reader:
        await reader.goes_to(POOL)
        await reader.at_once("t", *"red", "enter", *"on-s", "enter", *"quit quokka", "ctrl+s")
        line = "+- tags: orders, postgres, connection-pool, redis, quit quokka"
        assert changed(before, knowledge_base) == [HELD, line]
        await reader.at_once("t", *"red", "enter", *"pq", "escape")
        assert reader.dialog == ""
        await reader.at_once("t", *"deb", "enter", "enter", "enter", "enter")
        assert changed(before, knowledge_base) == [HELD, f"{line}, debug"]


async def test_a_tag_in_two_unicode_forms_is_offered_once_and_taken_off_everywhere(
    tmp_path: Path, opened: Opened
) -> None:
    path = tmp_path / "incidents.md"
    tags = {2: "caf\u00e9", 1: "cafe\u0301"}
    heads = [f"## M-2026-01-0{day}T00:00:00Z INC-{day} x\n\n- tags: {tag}, db\n" for day, tag in tags.items()]
    path.write_text("\n".join(heads), "utf-8")
    async with opened(path) as reader:
        await reader.press("asterisk", "t")
        assert sorted(offered(reader)) == ["✓ caf\u00e9  2", "✓ db  2"]
        await reader.types("cafe\u0301")
        assert [line.lstrip("▌ ") for line in offered(reader)] == ["✓ caf\u00e9  2"]
        await reader.press("enter", "enter")
        assert path.read_text("utf-8").count("- tags: db\n") == 2


@pytest.mark.slow
async def test_tags_in_use_are_offered_the_most_frequent_first(knowledge_base: Path, opened: Opened) -> None:
    held = counts(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        shown = [line.removeprefix("✓ ").split("  ") for line in offered(reader)]
        assert [int(count) for _, count in shown] == sorted(held.values(), reverse=True)[: len(shown)]
        assert {tag: int(count) for tag, count in shown}.items() <= held.items()
        await reader.types("post")
        assert offered(reader) == [f"▌ ✓ postgres  {held['postgres']}", "post  new"]
        await reader.types("gres")
        assert offered(reader) == [f"▌ ✓ postgres  {held['postgres']}"]


async def test_a_tag_that_stands_there_is_taken_off(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        await reader.types("POSTGRES")
        await reader.sees("Enter remove")
        await reader.press("enter")
        await reader.sees("orders  -postgres  connection-pool  on-sale")
        await reader.press("enter")
        assert changed(before, knowledge_base) == [HELD, "+- tags: orders, connection-pool, on-sale"]


async def test_several_are_changed_as_one(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        for name in (POOL, CERTIFICATE):
            await reader.goes_to(name)
            await reader.press("space")
        await reader.press("t")
        await reader.sees("Tags of 2 entries")
        await reader.sees("orders 1/2")
        await reader.types("tls")
        await reader.press("enter")
        await reader.types("game-day")
        await reader.press("enter")
        await reader.types("oncall")
        await reader.press("enter", "ctrl+s")
        assert changed(before, knowledge_base) == [
            HELD,
            f"+{HELD[1:]}, tls, game-day, oncall",
            "-- tags: certificate, tls, scanner, doors, haproxy",
            "+- tags: certificate, tls, scanner, doors, haproxy, game-day, oncall",
        ]
        assert len(reader.app.browse.session.library.records()) == 1
        await reader.press("u")
        assert knowledge_base.read_bytes() == before


async def test_only_those_that_change_are_said_to_be_changed(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        for name in (POOL, CERTIFICATE):
            await reader.goes_to(name)
            await reader.press("space")
        await reader.press("t")
        await reader.types("tls")
        await reader.press("enter", "enter")
        assert reader.notice.startswith("changed tags of INC-2187 orders-api-connection-pool-exhausted: +tls")


@pytest.mark.slow
async def test_what_only_some_have_is_added_then_taken_off_then_left(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        for name in (POOL, CERTIFICATE):
            await reader.goes_to(name)
            await reader.press("space")
        await reader.press("t")
        for shown in ("+orders", "-orders", "orders 1/2"):
            await reader.types("orders")
            await reader.press("enter")
            await reader.sees(shown)
        await reader.types("orders")
        await reader.press("enter")
        await reader.types("orders")
        await reader.press("enter", "enter")
        assert changed(before, knowledge_base) == [HELD, "+- tags: postgres, connection-pool, on-sale"]


async def test_a_new_tag_is_said_to_be_new(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        await reader.types("quit quokka")
        assert offered(reader) == ["▌   quit quokka  new"]
        await reader.press("enter")
        await reader.sees("+quit quokka")
        await reader.press("enter")
        assert changed(before, knowledge_base) == [HELD, f"+{HELD[1:]}, quit quokka"]


async def test_what_is_typed_can_be_preferred_to_what_is_in_use(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        await reader.types("red")
        assert offered(reader)[-1] == "red  new"
        await reader.press("pagedown", "enter", "enter")
        assert changed(before, knowledge_base) == [HELD, f"+{HELD[1:]}, red"]


async def test_tags_are_chosen_by_arrows_too(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        most = offered(reader)[0].split("  ")[0]
        await reader.press("down")
        await reader.sees("Enter add")
        await reader.press("up")
        assert "Enter" not in "".join(reader.popup)
        await reader.press("down", "ctrl+s")
        assert changed(before, knowledge_base) == [HELD, f"+{HELD[1:]}, {most}"]
        await reader.press("u", "t", "down", "down", "up", "enter")
        await reader.sees("Enter write")
        await reader.press("enter")
        assert changed(before, knowledge_base) == [HELD, f"+{HELD[1:]}, {most}"]


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        ("a, b", "a comma separates tags"),
        ("zz\r\n", ""),
        ("\nzz\n", ""),
        ("a\x1b[31mb", "without control characters"),
        ("a\u202eb", "characters that hide"),
    ],
    ids=["comma", "line end", "empty line first", "control", "override"],
)
async def test_what_is_no_tag_is_refused_in_place(knowledge_base: Path, opened: Opened, pasted: str, why: str) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        await paste(reader, pasted)
        assert "\x1b" not in reader.screen
        assert "\u202e" not in reader.screen
        await reader.press("ctrl+s")
        if why:
            assert why in complaint(reader)
            assert reader.dialog == "Tags"
            assert knowledge_base.read_bytes() == before
            await reader.press("ctrl+c")
            assert (complaint(reader), reader.dialog) == ("", "Tags")
            await reader.press("ctrl+c")
            assert reader.dialog == ""
        else:
            assert changed(before, knowledge_base) == [HELD, f"+{HELD[1:]}, zz"]


async def test_escape_writes_nothing(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        await reader.types("redq")
        await reader.press("enter", "escape")
        assert reader.dialog == ""
        await reader.press("t", "enter")
        assert reader.dialog == ""
        assert knowledge_base.read_bytes() == before


async def test_a_tag_of_the_file_is_no_markup(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- tags: [red]x[/red], \x1b[2J, b\n")
    async with opened(path) as reader:
        await reader.press("t")
        await reader.sees("[red]x[/red]  ␛[2J  b")
        await reader.types("[2J")
        await reader.press("enter", "enter")
        assert path.read_bytes() == b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- tags: [red]x[/red], b\n"


async def test_an_entry_without_tags_gets_the_line(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"## M-2026-01-05T16:00:00Z INC-1 one\r\n\r\n- type: incident\r\n- used: 0\r\n\r\nText.")
    async with opened(path) as reader:
        await reader.press("t")
        await reader.sees("no tags yet")
        await reader.types("dns")
        await reader.press("enter", "enter")
        line = b"- tags: dns\r\n- used"
        assert path.read_bytes() == (
            b"## M-2026-01-05T16:00:00Z INC-1 one\r\n\r\n- type: incident\r\n" + line + b": 0\r\n\r\nText."
        )


@pytest.mark.usefixtures("never_polls")
async def test_others_tags_of_meanwhile_stay(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        await reader.types("red")
        knowledge_base.write_bytes(knowledge_base.read_bytes().replace(b"pool, on-sale", b"pool, on-sale, vat", 1))
        before = knowledge_base.read_bytes()
        await reader.press("enter", "enter")
        assert changed(before, knowledge_base) == [f"{HELD}, vat", f"+{HELD[1:]}, vat, redis"]


@pytest.mark.usefixtures("never_polls")
async def test_an_entry_that_is_gone_is_said_in_the_dialog(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("t")
        await reader.types("red")
        knowledge_base.write_bytes(knowledge_base.read_bytes().replace(b" INC-2187 ", b" INC-9187 ", 1))
        before = both(knowledge_base)
        await reader.press("enter", "enter")
        assert reader.dialog == "Tags"
        assert "it is no longer in this file" in complaint(reader)
        assert both(knowledge_base) == before


async def test_read_only_no_dialog_comes(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, read_only=True) as reader:
        await reader.press("t")
        assert reader.dialog == ""
        assert "--read-only" in reader.notice


async def test_a_key_behind_a_change_that_moved_the_cursor_is_dropped(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.at_once("a", "t")
        assert reader.dialog == ""
        assert reader.notice.startswith("t was dropped")


# A tag renamed


async def rename(reader: Reader, tag: str) -> None:
    await reader.press("ctrl+p")
    await reader.types("rename a tag")
    await reader.sees("Rename a tag")
    await reader.press("enter")
    await reader.sees("Rename which tag?")
    await reader.types(tag)
    await reader.press("enter")


@pytest.mark.slow
async def test_a_tag_is_renamed_everywhere_as_one_change(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    tags = [[tag for entry in Document.parse(data).entries for tag in entry.tags] for data in before]
    assert [held.count("kubernetes") for held in tags] == [3, 2]
    async with opened(knowledge_base) as reader:
        await rename(reader, "kube")
        await reader.sees("Rename the tag kubernetes to")
        await reader.sees("nothing would change")
        await reader.types("money")
        await reader.sees_in_popup("would change 3 lines in incidents.md, 2 lines in archive/incidents.md")
        assert both(knowledge_base) == before
        await reader.press("enter")
        assert reader.dialog == ""
        assert reader.notice.startswith("renamed tag kubernetes to money in 5 entries")
        for path, old, count in zip((knowledge_base, archive_of(knowledge_base)), before, (3, 2), strict=True):
            lines = changed(old, path)
            assert len(lines) == 2 * count
            gone = [line[1:].replace("kubernetes", "money") for line in lines if line[0] == "-"]
            assert gone == [line[1:] for line in lines if line[0] == "+"]
        assert counts(knowledge_base)["kubernetes"] == 0
        await reader.press("u")
        assert both(knowledge_base) == before


async def test_two_tags_become_one(knowledge_base: Path, opened: Opened) -> None:
    held = counts(knowledge_base)
    together = sum(
        {"postgres", "redis"} <= set(entry.tags)
        for data in both(knowledge_base)
        for entry in Document.parse(data).entries
    )
    async with opened(knowledge_base, size=(120, 24)) as reader:
        await rename(reader, "redis")
        await reader.types("Postgres")
        await reader.sees_in_popup(f"{held['postgres']} entries have it already, the two become one")
        await reader.press("ctrl+s")
        after = counts(knowledge_base)
        assert after["redis"] == 0
        assert after["postgres"] + after["Postgres"] == held["postgres"] + held["redis"] - together


async def test_a_bad_name_is_refused_in_place(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await rename(reader, "redis")
        await reader.types("a,b")
        await reader.sees("'a,b' is not a tag: a comma separates tags")
        await reader.press("enter")
        assert reader.dialog == "RenameTagScreen"
        assert "a comma separates tags" in complaint(reader)
        await reader.press("ctrl+c")
        await reader.sees("'' is not a tag: it is empty")
        await reader.press("enter")
        assert reader.dialog == "RenameTagScreen"
        await reader.press("escape")
        assert reader.dialog == ""
        assert both(knowledge_base) == before


async def test_a_tag_that_nobody_has_is_not_renamed(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await rename(reader, "zebra")
        assert complaint(reader) == "no entry has the tag 'zebra'"
        await reader.press("ctrl+c", "enter")
        await reader.sees("Rename which tag?")
        await reader.press("down", "enter")
        held = counts(knowledge_base)
        await reader.sees(f"Rename the tag {min(held, key=lambda tag: (-held[tag], tag))} to")


async def test_the_spelling_of_a_tag_is_made_one(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(
        b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- tags: DNS, a\n\n"
        b"## M-2026-01-04T16:00:00Z INC-2 two\n\n- tags:  dns ,b\n"
    )
    async with opened(path) as reader:
        await rename(reader, "dns")
        await reader.types("dns")
        await reader.sees_in_popup("would change 1 line in incidents.md")
        await reader.press("enter")
        assert path.read_bytes() == (
            b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- tags: dns, a\n\n"
            b"## M-2026-01-04T16:00:00Z INC-2 two\n\n- tags:  dns ,b\n"
        )


async def test_without_tags_there_is_nothing_to_rename(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- used: 0\n")
    async with opened(path) as reader:
        reader.app.browse.action_rename_tag()
        assert (reader.dialog, reader.notice) == ("", "no entry has a tag")


async def test_a_tag_is_renamed_as_fast_as_one_types(knowledge_base: Path, opened: Opened) -> None:
    before = counts(knowledge_base)
    async with opened(knowledge_base) as reader:
        reader.app.browse.action_rename_tag()
        await reader.at_once(*"kubern", "enter", *"k8s", "enter")
        after = counts(knowledge_base)
        assert before["kubernetes"] == after["k8s"] > 0
        assert after["kubernetes"] == 0


# What it looks like


@pytest.fixture
def looks(snap_compare: Callable[..., bool], make_app: Factory) -> Callable[..., bool]:
    """Whether the screen looks as it did, once `use` has done what it does on an entry."""

    def compare(path: Path, use: Any, size: tuple[int, int] = (80, 24), **options: Any) -> bool:
        app = make_app(path, **options)

        async def before(pilot: Pilot[None]) -> None:
            reader = Reader(app, pilot)
            await pilot.pause()
            await reader.goes_to(POOL)
            await use(reader)
            await pilot.pause()

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


@pytest.mark.slow
def test_tags(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """One tag is to be added, one taken off; what is typed narrows those in use, and could be a new one."""

    async def use(reader: Reader) -> None:
        await reader.press("t")
        for typed in ("red", "post"):
            await reader.types(typed)
            await reader.press("enter")
        await reader.types("on")

    assert looks(knowledge_base, use)


def test_tags_of_many(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """Two entries: how many of them have each tag."""

    async def use(reader: Reader) -> None:
        await reader.press("space", "space", "t")

    assert looks(knowledge_base, use, size=(120, 40))


def test_tags_ascii_40x12(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """A small terminal without UTF-8, and a tag that is refused."""

    async def use(reader: Reader) -> None:
        await reader.press("t")
        await reader.types("a,b")
        await reader.press("enter")

    assert looks(knowledge_base, use, size=(40, 12), glyphs=ASCII)


def test_which_tag(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The tags in use, of which one is to be renamed."""

    async def use(reader: Reader) -> None:
        await reader.sees_entry()
        reader.app.browse.action_rename_tag()
        await reader.sees("Rename which tag?")
        await reader.types("o")

    assert looks(knowledge_base, use)


@pytest.mark.slow
def test_rename_tag(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The new name, and what it would change."""

    async def use(reader: Reader) -> None:
        await rename(reader, "redis")
        await reader.types("postgres")

    assert looks(knowledge_base, use)
