"""Generated names of runs: two words and a number that are easy to say and to type."""

from __future__ import annotations

import os

_HOW = """able agile amber ample apt avid azure bold brave brief bright brisk calm candid clean clear clever
coral crisp deft eager early easy exact fair fast fleet fond frank fresh gentle glad golden grand
happy hardy honest jolly keen kind lively loyal lucid lucky mellow merry mild neat nimble noble
polite prime proud quick quiet rapid ready rosy sage sharp shiny silent silver sleek smart smooth
snug solid spry steady still sunny sure swift tidy true vivid warm wise witty young zesty""".split()  # noqa: SIM905 - a literal list would take many more lines
_WHO = """badger bear beaver bee bison carp cat condor crab crane cricket crow deer dingo dolphin dove duck
eagle eel elk falcon ferret finch fox frog gecko gibbon goat goose gull hare hawk heron horse ibis
jackal jay kite koala lark lemur lion lizard llama lynx mantis marten mole moose moth mouse newt
okapi orca oriole otter owl panda perch pike plover pony puffin quail rabbit raven robin salmon
seal shrew skink sloth snail sparrow squid stork swan tapir tern tiger toad trout turtle viper
vole walrus wasp whale wombat wren yak zebra""".split()  # noqa: SIM905 - a literal list would take many more lines


def run_name() -> str:
    """Return a name such as ``swift-otter-417``, without changing the state of `random`."""
    chance = int.from_bytes(os.urandom(8))
    return f"{_HOW[chance % len(_HOW)]}-{_WHO[(chance >> 16) % len(_WHO)]}-{(chance >> 32) % 1000}"
