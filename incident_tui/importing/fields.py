"""Front matter as an entry's metadata."""

from collections.abc import Mapping

from incident_tui.format.model.entry import REF
from incident_tui.format.model.keys import KEY_OF
from incident_tui.format.model.metadata import is_count, is_flag, parse_date
from incident_tui.importing.front_matter import Value, metadata_key

TITLE_KEYS = ("title",)
TAG_KEYS = ("tags", "tag", "labels", "label", "categories", "category")
REF_KEYS = ("ref", "reference", "incident_id", "incident", "id", "number", "ticket", "issue", "jira")
SOURCE, DIGEST = "source", "source_digest"
"""Where an entry was read from, and the hash of what was read."""


def title_key(values: Mapping[str, Value]) -> str:
    """Return the key of front matter that has the title, as it is written there; empty if none has."""
    return next((name for name in values if metadata_key(name) in TITLE_KEYS), "")


def _is_readable(key: str, value: str) -> bool:
    """Whether a value says here what its key means here; of a key without a meaning any does."""
    definition = KEY_OF.get(key)
    match definition.kind if definition is not None else "text":
        case "choice":
            return definition is None or not definition.choices or value in definition.choices
        case "count" | "number":
            return is_count(value)
        case "day":
            return parse_date(value) is not None
        case "flag":
            return is_flag(value)
    return key not in (SOURCE, DIGEST)


def entry_metadata(values: dict[str, Value], ref: str) -> tuple[dict[str, str], tuple[str, ...], str, str]:
    """Fields, tags, type and reference of what is left of front matter."""
    fields: dict[str, str] = {}
    tags: list[str] = []
    kind = "incident"
    for name, value in values.items():
        key = metadata_key(name)
        texts = value if isinstance(value, list) else [value]
        if key in TAG_KEYS:
            tags += [tag.strip() for text in texts for tag in text.split(",") if tag.strip()]
            continue
        text = ("; " if any("," in text for text in texts) else ", ").join(texts)
        if key in REF_KEYS and not ref and REF.fullmatch(text):
            ref = text
            continue
        if (key in REF_KEYS and text == ref) or not text:
            continue
        if not _is_readable(key, text):
            key = f"imported_{key}"
        if key == "type":
            kind = text
            continue
        key = key or "imported"
        number = 2
        while key in fields:
            key, number = f"{key.rstrip('_0123456789')}_{number}", number + 1
        fields[key] = text
    return fields, tuple(tags), kind, ref
