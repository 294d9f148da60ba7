"""The order in which clips should be reviewed: doubtful labels first, then uncertain predictions."""

import numpy as np
import pandas as pd

from mglib.runs import Run

STEP = 0.01  # label qualities closer than this count as equal, as they are not more precise


def review_queue(run: Run, check: pd.DataFrame | None = None, stream: str = "fused") -> pd.DataFrame:
    """All clips in the order of review.

    Training clips whose label was judged come first, in order of increasing label quality, for equal quality in order
    of decreasing uncertainty; then all others in order of decreasing uncertainty.

    Args:
        run: a finished run.
        check: result of `label_check` or `kept_label_check`; None: no label was judged.
        stream: stream whose predictions are used.

    Returns:
        Columns row, label_quality (NaN where not judged) and uncertainty: 1 less the distance between the two most
        probable classes, 0..1.
    """
    probabilities = np.sort(run.probabilities(stream), axis=1)
    second = probabilities[:, -2] if probabilities.shape[1] > 1 else 0.0
    uncertainty = 1 - (probabilities[:, -1] - second)
    quality = np.full(len(run.clips), np.nan)
    if check is not None:
        quality[check.index] = check["label_quality"]
    order = np.lexsort([-uncertainty, np.floor(quality / STEP)])  # the last key is the primary one; NaN is sorted last
    return pd.DataFrame({"row": order, "label_quality": quality[order], "uncertainty": uncertainty[order]})
