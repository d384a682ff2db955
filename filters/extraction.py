"""Pages become text: decoding, main content, and what is too deep or too large for it."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from json import loads
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree
from trafilatura.utils import HTML_PARSER, load_html

from filters.documents import PAGE_FIELDS, SCHEMA, Batch, document_key
from filters.encodings import decode
from filters.errors import ConfigurationError
from filters.urls import host_of

__all__ = ["Extracted", "ExtractionError", "Extractor"]

FIRST_BYTES = 200
NO_MAIN_TEXT = "no_main_text"
LIBRARIES = ("trafilatura", "lxml", "resiliparse", "justext", "courlan", "htmldate")


@dataclass(frozen=True, slots=True)
class ExtractionError:
    """A page whose text could not be had.

    Attributes:
        row: ordinal of the record in its shard.
        error: ``nested_too_deep``, ``page_too_large`` or ``bad_page``.
        message: one sentence for the user.
        first_bytes: the beginning of the page.
    """

    row: int
    error: str
    message: str
    first_bytes: bytes


@dataclass(frozen=True, slots=True)
class Extracted:
    """What became of a batch of records: each is a row of `batch`, an error, or counted in `skipped`.

    Attributes:
        batch: the columns of `filters.documents.SCHEMA`, then the user's declared columns.
        errors: by row.
        skipped: records by cause: ``no_main_text`` where the extractor finds none.
    """

    batch: Batch
    errors: tuple[ExtractionError, ...]
    skipped: Mapping[str, int]


class _PageError(Exception):
    """What is wrong with a page."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name, self.message = name, message


class Extractor:
    """Makes text of pages by one of two libraries, both set to the main content.

    ``trafilatura``: `trafilatura.extract` without the comments of readers, and without removing what other pages had
    too, so that the text of a page depends on the page alone. ``resiliparse``: `extract_plain_text` with
    ``main_content``, without the alternative texts of images. ``benchmarks/extraction_score.py`` measures both.

    Args:
        kind: the library.
        depth: elements nested deeper than this make a page fail as ``nested_too_deep``: resiliparse is
            quadratic in the depth, and libxml2 under trafilatura silently drops what lies below 256 levels.
        page_bytes: a page over this fails as ``page_too_large``.

    Raises:
        ConfigurationError: the library is not one of the two, or trafilatura is asked for more than 250 levels.
    """

    def __init__(
        self, kind: Literal["trafilatura", "resiliparse"], depth: int = 250, page_bytes: int = 10 << 20
    ) -> None:
        if kind not in ("trafilatura", "resiliparse"):
            raise ConfigurationError(f"extract.html is {kind!r}; it must be trafilatura or resiliparse")
        if kind == "trafilatura" and depth > 250:
            raise ConfigurationError(
                f"limits.html_depth is {depth}; trafilatura reads no more than 250 levels: lower it, or use resiliparse"
            )
        self.kind, self.depth, self.page_bytes = kind, depth, page_bytes
        self.fingerprint = ";".join(
            [
                "extraction 1",
                kind,
                f"depth={depth}",
                f"page_bytes={page_bytes}",
                *(f"{n}={version(n)}" for n in LIBRARIES),
            ]
        )
        self._deeper = " > ".join("*" * (depth + 1))
        for library in LIBRARIES:  # what they log of a page comes back as an error of ours
            logging.getLogger(library).setLevel(logging.CRITICAL + 1)

    def extract(self, records: pa.RecordBatch, shard: str) -> Extracted:
        """The documents of a batch of `filters.documents.RECORDS`: text, id and host filled in."""
        texts: list[str | None] = [None] * records.num_rows
        errors: list[ExtractionError] = []
        skipped: Counter[str] = Counter()
        pages, rows = records.column("page"), records.column("row")
        for place in pc.indices_nonzero(pages.is_valid()).to_pylist():
            page = pages[place].as_py()
            try:
                texts[place] = self._text(page, records.column("headers")[place].as_py())
            except _PageError as error:
                errors.append(ExtractionError(rows[place].as_py(), error.name, error.message, page[:FIRST_BYTES]))
            else:
                skipped[NO_MAIN_TEXT] += texts[place] is None
        column = pc.if_else(pages.is_valid(), pa.array(texts, pa.string()), records.column("text"))
        documents = _documents(records, column, shard)
        return Extracted(documents.filter(column.is_valid()), tuple(errors), +skipped)

    def _text(self, page: bytes, headers: str | None) -> str | None:
        """The main text of a page; None where there is none."""
        if len(page) > self.page_bytes:
            raise _PageError(
                "page_too_large", f"the page is {len(page)} bytes; at most {self.page_bytes} are extracted"
            )
        html = decode(page, loads(headers).get("content-type") if headers else None, html=True)
        try:
            tree = HTMLTree.parse(html)
            self._check_depth(tree)
            text = _by_resiliparse(tree) if self.kind == "resiliparse" else _by_trafilatura(html)
        except _PageError:
            raise
        except Exception as error:  # whatever a library meets in a hostile page concerns that page alone
            raise _PageError("bad_page", f"{self.kind}: {type(error).__name__}: {error}"[:500]) from error
        return text if text and not text.isspace() else None

    def _check_depth(self, tree: HTMLTree) -> None:
        if tree.document is not None and tree.document.query_selector(self._deeper) is not None:
            raise _PageError("nested_too_deep", f"elements are nested more than {self.depth} levels deep")


def _by_resiliparse(tree: HTMLTree) -> str:
    text: str = extract_plain_text(tree, main_content=True, alt_texts=False)
    return text


def _by_trafilatura(html: str) -> str | None:
    tree = load_html(html)
    # libxml2 stops where its own tree, which may be deeper than the standard's, passes 256 levels
    last = HTML_PARSER.error_log.last_error
    if last is not None and "depth" in last.message:
        raise _PageError("nested_too_deep", f"libxml2: {last.message.strip()}")
    return None if tree is None else trafilatura.extract(tree, include_comments=False)


def _documents(records: pa.RecordBatch, texts: pa.Array, shard: str) -> Batch:
    """The records without their pages, with these texts, an id and a host each."""
    made = [document_key(shard, row) for row in records.column("row").to_pylist()]
    hosts = [None if url is None else host_of(url) for url in records.column("url").to_pylist()]
    columns = dict(zip(records.schema.names, records.columns, strict=True)) | {
        "text": texts.fill_null(""),
        "id": pc.coalesce(records.column("id"), pa.array(made, pa.string())),
        "host": pa.array(hosts, pa.string()),
    }
    own = {field.name for field in (*SCHEMA, *PAGE_FIELDS)}
    schema = pa.schema([*SCHEMA, *(field for field in records.schema if field.name not in own)])
    return pa.RecordBatch.from_arrays([columns[field.name] for field in schema], schema=schema)
