"""A run on a layout of one's own is trained, read and answered after the file that described it is gone."""

import pickle

import numpy as np
import yaml

from mglib.config import TrainConfig
from mglib.prediction import Predictor
from mglib.runs import Run
from mglib.runs.dataset import find_table
from mglib.training import train

RIG = {
    "joints": ["nose", "neck", "LHand", "RHand", "lid", "rim"],
    "limbs": [["nose", "neck"], ["neck", "LHand", "lid"], ["neck", "RHand", "rim"]],
    "flip_pairs": [["lid", "rim"]],
}


def _annotations(clips: int = 12) -> dict:
    rng = np.random.default_rng(0)
    names = [f"p{clip}_0" for clip in range(clips)]
    listed = [
        {"frame_dir": name, "label": clip % 2, "img_shape": (100, 100), "total_frames": 8,
         "keypoint": rng.uniform(5, 95, (1, 8, 6, 2)).astype(np.float32)}
        for clip, name in enumerate(names)
    ]  # fmt: skip
    return {"split": {"train": names[:8], "test": names[8:]}, "annotations": listed}


def test_the_file_is_not_needed_any_more_once_a_run_has_begun(folders, tmp_path):
    data, described = tmp_path / "rig.pkl", tmp_path / "rig.yaml"
    data.write_bytes(pickle.dumps(_annotations()))
    described.write_text(yaml.safe_dump(RIG))
    config = TrainConfig(
        dataset="annotation", data_root=data, data_options={"layout": str(described)}, preset="tiny", streams="limb",
        epochs=1, batch_size=4, dim=8, precision="no", run_name="rig",
    )  # fmt: skip
    run = Run(train(config).path)
    described.unlink()
    assert (run.data.layout, run.data.joints) == ("rig", tuple(RIG["joints"]))
    assert run.data.flip_pairs == ((2, 3), (4, 5))
    table = find_table(run)
    assert table.layout.limbs == run.data.limbs == ((0, 1), (1, 2), (2, 4), (1, 3), (3, 5))
    rows = run.where("test")
    again = Predictor(run).answers(table.select(rows))
    np.testing.assert_allclose(again.probabilities["pose"], run.probabilities("pose")[rows], atol=1e-5)
