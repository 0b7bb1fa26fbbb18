"""Twelve things that two people do to one file, each in a clone of their own, and what should come of it."""

from typing import Literal, NamedTuple

Way = Literal["git alone", "merge=union", "incident-tui"]
WAYS: tuple[Way, ...] = ("git alone", "merge=union", "incident-tui")
"""Who merges."""

HEAD = b"# Incidents\n\nNewest first.\n\n---\n\n"
GAP = b"\n---\n\n"


def entry(day: int, ref: str, **values: str | int) -> bytes:
    """An entry as the format has it; `body` and any metadata value can be named."""
    body = values.pop("body", "It broke.")
    held = {"type": "incident", "tags": "db", "used": 0, "pinned": "false"} | values
    lines = "".join(f"- {key}: {value}\n" for key, value in held.items())
    return f"## M-2025-03-{day:02}T10:00:00Z {ref} title\n\n{lines}\n**Summary**\n\n{body}\n".encode()


def file(*entries: bytes, head: bytes = HEAD) -> bytes:
    """A file of these entries."""
    return head + GAP.join(entries)


A, B, C, D = (entry(day, ref) for day, ref in ((9, "INC-9"), (8, "INC-8"), (7, "INC-7"), (6, "INC-6")))
NEW, LATER = entry(20, "INC-20"), entry(21, "INC-21")
BASE = file(A, B, C, D)
STUB = entry(8, "INC-8", body="Short.").replace(b" title\n", b" title (summarized)\n")
BROKEN = b"## M-2025-03-08T10:00:00Z INC-8 title\n\n<<<<<<< left\n- used: 1\n=======\n- used: 2\n>>>>>>> right\n"
UPPER = b"## M-2025-03-08T10:00:00Z INC-8 title\n- used: some\n- used: 2\n"


class Scenario(NamedTuple):
    """What both did, and the right result; nothing where only a person can know it."""

    name: str
    base: bytes
    ours: bytes
    theirs: bytes
    right: bytes | None


SCENARIOS = (
    Scenario(
        "both mark it as helpful",
        BASE,
        file(A, entry(8, "INC-8", used=1, last_used="2025-04-01"), C, D),
        file(A, entry(8, "INC-8", used=2, last_used="2025-04-03"), C, D),
        file(A, entry(8, "INC-8", used=3, last_used="2025-04-03"), C, D),
    ),
    Scenario(
        "one pins, one counts",
        BASE,
        file(A, entry(8, "INC-8", pinned="true"), C, D),
        file(A, entry(8, "INC-8", used=1), C, D),
        file(A, entry(8, "INC-8", used=1, pinned="true"), C, D),
    ),
    Scenario(
        "neighbours are pinned",
        BASE,
        file(A, entry(8, "INC-8", pinned="true"), C, D),
        file(A, B, entry(7, "INC-7", pinned="true"), D),
        file(A, entry(8, "INC-8", pinned="true"), entry(7, "INC-7", pinned="true"), D),
    ),
    Scenario("both add on top", BASE, file(NEW, A, B, C, D), file(LATER, A, B, C, D), file(LATER, NEW, A, B, C, D)),
    Scenario(
        "both append", file(D, C, B, A), file(D, C, B, A, LATER), file(D, C, B, A, NEW), file(D, C, B, A, NEW, LATER)
    ),
    Scenario(
        "a tag added, a tag dropped",
        file(A, entry(8, "INC-8", tags="db, pool"), C),
        file(A, entry(8, "INC-8", tags="db, pool, dns"), C),
        file(A, entry(8, "INC-8", tags="pool"), C),
        file(A, entry(8, "INC-8", tags="dns, pool"), C),
    ),
    Scenario("one archives, one counts", BASE, file(A, C, D), file(A, entry(8, "INC-8", used=1), C, D), None),
    Scenario(
        "one archives, one pins a neighbour",
        BASE,
        file(A, C, D),
        file(A, B, entry(7, "INC-7", pinned="true"), D),
        file(A, entry(7, "INC-7", pinned="true"), D),
    ),
    Scenario(
        "one summarizes, one edits", BASE, file(A, STUB, C, D), file(A, entry(8, "INC-8", body="More."), C, D), None
    ),
    Scenario(
        "one turns LF into CRLF, one counts",
        BASE,
        BASE.replace(b"\n", b"\r\n"),
        file(A, entry(8, "INC-8", used=1), C, D),
        file(A, entry(8, "INC-8", used=1), C, D).replace(b"\n", b"\r\n"),
    ),
    Scenario(
        "both add in the same second",
        BASE,
        file(entry(20, "INC-1"), A, B, C, D),
        file(entry(20, "INC-2"), A, B, C, D),
        file(entry(20, "INC-2"), entry(20, "INC-1"), A, B, C, D),
    ),
    Scenario(
        "an entry that neither can parse",
        file(A, BROKEN, C),
        file(A, BROKEN.replace(b"2", b"4"), C),
        file(A, UPPER, C),
        None,
    ),
)
