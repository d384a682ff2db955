"""The signatures of documents of the corpus, read from index/."""

import numpy as np

from filters.errors import RunError
from filters.minhash import Values
from filters.near import Near
from pipelines.corpus import Corpus
from pipelines.documents import Documents, ordinals, rows_in_shards
from pipelines.measuring_stage import indexed_kinds
from storage.signature_files import read_signatures

__all__ = ["signatures_of"]


def signatures_of(corpus: Corpus, near: Near, documents: Documents) -> Values:
    """The signatures of documents in any order, a row each.

    Raises:
        OutputError: a file is missing, damaged, or was made with other parameters.
        RunError: a document has none.
    """
    width, parameters = near.permutations.count, indexed_kinds(near)["near"]
    order = np.argsort(documents, kind="stable")
    homes, rows = ordinals(documents[order]), rows_in_shards(documents[order])
    values = np.empty((len(documents), width), np.uint32)
    for number in np.unique(homes).tolist():
        mine = slice(*np.searchsorted(homes, [number, number + 1]).tolist())
        path = corpus.index(number, ".near.signatures")
        present, values[order[mine]] = read_signatures(path, parameters, width, rows[mine])
        if not present.all():
            raise RunError(
                f"{path} has no signature of row {rows[mine][~present][0]}, which the run file beside it names; "
                f"measure that shard again: delete it, then repeat the run that made it"
            )
    return values
