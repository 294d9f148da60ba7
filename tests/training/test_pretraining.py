"""Each branch gets a run of its own, with its own recipe, and the command that goes on is one that a shell can read."""

import shlex

import pytest

from mglib.base.errors import ConfigError
from mglib.config import TrainConfig
from mglib.training.pretraining import branch_configs, joint_command


def test_every_branch_has_its_run_and_its_recipe():
    configs = branch_configs({"name": "first", "pose": "limb", "preset": "paper", "imagenet": True, "epochs": "12"})
    assert [(c.run_name, c.streams, c.imagenet, c.epochs) for c in configs.values()] == [
        ("first-rgb", "rgb", True, 12),
        ("first-pose", "limb", False, 12),
    ]
    assert [c.lr for c in configs.values()] == [pytest.approx(10 * 0.15 / 96), pytest.approx(10 * 0.2 / 128)]
    (only,) = branch_configs({"branch": "pose"}).values()
    assert only.streams == "joint" and only.run_name.startswith("synthetic-2") and only.run_name.endswith("-pose")


def test_a_setting_of_one_branch_is_kept_from_the_other():
    configs = branch_configs({"name": "first", "random_erasing": 0.3, "joint_dropout": 0.2, "joint_noise": 0.4})
    found = {branch: (c.random_erasing, c.joint_dropout, c.joint_noise) for branch, c in configs.items()}
    assert found == {"rgb": (0.3, 0, 0), "pose": (0, 0.2, 0.4)}


def test_a_network_without_branches_is_one_run():
    (swin,) = branch_configs({"name": "first", "model": "video_swin_t", "branch": "both", "pose": "limb"}).values()
    assert (swin.run_name, swin.streams, swin.optimizer) == ("first-video_swin_t", "rgb", "adamw")
    ((branch, limbs),) = branch_configs({"name": "first", "model": "pose_conv3d", "pose": "limb"}).items()
    assert (branch, limbs.streams) == ("pose", "limb")
    assert joint_command({branch: limbs}).endswith("04_explore_confusions.ipynb out.ipynb -p run first-pose_conv3d")
    with pytest.raises(ConfigError, match=r"^model: 'swin' does not fit"):
        branch_configs({"model": "swin"})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"alhpa": 1.0}, "alhpa: there is no such setting; did you mean alpha?"),
        ({"pose": "joints"}, "pose: 'joints' does not fit: it should be 'joint' or 'limb'"),
        ({"branch": "pose", "imagenet": True}, "imagenet: streams joint has no rgb branch"),
    ],
)
def test_refusals_are_sentences(values, sentence):
    with pytest.raises(ConfigError) as error:
        branch_configs(values)
    assert str(error.value).startswith(sentence)


def test_the_command_names_the_runs_and_the_same_data(tmp_path):
    data = {"dataset": "annotation", "data_root": str(tmp_path / "my clips.pkl"), "data_options": "{layout: coco17}"}
    words = shlex.split(joint_command(branch_configs(data | {"name": "a b", "preset": "tiny", "pose": "limb"})))
    assert words[:3] == ["papermill", "03_train.ipynb", "out.ipynb"] and words[3::3] == ["-p"] * (len(words) // 3 - 1)
    config = TrainConfig.read(dict(zip(words[4::3], words[5::3], strict=True)))
    named = {"init_rgb": "a b-rgb", "init_pose": "a b-pose", "streams": "rgb+limb", "preset": "tiny"}
    assert config == TrainConfig.read(data | named)
    both = joint_command(branch_configs({"name": "first"}))
    assert both == "papermill 03_train.ipynb out.ipynb -p init_rgb first-rgb -p init_pose first-pose"
    plain = joint_command(branch_configs({"branch": "rgb", "name": "first"}))
    assert plain == "papermill 03_train.ipynb out.ipynb -p init_rgb first-rgb"


def test_masked_is_one_run_with_a_recipe_of_its_own():
    shown = {"objective": "masked", "name": "first", "clip_norm": 40.0, "epochs": None, "alpha": 0.0, "mask": "0.5"}
    ((branch, config),) = branch_configs(shown).items()
    assert (branch, config.run_name, config.streams) == ("pose", "first-masked", "joint")
    assert (config.mask, config.optimizer, config.clip_norm, config.epochs) == (0.5, "adamw", 1.0, 150)
    (limbs,) = branch_configs(shown | {"pose": "limb", "clip_norm": 5.0, "epochs": 3}).values()
    assert (limbs.streams, limbs.clip_norm, limbs.epochs) == ("limb", 5.0, 3)
    (graph,) = branch_configs(shown | {"model": "hypergraph"}).values()
    assert graph.streams == "limb"
    words = shlex.split(joint_command({branch: limbs}))
    values = dict(zip(words[4::3], words[5::3], strict=True))
    assert values == {"init_from": "first-masked", "streams": "limb"}
    whole = {"dataset": "recordings", "data_options": {"windows": 3, "seconds": 60}, "preset": "tiny", "pose_kernel": 5}
    words = shlex.split(joint_command(branch_configs(shown | whole)))
    after = TrainConfig.read(dict(zip(words[4::3], words[5::3], strict=True)))
    assert after.data_options == {"seconds": 60}, "there is no label to a window"
    assert (after.preset, after.pose_kernel, after.init_from) == ("tiny", 5, "first-masked")
    seen = {"model": "st_gcn", "origin": "body", "sampling": "resized"}
    words = shlex.split(joint_command(branch_configs(shown | seen)))
    assert dict(zip(words[4::3], words[5::3], strict=True)).items() >= seen.items()
    with pytest.raises(ConfigError, match="^objective: masked hides joints, which the branch rgb does not have"):
        branch_configs(shown | {"branch": "rgb"})
