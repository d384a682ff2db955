"""The catalogue of signals as rows, and as the page ``docs/signals.md``."""

from typing import TypedDict

from filters.signals import SPANS, Signal
from pipelines import catalogue, factories
from pipelines.configuration import Configuration

__all__ = ["SignalRow", "kind_rows", "signal_rows", "signals_page"]

PAGE = """# Signals

What `tamis signals --markdown` prints: every signal that a rule can judge, with its unit, formula and source.
A rule names a signal; the annotator that measures it is found by itself. Kinds that need parameters are declared
under `annotators:` first, and their signals are called as the instance is.
"""


class SignalRow(TypedDict):
    """One signal, as text."""

    name: str
    by: str
    type: str
    unit: str
    formula: str
    source: str
    low: str | None
    high: str | None
    floor: float | None


class KindRow(TypedDict):
    """One kind of annotator or cleaner."""

    kind: str
    role: str
    parameters: str


def signal_rows() -> list[SignalRow]:
    """Every signal that needs no declaration, by the order of kinds: annotators', then cleaners'."""
    configuration = Configuration()
    ready = {name: catalogue.annotator(configuration, name).signals for name in catalogue.instances(configuration)}
    cleaners = {kind: factories.build(path, kind, {}).signals for kind, path in catalogue.CLEANERS.items()}
    return [_row(signal, kind) for kind, signals in {**ready, **cleaners}.items() for signal in signals]


def kind_rows() -> list[KindRow]:
    """Every kind with its parameters and their defaults."""
    roles = {"annotator": catalogue.ANNOTATORS, "cleaner": catalogue.CLEANERS}
    return [
        KindRow(kind=kind, role=role, parameters=", ".join(_parameters(path)))
        for role, kinds in roles.items()
        for kind, path in kinds.items()
    ]


def signals_page() -> str:
    """The catalogue as Markdown."""
    signals = _table(
        ("signal", "measured by", "type", "unit", "formula", "source", "reasons"),
        [
            (f"`{r['name']}`", f"`{r['by']}`", r["type"], r["unit"], r["formula"], r["source"], reasons(r))
            for r in signal_rows()
        ],
    )
    kinds = _table(
        ("kind", "role", "parameters"),
        [(f"`{r['kind']}`", r["role"], f"`{r['parameters']}`" if r["parameters"] else "none") for r in kind_rows()],
    )
    return f"{PAGE}\n{signals}\n## Kinds\n\n{kinds}"


def reasons(row: SignalRow) -> str:
    """What is said of a document below a minimum and above a maximum; for spans the least score stored."""
    named = [f"below: {row['low']}"] if row["low"] else []
    named += [f"above: {row['high']}"] if row["high"] else []
    named += [] if row["floor"] is None else [f"stored from {row['floor']:g}"]
    return "; ".join(named)


def _row(signal: Signal, by: str) -> SignalRow:
    return SignalRow(
        name=signal.name,
        by=by,
        type="spans" if signal.type == SPANS else str(signal.type),
        unit=signal.unit,
        formula=signal.formula,
        source=signal.source,
        low=signal.low,
        high=signal.high,
        floor=signal.floor,
    )


def _parameters(path: str) -> list[str]:
    fields = factories.parameters(path).model_fields
    return [name if f.is_required() else f"{name}={_default(f.default)}" for name, f in fields.items()]


def _default(value: object) -> str:
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
