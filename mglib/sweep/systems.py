"""The systems of the paper's Table 2 as variants of a sweep that differ only in the network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mglib.analysis.evaluation import format_scores
from mglib.config import FACTORS, MODELS, STRONGER, CompareConfig, without_effect
from mglib.runs import Run

from .cells import Sweep, SweepError, one_at_a_time
from .comparison import Comparison, format_variants


@dataclass(frozen=True)
class System:
    """A row of the table.

    Attributes:
        title: title in the table.
        modality: input.
        settings: settings of 03_train.
        published: top-1 on the test clips of iMiGUE in percent, from the paper; None: not reported.
        parts: for a system that mixes probabilities of others: their names and weights.
    """

    title: str
    modality: str
    settings: dict[str, Any] = field(default_factory=dict)
    published: float | None = None
    parts: dict[str, float] = field(default_factory=dict)


PLAIN = {"alpha": 0.0}  # other systems have no refinement
JOINTS, LIMBS = PLAIN | {"streams": "joint"}, PLAIN | {"streams": "limb"}
NAMED = {"model": "pose_conv3d", "label_embedding": 20.0}
PUBLISHED = {
    "two_stream": System("two streams, fusion and refinement", "RGB + joints", {}, 67.91),
    "no_refinement": System("the same without refinement", "RGB + joints", PLAIN),
    "no_fusion": System("without attention and refinement", "RGB + joints", PLAIN | {"attention": "off"}),
    "tsm": System("TSM", "RGB", PLAIN | {"model": "tsm"}, 58.77),
    "video_swin_t": System("Video Swin T", "RGB", PLAIN | {"model": "video_swin_t"}, 59.97),
    "video_swin_s": System("Video Swin S", "RGB", PLAIN | {"model": "video_swin_s"}, 57.83),
    "video_swin_b": System("Video Swin B", "RGB", PLAIN | {"model": "video_swin_b"}, 61.73),
    "st_gcn": System("ST-GCN", "joints", PLAIN | {"model": "st_gcn"}, 46.38),
    "st_gcn_pp": System("ST-GCN++", "joints", PLAIN | {"model": "st_gcn_pp"}, 49.56),
    "strong_aug": System("StrongAug", "joints", PLAIN | {"model": "st_gcn_pp", "augment": "strong"}, 53.13),
    "aagcn": System("AAGCN", "joints", PLAIN | {"model": "aagcn"}, 54.73),
    "ctr_gcn": System("CTR-GCN", "joints", PLAIN | {"model": "ctr_gcn"}, 53.02),
    "dg_stgcn": System("DG-STGCN", "joints", PLAIN | {"model": "dg_stgcn"}, 49.56),
    "pose_conv3d": System("PoseConv3D", "joint heat-maps", JOINTS | {"model": "pose_conv3d"}, 61.11),
    "pose_conv3d_limb": System("PoseConv3D", "limb heat-maps", LIMBS | {"model": "pose_conv3d"}),
    "label_joint": System("label embedding", "joint heat-maps", JOINTS | NAMED),
    "label_limb": System("label embedding", "limb heat-maps", LIMBS | NAMED),
    "label_embedding": System(
        "Li et al., 0.4 : 0.6", "joint + limb heat-maps", {}, 64.12, {"label_joint": 0.4, "label_limb": 0.6}
    ),
    "hypergraph": System("EHCT, as read here", "limbs", PLAIN | {"model": "hypergraph"}, 63.02),
}  # fmt: skip


def with_others(published: Mapping[str, System], models: Mapping[str, Sequence[str]]) -> dict[str, System]:
    """The rows of the table, and one for each further model, under its own name.

    Args:
        published: row -> system.
        models: name -> accepted streams, the first is the default.
    """
    shown = {system.settings.get("model", "two_stream") for system in published.values()}
    others = {
        name: System(name, streams[0], PLAIN | {"model": name}) for name, streams in models.items() if name not in shown
    }
    return dict(published) | others


SYSTEMS = with_others(PUBLISHED, MODELS)


def system_variants(names: Sequence[str] = (), epochs: int | None = None) -> dict[str, dict[str, Any]]:
    """Variants for a `Sweep`, starting with the two-stream network, even if not named.

    Args:
        names: keys of `SYSTEMS`; parts of mixtures are added; empty: all.
        epochs: epochs of the sweep; strong augmentation trains 1.5 times as long.

    Raises:
        SweepError: a name is unknown.
    """
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown:
        raise SweepError(f"systems: there is no {unknown[0]!r}; there are {', '.join(SYSTEMS)}.")
    wanted = {"two_stream", *(names or SYSTEMS)}
    wanted |= {part for name in wanted for part in SYSTEMS[name].parts}
    chosen = {name: dict(SYSTEMS[name].settings) for name in SYSTEMS if name in wanted and not SYSTEMS[name].parts}
    if epochs and "strong_aug" in chosen:
        chosen["strong_aug"]["epochs"] = round(STRONGER * epochs)
    return chosen


def system_mixtures(names: Sequence[str] = ()) -> dict[str, dict[str, float]]:
    """Mixtures for `compare`, by name: variants whose probabilities are added, and their weights."""
    return {name: SYSTEMS[name].parts for name in names or SYSTEMS if SYSTEMS[name].parts}


def make_sweep(config: CompareConfig) -> Sweep:
    """The sweep for the settings of 07_compare.

    It compares training before and after corrections, or systems, if given; else factors, one at a time.

    Raises:
        SweepError: a name or a setting cannot be used.
    """
    variants = one_at_a_time(_factors(config))
    if config.corrections:
        after = {"data_options": {**config.data_options, "corrections": str(config.corrections)}}
        variants = {"before": {}, "after": after}
    if config.systems:
        variants = system_variants(_chosen(config), config.epochs)
    return Sweep(config.name, config.base, variants, config.seeds)


def _factors(config: CompareConfig) -> dict[str, list[Any]]:
    """The factors of the settings; of the default ones, those that change something in the network."""
    if config.factors != FACTORS:
        return config.factors
    model = str(config.settings.get("model") or "two_stream")
    streams = str(config.settings.get("streams") or MODELS.get(model, MODELS["two_stream"])[0])
    return {name: values for name, values in FACTORS.items() if name not in without_effect(model, streams)}


def make_mixtures(config: CompareConfig) -> dict[str, dict[str, float]]:
    """The mixtures among the systems in the settings of 07_compare."""
    return system_mixtures(_chosen(config)) if config.systems else {}


def _chosen(config: CompareConfig) -> list[str]:
    return [] if "all" in config.systems else config.systems


def system_table(comparison: Comparison) -> pd.DataFrame:
    """A row per system with its cost: `Comparison.variants`, and title, modality, parameters, gmacs, published.

    `published` is NaN unless the data set is iMiGUE, as published scores hold for it only.
    """
    table = comparison.variants.copy()
    table["title"] = [SYSTEMS[name].title for name in table["variant"]]
    table["modality"] = [SYSTEMS[name].modality for name in table["variant"]]
    costs = {name: _cost(comparison, name) for name in table["variant"]}
    table["parameters"], table["gmacs"] = (np.array(column) for column in zip(*costs.values(), strict=True))
    printed = [SYSTEMS[name].published if comparison.data.name == "imigue" else None for name in table["variant"]]
    table["published"] = np.array(printed, dtype=float)
    return table


def format_systems(comparison: Comparison) -> pd.DataFrame:
    """The table as plain text, floors last; see `format_variants`. For a sweep of settings a row that says so."""
    if not set(comparison.variants["variant"]) <= set(SYSTEMS):
        return pd.DataFrame({"": [f"{comparison.sweep.name} compares settings of one network"]}, index=["no systems"])
    table, text = system_table(comparison), format_variants(comparison)
    text = text.drop(columns="changed")
    text.insert(0, "modality", table["modality"].to_numpy())
    text.insert(1, "parameters", [f"{n / 1e6:.2f} M" if n == n else "" for n in table["parameters"]])
    text.insert(2, "GMACs", [f"{n:.2f}" if n == n else "" for n in table["gmacs"]])
    if table["published"].notna().any():
        text["published"] = ["" if np.isnan(x) else f"{x:.2f}" for x in table["published"]]
    text.index = [f"{title} ({name})" for title, name in zip(table["title"], table["variant"], strict=True)]
    floors = _floors(comparison)
    text = pd.concat([text, floors.reindex(columns=text.columns)]).fillna("")
    return text.loc[:, (text != "").any()].rename_axis("system")


def _cost(comparison: Comparison, variant: str) -> tuple[float, float]:
    """Parameters used for prediction, and GMACs per clip; for a mixture the sum; nan without a finished run."""
    parts: Mapping[str, float] = SYSTEMS[variant].parts or {variant: 1.0}
    runs = (
        comparison.runs[comparison.runs["state"] == "finished"].drop_duplicates("variant").set_index("variant")["run"]
    )
    if not set(parts) <= set(runs.index):
        return np.nan, np.nan
    found = [Run(runs[part]).environment for part in parts]
    return sum(e["answering_parameters"] for e in found), sum(e["gmacs"] for e in found)


def _floors(comparison: Comparison) -> pd.DataFrame:
    """The floors of the first finished run, majority class and linear SVM, if it has them."""
    run = Run(comparison.runs.loc[comparison.runs["state"] == "finished", "run"].iloc[0])
    if run.floors.empty:
        return pd.DataFrame()
    sheet = format_scores(run.floors)
    parts = sheet["top-1"].str.extract(r"(?P<top>[\d.]+) (?P<interval>\[.*\])")
    macro = sheet["macro F1"].str.extract(r"([\d.]+)")[0]
    known = sheet.get("groups", "")  # "" for runs of an older version
    columns = {"top-1": parts["top"], "95% interval": parts["interval"], "macro F1": macro}
    return pd.DataFrame(columns | {f"{comparison.data.group_kind}s": known})
