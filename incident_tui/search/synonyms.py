"""Short forms of the field's words (`k8s`, `pg`) and their long ones: a table of groups, looked up word by word."""

from collections.abc import Iterable, Mapping, Sequence

from incident_tui.search.index.tokenize import forms

_USUAL = """\
app, application
auth, authentication
authz, authorization
az, availability zone
cert, certificate
config, configuration, cfg, conf
conn, connection
cron, cronjob
db, database
dc, datacenter, data center
deps, dependencies
gc, garbage collection
gw, gateway
iac, infrastructure as code
infra, infrastructure
k8s, kubernetes, kube
lb, load balancer
mem, memory
mq, message queue
msg, message
ns, namespace
oom, out of memory
perf, performance
pg, postgres, postgresql
pr, pull request
prod, production
pvc, persistent volume claim
rabbit, rabbitmq
repl, replication
repo, repository
svc, service
tf, terraform
tz, time zone, timezone
vm, virtual machine
wal, write ahead log"""
"""A group a line: words and phrases that mean the same."""

Phrase = tuple[str, ...]
"""A synonym as its folded words: one or several."""


class Synonyms:
    """Which words and phrases mean the same. `extra` adds groups of the user's, each a name and what it stands for."""

    def __init__(self, extra: Mapping[str, Sequence[str]] | None = None) -> None:
        groups = [line.split(", ") for line in _USUAL.splitlines()]
        self._groups: dict[Phrase, tuple[Phrase, ...]] = {}
        for group in [*groups, *([name, *others] for name, others in (extra or {}).items())]:
            self._add(group)
        self._longest = max(map(len, self._groups), default=0)

    def of(self, words: Sequence[str]) -> dict[int, tuple[Phrase, ...]]:
        """Return the synonyms of the folded words of a query, by the word's position.

        The words of a phrase (`load balancer`) each have the synonyms of the whole.
        """
        phrases_by_place: dict[int, tuple[Phrase, ...]] = {}
        for size in range(self._longest, 0, -1):
            for start in range(len(words) - size + 1):
                same = self._same(tuple(words[start : start + size]))
                for at in range(start, start + size):
                    if same:
                        phrases_by_place.setdefault(at, same)
        return phrases_by_place

    def explained(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the words and phrases of a query that have synonyms, each with these as text, in its order."""
        words = forms(text)
        typed_by_phrases: dict[tuple[Phrase, ...], list[str]] = {}
        for at, same in sorted(self.of(words).items()):
            typed_by_phrases.setdefault(same, []).append(words[at])
        return [
            (" ".join(dict.fromkeys(typed)), tuple(" ".join(phrase) for phrase in same))
            for same, typed in typed_by_phrases.items()
        ]

    def _same(self, phrase: Phrase) -> tuple[Phrase, ...]:
        if phrase in self._groups:
            return self._groups[phrase]
        *before, last = phrase
        return self._groups.get((*before, last.removesuffix("s")), ())

    def _add(self, group: Iterable[str]) -> None:
        """Add a group, joined with those that have a member in common."""
        members = dict.fromkeys(phrase for text in group if (phrase := tuple(forms(text))))
        for phrase in list(members):
            members |= dict.fromkeys((phrase, *self._groups.get(phrase, ())))
        for phrase in members:
            self._groups[phrase] = tuple(other for other in members if other != phrase)
