"""A rule as it is stored with an experiment: its text, the level of its alerts, and whether it stops the run."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.alerting import rule_text
from nbtrack.alerting.alert import LEVELS
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.alerting.rule_text import Condition

MOST_RULES = 50
"""Most rules of one experiment that are checked."""
_USUAL_LEVELS = {rule_text.NAN: "error", rule_text.PLATEAU: "warning", rule_text.SILENCE: "warning"}


class Rule(NamedTuple):
    """A rule that raises alerts.

    - `text`: as the user wrote it, with single spaces
    - `condition`: what it looks for
    - `level`: the level of its alerts
    - `stop`: whether it asks the run to stop
    """

    text: str
    condition: Condition
    level: str
    stop: bool

    @property
    def tag(self) -> str:
        """The key of the experiment's tag that stores the rule."""
        return reserved.ALERT_RULE + blake2b(self.text.encode(), digest_size=8).hexdigest()


def new_rule(text: str, level: str | None = None, *, stop: bool = False) -> Rule:
    """Return a rule; without a level, NaN is an ``error``, a plateau or a silence a ``warning``, a value ``info``.

    Raises
    ------
    FilterError
        When the text is not understood; the message names the column.
    InvalidValue
        When the level is unknown.
    """
    condition = rule_text.parse(text)
    if level is not None and level not in LEVELS:
        raise InvalidValue(f"the level of an alert must be one of {', '.join(LEVELS)}, not {level[:40]!r}")
    return Rule(" ".join(text.split()), condition, level or _USUAL_LEVELS.get(condition.kind, "info"), stop)


def to_tag(rule: Rule) -> tuple[str, str]:
    """Return the tag of an experiment that stores a rule."""
    return rule.tag, json.dumps({"rule": rule.text, "level": rule.level, "stop": rule.stop})


def from_tags(tags: Mapping[str, str]) -> list[Rule]:
    """Return the rules among the tags of an experiment; invalid ones are left out."""
    found = (_read(tags[key]) for key in sorted(tags) if key.startswith(reserved.ALERT_RULE))
    return [each for each in found if each is not None][:MOST_RULES]


def _read(written: str) -> Rule | None:
    try:
        content = json.loads(written)
        return new_rule(str(content["rule"]), str(content["level"]), stop=content["stop"] is True)
    except (ValueError, TypeError, KeyError):
        return None
