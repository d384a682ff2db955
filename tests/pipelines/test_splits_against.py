"""Splits month by month: what stands stays, what resembles it goes there, and what would join two splits goes."""

import pyarrow as pa
import pytest
from runs import digests, here, rows_of
from test_against import CONFIGURATION, JANUARY, configuration, document, edited, made, page

from filters.errors import ConfigurationError
from filters.splits import Splits
from pipelines.running import decide, run
from reports.explain import explain

HALVES = Splits((("train", 0.5), ("test", 0.5)))
DIVIDED = CONFIGURATION + "    splits: {{shares: {{train: 50%, test: 50%}}}}\n"
TAGGED = DIVIDED.replace("      of: raw\n", "      of: raw\n      action: tag\n")
BY_HOST = DIVIDED.replace("test: 50%}}}}", "test: 50%}}, by: host}}")
SHORT = TAGGED.replace(
    "measure: [gopher_quality]", "rules: {{words: {{signal: word_count, maximum: 205}}}}, measure: [gopher_quality]"
)
FEBRUARY = {"february": "2026-02"}
COUNT = 12


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


def splits_of(output):
    return {row["id"]: row["split"] for row in rows_of(output, "clean")}


def by_key(row):
    """The split of a document of the one shard by its own key."""
    return HALVES.of(pa.array([f"web/a.jsonl:{row}"])).to_pylist()[0]


def test_new_members_go_where_those_of_the_earlier_output_stand(tmp_path):
    january = made(tmp_path, "2026-01", [document(f"a{k}", page(k)) for k in range(COUNT)], text=TAGGED)
    stood = splits_of(january)
    assert {*stood.values()} == {"train", "test"}
    new = [document("alone", page(99), 2), *(document(f"b{k}", edited(page(k), 3), 2) for k in range(COUNT))]
    february = made(tmp_path, "2026-02", new, JANUARY, text=TAGGED)
    found = splits_of(february)
    assert found == {"alone": by_key(0), **{f"b{k}": stood[f"a{k}"] for k in range(COUNT)}}
    assert [found[f"b{k}"] for k in range(COUNT)] != [by_key(k + 1) for k in range(COUNT)]


def test_what_stands_counts_and_not_what_the_component_is_called(tmp_path):
    # January's page is too long and goes, but names the component by which February's stands; in March January is
    # not named, and the component is called by February's page.
    long = [document(f"a{k}", f"{page(k)} {' '.join(page(50).split()[:9])}") for k in range(COUNT)]
    assert splits_of(made(tmp_path, "2026-01", long, text=SHORT)) == {}
    new = [document("alone", page(99), 2), *(document(f"b{k}", page(k), 2) for k in range(COUNT))]
    stood = splits_of(made(tmp_path, "2026-02", new, JANUARY, text=SHORT))
    assert [stood[f"b{k}"] for k in range(COUNT)] == [by_key(k) for k in range(COUNT)]
    assert [stood[f"b{k}"] for k in range(COUNT)] != [by_key(k + 1) for k in range(COUNT)]
    newer = [document(f"c{k}", edited(page(k), 3), 3) for k in range(COUNT)]
    found = splits_of(made(tmp_path, "2026-03", newer, FEBRUARY, text=SHORT))
    assert found == {f"c{k}": stood[f"b{k}"] for k in range(COUNT)}


@pytest.fixture(scope="module")
def bridged(tmp_path_factory):
    """January holds pages of both splits; of February's two join a page of train to one of test, one two of train."""
    folder = tmp_path_factory.mktemp("bridged")
    places = {split: [k for k in range(COUNT) if by_key(k) == split] for split in ("train", "test")}
    (one, two, three), (other, *_) = places["train"][:3], places["test"]
    new = [
        document("bridge", edited(page(one), 2), 2, url=f"https://x.org/{other}"),
        document("behind", edited(page(one), 2, seed=1), 2),
        document("joins", edited(page(two), 2), 2, url=f"https://x.org/{three}"),
    ]
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        old = [document(f"a{k}", page(k), url=f"https://x.org/{k}") for k in range(COUNT)]
        january = made(folder, "2026-01", old, text=TAGGED)
        made(folder, "2026-02", new, JANUARY, text=TAGGED)
    assert splits_of(january)[f"a{one}"] == "train"
    return folder, f"january:web/a.jsonl:{min(one, other)}"


def test_what_would_bridge_two_splits_goes_with_that_reason_and_names_both(bridged):
    folder, first = bridged
    assert splits_of(folder / "out/2026-02") == {"joins": "train"}
    for row in rows_of(folder / "out/2026-02", "removed"):
        (reason,) = row["reasons"]
        told = [reason[name] for name in ("rule", "reason", "text_value", "action", "survivor")]
        assert told == ["splits", "bridges_splits", "train, test", "drop", first]
    told = explain(str(folder / "out/2026-02"), "bridge")
    assert told.reasons[0].sentence == (
        f"It resembles documents that earlier outputs keep in train and test, {first} among them."
    )


def test_more_partitions_and_a_decision_without_text_write_the_same(bridged, tmp_path):
    folder, _ = bridged
    whole = digests(folder / "out/2026-02")
    again = configuration(folder, "2026-02", JANUARY, text=TAGGED, **{"output.path": f"{tmp_path}/more"})
    assert run(again.model_copy(update={"run": again.run.model_copy(update={"workers": 5})})).exit_status == 0
    assert digests(tmp_path / "more") == whole
    without = configuration(folder, "2026-02", JANUARY, text=TAGGED, **{"output.path": f"{tmp_path}/told"})
    decide(without, from_=f"{folder}/out/2026-02", text=False)
    assert digests(tmp_path / "told", ["decisions"]) == digests(folder / "out/2026-02", ["decisions"])


def test_by_host_a_new_copy_leaves_even_test_for_what_stands_in_train(tmp_path):
    train, test = ("https://d.example/", "https://a.example/")
    old = [document("a", page(1), url=f"{train}1"), document("b", page(2), url=f"{test}2")]
    assert splits_of(made(tmp_path, "2026-01", old, text=BY_HOST)) == {"a": "train", "b": "test"}
    new = [
        document("c", edited(page(1), 2), 2, url=f"{test}3"),
        document("d", edited(page(1), 2), 2, url=f"{train}4"),
        document("e", edited(page(2), 2), 2, url=f"{train}5"),
        document("f", page(3), 2, url=f"{test}6"),
    ]
    february = made(tmp_path, "2026-02", new, JANUARY, text=BY_HOST)
    assert splits_of(february) == {"f": "test"}
    reasons = {row["id"]: row["reasons"][0] for row in rows_of(february, "removed")}
    assert {name: (r["reason"], r["text_value"], r["survivor"]) for name, r in reasons.items()} == {
        "c": ("leaks_between_splits", "test, train", "january:web/a.jsonl:0"),
        "d": ("duplicate_near", None, "january:web/a.jsonl:0"),
        "e": ("leaks_between_splits", "train, test", "january:web/a.jsonl:1"),
    }


OURS = r"by component with seed 0, and this run"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (DIVIDED.replace("train: 50%, test: 50%", "train: 60%, test: 40%"), f"{OURS} train 60%, test 40% by component"),
        (DIVIDED.replace("train: 50%, test: 50%", "test: 50%, train: 50%"), f"{OURS} test 50%, train 50% by component"),
        (BY_HOST, f"{OURS} train 50%, test 50% by host with seed 0, .* write its section splits"),
        (DIVIDED.replace("50%}}}}", "50%}}, seed: 7}}"), f"{OURS} .* by component with seed 7"),
    ],
)
def test_an_earlier_output_of_other_splits_is_refused_with_the_difference(bridged, tmp_path, wanted, message):
    folder, _ = bridged
    other = configuration(folder, "2026-02", JANUARY, text=wanted, **{"output.path": str(tmp_path / "out")})
    with pytest.raises(
        ConfigurationError, match=rf"(?s)against\.january: the splits of \S+ are train 50%, test 50% {message}"
    ):
        run(other)


def test_an_earlier_output_without_splits_is_refused_with_the_command_that_makes_them(tmp_path):
    made(tmp_path, "2026-01", [document("a", page(1))])
    with pytest.raises(
        ConfigurationError, match=r"the splits of \S+ are none, and this run is divided; .*tamis decide"
    ):
        made(tmp_path, "2026-02", [document("b", page(1), 2)], JANUARY, text=DIVIDED)
    divided = configuration(tmp_path, "2026-01", text=DIVIDED, **{"output.path": f"{tmp_path}/out/divided"})
    decide(divided, from_=f"{tmp_path}/out/2026-01")
    february = made(tmp_path, "2026-02", [document("c", page(2), 2)], {"january": "divided"}, text=DIVIDED)
    assert splits_of(february) == {"c": by_key(0)}
