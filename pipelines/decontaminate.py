"""The section ``decontaminate``, a short way to write the annotator of benchmarks and the rule that acts upon it."""

from typing import Final

from filters.errors import ConfigurationError
from pipelines.extends import merge
from pipelines.names import unknown
from pipelines.overrides import step_names
from pipelines.yaml_source import Node, node_of

__all__ = ["ANNOTATOR", "RULE", "with_decontamination"]

ANNOTATOR: Final = "contamination"
RULE: Final = "contaminated"
STEP: Final = "decontaminate"
"""The step of a configuration that has none."""

OF_ANNOTATOR, OF_RULE = ("benchmarks", "columns", "id", "n"), ("minimum", "action", "tag", "token")
NEEDED = OF_ANNOTATOR[:2]
DEFAULTS = {"minimum": 0.5, "action": "drop"}


def with_decontamination(tree: Node) -> Node:
    """The tree with ``annotators.contamination`` and the last step's rule ``contaminated`` in place of the section.

    ::

        decontaminate:
          benchmarks: {mmlu: mmlu.jsonl, gsm8k: gsm8k.parquet}    # JSONL or Parquet
          columns: [question, answer]                             # texts, each of which is looked for
          id: key                                                 # names an item; else its row from 0
          n: 13                                                   # words of an n-gram
          minimum: 0.5                                            # share of an item's n-grams that a document has
          action: drop                                            # as of any rule on spans

    The rule stands in the last step because only there can spans be acted upon.

    Raises:
        ConfigurationError: an unknown key, a missing one, a minimum beyond 1, or what it would write stands there
            already.
    """
    assert isinstance(tree.value, dict)
    section = tree.value.get("decontaminate")
    if section is None:
        return tree
    rest = Node({key: value for key, value in tree.value.items() if key != "decontaminate"}, tree.origin)
    if section.value is None:
        return rest
    keys = section.value
    if not isinstance(keys, dict):
        raise ConfigurationError(
            f"{section.origin}: decontaminate: {keys!r}: write a mapping with benchmarks and columns"
        )
    for key, node in keys.items():
        if key not in (*OF_ANNOTATOR, *OF_RULE):
            raise ConfigurationError(f"{node.origin}: decontaminate: {unknown('key', key, (*OF_ANNOTATOR, *OF_RULE))}")
    if missing := [key for key in NEEDED if key not in keys]:
        raise ConfigurationError(f"{section.origin}: decontaminate: it needs {' and '.join(missing)}")
    minimum = keys.get("minimum")
    if minimum is not None and isinstance(minimum.value, int | float) and minimum.value > 1:
        raise ConfigurationError(
            f"{minimum.origin}: decontaminate.minimum: {minimum.value:g} is more than a whole item, so that none would "
            "be found; write a share from 0 to 1, or 50%"
        )
    step = (step_names(rest) or [STEP])[-1]
    _refuse_twice(rest, section, step)
    rule = {"spans": ANNOTATOR, **DEFAULTS}
    if (action := keys.get("action")) is not None and action.value == "tag":
        rule["tag"] = RULE

    def mapping(nodes: dict[str, Node]) -> Node:
        return Node(nodes, section.origin)

    instance = mapping({key: node for key, node in keys.items() if key in OF_ANNOTATOR})
    given = mapping({key: node for key, node in keys.items() if key in OF_RULE})
    rules = mapping({RULE: merge(node_of(rule, section.origin), given)})
    steps = [mapping({"name": Node(step, section.origin), "rules": rules})]
    added = {"annotators": mapping({ANNOTATOR: instance}), "steps": Node(list(steps), section.origin)}
    return merge(rest, mapping(added))


def _refuse_twice(tree: Node, section: Node, step: str) -> None:
    """Raise where the annotator or the rule is written out as well."""
    assert isinstance(tree.value, dict)
    annotators, steps = tree.value.get("annotators"), tree.value.get("steps")
    found = annotators is not None and isinstance(annotators.value, dict) and ANNOTATOR in annotators.value
    for node in steps.value if steps is not None and isinstance(steps.value, list) else []:
        rules = node.value.get("rules") if isinstance(node.value, dict) else None
        found |= rules is not None and isinstance(rules.value, dict) and RULE in rules.value
    if found:
        raise ConfigurationError(
            f"{section.origin}: decontaminate stands for annotators.{ANNOTATOR} and for the rule {RULE!r} of step "
            f"{step!r}, which is written out as well: remove one of the two"
        )
