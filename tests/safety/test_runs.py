"""A run directory that someone else made: used as it is, or refused by a sentence that names the file."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from safetensors.numpy import save_file

from mglib.analysis.embedding import embed
from mglib.analysis.ensemble import EnsembleError, find_members, gather, save_ensemble
from mglib.analysis.ensemble.weights import fit
from mglib.base import files, paths
from mglib.base.errors import ConfigError, DataError, RunError
from mglib.config import ReportConfig, TrainConfig
from mglib.data.sources import annotation
from mglib.explorer.notes import Notes
from mglib.notebook import NotebookError, find
from mglib.prediction.picking import _plain
from mglib.report.sections.record import _members
from mglib.report.study import Study
from mglib.runs import Run, find_run
from mglib.training import train
from mglib.training.building import load_network
from mglib.training.first_weights import initialise
from tests.builders import waving_table
from tests.run_builder import fake_run, rewrite
from tests.safety.hostile import ESCAPES, LAUGHS, Canary, damaged, refusal, untouched, write_pickle
from tests.safety.hostile import annotation as one

READS = {
    "config.yaml": lambda run: (run.kind, run.config["dataset"]),
    "data.json": lambda run: run.data.class_names, "clips.csv": lambda run: run.clips,
    "environment.json": lambda run: run.environment, "metrics.json": lambda run: run.metrics,
    "history.csv": lambda run: run.history, "scores.csv": lambda run: run.scores,
    "predictions.npz": lambda run: run.probabilities(), "features.npz": lambda run: run.features("rgb"),
    "prototypes.npz": lambda run: run.prototypes("rgb"), "dynamics.npz": lambda run: run.dynamics(),
    "skeletons.npz": lambda run: run.skeletons(),
}  # fmt: skip


@pytest.fixture
def run(folders: Path) -> Run:
    return fake_run(folders / "runs" / "shared", num_classes=4, clips=40)


@pytest.mark.parametrize("name", READS)
def test_a_damaged_file_is_read_or_named(run, name):
    path = run.path / name
    for what, bad in damaged(path.read_bytes(), np.random.default_rng(0), flips=20):
        path.write_bytes(bad)
        with untouched(run.path):
            said = refusal(lambda: READS[name](Run(run.path)), RunError)
        assert said is None or str(path) in said, what


TEXTS = {
    "config.yaml": [
        "!!python/object/apply:os.system ['touch CANARY']", "!!python/name:os.system", "- a list", "text", "",
        "streams: 7", "a: &a [*a]", LAUGHS, "[" * 5000, "members: 7", "dataset: [x]\nstreams: rgb", "\0", "a: {b",
    ],
    "data.json": ["[]", "{}", "null", "[" * 100_000, '{"name": 7}', "NaN", "", '{"class_names": "abc"}'],
    "clips.csv": [
        "", '"', "id,label\na,b\n", *(f"id,label,split,group,total_frames,height,width\na,{label},train,g,1,2,3\n"
                                     for label in (99, -1, "x", "", 0.5)),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, ts in TEXTS.items() for t in ts], ids=lambda x: repr(x)[:30])
def test_forged_text_is_refused_and_not_run(run, tmp_path, name, text):
    canary = tmp_path / "ran"
    (run.path / name).write_text(text.replace("CANARY", str(canary)))
    with pytest.raises(RunError, match=rf"{name} cannot be used: .*; copy the run shared again, or train it again"):
        READS[name](Run(run.path))
    assert not canary.exists()


@pytest.mark.parametrize(
    ("name", "arrays", "said"),
    [
        ("predictions", {"rgb": np.array([{}] * 40, dtype=object)}, "allow_pickle=False"),
        ("predictions", {"rgb": np.ones((39, 4))}, r"rgb has the shape \(39, 4\), for 40 clips"),
        ("predictions", {"rgb": np.zeros(40, [("a", "f4")])}, "contains .* values, where numbers or text are expected"),
        ("predictions", {"../../out": np.ones((40, 4))}, "the name '../../out' leads to another folder"),
        ("features", {"rgb": np.float32(1)}, r"rgb has the shape \(\), for 40 clips"),
        ("skeletons", {"points": np.zeros((0, 32, 2, 2))}, r"points has the shape .*, for 40 clips"),
    ],
)
def test_forged_arrays_are_refused(run, name, arrays, said):
    forged = rewrite(run, name, **arrays)
    with pytest.raises(RunError, match=rf"{name}\.npz cannot be used: .*{said}"):
        READS[f"{name}.npz"](forged)


def test_arrays_that_unpack_to_more_than_memory_are_refused(run, monkeypatch):
    monkeypatch.setenv("MGLIB_DECODED_GIB", "0.01")
    with (
        zipfile.ZipFile(run.path / "predictions.npz", "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("rgb.npy", "w") as inside,
    ):
        inside.write(bytes(20 << 20))
    with pytest.raises(
        RunError, match=r"predictions\.npz cannot be used: it takes 0\.0 GiB or more once it is decoded"
    ):
        Run(run.path).probabilities()


@pytest.mark.parametrize("rows", [[0, 40], [-1], [0.5], ["a"]])
def test_held_out_clips_that_are_not_there_are_refused(run, rows):
    files.write_arrays(run.path / "held_out.npz", rows=np.array(rows), rgb=np.ones((len(rows), 4), np.float32))
    with pytest.raises(RunError, match=r"held_out\.npz cannot be used: its rows are not among the 40 clips"):
        Run(run.path).held_out("rgb")


def test_weights_that_are_cut_or_of_another_network_are_refused(run, folders):
    content = (run.path / "weights.safetensors").read_bytes()
    for what, bad in damaged(content, np.random.default_rng(0)):
        (run.path / "weights.safetensors").write_bytes(bad)
        said = refusal(lambda: load_network(Run(run.path)), RunError)
        assert said is not None, what
        assert "weights.safetensors" in said, what
    save_file({"heads.rgb.weight": np.zeros((2, 2), np.float32)}, run.path / "weights.safetensors")
    with pytest.raises(RunError, match=r"weights\.safetensors does not fit the network that config\.yaml describes"):
        load_network(Run(run.path))


def test_a_forged_checkpoint_runs_no_code(folders):
    """Who continues a run of somebody else loads its checkpoint, a part of which is a pickle."""
    config = TrainConfig.read(
        {"preset": "tiny", "streams": "joint", "epochs": 2, "run_name": "shared", "precision": "no"}
    )
    killed = waving_table()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mglib.training.loop.write_results", _stop)
        with pytest.raises(RunError, match="as if killed"):
            train(config, killed)
    canary, folder = folders / "ran", folders / "runs" / "shared"
    shutil.copytree(folder, folders / "sound")
    names = [path.relative_to(folder) for path in sorted((folder / "checkpoint").rglob("*.pkl"))]
    assert len(names) > 2
    for name in names:
        shutil.rmtree(folder)
        shutil.copytree(folders / "sound", folder)
        torch.save(Canary(canary), folder / name)
        said = refusal(lambda: train(config.model_copy(update={"resume": True}), killed), RunError)
        assert not canary.exists(), name
        assert said is not None, name
        assert "The run shared cannot be resumed" in said
    torch.save(Canary(canary), folders / "bare.pkl")
    torch.load(folders / "bare.pkl", weights_only=False).close()
    assert canary.exists()  # the pickle does bite


def _stop(*_: object) -> None:
    raise RunError("as if killed")


@pytest.mark.parametrize("name", [escape for escape in ESCAPES if escape])
def test_no_name_leads_out_of_its_folder(run, folders, monkeypatch, name):
    monkeypatch.chdir(folders)  # "../out" is found from there, or from the notebooks, and not among somebody's files
    monkeypatch.setattr(paths, "notebooks_dir", lambda: folders / "notebooks")
    with untouched(folders):
        assert paths.fault(name)
        with pytest.raises(ConfigError, match=r"run_name: .*; give a plain folder name"):
            TrainConfig.read({"run_name": name})
        with pytest.raises(ConfigError, match=r"name: .* give a plain folder name"):
            ReportConfig.read({"name": name})
        with pytest.raises((RunError, ConfigError), match="There is no run|finished there"):
            find_run(name)
        with pytest.raises(RunError, match="There is no run"):
            initialise(None, TrainConfig.read({"streams": "rgb", "init_rgb": name}), {})
        with pytest.raises(NotebookError, match="There is no notebook"):
            find(name)


@pytest.mark.parametrize("name", ESCAPES)
def test_an_ensemble_of_such_a_name_is_not_written(run, folders, name):
    rows = run.where("train")[:20]
    held = {stream: run.probabilities(stream)[rows] for stream in run.streams}
    files.write_arrays(run.path / "held_out.npz", rows=rows, **held)
    pool = gather(find_members(["shared"]))
    with untouched(folders), pytest.raises(EnsembleError, match="name: .*; give a plain folder name"):
        save_ensemble(pool, fit(pool, "equal"), name)


def test_a_stream_of_such_a_name_writes_no_map(run, folders):
    stream, forged = "/../../../out", run
    for name in ("predictions", "features", "prototypes"):
        with np.load(run.path / f"{name}.npz") as arrays:
            forged = rewrite(run, name, **{stream: arrays["rgb"]})
    with untouched(folders), pytest.raises(RunError, match="leads to another folder"):
        embed(forged, stream, "umap")


@pytest.mark.parametrize("clip", [escape for escape in ESCAPES if escape not in ("", "..")])
def test_a_clip_id_finds_no_video_elsewhere(tmp_path, clip):
    path = write_pickle(tmp_path / "a.pkl", [one(clip)])
    with pytest.raises(DataError, match="videos: the clip id .* and its video has to lie in .*; rename it"):
        annotation.load(path, layout="coco17", videos=tmp_path)


@pytest.mark.parametrize("name", ESCAPES)
def test_a_data_set_of_such_a_name_has_no_cache(tmp_path, name):
    path = write_pickle(tmp_path / "a.pkl", [one()])
    if name:
        with pytest.raises(DataError, match="name: it .*; give a plain name, as the cache has a folder of it"):
            annotation.load(path, layout="coco17", name=name)


@pytest.mark.parametrize("name", ["я машу", 'it\'s "me"', "a  b", "名前", "x.y", "é" * 90])
def test_unusual_names_are_names(folders, name):
    assert paths.fault(name) == ""
    run = fake_run(folders / "runs" / name, num_classes=4, clips=40)
    ids = [f"{name}/{number}, {name}" for number in range(40)]
    files.write_text(run.path / "clips.csv", run.clips.assign(id=ids).to_csv(index=False))
    assert list(Run(name).clips["id"]) == ids
    notes = Notes(run.path / "notes.csv")
    notes.replace(ids[3], "ambiguous", f"{name}\n{name}")
    assert notes.read()[ids[3]]["comment"] == f"{name}\n{name}"


@pytest.mark.parametrize("name", [*ESCAPES, "C:\\x\\..\\y", "..." * 40, "а" * 400, "a/b\0.mp4"])
def test_an_uploads_name_is_made_plain(name):
    assert paths.fault(_plain(name)) == ""


def test_a_damaged_file_of_notes_is_a_sentence_and_stays(tmp_path):
    notes = Notes(tmp_path / "notes.csv")
    notes.replace("clip", "ambiguous", "why")
    for what, bad in damaged(notes.path.read_bytes(), np.random.default_rng(0), flips=20):
        notes.path.write_bytes(bad)
        with untouched(tmp_path):
            said = refusal(notes.read, ValueError)
        assert said is None or "notes.csv" in said, what


def test_a_link_is_replaced_and_not_written_through(tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes.csv").symlink_to(tmp_path / "mine")
    files.write_text(tmp_path / "run" / "notes.csv", "notes")
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_forged_config_of_an_ensemble_reads_no_run_elsewhere(run, folders):
    fake_run(folders / "elsewhere")
    settings = {"dataset": "synthetic", "data_options": {}, "members": [{"run": "../elsewhere"}, {"run": "shared"}]}
    (folders / "runs" / "mix").mkdir()
    (folders / "runs" / "mix" / "config.yaml").write_text(yaml.safe_dump(settings))
    assert _members(Study(run, None, ensemble=Run("mix"))) == []
