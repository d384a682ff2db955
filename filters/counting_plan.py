"""What of a plan is counted over the corpus, in how many rounds, and what runs before each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from filters.counted import Counted, Counts
from filters.plan import Plan, StepPlan
from filters.policy import Rule
from filters.signals import Annotator, Cleaner

__all__ = ["Count", "Turn", "counts_of", "rounds_of", "turns_before", "with_counts"]

Source = TypeVar("Source")

Place = tuple[int, str, int]
"""Step, ``clean`` or ``measure``, and the place there."""


@dataclass(frozen=True, slots=True)
class Count:
    """One count over the corpus.

    Attributes:
        number: its place among all counts of a plan; files are called by it.
        round: counts of one round need no other of it; those of earlier rounds stand.
        place: of what asks for it.
        name: of that, ``step/name``.
        documents: in how many different texts a piece must stand to be told.
        parameters: what pieces must agree in to be counted together.
    """

    number: int
    round: int
    place: Place
    name: str
    documents: int
    parameters: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What runs in a pass that counts: a cleaner, an annotator or nothing, and then gates.

    Attributes:
        place: in the plan.
        step: its name.
        name: for the clock and for errors.
        source: what runs, None where only gates stand.
        gates: that end the pass for a document.
    """

    place: Place
    step: str
    name: str
    source: Cleaner | Annotator | None
    gates: tuple[Rule, ...] = ()


def counts_of(plan: Plan) -> tuple[Count, ...]:
    """All counts, in the order of the plan.

    What changes the text, or may stop documents by what it measures, is counted to its end before what stands behind
    it is counted at all: that is one more round.
    """
    found: list[Count] = []
    now = 0
    for turn in _turns(plan):
        if not isinstance(turn.source, Counted):
            continue
        for round_ in range(now, now + turn.source.rounds):
            parameters = f"{turn.name}, count {round_ - now}: {turn.source.fingerprint}"
            found.append(Count(len(found), round_, turn.place, turn.name, turn.source.documents, parameters))
        if isinstance(turn.source, Cleaner) or _is_judged(plan.steps[turn.place[0]], turn.source):
            now += turn.source.rounds
    return tuple(found)


def rounds_of(plan: Plan) -> int:
    """How many rounds of counting there are."""
    return max((count.round + 1 for count in counts_of(plan)), default=0)


def turns_before(plan: Plan, round_: int) -> list[Turn]:
    """What runs in the pass that counts in a round: up to the last that is counted, and no annotator for nothing."""
    places = {count.place for count in counts_of(plan) if count.round == round_}
    turns = list(_turns(plan))
    turns = turns[: max(i for i, turn in enumerate(turns) if turn.place in places) + 1]
    speak = any(_goes_by_language(gate) for turn in turns for gate in turn.gates)
    return [turn for turn in turns if turn.place in places or _is_needed(plan.steps[turn.place[0]], turn, speak)]


def with_counts(plan: Plan, counts: Mapping[int, Counts]) -> Plan:
    """The plan whose cleaners and annotators know these counts, by number."""
    known: dict[Place, list[Counts]] = {}
    for count in counts_of(plan):
        if count.number in counts:
            known.setdefault(count.place, []).append(counts[count.number])
    steps = []
    for number, step in enumerate(plan.steps):
        cleaners = tuple(
            (name, _counted(cleaner, known.get((number, "clean", i))))
            for i, (name, cleaner) in enumerate(step.cleaners)
        )
        measurements = tuple(
            replace(m, annotator=_counted(m.annotator, known.get((number, "measure", i))))
            for i, m in enumerate(step.measurements)
        )
        steps.append(replace(step, cleaners=cleaners, measurements=measurements))
    return replace(plan, steps=tuple(steps))


def _counted(source: Source, counts: list[Counts] | None) -> Source:
    return source if counts is None else cast(Source, cast(Counted, source).counted(counts))


def _turns(plan: Plan) -> Iterator[Turn]:
    for number, step in enumerate(plan.steps):
        for i, (name, cleaner) in enumerate(step.cleaners):
            yield Turn((number, "clean", i), step.name, f"{step.name}/{name}", cleaner)
        for i, measurement in enumerate(step.measurements):
            source = measurement.annotator
            name = getattr(source, "name", type(source).__name__)
            yield Turn((number, "measure", i), step.name, f"{step.name}/{name}", source, measurement.gates)


def _is_needed(step: StepPlan, turn: Turn, speak: bool) -> bool:
    """Whether a pass that counts cannot do without: cleaners, gates, and what gates judge or go by."""
    if not isinstance(turn.source, Annotator):
        return True
    return _is_judged(step, turn.source) or (speak and any(s.name == "language" for s in turn.source.signals))


def _is_judged(step: StepPlan, source: Annotator | Cleaner) -> bool:
    judged = {gate.signal for measurement in step.measurements for gate in measurement.gates}
    return any(signal.name in judged for signal in source.signals)


def _goes_by_language(gate: Rule) -> bool:
    return gate.languages is not None or any(isinstance(limit, Mapping) for limit in (gate.minimum, gate.maximum))
