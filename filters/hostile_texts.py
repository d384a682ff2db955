"""Texts that have broken filters before, and long ones, for `filters.contract`."""

from collections.abc import Sequence

__all__ = ["HOSTILE_TEXTS", "LONG_RUNS", "LONG_TEXTS"]

HOSTILE_TEXTS: Sequence[str] = (
    "",
    " ",
    "a",
    "本",
    "🥇",
    "\n",
    "\n" * 1000,
    "\r\n\r\n\t\v\f",
    "\0",
    "".join(map(chr, range(33))),
    "\x7f\x80\x85\x9f\ufeff\u200b\u200d\u2028\u2029\ufffe\uffff",
    "\U0010ffff\U000e0001",
    "nospaces" * 2000,
    "#" * 500 + "..." * 500,
    "… • - .\n- .\n•",
    "שלום עולם، مرحبا بالعالم \u202eevil\u202c",
    "Z\u0351\u0343a\u0348\u0310l\u0489\u0338g\u0327o\u0352 " * 50,
    "\u0301\u0301\u0301",
    "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪 " * 100,
    "你好，世界。這是一個沒有空格的句子。" * 50,
    "ภาษาไทยไม่มีช่องว่างระหว่างคำ",
    "a@b.co 192.0.2.1 http://[::1]/%zz?{lorem ipsum} <script>javascript",
    "The quick brown fox, to be or not to be, and that of it.\nThe quick brown fox.\n\nThe end.",
    "word " * 5000,
    "İstanbul ẞ ﬁ ǅ ſ K Å\u030a",
)

RUN = 100_000  # characters: what takes the square of a text's length is felt, though it ends

LONG_RUNS: Sequence[str] = tuple(
    (unit * RUN)[:RUN]
    for unit in (
        "1 ",
        "+49 (0) 30-",
        "4111 1111",
        "1.2.3.4.",
        "a@b.",
        "http://a/",
        "sk-0",
        "<a b='",
        "&amp;",
        "[[1]]",
        "{(",
        "...",
        " \n",
        "- a\r",
        "\u0301",
        "👩\u200d",
        "Ã©",
    )
)
"""One small thing again and again: what looks for candidates finds one at every place."""

LONG_TEXTS: Sequence[str] = ("x" * 10_000_000, "a b " * 500_000, "é\n" * 500_000, *LONG_RUNS)
"""Ten megabytes without a space, two on one line, half a million lines, and `LONG_RUNS`."""
