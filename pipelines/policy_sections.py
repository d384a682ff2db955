"""The sections of a configuration that make the policy: annotators, steps, rules, duplicates."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from filters import policy
from filters.near import NAMED
from pipelines.near_section import NearSection, named
from pipelines.quantities import Limit, Share
from pipelines.sections import Section, Texts

__all__ = ["ControlTokensSection", "DuplicatesSection", "InstanceSection", "RuleSection", "StepSection"]


class InstanceSection(BaseModel):
    """A named annotator or cleaner: its kind, and the parameters of that kind beside it."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, JsonValue]

    kind: str | None = None
    """Of the catalogue, or package.module:Factory, or path/to/file.py:Factory; the instance's own name if absent."""

    @property
    def parameters(self) -> dict[str, JsonValue]:
        """What the factory is given."""
        return dict(self.__pydantic_extra__)


class ControlTokensSection(Section):
    """What a tag rule writes into the text: tokens before documents, sentences or spans, or around spans."""

    before: Literal["document", "sentence", "span"] | None = None
    """What gets a token before it: the document once, every sentence, or every flagged span."""
    flagged: str | None = None
    """The token before what is flagged."""
    clean: str | None = None
    """The token before a document or sentence that was judged and is not flagged."""
    open: str | None = None
    """The token where a flagged span begins; it goes with close, and without before."""
    close: str | None = None
    """The token where a flagged span ends."""

    def tokens(self) -> policy.ControlTokens:
        """What the section describes."""
        return policy.ControlTokens(**self.model_dump())


class RuleSection(Section):
    """When a document, or a span of it, is acted upon."""

    signal: str | None = None
    """The signal of the document that is judged."""
    spans: str | None = None
    """The span signal of which every span is judged, in place of signal."""
    labels: Texts | None = None
    """For spans: the labels that are acted upon; all if absent."""
    unit: policy.Unit | None = None
    """For spans: what those are pieces of that are acted upon; any if absent."""
    minimum: Limit | None = None
    """The least value that passes, alone or by language; for spans: the least score that is acted upon."""
    maximum: Limit | None = None
    """The greatest value that passes."""
    one_of: Texts | None = None
    """The values that pass, for a text signal."""
    keep_top: Annotated[Share, Field(gt=0, le=1)] | None = None
    """The share of documents with the greatest values that passes."""
    keep_bottom: Annotated[Share, Field(gt=0, le=1)] | None = None
    """The share of documents with the smallest values that passes."""
    by: str | None = None
    """The text signal within whose values a share is taken: language."""
    languages: Texts | None = None
    """The languages that the rule holds for; all if absent."""
    when_null: Literal["pass", "fail"] = "pass"
    """What an undefined value does."""
    action: policy.Action = "drop"
    """Drop the document, remove or mask the span, or tag the document."""
    gate: bool = False
    """A failing document is not measured further."""
    token: str = ""
    """What a masked span becomes."""
    tag: str | None = None
    """What a failing document is tagged with."""
    tokens: ControlTokensSection | None = None
    """What is written into the text beside the tag."""
    reason: str | None = None
    """A name of one's own for what is wrong."""

    def rule(self, name: str) -> policy.Rule:
        """The rule that the section describes."""
        others = ("signal", "spans", "tokens")
        values = {field: getattr(self, field) for field in RuleSection.model_fields if field not in others}
        signal = self.spans if self.signal is None else self.signal
        tokens = self.tokens.tokens() if self.tokens is not None else None
        return policy.Rule(name=name, signal=signal or "", spans=self.spans is not None, tokens=tokens, **values)


def _by_name(value: object) -> object:
    """``[a, {b: {...}}]`` and ``{a: null, b: {...}}`` alike: parameters by cleaner, in order."""
    items: dict[str, Any] = {}
    for entry in value if isinstance(value, list) else [value]:
        for name, parameters in entry.items() if isinstance(entry, Mapping) else [(entry, None)]:
            if not isinstance(name, str) or name in items:
                raise ValueError(f"{name!r} is not the name of a cleaner, or stands here twice")
            items[name] = {} if parameters is None else parameters
    return items


_Parameters = dict[str, JsonValue]


class StepSection(Section):
    """Cleaners, then a block of rules measured on the text as it stands after them."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
    """Signals measured here are columns signal@name."""
    clean: Annotated[
        dict[str, _Parameters],
        BeforeValidator(_by_name, json_schema_input_type=str | list[str | dict[str, _Parameters]] | dict[str, Any]),
    ] = Field(default_factory=dict)
    """Cleaners in their order, alone or with parameters: {c4_lines: {end_mark: false}}."""
    measure: Texts = ()
    """Annotators whose signals are kept though no rule asks."""
    rules: dict[str, RuleSection] = Field(default_factory=dict)
    """By name."""

    def step(self) -> policy.Step:
        """The step that the section describes."""
        rules = tuple(section.rule(name) for name, section in self.rules.items())
        return policy.Step(name=self.name, clean=tuple(self.clean), measure=self.measure, rules=rules)


_NAME = Annotated[str, Field(examples=[*NAMED])]


class DuplicatesSection(Section):
    """Which resemblances make duplicates, and which of them survives."""

    of: str
    """The step whose text is signed."""
    exact: bool = True
    """Equal normalised text."""
    url: bool = True
    """Equal canonical URL."""
    near: Annotated[NearSection | None, BeforeValidator(named, json_schema_input_type=_NAME | NearSection | None)] = (
        None
    )
    """Nearly the same text: how that is found, or the name of a system that finds it so."""
    survivor: Texts = ()
    """Columns by which the survivor is elected, first the one that matters most: language_score desc."""
    prefer: Texts = ()
    """Inputs by name, the most wanted first: what the column input of survivor goes by. Others come last."""
    scope: Texts = ()
    """Columns in which a duplicate must agree with its survivor: host, input, your own or text signals; null agrees
    with null. Without any, one of the whole corpus survives."""
    action: Literal["drop", "tag"] = "drop"
    """What becomes of the others."""
    against: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*$")], str] = Field(default_factory=dict)
    """Outputs of earlier runs, by names of your own: a duplicate of what they kept goes, and their texts are not read
    again."""

    def duplicates(self) -> policy.Duplicates:
        """What the section describes."""
        wanted = {"text": self.exact, "url": self.url, "near": self.near is not None}
        kinds = tuple(kind for kind in wanted if wanted[kind])
        near = self.near.near() if self.near is not None else None
        survivor = tuple((entry.split()[0], entry.split()[1:] == ["desc"]) for entry in self.survivor)
        return policy.Duplicates(self.of, kinds, survivor, self.action, near, self.scope, self.prefer)
