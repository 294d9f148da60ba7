"""Reading of run directories; needs neither torch nor a GPU, and only `dataset` needs the data set.

runs/<name>/
    config.yaml         settings                            environment.json    versions, hardware, minutes
    data.json           data set: classes, groups, layout   clips.csv           the clips, in the order of all arrays
    history.csv         one row per epoch                   metrics.json        written last: marks a finished run
    scores.csv          systems x metrics with intervals    predictions.npz     probabilities of every clip, by stream
    reliance.csv        test scores of a two-stream network with an input of another class
    features.npz        of every clip, by stream            prototypes.npz      after every epoch, by stream
    dynamics.npz        training clips, every epoch         skeletons.npz       of every clip, at 32 moments
    weights.safetensors                                     truth.csv           ground truth of synthetic data
    embedding-*.npz     feature maps, made on demand        label_check.npz     label quality, made on demand
    notes.csv, decisions.csv, slices.json                   yours, from the explorer
    corrections.csv     corrections of labels that it was trained with
    held_out.npz        probabilities of clips of groups    hidden.npz          ids and probabilities of a challenge's
                        not in training                                         clips without published labels
    first_head.npz      probabilities before the classifiers were re-trained, in a run with `retrain`
    checkpoint/         of an unfinished run

An ensemble is a run, too: its streams are its members, and it has neither history, dynamics nor weights. A run of
masked pre-training has examples.npz (hidden joints of held-out clips, with predicted positions) and no predictions.
"""

from mglib.base.errors import RunError

from .finding import find_run, finished_runs
from .matching import matching_rows
from .run import Run

__all__ = ["Run", "RunError", "find_run", "finished_runs", "matching_rows"]
