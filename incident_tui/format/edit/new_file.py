"""The text of a new file: a title, what it is for, and a template of its entries inside a comment."""

from typing import NamedTuple


class _Kind(NamedTuple):
    """What is special in files of one type of entries."""

    title: str
    purpose: str
    ref: str
    """A reference of the template's heading; empty where such entries have none."""
    sections: str


_INCIDENT = _Kind(
    "Incidents",
    "Past incident summaries, learnings, and playbooks.",
    "INC-1234",
    """**Summary**

What happened, how long it took, who was affected.

**Root Cause**

**Key Queries**

**Learnings**

- What the next person on call must know.

**Action Items**

- [ ] What is to be done.
""",
)

_KINDS = {
    "incident": _INCIDENT,
    "fact": _Kind(
        "Facts",
        "What is so in our systems, and how we know it.",
        "",
        "**Summary**\n\nWhat is so, since when, and where it can be seen.\n",
    ),
    "pattern": _Kind(
        "Patterns",
        "Failures that come again: how to recognize them, and what helps.",
        "",
        "**Summary**\n\nWhat fails, and why.\n\n**Signs**\n\n**Remedy**\n",
    ),
    "query": _Kind(
        "Queries",
        "Queries that answered a question in an incident.",
        "",
        "**Summary**\n\nThe question that it answers.\n\n**Key Queries**\n",
    ),
    "integration": _Kind(
        "Integrations",
        "The tools that we use, and how to reach them.",
        "",
        "**Summary**\n\nWhat it is, where it is, who may use it.\n",
    ),
    "note": _Kind("Journal", "Raw notes, as they were taken.", "", "What was seen.\n"),
}

_TYPES = {
    "incidents": "incident",
    "facts": "fact",
    "patterns": "pattern",
    "queries": "query",
    "integrations": "integration",
    "notes": "note",
}
"""The types of entries by their files' names."""


def type_of_file(file_name: str) -> str:
    """The type of a new entry by the name of its file: `fact` in `facts.md`, `note` in a journal."""
    stem = file_name.removesuffix(".md")
    return "note" if stem.startswith("journal") else _TYPES.get(stem, "incident")


def new_file(file_name: str) -> bytes:
    """What a new file holds, by its name."""
    entry_type = type_of_file(file_name)
    kind = _KINDS[entry_type]
    heading = " ".join(filter(None, ("## M-YYYY-MM-DDTHH:MM:SSZ", kind.ref, "short-slug")))
    return f"""# {kind.title}

{kind.purpose}

---

<!-- An entry looks like this:

{heading}

- type: {entry_type}
- tags: service, technology, symptom
- used: 0
- pinned: false
- schema_version: 1

{kind.sections}
-->

""".encode()
