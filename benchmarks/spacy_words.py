"""How far `filters.spacy_words` and `filters.spacy_sentences` agree with spaCy itself, and how fast they are.

::

    python benchmarks/spacy_words.py PEER/bin/python PAGES.parquet [--language en] [--megabytes 5]

PEER is an environment with datatrove and spaCy, which this project does not need. PAGES has columns ``language`` and
``text``. Printed are the shares of tokens, texts and sentence counts that are equal, and the commonest of the chunks
that are cut differently.
"""

import argparse
import json
import subprocess
import time
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from filters.characters import character_classes
from filters.cuts import Cuts
from filters.spacy_sentences import count_sentences

PEER = """
import json, sys, time
from datatrove.utils.word_tokenizers import load_word_tokenizer
tokenizer = load_word_tokenizer("eng")
tokenizer.word_tokenize("warm")
begun, words, sentences, lines = time.perf_counter(), [], [], []
texts = json.load(sys.stdin)
for text in texts:
    words.append(tokenizer.word_tokenize(text))
seconds = time.perf_counter() - begun
for text in texts:
    sentences.append(len(tokenizer.sent_tokenize(text)))
    lines.append([len(tokenizer.sent_tokenize(line)) for line in text.split("\\n")])
json.dump({"words": words, "sentences": sentences, "lines": lines, "seconds": seconds}, sys.stdout)
"""


def sample(path, language, megabytes):
    """Texts of a language, until there are so many bytes."""
    table = pq.read_table(path, columns=["language", "text"])
    texts = table.filter(pc.equal(table["language"], language))["text"].combine_chunks().cast(pa.string())
    sizes = np.cumsum(pc.binary_length(texts).fill_null(0).to_numpy())
    return texts.fill_null("").slice(0, int(np.searchsorted(sizes, megabytes * 1e6)) + 1)


def chunked(text, words):
    """The words of each stretch between white space."""
    words = iter(words)
    for chunk in text.split():
        parts, left = [], len(chunk)
        while left > 0:
            parts.append(next(words))
            left -= len(parts[-1])
        yield chunk, tuple(parts)


def cut(texts):
    """Tokens and sentences of texts, sentences of their lines, and seconds for the tokens and for both counts."""
    begun = time.perf_counter()
    cuts = Cuts(texts)
    tokens = cuts.words_by("spacy")
    cut_in = time.perf_counter() - begun
    whole = np.arange(len(texts) + 1), cuts.offsets[:-1], cuts.offsets[1:]
    lines, begun = cuts.lines, time.perf_counter()
    counts = [count_sentences(tokens.pieces, each, cuts.data, character_classes()) for each in (whole, lines.pieces)]
    return cuts, tokens, lines, counts, (cut_in, time.perf_counter() - begun)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer")
    parser.add_argument("pages")
    parser.add_argument("--language", default="en")
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--shown", type=int, default=40)
    arguments = parser.parse_args()
    texts = sample(arguments.pages, arguments.language, arguments.megabytes)
    cut(texts.slice(0, 1))
    cuts, tokens, lines, (sentences, line_sentences), seconds = cut(texts)
    listed = texts.to_pylist()
    answer = subprocess.run(
        [arguments.peer, "-c", PEER], input=json.dumps(listed), stdout=subprocess.PIPE, text=True, check=True
    )
    theirs = json.loads(answer.stdout)

    equal = together = same_texts = 0
    differing = Counter()
    for i, text in enumerate(listed):
        places = range(tokens.rows[i], tokens.rows[i + 1])
        ours = [cuts.data[tokens.starts[j] : tokens.ends[j]].tobytes().decode() for j in places]
        same_texts += ours == theirs["words"][i]
        for (chunk, a), (_, b) in zip(chunked(text, ours), chunked(text, theirs["words"][i]), strict=True):
            together += len(b)
            equal += len(b) if a == b else 0
            if a != b:
                differing[chunk, a, b] += 1
    by_line = [line_sentences[a:b].tolist() for a, b in zip(lines.rows[:-1], lines.rows[1:], strict=True)]
    pairs = [(a, b) for x, y in zip(by_line, theirs["lines"], strict=True) for a, b in zip(x, y, strict=True)]
    size = pc.sum(pc.binary_length(texts)).as_py() / 1e6
    print(f"{len(listed)} texts, {size:.1f} MB, {together} tokens")
    print(f"tokens in equal chunks   {equal / together:.5%}")
    print(f"equal texts              {same_texts / len(listed):.3%}")
    print(f"equal sentence counts    {np.mean(sentences == np.array(theirs['sentences'])):.3%} of texts")
    print(f"                         {np.mean([a == b for a, b in pairs]):.3%} of lines")
    print(f"speed                    {size / seconds[0]:.0f} MB/s; {size / theirs['seconds']:.2f} MB/s there")
    print(f"sentences of all, lines  {size / seconds[1]:.0f} MB/s")
    for (chunk, a, b), count in differing.most_common(arguments.shown):
        print(f"{count:6} {chunk!r}: {' '.join(a)} | {' '.join(b)}")


if __name__ == "__main__":
    main()
