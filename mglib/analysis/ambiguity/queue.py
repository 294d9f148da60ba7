"""In which order clips are worth a second look: the doubtful labels first, then the uncertain answers."""

import numpy as np
import pandas as pd

from mglib.runs import Run

STEP = 0.01  # label qualities nearer than this count as equal: they are no surer than that


def review_queue(run: Run, check: pd.DataFrame | None = None, stream: str = "fused") -> pd.DataFrame:
    """All clips, the first to be looked at first.

    Training clips whose label was judged come by label quality, the lowest first, of equal quality those with the more
    uncertain answer; then all others, by uncertainty.

    Args:
        run: a finished run.
        check: of `label_check` or `kept_label_check`; None: no label was judged.
        stream: whose answers are uncertain.

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
    order = np.lexsort([-uncertainty, np.floor(quality / STEP)])  # by the last key first; NaN comes last
    return pd.DataFrame({"row": order, "label_quality": quality[order], "uncertainty": uncertainty[order]})
