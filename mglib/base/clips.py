"""The common part of data sets and runs: a table of clips with label, split and group."""

import numpy as np
import pandas as pd


class Clips:
    """Columns of `clips`, a table with a row per clip, as arrays."""

    clips: pd.DataFrame

    @property
    def labels(self) -> np.ndarray:
        """Labels, int64 [N]."""
        return self.clips["label"].to_numpy(np.int64)

    @property
    def groups(self) -> np.ndarray:
        """The subject or video of each clip, str [N]."""
        return self.clips["group"].to_numpy(str)

    def where(self, split: str) -> np.ndarray:
        """Row numbers of a split's clips, int64 [n], in the order of the table."""
        return np.flatnonzero(self.clips["split"].to_numpy(str) == split)
