"""Strings become typed values; what does not fit is refused with a sentence."""

import datetime
import json

import pytest
import yaml

from mglib.base.errors import ConfigError
from mglib.config import (
    LEFT_OUT,
    PRESETS,
    SKELETON_MODELS,
    CompareConfig,
    EnsembleConfig,
    MaskedConfig,
    ReportConfig,
    TrainConfig,
    VideoConfig,
)


def test_strings_of_a_command_line_are_typed():
    assert TrainConfig.read({"data_options": "{num_clips: 320}"}).data_options == {"num_clips": 320}
    config = TrainConfig.read({"alpha": "1.0", "resume": "false", "epochs": "7", "run_name": "007", "flip": "true"})
    assert (config.alpha, config.resume, config.epochs, config.run_name, config.flip) == (1.0, False, 7, "007", True)


def test_presets_fill_what_is_not_given():
    config = TrainConfig.read({"preset": "paper", "lr": 0.5, "epochs": None})
    assert config.lr == 0.5
    assert (config.epochs, config.batch_size, config.schedule, config.weight_decay) == (30, 10, "step", 1e-4)
    assert PRESETS["paper"]["lr"] == 0.0075


def test_networks_train_longer_at_preset_small():
    """No other preset is touched, and what is given wins."""
    lengths = {"joint": 150, "limb": 150, "rgb": 60, "rgb+joint": 120, "rgb+limb": 120}
    for streams, epochs in lengths.items():
        config = TrainConfig.read({"streams": streams})
        assert (config.epochs, config.dropout) == (epochs, 0.2)
        assert TrainConfig.read({"streams": streams, "epochs": 3, "dropout": 0.4}).epochs == 3
    assert TrainConfig.read({"model": "pose_conv3d"}).epochs == 150
    assert TrainConfig.read({}).apart == 0.75 and TrainConfig.read({"init_from": "one"}).apart == 0
    assert TrainConfig.read({"init_from": "one", "apart": 0.5}).apart == 0.5
    lengths = {"st_gcn": 100, "hcn": 100, "hypergraph": 60, "tsm": 60, "video_swin_t": 150}
    for model, wanted in {model: (epochs, 0.2) for model, epochs in lengths.items()}.items():
        assert (TrainConfig.read({"model": model}).epochs, TrainConfig.read({"model": model}).dropout) == wanted
    for preset, epochs in (("tiny", 2), ("paper", 30)):
        config = TrainConfig.read({"streams": "joint", "preset": preset})
        assert (config.epochs, config.dropout) == (epochs, 0.5)


def test_heat_maps_and_frames_are_answered_from_three_views_at_preset_small():
    """Networks on joints see enough frames at once, and runs older than that had one view."""
    for values in ({}, {"streams": "rgb"}, {"streams": "joint"}, {"model": "tsm"}):
        assert TrainConfig.read(values).test_clips == 3
        assert TrainConfig.of_run(values).test_clips == 1
    assert {TrainConfig.read({"model": model}).test_clips for model in SKELETON_MODELS} == {1}
    assert {TrainConfig.read({"preset": preset}).test_clips for preset in ("tiny", "paper")} == {1}


def test_hcn_is_shown_stretches_of_a_clip():
    """But no other network, and no run that is older than the setting."""
    config = TrainConfig.read({"model": "hcn"})
    assert (config.sampling, config.temporal_crop) == ("resized", 0.7)
    assert TrainConfig.of_run({"model": "hcn"}).sampling == "uniform"
    assert TrainConfig.read({"model": "hcn", "sampling": "uniform", "temporal_crop": 1}).sampling == "uniform"
    assert TrainConfig.read({"model": "hcn", "sampling": "uniform"}).temporal_crop == 1
    for values in ({}, {"streams": "joint"}, {"model": "tsm"}, {"model": "st_gcn"}):
        assert (TrainConfig.read(values).sampling, TrainConfig.read(values).temporal_crop) == ("uniform", 1)


def test_branches_of_the_paper_preset_follow_their_own_recipe():
    pose = TrainConfig.read({"preset": "paper", "streams": "joint", "batch_size": "64"})
    assert (pose.lr, pose.schedule, pose.weight_decay) == (pytest.approx(0.1), "cosine", 3e-4)
    rgb = TrainConfig.read({"preset": "paper", "streams": "rgb"})
    assert (rgb.lr, rgb.schedule) == (pytest.approx(0.15 / 96 * 10), "step")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"alhpa": 1.0}, "alhpa: there is no such setting; did you mean alpha?"),
        ({"alpha": "much"}, "alpha: 'much' does not fit: input should be a valid number"),
        ({"epochs": 2.5}, "epochs: 2.5 does not fit: input should be a valid integer"),
        ({"rho": 1.0}, "rho: 1.0 does not fit: input should be less than 1"),
        ({"preset": "huge"}, "preset: 'huge' does not fit: input should be 'tiny', 'small' or 'paper'"),
        ({"dataset": "utd_mhad"}, "data_root: the data set utd_mhad is read from a folder"),
        ({"init_from": "a", "init_rgb": "b"}, "init_from: sets the whole backbone; leave out init_rgb"),
        ({"streams": "rgb", "init_pose": "a"}, "init_pose: streams rgb has no pose branch"),
        ({"sampling": "resized"}, "sampling: resized is for networks on joints, not for two_stream; give uniform."),
        ({"temporal_crop": 0.5}, "temporal_crop: is for sampling resized; leave it at 1, or set sampling=resized."),
        (
            {"streams": "joint", "apart": 0.5},
            "apart: 0.5 changes nothing for two_stream with streams joint; leave it at",
        ),
        (
            {"model": "tsm", "drop_modality": 0.1},
            "drop_modality: 0.1 changes nothing for tsm with streams rgb; leave it",
        ),
        ({"streams": "limb", "attention": "off"}, "attention: off changes nothing for two_stream with streams limb;"),
        ({"origin": "body"}, "origin: body changes nothing for two_stream with streams rgb+joint; leave it at clip."),
        ({"preset": ["small"]}, "preset: ['small'] does not fit: it should be"),
        ({"model": ["tsm"]}, "model: ['tsm'] does not fit: input should be"),
        ({"streams": "limb", "random_erasing": 0.4}, "random_erasing: 0.4 changes nothing for two_stream with streams"),
        ({"model": "tsm", "joint_dropout": 0.1}, "joint_dropout: 0.1 changes nothing for tsm with streams rgb; leave"),
        ({"streams": "rgb", "joint_noise": 0.1}, "joint_noise: 0.1 changes nothing for two_stream with streams rgb"),
        ({"imagenet": True}, "imagenet: is for RGB networks of preset paper"),
        ({"num_processes": 3}, "num_processes: 3 processes cannot share a batch_size of 16 equally"),
        ({"preset": "paper", "streams": "rgb", "batch_size": "many"}, "batch_size: 'many' does not fit"),
        ({"pose_kernel": 4}, "pose_kernel: 4 does not fit: 4 is even; give an odd number"),
        ({"run_name": "../x"}, "run_name: '../x'; give a plain folder name"),
        ({"run_name": 20240501}, "run_name: 20240501 arrived as a number, as YAML and papermill read 2024_05_01"),
        (
            {"run_name": 1000.0},
            "run_name: 1000.0 arrived as a number, as papermill reads 1e3; where it is meant as text",
        ),
        ({"run_name": True}, "run_name: True arrived as true or false, as YAML reads yes, no, on and off"),
        ({"run_name": datetime.date(2024, 5, 1)}, "run_name: datetime.date(2024, 5, 1) arrived as a date"),
        ({"data_root": 13}, "data_root: 13 arrived as a number"),
        ({"fold": 0.5}, "fold: 0.5 arrived as a number"),
        ({"data_options": "{layout: "}, "data_options: '{layout: ' does not fit: it is not YAML (while parsing"),
    ],
)
def test_refusals_are_sentences(values, sentence):
    with pytest.raises(ConfigError) as error:
        TrainConfig.read(values)
    assert str(error.value).startswith(sentence)


def test_settings_without_effect_are_read_back_from_earlier_runs_as_what_they_did():
    recorded = {"preset": "tiny", "streams": "joint", "apart": 0.5, "drop_modality": 0.1, "attention": "off"}
    assert TrainConfig.of_run(recorded | {"origin": "body"}) == TrainConfig.of_run(
        {"preset": "tiny", "streams": "joint"}
    )
    assert TrainConfig.of_run(recorded | {"random_erasing": 0.5}).random_erasing == 0
    assert TrainConfig.of_run(recorded | {"streams": "rgb+joint"}).attention == "off"
    assert TrainConfig.of_run(recorded | {"model": "st_gcn", "origin": "body"}).origin == "body"


@pytest.mark.parametrize("values", [{"preset": "huge"}, {"preset": ["tiny"]}, {"model": ["tsm"]}, {"streams": 5}])
@pytest.mark.parametrize("settings", [TrainConfig, MaskedConfig])
def test_a_run_with_impossible_settings_is_refused_with_a_sentence(settings, values):
    with pytest.raises(ConfigError, match=f"^{next(iter(values))}: .* does not fit: (it|input) should be"):
        settings.of_run(values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"num_clips": 9}, "Options of the data set are given as data_options, such as {num_clips: 9}."),
        ({"dataset": "imigeu"}, "Did you mean 'imigue'?"),
    ],
)
def test_what_was_meant_is_said_at_the_end(values, sentence):
    with pytest.raises(ConfigError) as error:
        TrainConfig.read(values)
    assert str(error.value).endswith(sentence) and "test_clips?" not in str(error.value)


def test_no_runs_at_a_time_are_refused_with_a_sentence():
    for settings in (CompareConfig, EnsembleConfig):
        with pytest.raises(ConfigError, match="^n_jobs: 0 does not fit: 0 at a time are none; give 1 or more, or -1"):
            settings.read({"n_jobs": 0})
        assert settings.read({"n_jobs": "-1"}).n_jobs == -1


def test_a_grid_that_is_no_yaml_is_refused_in_one_sentence():
    with pytest.raises(ConfigError, match=r"^factors: '\{\"alpha\": ' does not fit: it is not YAML \(.*\)\.$"):
        CompareConfig.read({"factors": '{"alpha": '})


@pytest.mark.parametrize("word", ["0001_3", "2024_05_01", "007", "1e3", "yes", "2024-05-01", "12:30", "0x10", "nan"])
def test_a_name_that_yaml_would_read_as_something_else_stays_where_its_text_is_known(word):
    assert VideoConfig.read({"clip": word}).clip == word
    assert EnsembleConfig.read({"members": word}).members == [word]
    assert ReportConfig.read({"seeds": word, "others": f"['{word}']"}).seeds == [word]
    assert CompareConfig.read({"systems": word}).systems == [word]
    config = TrainConfig.read({"run_name": word})
    assert TrainConfig.read(yaml.safe_load(config.to_yaml())) == config


@pytest.mark.parametrize("word", ["0001_3", "2024_05_01", "007", "yes", "2024-05-01", "12:30"])
def test_the_same_name_in_a_list_of_yaml_is_refused(word):
    for settings, name in ((EnsembleConfig, "members"), (ReportConfig, "others"), (CompareConfig, "systems")):
        with pytest.raises(ConfigError, match=rf"^{name}: .* arrived as .*; .* in quotes in YAML and Python, with -r"):
            settings.read({name: f"[{word}]"})


def test_yaml_is_read_back():
    config = TrainConfig.read({"dataset": "utd_mhad", "data_root": "/data/utd", "alpha": 0.5})
    assert TrainConfig.read(yaml.safe_load(config.to_yaml())) == config


@pytest.mark.parametrize(
    ("given", "kept"), [("v", "here/v"), ("./a/../v", "here/v"), ("~/v", "home/v"), ("/v", "/v"), (None, None)]
)
def test_paths_in_data_options_are_meant_from_the_current_folder(tmp_path, monkeypatch, given, kept):
    """As data_root is, so that a run finds its videos again from any other folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    data = {"dataset": "annotation", "data_root": "x.pkl", "data_options": {"layout": "coco17", "videos": given}}
    expected = None if kept is None else str(tmp_path / kept)
    assert TrainConfig.read(data).data_root == tmp_path / "here" / "x.pkl"
    as_text = data | {"data_options": json.dumps(data["data_options"])}
    for config in (TrainConfig.read(data), TrainConfig.read(as_text), CompareConfig.read(data)):
        assert config.data_options == {"layout": "coco17", "videos": expected}


def test_where_data_lie_is_left_out_of_what_is_compared():
    one, other = (
        TrainConfig.read({"dataset": "annotation", "data_root": f"{place}.pkl", "data_options": {"videos": place}})
        for place in "ab"
    )
    assert one != other and one.model_dump(exclude=LEFT_OUT) == other.model_dump(exclude=LEFT_OUT)
    fewer = one.model_copy(update={"data_options": {"layout": "coco17"}})
    assert one.model_dump(exclude=LEFT_OUT) != fewer.model_dump(exclude=LEFT_OUT)


def test_a_part_of_the_frames_is_erased_by_default_only_where_there_are_epochs_for_it():
    def read(**given):
        return TrainConfig.read(given).random_erasing

    assert read() == read(streams="rgb") == read(streams="rgb_motion", epochs=60) == read(model="tsm") == 0.5
    for given in ({"streams": "joint"}, {"epochs": 59}, {"preset": "paper"}, {"preset": "tiny"}, {"model": "hcn"}):
        assert read(**given) == 0
    assert read(epochs=26, random_erasing=0.3) == 0.3
    assert TrainConfig.of_run({"preset": "small", "streams": "rgb"}).random_erasing == 0


def test_joints_are_hidden_and_displaced_by_default_only_where_there_are_epochs_for_it():
    def read(**given):
        config = TrainConfig.read(given)
        return config.joint_dropout, config.joint_noise

    for given in (
        {"streams": "joint"},
        {"streams": "limb", "epochs": "60"},
        {"model": "pose_conv3d"},
        {"model": "hcn"},
    ):
        assert read(**given) == (0.1, 0.1)
    assert read(model="st_gcn_pp") == (0.1, 0.1) and read(model="ctr_gcn", epochs=59) == (0, 0)
    for given in ({}, {"streams": "rgb"}, {"model": "st_gcn_pp", "preset": "paper"}, {"preset": "paper"}):
        assert read(**given) == (0, 0)
    assert read(streams="joint", epochs=40) == read(streams="joint", epochs=40.0) == (0, 0)
    assert read(streams="joint", epochs=40, joint_dropout=0.2) == (0.2, 0)
    assert TrainConfig.of_run({"preset": "small", "streams": "joint"}).joint_dropout == 0
    assert MaskedConfig.read({}).joint_dropout == MaskedConfig.read({}).joint_noise == 0
