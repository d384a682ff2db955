"""The catalogue: every kind of annotator and cleaner. A new signal is one small file and one line here."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from filters.annotations import column
from filters.errors import ConfigurationError
from filters.signals import Annotator, Cleaner, Signal
from pipelines import factories
from pipelines.names import unknown

if TYPE_CHECKING:
    from pipelines.configuration import Configuration
    from pipelines.policy_sections import InstanceSection, StepSection

__all__ = [
    "ANNOTATORS",
    "CLEANERS",
    "annotator",
    "annotators_at",
    "cleaner",
    "column_of",
    "declared",
    "instances",
    "kind_path",
    "provider_of",
    "providers",
    "signals_at",
]

ANNOTATORS: Mapping[str, str] = {
    "bias": "classifiers.bias:Bias",
    "c4_bad_words": "pipelines.listed:c4_bad_words",
    "c4_page": "filters.c4_page:C4Page",
    "c4_paragraphs": "filters.c4_paragraphs:C4Paragraphs",
    "c4_sentences": "filters.c4_sentences:C4Sentences",
    "consent": "filters.consent:Consent",
    "contamination": "pipelines.listed_benchmarks:contamination",
    "corpus_passages": "filters.corpus_passages:CorpusPassages",
    "dclm_quality": "filters.dclm_quality:DclmQuality",
    "dclm_repetition": "filters.dclm_repetition:DclmRepetition",
    "detoxify": "classifiers.detoxify_judge:DetoxifyJudge",
    "dolma_gopher": "filters.dolma_gopher:DolmaGopher",
    "fineweb": "filters.fineweb:FineWeb",
    "gopher_quality": "filters.gopher_quality:GopherQuality",
    "gopher_repetition": "filters.gopher_repetition:GopherRepetition",
    "ibans": "filters.ibans:Ibans",
    "insults": "pipelines.listed:insults",
    "juicer_quality": "filters.juicer_quality:JuicerQuality",
    "juicer_words": "pipelines.listed_juicer:juicer_words",
    "language": "pipelines.listed:language",
    "nemo_quality": "filters.nemo_quality:NemoQuality",
    "nemo_repetition": "filters.nemo_repetition:NemoRepetition",
    "payment_cards": "filters.payment_cards:PaymentCards",
    "personal_data": "filters.personal_data:PersonalData",
    "phone_numbers": "filters.phone_numbers:PhoneNumbers",
    "quality": "pipelines.listed:quality",
    "redpajama_bad_words": "pipelines.listed_redpajama:redpajama_bad_words",
    "redpajama_lines": "filters.redpajama_lines:RedpajamaLines",
    "redpajama_repetitions": "filters.redpajama_repetitions:RedpajamaRepetitions",
    "redpajama_stop_words": "pipelines.listed_redpajama:redpajama_stop_words",
    "redpajama_text": "filters.redpajama_text:RedpajamaText",
    "redpajama_words": "filters.redpajama_words:RedpajamaWords",
    "secrets": "filters.secrets:Secrets",
    "shape": "filters.shape:Shape",
    "stop_words": "filters.stop_words:StopWords",
    "toxicity": "classifiers.toxicity:Toxicity",
    "url_allowlist": "pipelines.listed_urls:url_allowlist",
    "url_blocklist": "pipelines.listed_urls:url_blocklist",
    "word_list": "pipelines.listed:word_list",
}
"""Factories of annotators by kind. The parameters of a kind are those of its factory's signature."""

CLEANERS: Mapping[str, str] = {
    "boilerplate_lines": "pipelines.listed:boilerplate_lines",
    "c4_lines": "filters.c4:C4Lines",
    "citations": "filters.citations:Citations",
    "control_characters": "filters.control_characters:ControlCharacters",
    "corpus_lines": "filters.corpus_lines:CorpusLines",
    "fix_encoding": "filters.fix_encoding:FixEncoding",
    "refinedweb_lines": "filters.refinedweb_lines:RefinedWebLines",
    "repeated_lines": "filters.repeated_lines:RepeatedLines",
    "unicode_normalization": "filters.unicode_normalization:UnicodeNormalization",
}
"""Factories of cleaners by kind."""


def kind_path(kind: str, kinds: Mapping[str, str], what: str, declared: Iterable[str] = ()) -> str:
    """The import path of a kind's factory; a user's own kind is its import path.

    Args:
        kind: the kind.
        kinds: all of the catalogue.
        what: annotator or cleaner.
        declared: instances that could have been named just as well.

    Raises:
        ConfigurationError: no such kind.
    """
    if factories.is_import_path(kind):
        return kind
    if kind not in kinds:
        raise ConfigurationError(f"{unknown(what, kind, [*kinds, *declared])}, or your own as package.module:Factory")
    return kinds[kind]


def instances(configuration: "Configuration") -> list[str]:
    """Every annotator that the configuration can name: those it declares, then kinds that need no parameters."""
    return [*configuration.annotators, *(kind for kind in _ready_made() if kind not in configuration.annotators)]


def annotator(configuration: "Configuration", instance: str) -> Annotator:
    """The annotator of that name; made once a process.

    Raises:
        ConfigurationError: no such instance, kind or parameter.
    """
    if instance not in instances(configuration):
        raise ConfigurationError(unknown("annotator", instance, instances(configuration)))
    kind, parameters = declared(configuration.annotators, instance)
    return cast(Annotator, factories.build(kind_path(kind, ANNOTATORS, "annotator"), instance, parameters))


def cleaner(configuration: "Configuration", step: str, name: str) -> Cleaner:
    """The cleaner of that name at a step; the step's own parameters go over those of the shared instance.

    Raises:
        ConfigurationError: no such step, cleaner, kind or parameter.
    """
    kind, parameters = declared(configuration.cleaners, name)
    path = kind_path(kind, CLEANERS, "cleaner", configuration.cleaners)
    return cast(Cleaner, factories.build(path, name, {**parameters, **_step(configuration, step).clean[name]}))


def providers(configuration: "Configuration") -> dict[str, str]:
    """The instance that measures each signal; a declared instance goes before a kind that is only at hand."""
    found: dict[str, str] = {}
    for instance in instances(configuration):
        for signal in annotator(configuration, instance).signals:
            found.setdefault(signal.name, instance)
    return found


def provider_of(configuration: "Configuration", signal: str) -> str:
    """The instance of the annotator that measures a signal.

    Raises:
        ConfigurationError: none does.
    """
    known = providers(configuration)
    if signal not in known:
        raise ConfigurationError(unknown("signal", signal, known))
    return known[signal]


def annotators_at(configuration: "Configuration", step: str) -> tuple[str, ...]:
    """Instances that measure at a step: those under ``measure``, and those whose signals its rules judge, sorted."""
    section = _step(configuration, step)
    cleaned = {signal.name for name in section.clean for signal in cleaner(configuration, step, name).signals}
    judged = {rule.spans or rule.signal or "" for rule in section.rules.values()} - cleaned
    return tuple(sorted({*section.measure, *(provider_of(configuration, signal) for signal in judged)}))


def signals_at(configuration: "Configuration", step: str) -> dict[str, Signal]:
    """The signals measured at a step, by name: its cleaners' and its annotators'."""
    sources: list[Annotator | Cleaner] = []
    sources += [cleaner(configuration, step, name) for name in _step(configuration, step).clean]
    sources += [annotator(configuration, name) for name in annotators_at(configuration, step)]
    return {signal.name: signal for source in sources for signal in source.signals}


def column_of(configuration: "Configuration", signal: str, step: str | None = None) -> str | None:
    """The column of a signal at the last step that measures it, of those up to `step`; None where none does."""
    found = None
    for section in configuration.steps:
        if signal in signals_at(configuration, section.name):
            found = column(signal, section.name)
        if section.name == step:
            break
    return found


@lru_cache(maxsize=1)
def _ready_made() -> tuple[str, ...]:
    """Kinds that need no parameters."""
    required = {kind: factories.parameters(path).model_fields.values() for kind, path in ANNOTATORS.items()}
    return tuple(kind for kind, fields in required.items() if not any(field.is_required() for field in fields))


def declared(section: Mapping[str, "InstanceSection"], name: str) -> tuple[str, dict[str, object]]:
    """The kind and parameters of an instance, which need not be declared if it is called as its kind."""
    instance = section.get(name)
    return (name, {}) if instance is None else (instance.kind or name, {**instance.parameters})


def _step(configuration: "Configuration", name: str) -> "StepSection":
    for section in configuration.steps:
        if section.name == name:
            return section
    raise ConfigurationError(unknown("step", name, [section.name for section in configuration.steps]))
