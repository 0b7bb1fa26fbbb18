"""What the title bar and notices say."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui.format.model.contents import ARCHIVE_FOLDER
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.storage.knowledge_base import Outcome
from incident_tui.storage.snapshot import Snapshot

if TYPE_CHECKING:
    from incident_tui.tui.model import Model

ARROW = "  →  "
"""Between what was done and where it was written."""


def notice(outcome: Outcome[Snapshot], follows: str = "") -> str:
    """Return the notice of a change: its description, what follows from it, and the written files."""
    warning = f" ({outcome.warning})" if outcome.warning else ""
    late = "".join(f"; {notice}" for notice in outcome.arrived.notices(ending=False))
    if not outcome.description:
        return f"nothing to change{late}{warning}"
    files = sorted(outcome.written, key=_is_archive)
    names = dict.fromkeys(_written_name(path, outcome.snapshot) for path in files)
    durable = "" if outcome.durable else " (saved, but not known to survive a power cut)"
    changes = "; ".join(filter(None, (outcome.description, follows)))
    return f"{changes}{ARROW}{', '.join(names)}{durable}{late}{warning}"


def _written_name(path: Path, snapshot: Snapshot) -> str:
    """Return a written file's name; where several open files have it, what tells this one from them."""
    if _is_archive(path):
        return f"{ARCHIVE_FOLDER}/"
    alike = [file for file in snapshot.files if file.live_file.name == path.name]
    named = next((file.name for file in alike if len(alike) > 1 and file.live_file == path), "")
    return named or one_line(path.name)


def _is_archive(path: Path) -> bool:
    return path.parent.name == ARCHIVE_FOLDER


NAMED = 3
"""Up to how many files the title names one by one."""


def shown_name(snapshot: Snapshot) -> str:
    """How the title names the file."""
    if snapshot.layered:
        layers = [layer or "others" for layer in dict.fromkeys(snapshot.layers)]
        return " + ".join(layers) if len(layers) <= NAMED else f"{layers[0]} + {len(layers) - 1} layers"
    names = [file.name or one_line(file.live_file.name) for file in snapshot.files]
    return " + ".join(names) if len(names) <= NAMED else f"{names[0]} + {len(names) - 1} files"


def entry_counts(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the numbers of loaded entries: live, pinned, archived; nothing where they aren't known."""
    if snapshot.partial or not any(file.exists for file in snapshot.files):
        return ()
    live = sum(len(file.live.entries) for file in snapshot.files)
    pinned = sum(len(file.live.pinned) for file in snapshot.files)
    archived = sum(len(archive.entries) for archive in snapshot.archives)
    facts = [pluralize(live, "entry", "entries")]
    facts += [f"{pinned} pinned"] if pinned else []
    facts += [f"{archived} archived"] if archived else []
    return tuple(facts)


def title_facts(snapshot: Snapshot, listing: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the facts of the listing, and what is wrong with the files; the more important facts are last."""
    if not any(file.exists for file in snapshot.files):
        return ("no such file",)
    if snapshot.partial:
        return ("reading it",)
    facts = list(listing)
    if read_only := sum(file.read_only is not None for file in snapshot.files):
        all_of_them = read_only == len(snapshot.files)
        facts.append("read only" if all_of_them else f"{read_only} of {len(snapshot.files)} files read only")
    if snapshot.unreadable:
        facts.append(f"{pluralize(len(snapshot.unreadable), 'file', 'files')} can't be read")
    return tuple(facts)


def hit_count(model: "Model") -> str:
    """Return how many entries answer the search; empty without one. Where all of them are archived, it says so."""
    if not model.query_asked.asks:
        return ""
    only_archived = model.beside and not model.listed
    hits = f"{model.beside} archived" if only_archived else str(len(model.listed))
    sought = model.query_asked.reads_bodies and not model.indexed
    return f"{f'0 found, {hits} weak' if model.weak else f'{hits} found'}{' so far' if sought else ''}"


def listing_facts(model: "Model") -> list[str]:
    """Return the scope, the number of hits, the order and the number of marks; nothing where all is as at the start."""
    facts = []
    if model.scope != "live":
        facts.append("archive only" if model.scope == "archived" else "live + archived")
    if hits := hit_count(model):
        facts.append(hits)
        facts += [f"+{model.beside} archived"] if model.beside and model.listed else []
    if model.order != "best":
        facts.append(f"by {model.order}" if model.order == "title" else model.order)
    facts += [f"{len(model.marks)} marked"] if model.marks else []
    return facts
