"""Made corpora for benchmarks: WARC shards of HTML pages, or Parquet shards of text, of any size.

Words follow Zipf's law over a vocabulary of pronounceable words with English function words at its head, so
that language, stop-word and length rules behave as on prose; a share of the pages are exact copies of
earlier ones. The same arguments give the same bytes.
"""

import gzip
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FUNCTION_WORDS = (
    "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which "
    "one you were all her she there would their we him been has when who will no more if out so up said what its about "
    "than into them can only other time new some could these two may first then do any like my now over such our man "
    "me even most made after also did many off before must well back through years where much your way down should "
    "because long each just state those people too little good world very year still work men here life"
).split()
DUPLICATE_SHARE = 0.1


class Corpus:
    """Documents by number.

    Attributes:
        seed: another seed, another corpus.
        characters: mean length of a document.
    """

    def __init__(self, seed: int = 1, characters: int = 2000) -> None:
        self.seed, self.characters = seed, characters
        rng = np.random.default_rng(seed)
        syllables = [c + v for c in "bcdfghlmnprstvw" for v in ("a", "e", "i", "o", "u", "ar", "en", "ing")]
        made = {"".join(rng.choice(syllables, rng.integers(2, 5))) for _ in range(20_000)}
        self._words = np.array(FUNCTION_WORDS + sorted(made))
        weights = 1 / np.arange(2, len(self._words) + 2)
        self._cumulative = np.cumsum(weights / weights.sum())

    def text(self, number: int) -> str:
        """The document of that number; some repeat an earlier one."""
        rng = np.random.default_rng([self.seed, number])
        if number and rng.random() < DUPLICATE_SHARE:
            rng = np.random.default_rng([self.seed, int(rng.integers(0, number)) // 10 * 10, 7])
        return laid_out(self.words(rng))

    def words(self, rng: np.random.Generator) -> np.ndarray:
        """The words of a document, drawn."""
        count = max(60, int(rng.normal(self.characters, self.characters / 4) / 6))
        return self._words[np.searchsorted(self._cumulative, rng.random(count))]

    def rare(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Words of which each is as likely as any other."""
        return rng.choice(self._words, count)


def laid_out(words: np.ndarray) -> str:
    """Words as prose: twelve in a sentence, five sentences in a line."""
    sentences = [" ".join(words[s : s + 12].tolist()).capitalize() + "." for s in range(0, len(words), 12)]
    return "\n".join(" ".join(sentences[s : s + 5]) for s in range(0, len(sentences), 5))


def html(text: str, number: int) -> bytes:
    """A page around a text, with a menu and a footer."""
    body = "".join(f"<p>{line}</p>\n" for line in text.split("\n"))
    menu = "".join(f'<li><a href="/{k}">Section {k}</a></li>' for k in range(8))
    return (
        f"<!doctype html><html><head><title>Page {number}</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<main><article><h1>Page {number}</h1>\n{body}</article></main><footer>Contact us</footer></body></html>"
    ).encode()


def warc_record(number: int, page: bytes) -> bytes:
    """One response record, gzipped as a member of its own."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: https://site{number % 5000}.example/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    ).encode()
    return gzip.compress(head + http + b"\r\n\r\n", compresslevel=1, mtime=0)


def write_warc(folder: Path, documents: int, shards: int) -> None:
    """Write documents as WARC shards, unless they stand there."""
    corpus = Corpus()
    for shard in range(shards):
        path = folder / f"{shard:05d}.warc.gz"
        if not path.exists():
            buffer = io.BytesIO()
            for number in range(shard * documents // shards, (shard + 1) * documents // shards):
                buffer.write(warc_record(number, html(corpus.text(number), number)))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(buffer.getvalue())


def write_parquet(folder: Path, documents: int, shards: int) -> None:
    """Write documents as Parquet shards of text and URL, unless they stand there."""
    corpus = Corpus()
    for shard in range(shards):
        path = folder / f"{shard:05d}.parquet"
        if not path.exists():
            numbers = range(shard * documents // shards, (shard + 1) * documents // shards)
            path.parent.mkdir(parents=True, exist_ok=True)
            table = pa.table(
                {
                    "text": [corpus.text(n) for n in numbers],
                    "url": [f"https://site{n % 5000}.example/{n}" for n in numbers],
                }
            )
            pq.write_table(table, path, compression="zstd", row_group_size=2000)
