"""From a kind in YAML to the object: finding its factory, checking its parameters, calling it."""

import hashlib
import importlib
import importlib.util
import inspect
import json
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from filters.errors import ConfigurationError, TamisError
from filters.signals import Annotator, Cleaner
from pipelines.names import unknown
from pipelines.problems import Problem, from_pydantic

__all__ = [
    "build",
    "factory",
    "file_parameters",
    "is_import_path",
    "located_file",
    "parameter_problems",
    "parameters",
    "shipped_file",
]

Measurer: TypeAlias = Annotator | Cleaner
Factory: TypeAlias = Callable[..., Measurer]

SHIPPED = ("filters.lists", "classifiers.models")
"""Packages whose data files are known by their bare names."""


def is_import_path(kind: str) -> bool:
    """Whether a kind is a user's own: ``package.module:Factory`` or ``path/to/file.py:Factory``."""
    return ":" in kind


def factory(path: str) -> Factory:
    """The class or function that ``package.module:Factory`` or ``path/to/file.py:Factory`` names.

    Raises:
        ConfigurationError: no such module, file or name.
    """
    where, _, name = path.rpartition(":")
    try:
        module = _module_of_file(where) if where.endswith(".py") else importlib.import_module(where)
    except Exception as error:  # a user's module may raise anything
        raise ConfigurationError(f"{path!r} cannot be imported: {type(error).__name__}: {error}") from error
    found = getattr(module, name, None)
    if not callable(found):
        callables = [n for n, value in vars(module).items() if callable(value) and not n.startswith("_")]
        raise ConfigurationError(f"{unknown('factory', name, callables)} (in {where})")
    return found  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def parameters(path: str) -> type[BaseModel]:
    """The parameters of a factory as a model: names, types and defaults of its signature, less ``name``."""
    try:
        signature = inspect.signature(factory(path), eval_str=True)
    except (NameError, TypeError, ValueError) as error:
        raise ConfigurationError(f"the parameters of {path!r} cannot be read: {error}") from error
    fields: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        if name != "name" and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            kind = Any if parameter.annotation is parameter.empty else parameter.annotation
            fields[name] = (kind, ... if parameter.default is parameter.empty else parameter.default)
    config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, protected_namespaces=())
    return create_model(path.rpartition(":")[2], __config__=config, **fields)


def takes_name(path: str) -> bool:
    """Whether the factory wants the name of the instance."""
    return "name" in inspect.signature(factory(path)).parameters


def file_parameters(path: str) -> list[str]:
    """The parameters that are files or folders: those annotated `pathlib.Path`, or a mapping from names to files."""
    fields = parameters(path).model_fields
    return [name for name, field in fields.items() if Path in (field.annotation, *get_args(field.annotation))]


def parameter_problems(path: str, given: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the parameters given to a factory: unknown, missing, of another type, no such file."""
    model = parameters(path)
    try:
        model.model_validate_json(json.dumps(given))
    except ValidationError as error:
        return from_pydantic(error, model)
    return [
        Problem(place, f"no file {value!r}")
        for name in file_parameters(path)
        for place, value in _named_files(name, given.get(name))
        if not located_file(value).exists()
    ]


def _named_files(name: str, value: object) -> list[tuple[tuple[str, ...], str]]:
    """The files that a parameter names, each with its place."""
    if isinstance(value, Mapping):
        return [((name, key), str(file)) for key, file in value.items()]
    return [] if value is None else [((name,), str(value))]


def build(path: str, instance: str, given: Mapping[str, object]) -> Measurer:
    """What the factory makes of its parameters, made once a process, and anew where a file of theirs has changed.

    Raises:
        ConfigurationError: the parameters are wrong.
    """
    named = [_named_files(name, given.get(name)) for name in file_parameters(path)]
    files = [located_file(value) for of_parameter in named for _, value in of_parameter]
    stamps = tuple((file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.exists())
    return _built(path, instance, json.dumps(given, sort_keys=True), stamps)


@lru_cache(maxsize=256)
def _built(path: str, instance: str, given: str, _stamps: tuple[tuple[int, int], ...]) -> Measurer:
    problems = parameter_problems(path, json.loads(given))
    if problems:
        raise ConfigurationError("; ".join(f"{instance}.{'.'.join(map(str, p.place))}: {p.message}" for p in problems))
    model = parameters(path).model_validate_json(given)
    values = {name: getattr(model, name) for name in type(model).model_fields}
    for name in file_parameters(path):
        if isinstance(values[name], Mapping):
            values[name] = {key: located_file(str(file)) for key, file in values[name].items()}
        elif values[name] is not None:
            values[name] = located_file(str(values[name]))
    try:
        made = factory(path)(**({"name": instance} if takes_name(path) else {}), **values)
    except TamisError:
        raise
    except Exception as error:  # a user's factory may raise anything
        raise ConfigurationError(f"{instance} ({path}) cannot be made: {type(error).__name__}: {error}") from error
    if not isinstance(made, Annotator | Cleaner):
        raise ConfigurationError(
            f"{instance} ({path}) is a {type(made).__name__}, which is no annotator "
            "(signals, reads, fingerprint, annotate) and no cleaner (signals, fingerprint, clean)"
        )
    return made


def located_file(value: str) -> Path:
    """The path of a file parameter: a shipped file by its bare name, anything else as it stands."""
    return shipped_file(value) or Path(value)


def shipped_file(name: str) -> Path | None:
    """A list, model or judge's folder of the package, with or without ``.txt``; None where none is called so."""
    if not name or "/" in name or name.startswith(("_", ".")):
        return None
    folders = [Path(str(resources.files(package))) for package in SHIPPED]
    paths = [folder / candidate for folder in folders for candidate in (name, f"{name}.txt")]
    return next((path for path in paths if path.exists()), None)


def _module_of_file(path: str) -> ModuleType:
    name = f"tamis_user_{hashlib.sha256(path.encode()).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise ImportError(f"no module at {path}")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module  # dataclasses look their module up while it is being run
    try:
        specification.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
