"""The errors that Tamis raises on purpose.

::

    TamisError
    ├── ConfigurationError   the user's YAML or options are wrong            exit status 2
    ├── InputError           a shard cannot be listed, opened or read
    ├── OutputError          the output cannot be written, or is in use
    └── RunError             a run failed, or its ledger does not balance    exit status 1
        └── AnnotatorError   an annotator or cleaner raised: the document fails, the run goes on

Every error takes one plain string, so that it pickles across worker processes. The string names
the thing, its value, what is allowed and how to mend it.
"""

__all__ = ["AnnotatorError", "ConfigurationError", "InputError", "OutputError", "RunError", "TamisError"]


class TamisError(Exception):
    """The root of everything that Tamis raises on purpose."""


class ConfigurationError(TamisError):
    """The configuration, a command-line option or a policy is wrong."""


class InputError(TamisError):
    """An input cannot be listed, opened or read at all."""


class OutputError(TamisError):
    """The output cannot be written, or another run is using it."""


class RunError(TamisError):
    """A run failed, or its ledger does not balance."""


class AnnotatorError(RunError):
    """An annotator or cleaner, which should be total, raised on a batch."""
