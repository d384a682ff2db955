"""Every annotator and cleaner of the catalogue keeps the contract that a user's own is held to.

A new kind is covered as soon as it is in the catalogue: as it is by default, and once for each other value of each
parameter that is a choice or a switch (so for each way of cutting words). What it needs comes from `NEEDS`.
"""

from hashlib import sha256
from typing import Literal, get_args, get_origin

import pytest
from generated_documents import DOCUMENTS, PAGE_DOCUMENTS
from hypothesis import HealthCheck, given, settings
from small_models import model_bytes

from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator, check_batch, check_cleaner
from filters.signals import Annotator
from pipelines import factories
from pipelines.catalogue import ANNOTATORS, CLEANERS

EXTRAS = {"detoxify"}  # wants torch: tests/classifiers/test_detoxify_judge.py holds it to the contract
KINDS = {kind: path for kind, path in {**ANNOTATORS, **CLEANERS}.items() if kind not in EXTRAS}

WORDS = "the\nlorem ipsum\n你好\nw\u00f6rd\n"
DOMAINS = "example.com\nexample.co.uk\nxn--bcher-kva.de\n127.0.0.1\n"
PLACES = DOMAINS + "https://www.example.co.uk/casino/\n"
ITEMS = '{"question": "The quick brown fox, to be or not to be, and that of it."}\n'
MODEL = model_bytes()
NEEDS = {
    "c4_bad_words": {"words": {"en": WORDS, "zh": WORDS}},
    "contamination": {"benchmarks": {"made": ITEMS}, "columns": ["question"]},
    "quality": {"model": MODEL, "sha256": sha256(MODEL).hexdigest(), "good": ["hq"]},
    "stop_words": {"lists": {"en": ["the", "and", "of"], "zh": ["你好", "世"], "fr": ["l'", "où"]}},
    "url_allowlist": {"allowed": PLACES},
    "url_blocklist": {"domains": DOMAINS, "words": "sex\ncasino\n"},
    "juicer_words": {"words": WORDS},
    "redpajama_bad_words": {"words": {"en": WORDS, "zh": WORDS}},
    "redpajama_stop_words": {"words": {"en": WORDS, "zh": WORDS}},
    "word_list": {"words": WORDS},
}
"""Parameters of the kinds that need some, or are worth more with them; of a file, what stands in it."""


def choices(path):
    """The parameters of a factory that are a choice or a switch, with each value that is not the default."""
    for name, field in factories.parameters(path).model_fields.items():
        values = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        for value in (True, False) if field.annotation is bool else values:
            if value != field.default:
                yield {name: value}


VARIANTS = [(kind, parameters) for kind, path in sorted(KINDS.items()) for parameters in [{}, *choices(path)]]
each_kind = pytest.mark.parametrize("kind", sorted(KINDS))
each_variant = pytest.mark.parametrize(
    ("kind", "parameters"), VARIANTS, ids=["-".join([k, *(f"{n}={v}" for n, v in p.items())]) for k, p in VARIANTS]
)


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Makes an annotator or cleaner, with what it needs."""
    folder = tmp_path_factory.mktemp("files")

    def file_of(name, content):
        path = folder / f"{name}.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def _make(kind, parameters):
        given = dict(NEEDS.get(kind, {}))
        for name in given.keys() & set(factories.file_parameters(KINDS[kind])):
            if isinstance(given[name], dict):
                given[name] = {key: file_of(f"{kind}-{name}-{key}", text) for key, text in given[name].items()}
            else:
                given[name] = file_of(f"{kind}-{name}", given[name])
        return factories.build(KINDS[kind], kind, given | parameters)

    return _make


@each_kind
def test_what_a_kind_needs_is_at_hand(kind):
    fields = factories.parameters(KINDS[kind]).model_fields
    missing = {name for name, field in fields.items() if field.is_required()} - NEEDS.get(kind, {}).keys()
    assert not missing, f"{kind} needs {missing}: give it a line in NEEDS"


@each_kind
def test_the_contract_is_kept_on_hostile_and_on_long_texts(make, kind):
    subject = make(kind, {})
    (check_annotator if isinstance(subject, Annotator) else check_cleaner)(subject)


@each_variant
def test_the_contract_is_kept_on_what_real_documents_are_made_of(make, kind, parameters):
    subject = make(kind, parameters)

    @settings(max_examples=8 if parameters else 25, suppress_health_check=[HealthCheck.too_slow])
    @given(PAGE_DOCUMENTS if getattr(subject, "reads", "text") == "page" else DOCUMENTS)
    def is_kept(batch):
        check_batch(subject, batch)

    is_kept()


@each_variant
def test_the_contract_is_kept_whatever_else_is_null(make, kind, parameters):
    subject = make(kind, parameters)
    page = {"page": [None] * len(HOSTILE_TEXTS), "headers": [None] * len(HOSTILE_TEXTS)}
    check_batch(subject, batch_of(HOSTILE_TEXTS, **page))
    check_batch(subject, batch_of([], page=[], headers=[]))
