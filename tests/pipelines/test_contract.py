"""Every annotator and cleaner of the catalogue keeps the contract that a user's own is held to."""

import pytest

from filters.contract import check_annotator, check_cleaner
from pipelines import factories
from pipelines.catalogue import ANNOTATORS, CLEANERS


def made(kind, path):
    wanted = [name for name, field in factories.parameters(path).model_fields.items() if field.is_required()]
    if wanted:
        pytest.skip(f"{kind} needs {', '.join(wanted)}; its own test module puts it through the contract")
    return factories.build(path, kind, {})


@pytest.mark.parametrize("kind", sorted(ANNOTATORS))
def test_an_annotator_of_the_catalogue_keeps_the_contract(kind):
    check_annotator(made(kind, ANNOTATORS[kind]))


@pytest.mark.parametrize("kind", sorted(CLEANERS))
def test_a_cleaner_of_the_catalogue_keeps_the_contract(kind):
    check_cleaner(made(kind, CLEANERS[kind]))
