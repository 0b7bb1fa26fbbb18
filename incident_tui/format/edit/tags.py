"""Tags of one metadata value: added, removed, renamed; others keep their spelling, their blanks and their order.

Letters' case and their Unicode form tell no tags apart (`format.caseless`).
"""

from collections import Counter
from collections.abc import Iterable

from incident_tui.format.caseless import caseless
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line


def validated_tag(tag: str) -> str:
    """Return a tag without blanks around it. Raises `Refused` if it can't be one of several on one line."""
    text = tag.strip()
    for wrong, why in (
        (not text, "it is empty"),
        ("," in text, "a comma separates tags"),
        (one_line(text) != text, "it must be one line, without control characters and characters that hide"),
    ):
        if wrong:
            raise Refused(f"'{one_line(text)}' is not a tag: {why}; nothing was written")
    return text


def with_tags(value: str, add: Iterable[str], remove: Iterable[str]) -> str:
    """Return a `tags` value with some tags removed and others appended; a tag in both stays.

    Raises `Refused` for one to add that is no tag. An unchanged value is returned as it is.
    """
    added = {_key(tag): tag for tag in map(validated_tag, add)}
    removed = {_key(tag) for tag in remove} - {"", *added}
    tags = [tag for tag in value.split(",") if _key(tag) not in removed]
    remaining = ",".join(tags).strip(" \t")
    new = [tag for key, tag in added.items() if key not in map(_key, tags)]
    if not new:
        return remaining
    before = remaining.rstrip(", \t")
    return ", ".join([before, *new] if before else new)


def with_tag_renamed(value: str, old: str, new: str) -> str:
    """Return a `tags` value with a tag renamed; if it has the new one already, the old one is removed.

    Raises `Refused` where the new one is no tag.
    """
    new = validated_tag(new)
    tags = value.split(",")
    has_new = _key(new) != _key(old) and _key(new) in map(_key, tags)
    result = []
    for tag in tags:
        if not tag.strip() or _key(tag) != _key(old):
            result.append(tag)
        elif not has_new:
            result.append(tag.replace(tag.strip(), new))
            has_new = True
    return ",".join(result).strip(" \t")


def _key(tag: str) -> str:
    return caseless(tag.strip())


def tag_usage(tag_lists: Iterable[Iterable[str]]) -> list[tuple[str, int]]:
    """The different tags of entries, given the tags of each: every tag as it is spelled most often, and in how many
    entries it is; the most frequent first.
    """
    spelled: dict[str, Counter[str]] = {}
    entries = Counter[str]()
    for tags in tag_lists:
        keys = dict.fromkeys(caseless(tag) for tag in tags)
        entries.update(keys.keys())
        for tag in tags:
            spelled.setdefault(caseless(tag), Counter())[tag] += 1
    return [(spelled[key].most_common(1)[0][0], count) for key, count in entries.most_common()]
