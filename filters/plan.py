"""A plan of measuring: cleaners, annotators and gates in their order, and what a later decision must know of it."""

import json
from dataclasses import dataclass

import pyarrow as pa

from filters.annotations import ANNOTATION_FIELDS, column
from filters.near import Near
from filters.policy import Rule
from filters.signals import Annotator, Cleaner, Signal

__all__ = ["Measurement", "Plan", "StepPlan"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """An annotator at a step, or none, and the gates that stand right after it."""

    annotator: Annotator | None
    gates: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class StepPlan:
    """What is done at a step: named cleaners in order, then measurements in order."""

    name: str
    cleaners: tuple[tuple[str, Cleaner], ...] = ()
    measurements: tuple[Measurement, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All that is measured, in order.

    Attributes:
        steps: in the order of the policy.
        signed_step: the step whose text is hashed for duplicates, None where duplicates are not sought.
        tokens: measures ``token_count`` on the last text; None where no tokenizer is named.
        near: how that text is signed as well, None where near duplicates are not sought.
    """

    steps: tuple[StepPlan, ...]
    signed_step: str | None = None
    tokens: Annotator | None = None
    near: Near | None = None

    @property
    def page_annotators(self) -> tuple[Annotator, ...]:
        """Those that read the page: they run once, at extraction, and their columns come with the documents."""
        found = {id(m.annotator): m.annotator for s in self.steps for m in s.measurements if m.annotator is not None}
        return tuple(a for a in found.values() if a.reads == "page")

    @property
    def schema(self) -> pa.Schema:
        """The columns of annotations; its metadata is what `filters.measured.Measured` reads back."""
        fields = [pa.field(name, signal.type) for name, signal, _ in self._turns()[0]]
        metadata = {b"tamis": json.dumps(self.record(), sort_keys=True).encode()}
        return pa.schema([*ANNOTATION_FIELDS, *fields], metadata=metadata)

    @property
    def measured_schema(self) -> pa.Schema:
        """The same, and what near duplicates are found by, which is kept beside the annotations and not among them."""
        beside = self.near.fields if self.near is not None else []
        return pa.schema([*self.schema, *beside], metadata=self.schema.metadata)

    @property
    def fingerprint(self) -> str:
        """Changes when what is measured may change."""
        gates = [repr(gate) for step in self.steps for m in step.measurements for gate in m.gates]
        tokens = self.tokens.fingerprint if self.tokens is not None else None
        return json.dumps([self.record(), gates, tokens], sort_keys=True)

    @property
    def makers(self) -> dict[str, str]:
        """The fingerprint of what makes each pass of a cleaner, ``step/cleaner``, and each column of an annotator."""
        made = {f"{step.name}/{name}": cleaner.fingerprint for step in self.steps for name, cleaner in step.cleaners}
        sources = [(s.name, m.annotator) for s in self.steps for m in s.measurements if m.annotator is not None]
        return made | {column(signal.name, step): a.fingerprint for step, a in sources for signal in a.signals}

    def record(self) -> dict[str, object]:
        """What a later decision must know: passes of cleaners, and when each column and gate had its turn."""
        columns, gates = self._turns()
        return {
            "columns": {name: turn for name, _, turn in columns},
            "gates": gates,
            "makers": self.makers,
            "near": self.near.index_fingerprint if self.near is not None else None,
            "passes": [f"{step.name}/{name}" for step in self.steps for name, _ in step.cleaners],
            "floors": {name: signal.floor for name, signal, _ in columns if signal.floor is not None},
            "reasons": {name: _reasons(signal) for name, signal, _ in columns},
            "signed_step": self.signed_step,
            "steps": [step.name for step in self.steps],
        }

    def _turns(self) -> tuple[list[tuple[str, Signal, int]], dict[str, int]]:
        """Every column with its signal and turn, and the last turn before each gate."""
        columns: list[tuple[str, Signal, int]] = []
        gates: dict[str, int] = {}
        turn = 0
        for step in self.steps:
            cleaners: list[tuple[Cleaner | Annotator | None, tuple[Rule, ...]]] = [(c, ()) for _, c in step.cleaners]
            for source, gated in [*cleaners, *((m.annotator, m.gates) for m in step.measurements)]:
                if source is not None:
                    turn += 1
                    columns += [(column(s.name, step.name), s, turn) for s in source.signals]
                gates.update({f"{step.name}/{gate.name}": turn for gate in gated})
        return columns, gates


def _reasons(signal: Signal) -> tuple[str, str]:
    """What is wrong with a value below and above its limit."""
    return signal.low or f"{signal.name}_too_low", signal.high or f"{signal.name}_too_high"
