"""The JSON Schema of a configuration, for editors that complete and check YAML."""

from typing import Any

from pipelines import catalogue
from pipelines.configuration import Configuration
from pipelines.extends import preset_names

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """The schema, with the names of signals, annotators, cleaners and presets to complete.

    Names of the user's own are allowed beside them: only `tamis check` knows those.
    """
    schema = Configuration.model_json_schema()
    parts = schema["$defs"]
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    parts["InputSection"] = {"anyOf": [text, texts, parts["InputSection"]]}
    signals = sorted(catalogue.providers(Configuration()))
    rule = parts["RuleSection"]["properties"]
    for key in ("signal", "spans", "by"):
        rule[key] = _suggesting(rule[key], signals)
    step = parts["StepSection"]["properties"]
    step["measure"] = _suggesting_items(step["measure"], sorted(catalogue.ANNOTATORS))
    step["clean"] = {"anyOf": [{"properties": {name: {} for name in sorted(catalogue.CLEANERS)}}, step["clean"]]}
    step["rules"]["additionalProperties"] = {"anyOf": [step["rules"]["additionalProperties"], {"type": "null"}]}
    schema["properties"]["extends"] = _suggesting_items(schema["properties"]["extends"], preset_names())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Tamis configuration"}


def _suggesting(part: dict[str, Any], names: list[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: part[key] for key in ("default", "description") if key in part}
    return {"anyOf": [{"enum": names}, {"type": "string"}, {"type": "null"}], **kept}


def _suggesting_items(part: dict[str, Any], names: list[str]) -> dict[str, Any]:
    name = {"anyOf": [{"enum": names}, {"type": "string"}]}
    kept: dict[str, Any] = {key: part[key] for key in ("default", "description") if key in part}
    return {"anyOf": [name, {"type": "array", "items": name}], **kept}
