"""Documents made by hand, and the policy of the made run in plain Python, one document at a time."""

from storage.layout import REASON

HOSTILE = (
    "<script>alert(1)</script> \u202eoverride </mark></details>&amp; \x00 nul \x1b[31m red \u2066isolate "
    + "W" * 3000 + " {{ 7 * 7 }} {% raw %} "
)  # fmt: skip
SHARDS = ("cc/a.warc.gz", "cc/b.warc.gz", "lines/<b>c&d</b>.jsonl#0-1")
ENGLISH = """the river runs past old mills and quiet gardens while children cycle home from school under tall
poplars that lean into the evening wind every baker in town knows which loaf belongs to whom and nobody asks why"""
WORDS = ENGLISH.split()
DEUTSCH = "der fluss zieht an alten mühlen vorbei und die kinder fahren am abend unter hohen pappeln nach hause"
GERMAN = DEUTSCH.split()
BEST = {"en": 0.3, "de": 0.16}


def make_document(name, row, rng):
    language = "de" if row % 5 == 4 else "fr" if row == 6 else "en"
    words = [rng.choice(GERMAN if language == "de" else WORDS) for _ in range(20 + rng.randrange(60) + 3 * row)]
    if row == 7:
        words = ["the", "end"] * 45
    if row == 8:
        words = WORDS * 2
    if row == 9:
        words.insert(20, "write to ada@example.org or to you moron today")
    text = " ".join(words).capitalize() + "."
    if row == 11:
        text = HOSTILE + text
    edits = []
    if row % 4 == 2:
        tail = "\nShare this page"
        edits = [
            {
                "step": "c4/c4_lines",
                "start": len(text),
                "end": len(text + tail),
                "replacement": "",
                "reason": "no_end_mark",
            }
        ]
        text += tail
    return {
        "shard": name, "row": row, "id": f"doc-{SHARDS.index(name)}-{row}" if row else "twin", "text": text,
        "url": f"https://site{row % 3}.example/{row}", "host": f"site{row % 3}.example", "source": name,
        "language": language, "edits": edits,
    }  # fmt: skip


def judge_plainly(d, steps):
    """The policy in plain Python, one document at a time."""
    words, last = d["text"].split(), d["text"][: d["edits"][0]["start"]] if d["edits"] else d["text"]
    d["word_count"], d["mean_word_length"] = len(words), sum(map(len, words)) / len(words)
    d["unique_word_fraction"] = len({w.lower() for w in last.split()}) / len(last.split())
    d["characters"] = len(d["text"])
    d["reasons"], d["tags"], d["span_edits"], d["spans"] = [], [], [], {"email": [], "insults": []}
    d["stopped_at"] = None
    if d["language"] not in ("en", "de"):
        d["stopped_at"], d["edits"], last = "raw/language", [], d["text"]
        reason(d, "raw/language", "language_not_allowed", "language@raw", text_value=d["language"])
    else:
        limits = steps["raw"]["words"]["minimum"]
        least = limits.get(d["language"], limits["default"])
        if d["word_count"] < least:
            reason(d, "raw/words", "too_few_words", "word_count@raw", d["word_count"], minimum=least)
        if d["language"] == "en" and d["mean_word_length"] > 10:
            reason(d, "raw/word_length", "words_too_long", "mean_word_length@raw", d["mean_word_length"], 3, 10)
        share = d["unique_word_fraction"]
        if share < BEST[d["language"]]:
            reason(
                d, "fineweb/best", "too_few_unique_words", "unique_word_fraction@fineweb", share, BEST[d["language"]]
            )
        if share < 0.36:
            reason(
                d,
                "fineweb/repetitive",
                "too_few_unique_words",
                "unique_word_fraction@fineweb",
                share,
                0.5,
                action="tag",
            )
            d["tags"].append("repetitive")
        for signal, rule, word, action, token in (
            ("email", "email", "ada@example.org", "mask", "<email>"), ("insults", "insult", "moron", "remove", ""),
        ):  # fmt: skip
            if word in last:
                start, end = last.index(word), last.index(word) + len(word)
                d["spans"][signal].append({"start": start, "end": end, "label": word, "score": 0.9, "unit": "match"})
                d["span_edits"].append({"start": start, "end": end, "replacement": token, "rule": f"fineweb/{rule}"})
                reason(d, f"fineweb/{rule}", signal, f"{signal}@fineweb", 0.9, text_value=word, action=action,
                       start=start, end=end)  # fmt: skip
    d["last"] = last
    d["clean"] = last
    for e in reversed(d["span_edits"]):
        d["clean"] = d["clean"][: e["start"]] + e["replacement"] + d["clean"][e["end"] :]
    d["dropped"] = any(r["action"] == "drop" for r in d["reasons"])
    return d


def reason(d, rule, name, signal, value=None, minimum=None, maximum=None, text_value=None, action="drop", **more):
    margin = None
    if minimum is not None and value < minimum:
        margin = minimum - value
    elif maximum is not None and value > maximum:
        margin = value - maximum
    given = {"rule": rule, "reason": name, "signal": signal, "value": value, "text_value": text_value,
             "minimum": minimum, "maximum": maximum, "margin": margin, "action": action, **more}  # fmt: skip
    d["reasons"].append({field.name: given.get(field.name) for field in REASON})
