import pytest

from filters.errors import ConfigurationError
from pipelines.configuration import load

RULE = "short: {signal: text_length, minimum: 5}"
SHOUT = 'shout: {spans: shouts, action: mask, token: "<shout>"}'


@pytest.mark.parametrize(
    ("rule", "line", "words"),
    [
        (
            "{signal: text_lenght, minimum: 5}",
            9,
            "signal: unknown signal 'text_lenght'; did you mean 'text_length'? All",
        ),
        ("{signal: shouts, minimum: 5}", 9, "signal: 'shouts' is a span signal; write spans: shouts"),
        ("{spans: text_length}", 9, "spans: 'text_length' is a signal of the document (int64); write signal: text_len"),
        ("{minimum: 5}", 9, "short.signal: a rule judges either a signal or spans"),
        ("{signal: text_length, spans: shouts, minimum: 5}", 9, "short.signal: a rule judges either a signal or spans"),
        ("{signal: text_length}", 9, "short.minimum: the rule has no limit; write one of minimum, maximum, one_of, "),
        ("{signal: text_length, minimum: 5, maximum: 4}", 9, "minimum: the minimum 5 is above the maximum 4"),
        (
            "{signal: text_length, minimum: {en: 9, default: 1}, maximum: 4}",
            9,
            "the minimum 9 is above the maximum 4 f",
        ),
        ("{signal: text_length, one_of: [a]}", 9, "one_of: 'text_length' is a number (int64); one_of is for text"),
        ("{signal: text_kind, minimum: 5}", 9, "minimum: 'text_kind' is text; minimum is for numbers, one_of for text"),
        ("{signal: text_kind, keep_top: 5%}", 9, "keep_top: 'text_kind' is text; keep_top is for numbers"),
        ("{signal: text_length, keep_top: 0}", 9, "keep_top: 0: input should be greater than 0"),
        ("{signal: text_length, keep_bottom: 101%}", 9, "keep_bottom: '101%': input should be less than or equal to 1"),
        ("{signal: text_length, keep_top: 5%, minimum: 3}", 9, "keep_top: keep_top stands alone, without minimum"),
        ("{signal: text_length, keep_top: 5%, keep_bottom: 3%}", 9, "keep_top stands alone, without keep_bottom"),
        ("{signal: text_length, keep_top: 5%, by: text_length}", 9, "by: unknown measured text signal 'text_length'; "),
        (
            "{signal: text_length, keep_top: 5%, by: langage}",
            9,
            "'langage'; did you mean 'language'? Allowed: language",
        ),
        ("{signal: text_length, minimum: 5, by: language}", 9, "by: by goes with keep_top or keep_bottom only"),
        ("{signal: text_length, keep_top: 5%, gate: true}", 9, "gate: a gate needs a fixed limit"),
        ("{signal: text_length, minimum: 5, gate: true, action: tag, tag: a}", 9, "gate: a gate needs a fixed limit"),
        ("{signal: text_length, minimum: 5, action: mask}", 9, "action: mask is for spans"),
        ("{signal: text_length, minimum: 5, action: remove}", 9, "action: remove is for spans"),
        ("{signal: text_length, minimum: 5, action: tag}", 9, "tag: the action tag needs the name of a tag"),
        ("{signal: text_length, minimum: 5, tag: a}", 9, "tag: tag goes with action: tag, and the action is drop"),
        ("{signal: text_length, minimum: 5, token: a}", 9, "token: token goes with action: mask"),
        (
            "{signal: text_length, minimum: 5, when_null: fial}",
            9,
            "when_null: unknown value 'fial'; did you mean 'fail'?",
        ),
        ("{signal: text_length, minimum: .nan}", 9, "minimum: nan is neither a number nor a percentage"),
        ("{spans: shouts, action: remove}", 9, "spans: span rules stand in the last step only"),
    ],
)
def test_a_wrong_rule_is_told_with_its_line(write, base, rule, line, words):
    with pytest.raises(ConfigurationError) as caught:
        load(write(base.replace(RULE, f"short: {rule}")))
    told = str(caught.value)
    assert f"tamis.yaml:{line}: steps.raw.rules.short" in told
    assert words in told


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("{spans: shouts, action: mask}", "token: mask needs a token"),
        ("{spans: shouts, minimum: 0.1}", "minimum: 0.1 is below 0.25, the least score of 'shouts' that is stored"),
        ("{spans: shouts, minimum: {en: 0.5, default: 0.2}}", "minimum: 0.2 is below 0.25"),
        ("{spans: shouts, maximum: 1}", "maximum: maximum does not go with spans"),
        ("{spans: shouts, gate: true}", "gate: a span rule is no gate"),
    ],
)
def test_a_wrong_span_rule_is_told_with_its_line(write, base, rule, words):
    with pytest.raises(ConfigurationError) as caught:
        load(write(base.replace(SHOUT, f"shout: {rule}")))
    assert f"tamis.yaml:13: steps.last.rules.shout.{words}" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "measure: [language]",
            "measure: [langage]",
            "tamis.yaml:7: steps.raw.measure: unknown annotator 'langage'; did",
        ),
        ("measure: [language]", "measure: [text_kind]", "; 'text_kind' is a signal of lengths"),
        (
            "clean: [trim]",
            "clean: [trimm]",
            "tamis.yaml:11: steps.last.clean.trimm: unknown cleaner 'trimm'; did you mea",
        ),
        (
            "clean: [trim]",
            "clean: {trim: {sid: left}}",
            "steps.last.clean.trim.sid: unknown key 'sid'; did you mean 'sid",
        ),
        (
            "clean: [trim]",
            "clean: [trim, trim]",
            "steps.last.clean: 'trim' is not the name of a cleaner, or stands here",
        ),
        ("- name: last", "- name: raw", "tamis.yaml:10: steps.raw.name: a step named 'raw' stands above"),
        ("- name: last", "- name: la st", "steps.la st.name: 'la st': string should match pattern"),
        (
            "py:Lengths}",
            "py:Lengths, longst: 3}",
            "annotators.lengths.longst: unknown key 'longst'; did you mean 'longest'",
        ),
        (
            "py:Lengths}",
            "py:Lengths, longest: a}",
            "tamis.yaml:2: annotators.lengths.longest: 'a': input should be a val",
        ),
        ("py:Lengths}", "py:Lengths, words: no.txt}", "annotators.lengths.words: no file '"),
        (
            "py:Lengths}",
            "py:Length}",
            "tamis.yaml:2: annotators.lengths: unknown factory 'Length'; did you mean 'Lengths'",
        ),
        ("py:Lengths}", "py:Broken}", "annotators.lengths: lengths ("),
        ("py:Lengths}", "py:Nothing}", "annotators.lengths: lengths ("),
        ("py:Lengths}", "py:Trim}", "own_signals.py:Trim' makes no annotator"),
        ("py:Lengths}", "py:Unreadable}", "cannot be read: name 'NoSuchType' is not defined"),
        ("{kind: own_signals.py:Lengths}", "{kind: language, sha256: abc}", "annotators.lengths: "),
        ("own_signals.py:Lengths", "own_sgnals.py:Lengths", "cannot be imported: FileNotFoundError"),
        ("own_signals.py:Lengths", "no.such.module:Lengths", "cannot be imported: ModuleNotFoundError"),
        (
            "own_signals.py:Lengths",
            "langage",
            "annotators.lengths: unknown annotator 'langage'; did you mean 'language'?",
        ),
    ],
)
def test_unknown_names_are_told_with_the_nearest(write, base, old, new, words):
    assert old in base
    with pytest.raises(ConfigurationError) as caught:
        load(write(base.replace(old, new)))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            "duplicates: {of: rw}",
            "tamis.yaml:14: duplicates.of: unknown step 'rw'; did you mean 'raw'? Allowed: last, raw",
        ),
        ("duplicates: {of: raw, exact: false, url: false}", "duplicates: neither exact, url nor near is sought"),
        ("duplicates: {of: raw, near: finweb}", "duplicates.near: unknown set 'finweb'; did you mean 'fineweb'?"),
        ("duplicates: {of: raw, near: {words: 5, characters: 13}}", "duplicates.near: shingles are either of words or"),
        ("duplicates: {of: raw, near: {bands: 14}}", "duplicates.near: write both bands and rows, or neither"),
        (
            "duplicates: {of: raw, near: {words: 0}}",
            "duplicates.near: shingles of 0 words: write a number from 1 to 64",
        ),
        ("duplicates: {of: raw, near: {bands: 500, rows: 8}}", "500 bands of 8 rows: write both from 1 on, 1024"),
        (
            "duplicates: {of: raw, near: {similarity: 0}}",
            "duplicates.near.similarity: 0: input should be greater than 0",
        ),
        ("duplicates: {of: raw, near: {verify: exactly}}", "unknown value 'exactly'; did you mean 'exact'?"),
        ("duplicates: {of: raw, survivor: [charcters desc]}", "unknown column 'charcters'; did you mean 'characters'?"),
        (
            "duplicates: {of: raw, survivor: [language desc]}",
            "duplicates.survivor: unknown column 'language'; did you me",
        ),
        ("duplicates: {of: raw, survivor: [characters down]}", "'characters down': write a column, then asc or desc"),
        (
            "output: {signals: [text_length@rw]}",
            "output.signals.0: unknown measured column 'text_length@rw'; did you me",
        ),
        (
            "output: {signals: [trimmed_fraction@raw]}",
            "unknown measured column 'trimmed_fraction@raw'; did you mean 'trimmed_f",
        ),
        (
            "duplicates: {of: last, survivor: [token_count desc]}",
            "duplicates.survivor: token_count is null without a tokenizer",
        ),
        ("tokens: {tokenizer: none.json}", "tokens.tokenizer: no file '"),
        ("tokens: {tokenizer: own_signals.py}", "tamis.yaml:14: tokens.tokenizer: '"),
        ("inputs: {a: {paths: x, columns: {likes: int46}}}", "tamis.yaml:14: inputs.a: "),
        ("inputs: {a: {pths: x}}", "inputs.a.pths: unknown key 'pths'; did you mean 'paths'?"),
        (
            "inputs: {a: {paths: x, columns: {n: int64}}, b: {paths: y, columns: {n: double}}}",
            "inputs.b.columns.n: 'n' is 'double' here and 'int64' in another input",
        ),
        ("inputs: {a: {columns: {}}}", "inputs.a: input 'a' names nothing to read"),
        ("limits: {record_bytes: 3 MiBs}", "limits.record_bytes: '3 MiBs' is not a number of bytes"),
        ("limits: {record_bytes: 0}", "limits.record_bytes: 0: input should be greater than 0"),
        ("budget: {failed_shards: -1}", "budget.failed_shards: -1 is neither a count"),
        ("sample: {seed: 3}", "sample.fraction: the key 'fraction' is missing"),
    ],
)
def test_other_sections_are_checked(write, base, more, words):
    with pytest.raises(ConfigurationError) as caught:
        load(write(f"{base}{more}\n"))
    assert words in str(caught.value)


def test_a_limit_by_language_needs_a_language(write, base):
    text = base.replace("measure: [language]", "").replace("minimum: 5", "minimum: {en: 5}")
    with pytest.raises(ConfigurationError, match=r"rules\.short\.minimum: it goes by language, which is not measured"):
        load(write(text))


def test_a_signal_of_a_cleaner_is_known_at_its_step_only(write, base):
    rule = "trim: {signal: trimmed_fraction, maximum: 0.5}"
    load(write(base.replace(SHOUT, rule)))
    with pytest.raises(ConfigurationError, match=r"tamis.yaml:9: .*unknown signal 'trimmed_fraction'"):
        load(write(base.replace(RULE, rule)))


def test_what_an_unmakeable_annotator_would_measure_is_not_called_unknown(write, base):
    text = base.replace(RULE, "short: {signal: lengths, minimum: 5}").replace("Lengths}", "Broken}")
    text = text.replace(SHOUT, "trim: {signal: trimmed_fraction, maximum: 0.5}")
    with pytest.raises(ConfigurationError) as caught:
        load(write(text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "step",
    [
        "{name: raw, measure: [gopher_quality, mine]}",
        "{name: raw, measure: [mine], rules: {v: {signal: word_count, minimum: 1}}}",
        "{name: raw, clean: {c4_lines: {}, lines: {}}}",
    ],
)
def test_two_sources_of_one_signal_at_one_step_are_told(write, step):
    text = f"""
annotators:
  gopher_quality: {{words: unicode}}
  mine: {{kind: gopher_quality, words: spacy}}
cleaners: {{lines: {{kind: c4_lines, words: 1}}}}
steps: [{step}]
"""
    with pytest.raises(ConfigurationError, match=r"both measure '\w+' here; put one of them into another step"):
        load(write(text))
