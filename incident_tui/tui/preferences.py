"""The settings as the browser takes them: only what there is, and what is wrong with the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from incident_tui.config import Config, nearest
from incident_tui.format.model.entry import STALE_DAYS
from incident_tui.storage.user.theme_choice import load_theme
from incident_tui.tui.actions.bindings import ACTIONS, Action
from incident_tui.tui.actions.remap import give_way, remap
from incident_tui.tui.list_width import chosen_width
from incident_tui.tui.rows import ORDERS, Order
from incident_tui.tui.terminal.themes import TERMINAL, THEMES
from incident_tui.tui.user_commands import SavedSearch, UserCommand, saved_searches, user_commands

REVIEW_DAYS = 90
"""For so many days the review leaves out what it kept."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force."""

    theme: str = TERMINAL.name
    set_theme: str | None = None
    """The one that the user has set, there or not; another that was chosen meanwhile may be in force."""
    order: Order = "best"
    stale_days: int = STALE_DAYS
    review_days: int = REVIEW_DAYS
    write_reviewed: bool = False
    actions: tuple[Action, ...] = ACTIONS
    """The table of keys."""
    commands: tuple[UserCommand, ...] = ()
    """Programs that keys run."""
    searches: tuple[SavedSearch, ...] = ()
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    list_width: int | None = None
    """How wide the list is, in per cent of the screen; nothing where that is left to the screen's width."""
    set_list_width: int | None = None
    """The one that the user has set; another that was chosen meanwhile may be in force."""
    problems: tuple[str, ...] = ()
    """The settings that can't be used, one sanitized line each, in the order of the file."""


def effective(config: Config) -> Settings:
    """Return the settings in force, of the user's settings and choices."""
    actions, wrong = remap(config.keys)
    wrong = {f"keys.{name}": problem for name, problem in wrong.items()}
    commands, unusable = user_commands(config.commands, actions)
    searches, keyless = saved_searches(config.searches, config.search_keys, actions, commands)
    actions = give_way(actions, {*(command.key for command in commands), *(saved.key for saved in searches)})
    wrong |= {f"commands.{name}": message for name, message in unusable.items()}
    wrong |= {f"searches.{name}": message for name, message in keyless.items()}
    for name, value, right in (("theme", config.theme, THEMES), ("order", config.order, ORDERS)):
        if value is not None and value not in right:
            wrong[name] = f"there is no {name} '{value}'{nearest(value, right)}"
    problems = [*config.problems, *(config.problem(name, problem) for name, problem in wrong.items())]
    return Settings(
        next((theme for theme in (load_theme(config.theme), config.theme) if theme in THEMES), TERMINAL.name),
        config.theme,
        config.order if config.order in ORDERS else "best",
        config.stale_days or STALE_DAYS,
        config.review_days or REVIEW_DAYS,
        bool(config.write_reviewed),
        actions,
        commands,
        searches,
        config.synonyms,
        chosen_width(config),
        config.list_width,
        tuple(problem.told for problem in sorted(problems)),
    )
