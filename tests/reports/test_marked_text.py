import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.edits import apply_edits
from filters.signals import EDITS
from reports.marked_text import Mark, Segment, apply_marks, excerpt, plain_text, visible

texts = st.text(max_size=40)


@st.composite
def edited(draw):
    text = draw(texts)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = zip(places[::2], places[1::2], strict=False)
    edits = [(start, end, draw(st.text("xyé", max_size=3))) for start, end in pairs]
    return text, [Mark(start, end, "r", replacement) for start, end, replacement in edits]


def test_a_cut_and_its_replacement_stand_side_by_side():
    assert apply_marks([Segment("write to ada@b.org now")], [Mark(9, 18, "email", "<email>")]) == [
        Segment("write to "),
        Segment("ada@b.org", "cut", "email"),
        Segment("<email>", "added", "email"),
        Segment(" now"),
    ]


def test_a_later_round_counts_what_is_left():
    first = apply_marks([Segment("abcdef")], [Mark(1, 3, "one", "")])
    assert apply_marks(first, [Mark(0, 2, "two")]) == [
        Segment("a", "flagged", "two"),
        Segment("bc", "cut", "one"),
        Segment("d", "flagged", "two"),
        Segment("ef"),
    ]


def test_a_flag_changes_no_text():
    assert plain_text(apply_marks([Segment("abc")], [Mark(1, 9, "far")])) == "abc"


@settings(max_examples=150)
@given(edited())
def test_marking_edits_leaves_the_text_that_applying_them_makes(case):
    text, marks = case
    edits = [{"start": m.start, "end": m.end, "replacement": m.replacement, "reason": "r"} for m in marks]
    expected = apply_edits(pa.array([text], pa.string()), pa.array([edits], EDITS)).to_pylist()[0]
    segments = apply_marks([Segment(text)], marks)
    assert plain_text(segments) == expected
    assert "".join(s.text for s in segments if s.kind != "added") == text


@settings(max_examples=60)
@given(edited(), st.data())
def test_two_rounds_are_two_edits(case, data):
    text, marks = case
    once = apply_marks([Segment(text)], marks)
    left = plain_text(once)
    start = data.draw(st.integers(0, len(left)))
    end = data.draw(st.integers(start, len(left)))
    twice = apply_marks(once, [Mark(start, end, "again", "Q")])
    assert plain_text(twice) == left[:start] + "Q" + left[end:]


def test_an_excerpt_shows_the_marks_and_says_what_it_leaves_out():
    segments = [Segment("a" * 500), Segment("bad", "cut", "r"), Segment("b" * 500)]
    assert excerpt(segments, context=5) == [Segment("… aaaaa"), Segment("bad", "cut", "r"), Segment("bbbbb …")]


def test_an_excerpt_may_be_about_one_reason():
    segments = [Segment("x", "cut", "other"), Segment("a" * 500), Segment("bad", "cut", "r"), Segment("end")]
    assert excerpt(segments, context=5, about="r") == [Segment("… aaaaa"), Segment("bad", "cut", "r"), Segment("end")]


def test_an_excerpt_without_marks_is_the_beginning():
    assert excerpt([Segment("a" * 500)], longest=5) == [Segment("aaaaa …")]


def test_an_excerpt_of_endless_marks_is_bounded():
    segments = [Segment("x" * 50, "cut", str(i)) for i in range(1000)]
    assert sum(len(s.text) for s in excerpt(segments, longest=600)) < 700


def test_what_reorders_or_hides_is_shown_by_its_code_point():
    assert visible("a\u202eb\x00\x1b[31m\ufeff") == "a‹U+202E›b‹U+0000›‹U+001B›[31m‹U+FEFF›"


def test_line_feeds_tabs_and_joiners_stay():
    assert visible("a\r\nb\tc می\u200cخواهم") == "a\nb\tc می\u200cخواهم"
