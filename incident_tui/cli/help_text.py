"""The words of `--help`."""

OVERVIEW = """\
The terminal browser for a team's incident knowledge base (incidents.md).

Without a command it opens the browser on PATH, a file or a folder, or on several. A folder is its
incidents.md or kb/incidents.md and each other *.md in it or in its kb/ that holds entries. Without
PATH, and for all commands: -f, else $INCIDENT_TUI_FILE, else incidents.md or kb/incidents.md here, else
the `file` of your settings (see `config`).

commands (each has its own --help):
  browse     open the browser
  list       list or search entries          show       one entry, rendered, raw or as JSON
  match      rank entries against a log      report     statistics for a retro
  new        create an entry                 edit       edit one in your editor
  tag        add, remove or rename tags      helped     mark entries as helpful
  pin        pin entries                     unpin      unpin entries
  done       tick action items               undone     untick action items
  archive    move entries to the archive     restore    bring them back
  summarize  a summary in an entry's place   log        your changes
  undo       undo the last change            redo       redo the change
  timeline   a line with the time of now     move       entries to another file
  share      commit a layer's files          sync       merge what others pushed
  import     post-mortems to entries         export     entries to files, one each
  check      find what is wrong, and mend it
  config     your settings                   completion what makes your shell complete
  git-setup  merge by entries in git         merge-driver  what git calls for it

An ID is a timestamp (with or without M-), M-…#N, a reference such as INC-1234, a title, or a unique
prefix of one."""

_ID = """\
An ID is a timestamp (with or without M-), M-…#N, a reference such as INC-1234, a title, or a unique
prefix of one. """

EXAMPLES = {
    "": """\
examples:
  incident-tui                                    browse the incidents.md here
  incident-tui ~/runbooks --query "conn pool"     browse that folder's, searching at once
  incident-tui list redis failover --limit 3      the three best matches
  incident-tui show INC-1234                      read one
  incident-tui pin INC-1234                       change one

exit codes: 0 done, 1 refused or failed, 2 usage error""",
    "browse": """\
examples:
  incident-tui browse ~/runbooks
  incident-tui browse --select INC-1234           on the incident that an alert names
  incident-tui --review                           the stale entries, one after the other
  incident-tui browse list                        a file whose name is that of a command""",
    "list": """\
On a terminal: pin mark (*), reference, date, title, state, tags, as far as the width goes. On a pipe, whole
and tab-separated: pin mark (* or -), id, reference, date, title, state (full, summarized, archived), tags;
what is missing is a -. Of several files the file's short name comes last. Query words that begin with - come
after a --.

With --items: what is open in these entries, incident by incident. On a pipe, tab-separated: id, number
(as `done` takes it), open or no-box, reference, title, text. What an action-items section lists without a checkbox
comes last; it doesn't count as open.

a query's parts, which must all hold:
  conection pool             words in any order; typos, beginnings and left-out vowels are forgiven, but not in
                             words of up to three letters or in capitals; side by side they count more
  inc 2168                   the entry of this reference alone
  '"idle in transaction"'    these words in this order
  -kafka  -'"dry run"'       without it
  in:root-cause leak         words in a section whose title says so
  tag:redis  -tag:auth       a filter, and its opposite; tag:a,b is either, tag:a tag:b is both

filters:
{filters}

examples:
  incident-tui list conection pool                a typo is forgiven
  incident-tui list --sort used --limit 10        what helped most often
  incident-tui list 'is:stale used:0'             candidates for the archive
  incident-tui list redis | cut -f2,5             ids and titles
  incident-tui list --items tag:kafka             what is still to be done
  incident-tui list ref:INC-1234 --exit-code      does that entry exist?
  incident-tui list --all --json | jq '.[].id'""",
    "match": """\
The text is read from FILE, or from standard input. Live and archived entries are compared with it; rare words
that it shares with an entry count most. On a pipe, tab-separated: how much of the text's known words the
entry has (per cent), id, reference, date, title, state, and the words that matched.

examples:
  kubectl logs orders-7d9 --tail 500 | incident-tui match
  kubectl logs orders-7d9 --tail 500 | incident-tui match --open
  incident-tui match alert.txt --limit 3
  pbpaste | incident-tui match - --json | jq -r '.[0].id'""",
    "show": f"""\
{_ID}

examples:
  incident-tui show INC-1234
  incident-tui show orders-api                    the one whose title begins so
  incident-tui show --full INC-1200               what its summary left out
  incident-tui show --raw INC-1234 > incident.md""",
    "pin": f"{_ID}\n\nexample:\n  incident-tui pin INC-1234 INC-1200",
    "unpin": f"{_ID}\n\nexample:\n  incident-tui unpin INC-1234",
    "helped": f"{_ID}\n\nexample:\n  incident-tui helped INC-1234",
    "tag": f"""\
A tag is any words without a comma; neither letters' case nor their Unicode form tells tags apart. --rename goes over
all entries, archived ones too.
{_ID}

examples:
  incident-tui tag INC-1234 --add redis --add failover
  incident-tui tag INC-1234 INC-1200 --remove todo
  incident-tui tag --rename k8s kubernetes --dry-run""",
    "done": f"""\
N counts the entry's action items from 1, as in `list --items`; without N it says which there are.
{_ID}

examples:
  incident-tui done INC-1234 3
  incident-tui done INC-1234                      its items and their numbers""",
    "undone": f"{_ID}\n\nexample:\n  incident-tui undone INC-1234 3",
    "timeline": f"{_ID}\n\nexample:\n  incident-tui timeline INC-1234 restarted the pool",
    "new": """\
The text is read from standard input: the Markdown after the metadata, or a whole entry, which begins with
its `## M-` heading. On a terminal, $VISUAL or $EDITOR opens on the file's own template instead. The entry
goes where the file's order puts it; its time is now, in UTC. Its id is printed on standard output.
Of several files --file also takes the name of the one that it goes to: `payments/facts`.

examples:
  incident-tui new --ref INC-1234 --title "orders-api outage" --tag orders
  incident-tui new --title "orders-api outage" < timeline.md
  incident-tui show --raw INC-1234 -f other.md | incident-tui new""",
    "edit": f"""\
What others write in the entry meanwhile is merged with your text; a text that can't be used is kept in a
file, and you are told where.
{_ID}

example:
  EDITOR=vim incident-tui edit INC-1234""",
    "import": """\
Each Markdown file becomes an entry, and so does each heading with a date of a long file that has several. The
day is that of the front matter, else of the heading, the file's or the folder's name, a date line, else (which is
a guess, and said) the first date in the text, or git's first commit of the file. Title and reference are those of
the front matter, the first heading or the file's name; other keys of the front matter become metadata, and the
text is kept as it is. `source` says which file an entry is from: importing again adds what is new, and names what
changed. Files in this format, and those of `export`, come back as the entries that they were.

All of it is one change, which `undo` takes back. The file is --to, else the knowledge base that other commands
take, else incidents.md here, which is made. On a pipe, tab-separated: file, id, what the date is from, and with
--dry-run reference and title. What isn't imported is named on stderr; if an incident is among it, that is not a
README, a template or an image, the exit code is 1: the others are imported.

examples:
  incident-tui import postmortems/ --dry-run
  incident-tui import postmortems/ --to incidents.md
  incident-tui import incident-log.md             one long file, a heading with a date for each incident""",
    "export": """\
A file for each entry, called YYYY-MM-DD-REF.md (or by its title), with heading and metadata as YAML front matter
and the body as it is. A file that exists and differs is left as it is, and named, with exit code 1. `import` of
the folder gives the same entries. The query is that of `list`.

examples:
  incident-tui export --folder postmortems
  incident-tui export --folder out tag:kafka date:2026 --all""",
    "summarize": f"""\
The summary is drafted from the entry's own sections; where no learning can be found, pass --key-learning.
{_ID}

examples:
  incident-tui summarize INC-1234
  incident-tui summarize INC-1234 --key-learning "Alert on pool saturation, not on errors."\
""",
    "archive": f"{_ID}\n\nexample:\n  incident-tui archive 2024-01 INC-1200 --force",
    "restore": f"{_ID}\n\nexample:\n  incident-tui restore INC-1200",
    "check": """\
One finding a line: file:line: severity: what is there and what it means; what to do. Then how many there are, and how
much each file holds. An error hides or loses something, or is ambiguous; a warning is read differently from what was
meant; a note is to be known. --fix mends only what has one answer (a value, a line or a heading out of place), as one
change. With --json: file, line, severity, code, what, advice, id (null where it is in no entry), mendable, mended.

examples:
  incident-tui check ~/runbooks
  incident-tui check --fail-on warning            in a pipeline
  incident-tui check --fix
  incident-tui check --json | jq -r '.[] | select(.severity == "error").id'""",
    "config": """\
The settings are in $XDG_CONFIG_HOME/incident-tui/config.toml (--path says where that is): file, theme, order,
stale_days, review_days, write_reviewed, list_width, and the tables [keys], [commands], [searches], [names] and
[synonyms]. On a pipe, tab-separated: name, value, where it is from. What is wrong in the file is reported on stderr,
one line each; all else is in force, and the exit code is 0.

examples:
  $EDITOR "$(incident-tui config --path)"
  incident-tui config | grep ^keys                what actions are called, and their keys
  incident-tui config --json | jq -r '.[] | select(.name == "file").value'""",
    "log": """\
This user's last 50 changes: time in UTC, what was done, and whether it was undone. --md is for a retro's
minutes: the changes that stand, the oldest first. With --json: time, did, undone, about (the ids of the
entries), files.

examples:
  incident-tui log --since 8h                     this shift's
  incident-tui log --since 7d --md >> minutes.md
  incident-tui log --json | jq -r '.[0].about[]'""",
    "report": """\
Incidents a month, tags with their trend, action items by age, what helped most, what is stale; each figure with
the query that lists its entries. With --since, incidents, tags and help count from that day on; action items and
what is stale are as of today. With --json: today, since, query, incidents, others, sections (title, about,
figures, total, query) and uncounted; each figure has label, value, entries, query and what stands beside it.
--html makes a page for people without a terminal, which needs no other file and no network; with --entries it has
the entries that the report is about (with --since those from that day on), and a box to search them. FILE may be an
older such page, but no other file.

examples:
  incident-tui report --since 30d > retro.md
  incident-tui report --json | jq '.sections[] | select(.title == "Stale").figures[0].value'
  incident-tui report --query tag:postgres
  incident-tui report --html incidents.html --entries""",
    "completion": """\
Commands, options, IDs, action items, tags and filters, the latter from the file that the line names. SHELL is
bash (4.4 or newer), zsh or fish.

examples:
  source <(incident-tui completion bash)          in ~/.bashrc
  source <(incident-tui completion zsh)           in ~/.zshrc, after compinit
  incident-tui completion fish | source           in ~/.config/fish/config.fish""",
}
"""What stands at the end of each command's help; `""` is the program's own."""
