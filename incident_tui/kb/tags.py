"""Tags of one metadata value: added, taken off, renamed; what isn't meant keeps its letters and its place."""

import re
from collections.abc import Iterable

from incident_tui.kb.entry import parse_tags
from incident_tui.kb.plain import harmless, one_line
from incident_tui.kb.splice import Refused

_LAST_TAG = re.compile(r"[,\s]*\Z")


def checked(tag: str) -> str:
    """A tag without blanks around it. Raises `Refused` where it can't stand among others on one line."""
    text = tag.strip(" \t")
    for wrong, why in (
        (not text, "it is empty"),
        ("," in text, "a comma parts tags"),
        ("\n" in text or "\r" in text, "it holds a line break"),
        (harmless(text) != text or "\t" in text, "it holds control characters or characters that hide"),
    ):
        if wrong:
            raise Refused(f"'{one_line(text)}' is no tag: {why}; nothing was written")
    return text


def retagged(value: str, add: Iterable[str], remove: Iterable[str]) -> str:
    """A `tags` value without some tags and with others at its end. Letters' case tells no tags apart.

    Raises `Refused` for what is no tag. The value itself comes back where all is so already.
    """
    gone = {tag.strip().casefold() for tag in remove}
    added = {tag.casefold(): tag for tag in map(checked, add)}
    held = parse_tags(value)
    kept = [tag for tag in held if tag.casefold() not in gone or tag.casefold() in added]
    have = {tag.casefold() for tag in kept}
    new = [tag for key, tag in added.items() if key not in have]
    if len(kept) < len(held):
        return ", ".join([*kept, *new])
    return ", ".join([_LAST_TAG.sub("", value), *new]) if new and held else ", ".join(new) or value


def renamed(value: str, old: str, new: str) -> str:
    """A `tags` value in which a tag is called otherwise; where it has the new one already, the old one goes.

    Raises `Refused` for what is no tag.
    """
    old, new = old.strip().casefold(), checked(new)
    held = parse_tags(value)
    if not any(tag.casefold() == old and tag != new for tag in held):
        return value
    kept: list[str] = []
    for tag in held:
        name = new if tag.casefold() == old else tag
        if name.casefold() not in {one.casefold() for one in kept}:
            kept.append(name)
    return ", ".join(kept)
