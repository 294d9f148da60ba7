"""Floors, the baselines without a network: the most frequent class, and a linear SVM on joints."""

import numpy as np
from scipy.special import softmax
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mglib.data.clips import ClipTable

NUM_FRAMES = 32
# With thousands of standardised features, scikit-learn's C = 1 tolerates almost no training error: it scored lower on
# held-out training subjects of UTD-MHAD, and hardly converges where classes overlap.
SOFTNESS = 1e-3


def majority(table: ClipTable, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Predict the class frequencies of the training clips for every clip: top-1 is the most frequent class.

    Args:
        table: the data set.
        train: rows to learn from [N_train].
        test: rows to predict [N_test].

    Returns:
        Probabilities [N_test, K].
    """
    counts = np.bincount(table.labels[train], minlength=table.num_classes)
    return np.tile(counts / counts.sum(), (len(test), 1))


def linear_svm(table: ClipTable, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """A linear support vector machine (one against one) on `joint_features`, standardised on the training clips.

    Args:
        table: the data set, of any layout.
        train: rows to learn from [N_train].
        test: rows to predict [N_test].

    Returns:
        Softmax of the class scores [N_test, K], not calibrated; 0 for classes not in `train`.

    Raises:
        ValueError: the training clips are of one class only.
    """
    labels = table.labels[train]
    if len(np.unique(labels)) < 2:
        raise ValueError(
            f"{table.name}: the {len(labels)} training clips show {len(np.unique(labels))} class, and a linear SVM "
            "separates at least 2; check the split."
        )
    scaler = StandardScaler()
    joints = table.keypoints if table.joints3d is None else table.joints3d
    known = scaler.fit_transform(np.stack([joint_features(joints[row]) for row in train]))
    asked = scaler.transform(np.stack([joint_features(joints[row]) for row in test]))
    # the Gram matrix by BLAS: libsvm's own linear kernel is many times slower on thousands of clips
    model = SVC(kernel="precomputed", C=SOFTNESS).fit(known @ known.T, labels)
    scores = model.decision_function(asked @ known.T)
    if scores.ndim == 1:  # two classes share one score
        scores = np.column_stack([-scores, scores])
    probabilities = np.zeros((len(test), table.num_classes))
    probabilities[:, model.classes_] = softmax(scores, axis=1)
    return probabilities


def joint_features(keypoints: np.ndarray) -> np.ndarray:
    """A clip's joints and their velocities, independent of the body's position and size in the image.

    The person with the highest sum of scores is resampled to 32 frames. Every frame is centred on the mean joint, and
    the clip is divided by the joints' root mean square distance from it. Gaps are interpolated in time; a joint that is
    never detected stays at the centre.

    Args:
        keypoints: [M, T, V, 3] = x, y in pixels, score (0 = not detected); or [M, T, V, 4], with z before the score.

    Returns:
        Positions in 32 frames, then 31 differences of neighbouring frames [63 * V * 2 or 3], in units of body size.
    """
    person = keypoints[keypoints[..., -1].sum(axis=(1, 2)).argmax()].astype(np.float64)  # [T, V, 3]
    seen = person[..., -1].any(axis=0)
    joints = np.zeros((NUM_FRAMES, *(person.shape[1], person.shape[2] - 1)))
    if seen.any():
        tracks = np.stack([_resample(track) for track in person[:, seen].swapaxes(0, 1)], axis=1)  # [32, seen, 2]
        tracks -= tracks.mean(axis=1, keepdims=True)
        joints[:, seen] = tracks / (np.sqrt(np.mean(np.sum(tracks**2, axis=-1))) or 1.0)
    return np.concatenate([joints.ravel(), np.diff(joints, axis=0).ravel()])


def _resample(track: np.ndarray) -> np.ndarray:
    """Interpolate one joint [T, 3 or 4] at 32 evenly spaced moments [32, 2 or 3], from the frames that show it."""
    moments = np.linspace(0, len(track) - 1, NUM_FRAMES)
    shown = np.flatnonzero(track[:, -1])
    return np.stack([np.interp(moments, shown, track[shown, axis]) for axis in range(track.shape[1] - 1)], axis=1)
