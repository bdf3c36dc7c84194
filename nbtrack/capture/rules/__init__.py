"""The rules: what is a parameter, a metric and a curve, judged by the code alone.

Each module recognises one thing, after which it is named, and shows an example cell with its result. A new rule is
a module with a `Rule` in it, and a line here. Earlier rules win where two find the same key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.rules.asked_values import AskedMetrics, AskedParameters
from nbtrack.capture.rules.best_settings import BestSettings
from nbtrack.capture.rules.call_arguments import CallArguments
from nbtrack.capture.rules.chosen_settings import ChosenSettings
from nbtrack.capture.rules.collected_lists import CollectedLists
from nbtrack.capture.rules.constant_names import ConstantNames
from nbtrack.capture.rules.displayed_values import DisplayedCurves, DisplayedValues
from nbtrack.capture.rules.earlier_calls import EarlierCalls
from nbtrack.capture.rules.earlier_settings import EarlierSettings
from nbtrack.capture.rules.filled_dicts import FilledDicts
from nbtrack.capture.rules.filled_lists import FilledLists
from nbtrack.capture.rules.function_results import FunctionResults
from nbtrack.capture.rules.function_settings import FunctionSettings
from nbtrack.capture.rules.function_values import FunctionValues
from nbtrack.capture.rules.left_behind import FittedNumbers, FoundSettings, LeftBehind
from nbtrack.capture.rules.loop_curves import LoopCurves
from nbtrack.capture.rules.named_results import NamedResults
from nbtrack.capture.rules.printed_rounds import PrintedRounds
from nbtrack.capture.rules.returned_series import ReturnedSeries
from nbtrack.capture.rules.settings_containers import SettingsContainers
from nbtrack.capture.rules.text_reports import TextReports

if TYPE_CHECKING:
    from nbtrack.capture.rules.rule import Rule

METRICS: tuple[type[Rule], ...] = (
    LoopCurves,
    CollectedLists,
    FilledLists,
    DisplayedCurves,
    LeftBehind,
    ReturnedSeries,
    NamedResults,
    AskedMetrics,
    DisplayedValues,
    FilledDicts,
    FunctionResults,
    FunctionValues,
    PrintedRounds,
    TextReports,
    FittedNumbers,
)
PARAMETERS: tuple[type[Rule], ...] = (
    AskedParameters,
    ConstantNames,
    SettingsContainers,
    EarlierSettings,
    CallArguments,
    EarlierCalls,
    ChosenSettings,
    FoundSettings,
    BestSettings,
    FunctionSettings,
)


def origin(code: str, line: int) -> str:
    """Return in words where a value comes from that a rule has found: "constant assigned on line 3"."""
    words = {rule.code: rule.origin for rule in (*PARAMETERS, *METRICS)}
    return words.get(code, "found on line {line}").format(line=line)
