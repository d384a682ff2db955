"""Whether the keys of one rule suit each other, and the signal that it judges; whether tokens of rules go together."""

from collections.abc import Iterator, Mapping

import pyarrow as pa

from filters.control_tokens import set_faults, token_fault
from filters.policy import UNITS
from filters.signals import SPANS, Signal
from pipelines.names import unknown
from pipelines.policy_sections import RuleSection
from pipelines.problems import Problem
from pipelines.yaml_source import Place

__all__ = ["rule_problems", "token_problems"]


def rule_problems(rule: RuleSection, signal: Signal, place: Place, *, last: bool) -> Iterator[Problem]:
    """What is wrong with a rule whose signal is known.

    Args:
        rule: the rule.
        signal: what it judges.
        place: where it stands.
        last: it stands in the last step.
    """
    checks = _span_rule(rule, signal, last=last) if rule.spans is not None else _document_rule(rule, signal)
    for key, message in (*checks, *_limits(rule), *_action(rule), *_tokens(rule)):
        yield Problem((*place, key), message)
    for key, message in _missing(rule):
        yield Problem((*place, key), message, absence=True)
    for key, message in _missing_tokens(rule):
        yield Problem((*place, "tokens", key), message, absence=True)


def token_problems(rules: Mapping[Place, RuleSection]) -> Iterator[Problem]:
    """Control tokens that nobody could tell from one another, or from a mask; each by itself is checked with its rule.

    Args:
        rules: of all steps, by their places.
    """
    masks = [rule.token for rule in rules.values() if rule.spans is not None and rule.token]
    writing = {place: rule.tokens.tokens().written for place, rule in rules.items() if rule.tokens is not None}
    every = dict.fromkeys(token for written in writing.values() for token in written)
    for token, fault in set_faults([token for token in every if token_fault(token) is None], masks):
        place = next(place for place, written in writing.items() if token in written)
        yield Problem((*place, "tokens"), fault)


def _span_rule(rule: RuleSection, signal: Signal, *, last: bool) -> Iterator[tuple[str, str]]:
    if signal.type != SPANS:
        yield "spans", f"{signal.name!r} is a signal of the document ({signal.type}); write signal: {signal.name}"
        return
    if not last:
        yield "spans", "span rules stand in the last step only: no offsets are mapped between texts"
    for key in ("maximum", "one_of", "keep_top", "keep_bottom", "by"):
        if getattr(rule, key) is not None:
            yield key, f"{key} does not go with spans; minimum is the least score that is acted upon"
    least = min(_values(rule.minimum), default=None)
    if least is not None and signal.floor is not None and least < signal.floor:
        yield "minimum", f"{least} is below {signal.floor}, the least score of {signal.name!r} that is stored"
    if rule.gate:
        yield "gate", "a span rule is no gate: spans are measured in the last step"
    if rule.when_null == "fail" and rule.action in ("remove", "mask"):
        yield "when_null", f"a document without such spans has nothing to {rule.action}; fail goes with drop and tag"
    yield from _labels_and_unit(rule, signal)


def _labels_and_unit(rule: RuleSection, signal: Signal) -> Iterator[tuple[str, str]]:
    if rule.labels is not None and not rule.labels:
        yield "labels", "a rule for no label acts upon nothing; name labels, or leave it out for all"
    known = signal.labels
    for label in rule.labels or ():
        if known is not None and label not in known:
            yield "labels", unknown(f"label of {signal.name!r}", label, known)
    if rule.unit is not None and signal.unit in UNITS and rule.unit != signal.unit:
        yield "unit", f"the unit of {signal.name!r} is {signal.unit}, and no span of it is a {rule.unit}"


def _document_rule(rule: RuleSection, signal: Signal) -> Iterator[tuple[str, str]]:
    if signal.type == SPANS:
        yield "signal", f"{signal.name!r} is a span signal; write spans: {signal.name}"
        return
    for key in ("labels", "unit"):
        if getattr(rule, key) is not None:
            yield key, f"{key} goes with spans, and {signal.name!r} is a signal of the document"
    text = pa.types.is_string(signal.type)
    for key in ("minimum", "maximum", "keep_top", "keep_bottom"):
        if text and getattr(rule, key) is not None:
            yield key, f"{signal.name!r} is text; {key} is for numbers, one_of for text"
    if not text and rule.one_of is not None:
        yield (
            "one_of",
            f"{signal.name!r} is a number ({signal.type}); one_of is for text, minimum and maximum for numbers",
        )
    if rule.action in ("remove", "mask"):
        yield "action", f"{rule.action} is for spans: what would it {rule.action}? Allowed: drop, tag"


def _limits(rule: RuleSection) -> Iterator[tuple[str, str]]:
    for language in sorted({*_by_language(rule.minimum), *_by_language(rule.maximum)}):
        low, high = _limit_of(rule.minimum, language), _limit_of(rule.maximum, language)
        if low is not None and high is not None and low > high:
            of = "" if language == "default" else f" for {language!r}"
            yield "minimum", f"the minimum {low:g} is above the maximum {high:g}{of}, so that nothing passes"
    shares = [key for key in ("keep_top", "keep_bottom") if getattr(rule, key) is not None]
    fixed = [key for key in ("minimum", "maximum", "one_of") if getattr(rule, key) is not None]
    if shares and (fixed or len(shares) > 1):
        yield shares[0], f"{shares[0]} stands alone, without {', '.join([*shares[1:], *fixed])}; make two rules of them"
    if rule.by is not None and not shares and rule.spans is None:
        yield "by", "by goes with keep_top or keep_bottom only; a limit by language is {en: 50, default: 40}"
    if rule.gate and (shares or rule.action != "drop"):
        yield "gate", "a gate needs a fixed limit (minimum, maximum or one_of) and the action drop"


def _action(rule: RuleSection) -> Iterator[tuple[str, str]]:
    if rule.token and rule.action != "mask":
        yield "token", f"token goes with action: mask, and the action is {rule.action}; token: null removes a preset's"
    if rule.tag is not None and rule.action != "tag":
        yield "tag", f"tag goes with action: tag, and the action is {rule.action}; tag: null removes a preset's"


def _tokens(rule: RuleSection) -> Iterator[tuple[str, str]]:
    tokens = rule.tokens
    if tokens is None:
        return
    if rule.action != "tag":
        yield "tokens", f"tokens go with action: tag, and the action is {rule.action}; tokens: null removes a preset's"
    around = [key for key in ("open", "close") if getattr(tokens, key) is not None]
    before = [key for key in ("before", "flagged", "clean") if getattr(tokens, key) is not None]
    if around and before:
        yield "tokens", f"{around[0]} stands without {', '.join(before)}: write open and close, or before"
    elif rule.spans is None and (around or tokens.before in ("sentence", "span")):
        yield "tokens", "a rule over documents knows no place in them; write before: document, or a rule over spans"
    elif tokens.before == "span" and tokens.clean is not None:
        yield "tokens", "clean is for documents and sentences: what is not flagged has no spans"
    for one, other in (("flagged", "clean"), ("open", "close")):
        if (token := getattr(tokens, one)) is not None and token == getattr(tokens, other):
            yield "tokens", f"{one} and {other} are both {token!r}; give them different tokens"
    for key in ("flagged", "clean", "open", "close"):
        token = getattr(tokens, key)
        if token is not None and (fault := token_fault(token)) is not None:
            yield "tokens", f"{key} is {token!r}: {fault}"


def _missing(rule: RuleSection) -> Iterator[tuple[str, str]]:
    limits = ("minimum", "maximum", "one_of", "keep_top", "keep_bottom")
    if rule.spans is None and all(getattr(rule, key) is None for key in limits):
        yield "minimum", f"the rule has no limit; write one of {', '.join(limits)}"
    if rule.action == "mask" and rule.spans is not None and not rule.token:
        yield "token", 'mask needs a token, for example token: "<email>"; to put nothing there, write action: remove'
    if rule.action == "tag" and rule.tag is None:
        yield "tag", "the action tag needs the name of a tag, for example tag: short"


def _missing_tokens(rule: RuleSection) -> Iterator[tuple[str, str]]:
    tokens = rule.tokens
    if tokens is None:
        return
    if tokens.open is None and tokens.close is None and (tokens.before is None or not (tokens.flagged or tokens.clean)):
        yield "before", "write before: document, sentence or span with flagged, clean or both; or open and close"
    elif tokens.before is None and (tokens.open is None) != (tokens.close is None):
        there, absent = ("close", "open") if tokens.open is None else ("open", "close")
        yield absent, f"{there} alone marks no span; write both open and close"


def _values(limit: float | Mapping[str, float] | None) -> list[float]:
    return list(_by_language(limit).values())


def _by_language(limit: float | Mapping[str, float] | None) -> Mapping[str, float]:
    if limit is None:
        return {}
    return limit if isinstance(limit, Mapping) else {"default": limit}


def _limit_of(limit: float | Mapping[str, float] | None, language: str) -> float | None:
    by_language = _by_language(limit)
    return by_language.get(language, by_language.get("default"))
