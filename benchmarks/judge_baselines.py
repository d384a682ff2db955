"""The judges that `judges.py` measures side by side: each gives texts the probability of some labels."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import classifiers.judge
from filters.contract import batch_of
from filters.cuts import Cuts
from pipelines.factories import shipped_file
from pipelines.listed import word_list as listed_words

LEARNED = ("toxicity", "identity_attack", "sexism")
Scorer = Callable[[Sequence[str]], dict[str, np.ndarray]]


def every_judge(made: Path, judge: str) -> dict[str, Scorer]:
    """All of them by name, those that learn here taught by the texts that the embedded judge was trained on."""
    tables = [pq.read_table(made / f"{part}.parquet") for part in ("train", "train7")]
    train = pa.concat_tables(tables)
    first = {text: row for row, text in reversed(list(enumerate(train["text"].to_pylist())))}
    train = train.take(sorted(first.values()))
    return {
        "word list": word_list,
        "TF-IDF, logistic regression": tfidf(train),
        "fastText": fasttext(train),
        "cascade": embedded(judge, screen=True),
        "transformer": embedded(judge, screen=False),
    }


def word_list(texts: Sequence[str]) -> dict[str, np.ndarray]:
    batch = batch_of(texts)
    listed = listed_words("insults", shipped_file("insults_en") or Path("insults_en.txt"))
    hits = listed.annotate(batch, Cuts(batch["text"]))["insults_count"].to_numpy()
    return dict.fromkeys(LEARNED, (hits > 0).astype(float))


def tfidf(train: pa.Table) -> Scorer:
    """A model a label on words and pairs of words."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    matrix = vectorizer.fit_transform(train["text"].to_pylist())
    models = {}
    for label in LEARNED:
        values = np.array(train[label].to_pylist(), float)
        known = ~np.isnan(values)
        models[label] = LogisticRegression(max_iter=300, C=4.0, class_weight="balanced")
        models[label].fit(matrix[known], values[known] >= 0.5)

    def score(texts: Sequence[str]) -> dict[str, np.ndarray]:
        rows = vectorizer.transform(texts)
        return {label: model.predict_proba(rows)[:, 1] for label, model in models.items()}

    return score


def fasttext(train: pa.Table) -> Scorer:
    """A model a label on words, pairs of words and subwords."""
    import fasttext as library

    texts = [" ".join(text.lower().split()) for text in train["text"].to_pylist()]
    models = {}
    with tempfile.TemporaryDirectory() as folder:
        for label in LEARNED:
            path = Path(folder, label)
            with path.open("w", encoding="utf-8") as file:
                for text, value in zip(texts, train[label].to_pylist(), strict=True):
                    if value is not None:
                        file.write(f"__label__{int(value >= 0.5)} {text}\n")
            models[label] = library.train_supervised(
                str(path), dim=50, wordNgrams=2, minn=3, maxn=5, epoch=8, lr=0.3, bucket=200_000, thread=1, verbose=0
            )

    def score(texts: Sequence[str]) -> dict[str, np.ndarray]:
        lines = [" ".join(text.lower().split()) for text in texts]
        return {label: np.array([sure(model, line) for line in lines]) for label, model in models.items()}

    def sure(model: Any, line: str) -> float:
        found = {name: value for value, name in model.f.predict(line + "\n", 2, 0.0, "strict")}
        return min(found.get("__label__1", 0.0), 1.0)  # fastText adds 1e-5 to every probability

    return score


def embedded(judge: str, screen: bool) -> Scorer:
    """The judge in a folder; comments are taken as English whatever lid.176 says of so few words."""
    loaded = classifiers.judge.load(judge, screen=screen, audit=0.0)
    kept: dict[tuple[str, ...], dict[str, np.ndarray]] = {}

    def score(texts: Sequence[str]) -> dict[str, np.ndarray]:
        if tuple(texts) not in kept:
            table = loaded.score(texts, any_language=True)
            scores = {label: table[f"{label}_score"].to_numpy() for label in loaded.labels}
            kept[tuple(texts)] = {label: np.nan_to_num(values) for label, values in scores.items()}
        return kept[tuple(texts)]

    return score
