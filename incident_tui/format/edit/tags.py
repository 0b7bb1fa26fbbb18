"""Tags of one metadata value: added, taken off, renamed; what isn't meant keeps its letters, its blanks and its place.

Letters' case and their Unicode form tell no tags apart (`format.caseless`).
"""

from collections import Counter
from collections.abc import Iterable

from incident_tui.format.caseless import caseless
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line


def validated_tag(tag: str) -> str:
    """A tag without blanks around it. Raises `Refused` where it can't stand among others on one line."""
    text = tag.strip()
    for wrong, why in (
        (not text, "it is empty"),
        ("," in text, "a comma parts tags"),
        (one_line(text) != text, "it must be one line, without control characters and characters that hide"),
    ):
        if wrong:
            raise Refused(f"'{one_line(text)}' is no tag: {why}; nothing was written")
    return text


def with_tags(value: str, add: Iterable[str], remove: Iterable[str]) -> str:
    """A `tags` value without some tags and with others at its end; a tag in both stays.

    Raises `Refused` for one to add that is no tag. The value itself comes back where all is so already.
    """
    added = {_key(tag): tag for tag in map(validated_tag, add)}
    gone = {_key(tag) for tag in remove} - {"", *added}
    parts = [part for part in value.split(",") if _key(part) not in gone]
    kept = ",".join(parts).strip(" \t")
    new = [tag for key, tag in added.items() if key not in map(_key, parts)]
    if not new:
        return kept
    before = kept.rstrip(", \t")
    return ", ".join([before, *new] if before else new)


def with_tag_renamed(value: str, old: str, new: str) -> str:
    """A `tags` value in which a tag is called otherwise; where it has the new one already, the old one goes.

    Raises `Refused` where the new one is no tag.
    """
    new = validated_tag(new)
    parts = value.split(",")
    has_new = _key(new) != _key(old) and _key(new) in map(_key, parts)
    kept = []
    for part in parts:
        if not part.strip() or _key(part) != _key(old):
            kept.append(part)
        elif not has_new:
            kept.append(part.replace(part.strip(), new))
            has_new = True
    return ",".join(kept).strip(" \t")


def _key(tag: str) -> str:
    return caseless(tag.strip())


def tag_usage(each: Iterable[Iterable[str]]) -> list[tuple[str, int]]:
    """The different tags of entries, given the tags of each: every tag as it is spelled most often, and in how many
    entries it is; the most frequent first.
    """
    spelled: dict[str, Counter[str]] = {}
    entries = Counter[str]()
    for tags in each:
        keys = dict.fromkeys(caseless(tag) for tag in tags)
        entries.update(keys.keys())
        for tag in tags:
            spelled.setdefault(caseless(tag), Counter())[tag] += 1
    return [(spelled[key].most_common(1)[0][0], count) for key, count in entries.most_common()]
