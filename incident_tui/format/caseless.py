"""When names are the same: the one rule for tags, titles, references and IDs.

Neither letters' case nor the Unicode form of a letter (`é` as one character, or as `e` and a mark) tells names apart,
as in Unicode's canonical caseless matching. An accent does; a search, which looks for what is alike, leaves it out.
"""


def caseless(text: str) -> str:
    """Return what is the same for all spellings of a name, and begins with the same of its beginning."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize  # it takes long to import, and nearly all names are ASCII

    return normalize("NFC", normalize("NFD", text).casefold())
