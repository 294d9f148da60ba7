"""The sections with the explorer and on reproducibility."""

import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from mglib.base import paths
from mglib.config import TrainConfig
from mglib.explorer import ConfusionExplorer
from mglib.report.commands import ensemble_command, train_command
from mglib.report.document import Code, Page, Section, Table
from mglib.report.study import Study
from mglib.runs import Run

PICTURES = 100  # number of clips with pictures in the explorer; others have skeletons only
BESIDE = "The confusion explorer, in which the clips behind each cell open, is in index.html beside this file."
PACKAGES = ("mglib", "numpy", "pandas", "scipy", "scikit-learn", "umap-learn", "matplotlib", "typst")  # in the report


def explorer(study: Study) -> Section:
    """The interactive explorer in the HTML page."""
    widget = ConfusionExplorer(study.run, study.others[0] if study.others else None, umap=study.projection == "umap")
    widget.view = widget.view | {"compare": "this"}  # shows the run itself first
    with tempfile.TemporaryDirectory() as folder:
        path = widget.to_html(Path(folder) / "explorer.html", frames=_with_pictures(study))
        page = Page(path.read_text(encoding="utf-8"), BESIDE)
    text = "Click a cell of the matrix, or a pair in the table: its clips open, with player, probabilities and history."
    return Section("Explorer", [text], [page])


def _with_pictures(study: Study) -> list[int]:
    """Rows of the test clips with the least probable labels, as thousands of clips would make a page of 100 MB."""
    if not study.frames or study.table is None or study.table.frames is None:
        return []
    test = study.clips[study.clips["split"] == "test"]
    return test.sort_values("probability", kind="stable")["row"].head(PICTURES).tolist()


def reproducibility(study: Study) -> Section:
    """Runs, commands, hardware and versions."""
    runs = [study.run, *study.seeds, *study.others, *_members(study)]
    networks = [run for run in runs if run.kind == "network"]
    text = [
        "With the same versions and number of threads on the same kind of machine, a command gives the same run; "
        "elsewhere, rounding differs, which acts like another seed. The commands are for a POSIX shell in the "
        "project's folder, at the commit of the run; FOLDER is the folder of the data set.",
        f"This report was written with Python {platform.python_version()} on {sys.platform}, "
        f"{', '.join(f'{name} {version(name)}' for name in PACKAGES)}; its random seed is {study.seed}.",
    ]
    facts = pd.DataFrame(map(_facts, runs))
    known = facts.loc[:, (facts != "").any()]
    items: list = [Table("runs", known, "The runs, and what they were trained on.")]
    if networks:
        items.append(Table("versions", _versions(networks), "Versions that the runs were trained with."))
        items += [Code(train_command(_anywhere(run)), f"{run.name} was trained with") for run in networks]
    ensembles = [run for run in (*runs, study.ensemble) if run is not None and run.kind == "ensemble"]
    items += [Code(ensemble_command(run), f"{run.name} was made with") for run in ensembles]
    return Section("Reproducibility", text, items)


def _members(study: Study) -> list[Run]:
    """Members of the ensemble that are not in the study, as far as they are available."""
    known = [run.name for run in (study.run, *study.seeds, *study.others)]
    names = dict.fromkeys(m["run"] for m in study.ensemble.config["members"]) if study.ensemble else ()
    there = [name for name in names if name not in known and not paths.fault(name)]
    return [Run(name) for name in there if (paths.runs_dir() / name / "config.yaml").is_file()]


def _anywhere(run: Run) -> TrainConfig:
    """A run's settings without paths of data on this machine; corrections are in the run's directory."""
    config = run.settings
    places = {name: name.upper() for name in paths.PATH_OPTIONS & config.data_options.keys()}
    if config.data_options.get("corrections"):
        places["corrections"] = f"runs/{run.name}/corrections.csv"
    moved = {"data_root": config.data_root and Path("FOLDER"), "data_options": config.data_options | places}
    return config.model_copy(update=moved)


def _facts(run: Run) -> dict[str, str]:
    environment = run.environment
    memory, minutes = environment.get("peak_memory_gib"), environment.get("training_minutes")
    commit, dash, state = (environment.get("commit") or "unknown").partition("-")
    return {
        "run": run.name,
        "seed": run.config.get("seed", ""),
        "commit": commit[:10] + dash + state,
        "device": environment.get("device", ""),
        "processor": environment.get("processor", ""),
        "threads": environment.get("threads", ""),
        "precision": environment.get("precision", ""),
        "GiB": "" if memory is None else f"{memory:.1f}",
        "minutes": "" if minutes is None else f"{minutes:.1f}",
    }


def _versions(runs: list[Run]) -> pd.DataFrame:
    """A row per package, a column per combination of versions."""
    found = {run.name: {"python": run.environment["python"]} | run.environment["packages"] for run in runs}
    frame = pd.DataFrame(found).fillna("").T.drop_duplicates().T
    frame.columns = ["version"] if frame.shape[1] == 1 else frame.columns
    return frame.rename_axis("package").reset_index()
