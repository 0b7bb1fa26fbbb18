"""Every reader of fences has the same blocks of code: entries, items, titles, snippets, the check and the screen."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from time import process_time

import pytest

from incident_tui.format.check.checked_file import CheckedFile
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.read.fences import code_blocks
from incident_tui.format.read.sections import items, sections
from incident_tui.format.read.snippets import queries
from incident_tui.render.mistletoe_parser import parse

from ..format.reference import FENCE
from .test_items import counted, drawn

HEAD = "## M-2025-01-05T16:00:00Z INC-1 x\n\n- used: 1\n\n"
FENCES = ("```", "```sql", "````", "````sh", "~~~", "~~~~ x", "~~~~", "```a`b")
INDENTED = ("  ```", "   ~~~", "  ```` sh", "   ~~~~")
"""Fences that would belong to a list item before them."""
OTHERS = ("**Title**", "text", "")
ITEMS = ("- [ ] box", "- [ ] box")
QUOTES = ("> - [ ] quoted", "> - [ ] quoted", "> text", "> ```", "> ~~~")
HIDDEN = "## M-2025-02-05T16:00:00Z INC-2 y"


def bodies(seed: int, kinds: Sequence[str]) -> Iterator[list[str]]:
    """Random bodies of a few kinds of lines each."""
    random = Random(seed)
    for _ in range(80):
        few = random.sample(kinds, 6)
        yield [random.choice(few) for _ in range(random.randint(1, 12))]


def blocks(lines: list[str]) -> list[tuple[int, int]]:
    """Return the opening and the closing line of each block, found by trying every fence in turn."""
    found = []
    at = 0
    while at < len(lines):
        opener = FENCE.fullmatch(lines[at].encode())
        for number in range(at + 1, len(lines)) if opener else ():
            closer = FENCE.fullmatch(lines[number].encode())
            if opener and closer and closer[1].startswith(opener[1]) and not closer[2]:
                found.append((at, number))
                at = number
                break
        at += 1
    return found


def code_lines(lines: list[str]) -> set[int]:
    return {number for first, last in blocks(lines) for number in range(first, last + 1)}


def _unindented(block: list[str]) -> str:
    """Return the code of a block, without the blanks that its fence is indented by."""
    margin = len(block[0]) - len(block[0].lstrip(" "))
    return "".join(f"{line[min(margin, len(line) - len(line.lstrip(' '))) :]}\n" for line in block[1:-1])


@pytest.mark.parametrize("more", [ITEMS, INDENTED])
@pytest.mark.parametrize("seed", range(3))
def test_all_readers_have_the_same_blocks(seed: int, more: Sequence[str]) -> None:
    for lines in bodies(seed, [*FENCES, *OTHERS, *more]):
        body = "".join(f"{line}\n" for line in lines)
        entry = parse_entry((HEAD + body).encode())
        code = code_lines(lines)
        texts = [_unindented(lines[first : last + 1]) for first, last in blocks(lines)]

        boxes = [number for number, line in enumerate(lines) if line == "- [ ] box" and number not in code]
        assert [entry.data.count(b"\n", 0, item.offset) - HEAD.count("\n") for item in items(entry)] == boxes, body
        titles = [number for number, line in enumerate(lines) if line == "**Title**" and number not in code]
        titled = [section.start for section in sections(entry) if section.title]
        assert [entry.data.count(b"\n", 0, start) - HEAD.count("\n") for start in titled] == titles, body
        assert [query.text for query in queries(entry)] == [text[:-1] for text in texts if text.strip()], body
        assert len(drawn(body)) == len(boxes), body
        shown = [block for block in parse(body) or () if type(block).__name__ == "CodeFence"]
        assert [block.content for block in shown] == texts, body


@pytest.mark.parametrize("seed", range(3))
def test_what_is_drawn_in_quotes_is_counted(seed: int) -> None:
    for lines in bodies(seed, [*FENCES, *OTHERS, *ITEMS, *QUOTES]):
        body = "".join(f"{line}\n" for line in lines)
        assert counted(body) == drawn(body), body


@pytest.mark.parametrize("seed", range(3))
def test_the_check_has_the_block_that_hides_an_entry(seed: int) -> None:
    for lines in bodies(seed, ["```", "  ```", "```sql", "~~~ stray", "````sh", "text", HIDDEN]):
        data = (HEAD + "".join(f"{line}\n" for line in lines)).encode()
        file = CheckedFile(Contents(Document.parse(data), None, ""), "live", date.min)
        at = data.find(HIDDEN.encode())
        while at >= 0:
            assert file.is_entry(at) != (file.block(at) is not None), data
            at = data.find(HIDDEN.encode(), at + 1)


def test_a_stray_fence_leaves_the_next_block_code() -> None:
    entry = parse_entry((HEAD + "~~~\n\n```sh\n- [ ] rm -rf\n**no**\n```\n\n- [ ] call\n").encode())
    assert [item.text for item in items(entry)] == ["call"]
    assert [section.title for section in sections(entry)] == [""]
    assert [query.text for query in queries(entry)] == ["- [ ] rm -rf\n**no**"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"~~~ x\n```x\n" * 100_000, id="never closed"),
        pytest.param(b"".join(b"`" * n + b"\n" for n in range(1500, 9, -1)), id="shorter and shorter"),
        pytest.param(
            b"".join(b"`" * (1000 - n) + b"\n" for n in range(990)) + b"```\n" * 100_000, id="none long enough"
        ),
        pytest.param(b"- ```\n" * 100_000, id="in items"),
    ],
)
def test_unclosed_fences_take_linear_time(data: bytes) -> None:
    begun = process_time()
    list(code_blocks(data, 0, len(data)))
    assert process_time() - begun < 3
