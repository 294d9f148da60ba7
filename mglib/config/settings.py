"""What all settings share: text is converted to the declared type; what does not fit is refused with a sentence.

A number is not accepted as text: a name that arrives as a number may have been written differently, such as 007.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from mglib.base import paths
from mglib.base.descriptions import inlined
from mglib.base.errors import ConfigError
from mglib.base.values import from_text, sentences


def odd(value: int) -> int:
    """Refuse even numbers: a window of even length has no middle."""
    if value % 2 == 0:
        raise ValueError(f"{value} is even; give an odd number.")
    return value


def nonzero(jobs: int) -> int:
    """Refuse 0 runs at a time."""
    if jobs == 0:
        raise ValueError("0 at a time are none; give 1 or more, or -1 for one per core.")
    return jobs


def absolute(path: Path | None) -> Path | None:
    """The absolute path, so that a run finds its files from any working directory."""
    return None if path is None else path.expanduser().resolve()


def folder_name(value: str) -> str:
    """Refuse what cannot be the name of a folder; an empty name is chosen later."""
    if value and (fault := paths.fault(value)):
        raise ValueError(f"give a plain folder name, as this {fault}")
    return value


def mapping(value: Any) -> Any:
    """A mapping may be given as text; None stands for an empty one."""
    value = from_text(value)
    return {} if value is None else value


def kept_options(value: dict[str, Any]) -> dict[str, Any]:
    """Options with descriptions read from their files: a run keeps the content, not the file's name."""
    return inlined(paths.absolute_options(value))


Place = Annotated[Path | None, AfterValidator(absolute)]  # of a file or folder
FolderName = Annotated[str, AfterValidator(folder_name)]
Mapped = Annotated[dict[str, Any], BeforeValidator(mapping)]
Options = Annotated[Mapped, AfterValidator(kept_options)]  # of a data set
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, lt=1)]
Count = Annotated[int, Field(ge=1)]
Whole = Annotated[int, Field(ge=0)]
Odd = Annotated[int, Field(ge=1), AfterValidator(odd)]
Jobs = Annotated[int, AfterValidator(nonzero)]  # as in joblib; -1: one per core
Preset = Literal["tiny", "small", "paper"]
# the names in `data.SOURCES`
Dataset = Literal["synthetic", "imigue", "smg", "ma52", "utd_mhad", "annotation", "keypoints", "recordings"]
WITHOUT_ROOT = ("synthetic", "recordings")  # these are synthetic where no folder is given


class Settings(BaseModel):
    """Settings of one notebook: a field per setting, whose comment describes it in the notebook.

    A field without default is set by the preset: its notebook shows None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Settings with these values.

        Raises:
            ConfigError: a name is unknown or a value does not fit; one sentence per fault.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise ConfigError("\n".join(sentences(error, list(cls.model_fields), "setting"))) from None

    def to_yaml(self) -> str:
        """The settings as YAML, for `read`."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False)


class DataSettings(Settings):
    """The data set, and where it lies."""

    # data
    dataset: Dataset = "synthetic"
    data_root: Place = None  # folder or file of the data set; the synthetic one needs none
    data_options: Options = {}  # further arguments of the data set's load function, such as {"num_clips": 320}

    @model_validator(mode="after")
    def _check_root(self) -> Self:
        if self.dataset not in WITHOUT_ROOT and self.data_root is None:
            raise ValueError(f"data_root: the data set {self.dataset} is read from a folder or file; give its path.")
        return self
