"""Converts and checks the options of a source's `load`, by the types in its signature."""

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from mglib.base.errors import OptionError
from mglib.base.values import sentences

Load = Callable[..., Any]


def _number(value: Any) -> Any:
    """Convert a fraction such as 30000/1001 to a number; booleans are refused."""
    if isinstance(value, bool):
        raise ValueError("it should be a number or a fraction such as 30000/1001")
    try:
        return float(Fraction(value)) if isinstance(value, str) and "/" in value else value
    except (ValueError, ZeroDivisionError):
        raise ValueError("it should be a number or a fraction such as 30000/1001") from None


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"it should be a regular expression, and {error}") from None
    return value


Rate = Annotated[float, Field(gt=0, allow_inf_nan=False), BeforeValidator(_number)]  # frames per second
Pattern = Annotated[str, AfterValidator(_pattern)]  # a regular expression
Pixels = Annotated[int, Field(ge=1, le=100_000)]
ByLabel = Mapping[int, str] | Sequence[str]  # texts of the labels 0, 1, 2, ...


def checked(dataset: str, load: Load, options: Mapping[str, Any], *shared: Load) -> dict[str, Any]:
    """Convert options to the types that `load` expects, for instance text from a console to numbers or lists.

    Args:
        dataset: name of the source.
        load: its load function.
        options: the options as given.
        *shared: functions whose options are available for every source.

    Raises:
        OptionError: a name is unknown, one is missing, or a value does not fit; one sentence per fault.
    """
    model = _model(load, *shared)
    try:
        given = model(**options)
    except ValidationError as error:
        found = sentences(error, list(model.model_fields), "option")
        raise OptionError("\n".join(f"data_options of {dataset}, {sentence}" for sentence in found)) from None
    return {name: getattr(given, name) for name in options}


@cache
def _model(*loads: Load) -> type[BaseModel]:
    """A pydantic model with a field per option; the data's place and the collector of faults are no options."""
    taken = [p for load in loads for p in inspect.signature(load, eval_str=True).parameters.values() if _is_option(p)]
    fields = {p.name: (_listed(p.annotation), ... if p.default is p.empty else p.default) for p in taken}
    settings = ConfigDict(extra="forbid", arbitrary_types_allowed=True, protected_namespaces=())
    return create_model("Options", __config__=settings, **fields)


def _listed(annotation: Any) -> Any:
    """An option that takes a list accepts a single value, too."""
    if get_origin(annotation) not in (Sequence, Collection):
        return annotation
    return Annotated[annotation, BeforeValidator(lambda value: [value] if isinstance(value, str | int) else value)]


def _is_option(parameter: inspect.Parameter) -> bool:
    data = parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    return not data and parameter.name != "faults"


def by_label(option: str, texts: ByLabel) -> tuple[str, ...]:
    """Texts in the order of their labels, given as a list or by label.

    Raises:
        OptionError: a label is missing.
    """
    if not isinstance(texts, Mapping):
        return tuple(texts)
    missing = sorted(set(range(len(texts))) - set(texts))
    if missing:
        raise OptionError(
            f"{option}: the labels {', '.join(map(str, sorted(texts)))} have one, and label {missing[0]} has none; "
            "labels count from 0, and each has its own."
        )
    return tuple(texts[label] for label in range(len(texts)))
