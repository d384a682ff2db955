"""Strings that spaCy's English tokenizer cuts by a list, not by rule, and the tokens it makes of each.

The facts are those of spaCy 3.8, lang/tokenizer_exceptions.py and lang/en/tokenizer_exceptions.py. Most are
contractions, which are generated here; each that has an apostrophe is there with ’ as well.
"""

from collections.abc import Iterator

__all__ = ["UNITS", "special_cases"]

Tokens = tuple[str, ...]

ABBREVIATIONS = """
a. b. c. d. e. f. g. h. i. j. k. l. m. n. o. p. q. r. s. t. u. v. w. x. y. z. ä. ö. ü.
a.m. Adm. Ak. Ala. Apr. Ariz. Ark. Aug. Bros. Calif. co. Co. Colo. Conn. Corp. D.C. Dec. Del. Dr. e.g. E.g. E.G. Feb.
Fla. Ga. Gen. Gov. Ia. Id. i.e. I.e. I.E. Ill. Inc. Ind. Jan. Jr. Jul. Jun. Kan. Kans. Ky. La. Ltd. Mar. Mass. Md.
Messrs. Mich. Minn. Miss. Mo. Mont. Mr. Mrs. Ms. Mt. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Nov. Oct. Okla.
Ore. p.m. Pa. Ph.D. Prof. Rep. Rev. S.C. Sen. Sep. Sept. St. Tenn. v.s. Va. vs. Wash. Wis.
"""
OTHER_WORDS = """
' '' \\t \\n — \\") <space> C++ and/or w/o 'S 's ‘S ‘s 're 'd 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout
em 'em ll 'll nuff 'nuff ma'am Ma'am o'clock O'clock
"""
EMOTICONS = r"""
:) :-) :)) :-)) :))) :-))) (: (-: =) (= :] :-] [: [-: [= =] :o) (o: :} :-} 8) 8-) (-8 ;) ;-) (; (-; :( :-( :(( :-((
:((( :-((( ): )-: =( >:( :') :'-) :'( :'-( :/ :-/ =/ =| :| :-| ]= =[ :1 :P :-P :p :-p :O :-O :o :-o :0 :-0 :() >:o :*
:-* :3 :-3 =3 :> :-> :X :-X :x :-x :D :-D ;D ;-D =D xD XD xDD XDD 8D 8-D ^_^ ^__^ ^___^ >.< >.> <.< ._. ;_; -_- -__-
v.v V.V v_v V_V o_o o_O O_o O_O 0_o o_0 0_0 o.O O.o O.O o.o 0.0 o.0 0.o @_@ <3 <33 <333 </3 (^_^) (-_-) (._.) (>_<)
(*_*) (¬_¬) ಠ_ಠ ಠ︵ಠ (ಠ_ಠ) ¯\(ツ)/¯ (╯°□°）╯︵┻━┻ ><(((*>
"""
DROPPED_G = ("doin", "goin", "nothin", "nuthin", "ol", "somethin", "lovin", "havin")

PRONOUNS = {
    "i": "m ma ll d ve",
    "you": "ll d ve re",
    "he": "ll d s",
    "she": "ll d s",
    "it": "ll d s",
    "we": "ll d ve re",
    "they": "ll d ve re",
    **dict.fromkeys(("who", "what", "when", "where", "why", "how", "there"), "s ll re ve d"),
    **dict.fromkeys(("that", "this"), "s ll d"),
    **dict.fromkeys(("these", "those"), "ll re ve d"),
}
"""What may follow a word behind an apostrophe; *ll* and *d* may have *ve* behind them."""

FULL_VERBS = ["ca", "could", "do", "does", "did", "had", "may", "might", "must", "need", "ought", "sha", "should"]
FULL_VERBS += ["wo", "would"]
SHORT_VERBS = ["ai", "are", "is", "was", "were", "have", "has", "dare"]
VERBS_WITH_HAVE = ["could", "might", "must", "should", "would"]
TAKEN_OUT = ["ill", "its", "hell", "shell", "shed", "were", "well", "whore"]
WHOLE: dict[Tokens, bool] = {
    ("y'", "all"): True,
    ("how", "'d", "'y"): False,
    ("How", "'d", "'y"): False,
    ("not", "'ve"): True,
    ("Not", "'ve"): True,
    ("let", "'s"): False,
    ("Let", "'s"): False,
    ("c'm", "on"): False,
    ("C'm", "on"): False,
    **{
        tokens: False
        for first, last in (("can", "not"), ("gon", "na"), ("got", "ta"))
        for tokens in ((first, last), (first.title(), last))
    },
}
"""Contractions that follow no rule, and whether each is there without its apostrophes as well."""

UNITS = """
km km² km³ m m² m³ dm dm² dm³ cm cm² cm³ mm mm² mm³ ha µm nm yd in ft kg g mg µg t lb oz m/s km/h kmh mph hPa Pa mbar
mb MB kb KB gb GB tb TB T G M K % км км² км³ м м² м³ дм дм² дм³ см см² см³ мм мм² мм³ нм кг г мг м/с км/ч кПа Па мбар
Кб КБ кб Мб МБ мб Гб ГБ гб Тб ТБ тбكم كم²
كم³ م م² م³ سم سم² سم³ مم مم² مم³ كم غرام جرام جم كغ ملغ كوب اكواب
"""
"""What is a token of its own behind a digit (lang/char_classes.py; a space is missing there in one place)."""


def special_cases() -> dict[str, Tokens]:
    """The tokens of every string of the list."""
    cases: dict[str, Tokens] = {word: (word,) for word in (ABBREVIATIONS + OTHER_WORDS + EMOTICONS).split()}
    for word in DROPPED_G:
        cases |= {form: (form,) for form in (word, word.title(), word + "'", word.title() + "'")}
    for hour in range(1, 13):
        cases |= {f"{hour}{half}": (str(hour), half) for half in ("a.m.", "am", "p.m.", "pm")}
    cases |= {f"°{unit}.": ("°", unit, ".") for unit in "cfkCFK"}
    for tokens, bare_too in contractions():
        cases["".join(tokens)] = tokens
        if bare_too:
            bare = tuple(token.replace("'", "") for token in tokens)
            cases["".join(bare)] = bare
    for word in TAKEN_OUT:
        for form in (word, word.title()):
            cases.pop(form, None)
    curly = {
        case.replace("'", "’"): tuple(token.replace("'", "’") for token in tokens) for case, tokens in cases.items()
    }
    return cases | curly


def contractions() -> Iterator[tuple[Tokens, bool]]:
    """Contractions with their apostrophes, and whether they are there without them as well."""
    yield from WHOLE.items()
    for pronoun, endings in PRONOUNS.items():
        for word in (pronoun, pronoun.title()):
            for ending in endings.split():
                yield (word, "'m", "a") if ending == "ma" else (word, "'" + ending), True
                if ending in ("ll", "d"):
                    yield (word, "'" + ending, "'ve"), True
    for verb in FULL_VERBS + SHORT_VERBS:
        for word in (verb, verb.title()):
            yield (word, "n't"), True
            if verb in FULL_VERBS:
                yield (word, "n't", "'ve"), True
            if verb in VERBS_WITH_HAVE:
                yield (word, "'ve"), True
