"""An auxiliary loss: predicting an embedding of the class name teaches the network which classes are similar.

Source: Li et al., "Joint Skeletal and Semantic Embedding Loss for Micro-gesture Classification", MiGA 2023: mean
squared error to a 300-dimensional word vector of the class name, weighted 20.
"""

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import Tensor, nn


class LabelEmbedding(nn.Module):
    """A linear map beside the classifier whose target is the embedding of the label; not used for prediction.

    Args:
        width: channels of the backbone's last map.
        table: [K, d] embeddings of the classes, from `name_table` or `read_table`.
        weight: weight of the loss.

    Raises:
        ValueError: the table does not have one finite vector per class.
    """

    def __init__(self, width: int, table: np.ndarray, weight: float = 20.0):
        super().__init__()
        if table.ndim != 2 or not np.isfinite(table).all():
            raise ValueError(
                f"LabelEmbedding: the table is {list(table.shape)} with {np.sum(~np.isfinite(table))} values that are "
                "not finite; give one finite vector per class, [K, d]."
            )
        self.regress = nn.Linear(width, table.shape[1])
        self.register_buffer("table", torch.tensor(table, dtype=torch.float32))  # a copy, as streams have one each
        self.weight = weight

    def loss(self, pooled: Tensor, labels: Tensor) -> Tensor:
        """weight * mean squared error, a scalar in float32.

        Args:
            pooled: [N, width], mean of the last map over time and space.
            labels: [N] int64.
        """
        return self.weight * F.mse_loss(self.regress(pooled).float(), self.table[labels])


def name_table(names: Sequence[str], dim: int = 300) -> np.ndarray:
    """Embeddings from the spelling of class names: TF-IDF over character n-grams, reduced by a truncated SVD.

    Names with common words or stems are close to each other ("touching ears", "touching jaw"); the meaning of words is
    not used. The same names give the same table on every machine: the SVD is exact, and its signs are fixed. K names
    span at most K dimensions, so with fewer than `dim` names nothing is lost.

    Args:
        names: K class names.
        dim: largest number of dimensions.

    Returns:
        float32 [K, d] with rows of length 1; d is `dim`, or the rank of the names if that is lower.

    Raises:
        ValueError: a name is empty.
    """
    empty = [label for label, name in enumerate(names) if not name.strip()]
    if empty:
        raise ValueError(f"The classes {empty} have empty names; a table made of names needs one for each class.")
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit_transform(names)
    u, s, _ = np.linalg.svd(grams.toarray(), full_matrices=False)
    d = min(dim, int(np.sum(s > 1e-6 * s[0])))  # equal names leave a direction of mere rounding errors
    u, s = u[:, :d], s[:d]
    large = np.abs(u) > (1 - 1e-6) * np.abs(u).max(0)  # the first of the largest, independent of rounding
    table = u * np.sign(u[large.argmax(0), np.arange(d)]) * s
    return (table / np.linalg.norm(table, axis=1, keepdims=True)).astype(np.float32)


def read_table(path: Path, names: Sequence[str]) -> np.ndarray:
    """Read the user's word vectors, unchanged, in the order of the classes.

    Args:
        path: a .csv without header, whose lines are a class name and its d numbers, or a .npz with the arrays `names`
            [K] and `vectors` [K, d]. Classes beyond `names` may be there.
        names: K class names.

    Returns:
        float32 [K, d].

    Raises:
        ValueError: the format is wrong, a class is missing or occurs twice, or a value is not finite.
    """
    vectors = _vectors(path)
    twice, missing = vectors.index[vectors.index.duplicated()], [name for name in names if name not in vectors.index]
    if len(twice) or missing:
        raise ValueError(
            f"{path}: expected one vector for each of the {len(names)} classes; missing are {missing}, and there more "
            f"than once are {list(twice)}. Names must be spelt as in the data set."
        )
    table = vectors.loc[list(names)].to_numpy(np.float32)
    bad = [name for name, row in zip(names, table, strict=True) if not np.isfinite(row).all()]
    if bad:
        raise ValueError(f"{path}: the vectors of {bad} contain values that are not finite; give numbers only.")
    return table


def _vectors(path: Path) -> pd.DataFrame:
    """The vectors [*, d] by class name."""
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return pd.DataFrame(arrays["vectors"].astype(np.float32), index=arrays["names"].astype(str))
        table = pd.read_csv(path, header=None, index_col=0, dtype=str, keep_default_na=False)  # "nan" may be a name
        return table.astype(np.float32)
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise ValueError(
            f"{path} is not a table of word vectors ({error}); expected is a .csv whose lines are a class name and its "
            "numbers, or a .npz with the arrays names [K] and vectors [K, d]."
        ) from None
