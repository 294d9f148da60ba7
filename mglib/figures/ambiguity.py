"""Figures of ambiguous clips: their place among the others, their frames, and their training dynamics."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mglib.analysis.ambiguity import score_against_truth
from mglib.analysis.embedding import Embedding
from mglib.base import paths
from mglib.base.facts import counted, intervals_over
from mglib.base.shares import percent
from mglib.data import ClipTable, FrameCache, Layout
from mglib.data.skeletons import LEVELS
from mglib.runs import Run

from . import page, style
from .lettering import wrap
from .moments import draw_moments
from .page import Figure
from .placing import place_numbers
from .prototype_plots import MEMBERS, STARS
from .style import styled

TAKEN = style.GREEN  # false positives: clips of other classes classified as this one
MOMENTS = 6  # frames per clip in the gallery
SHORT_SIDE = 120  # size of frames in the cache, pixels, as in training
LINE, FACTS, MOMENT, ANSWERS = 0.96, 1.5, 0.6, 2.0  # sizes of a clip in the gallery and of its parts, inches
BESIDE = 1.15  # width of the map of the training clips over that of its dots, for a name at the right
NOTE = "right: the three most probable classes (blue: the label)"


@styled
def feature_map(
    run: Run, clips: pd.DataFrame, embedding: Embedding, split: str = "test", stream: str = "fused"
) -> Figure:
    """Clips of a split by TP / FN, with prototypes as stars; and TP, FN and FP of the six most confused classes.

    Args:
        run: names the classes.
        clips: what `ambiguity.clip_table` returns for the same stream.
        embedding: what `embedding.embed` returns for the same stream.
        split: train, val or test.
        stream: for the title.
    """
    clips = clips[clips["split"] == split]
    names, label, answer = run.data.class_names, clips["label"].to_numpy(), clips["predicted"].to_numpy()
    places, miss = embedding.clips[clips["row"]], label != answer
    key = page.key_height(names)
    figure = Figure(5.6 + key)
    grid = figure.add_gridspec(4, 4, width_ratios=[1.5, 1.5, 1, 1], height_ratios=[1.6, 1.6, 1.6, key])
    whole = figure.add_subplot(grid[:3, :2])
    for hit, member in ((~miss, "TP"), (miss, "FN")):
        look = {"s": 11, "alpha": 0.75, "linewidths": 0}
        whole.scatter(*places[hit].T, color=MEMBERS[member], label=f"{hit.sum()} {member}", **look)
    whole.scatter(*embedding.prototypes.T, s=75, label="prototypes", **STARS)
    confused = np.bincount(label[miss], minlength=len(names)) + np.bincount(answer[miss], minlength=len(names))
    worst = [k for k in np.argsort(-confused, kind="stable")[:6] if confused[k]]
    for k, spot in zip(worst, ((i, j) for i in range(3) for j in (2, 3)), strict=False):
        axes = figure.add_subplot(grid[spot])
        sets = {"TP": ~miss & (label == k), "FN": miss & (label == k), "FP": miss & (answer == k)}
        axes.scatter(*places.T, s=2, color=style.PALE)
        for member, chosen in sets.items():
            axes.scatter(*places[chosen].T, s=12, color=(MEMBERS | {"FP": TAKEN})[member], linewidths=0)
        axes.scatter(*embedding.prototypes[k], s=75, **STARS)
        axes.set_title(wrap(f"{k} {names[k]}", 1.25, style.SMALLEST, lines=2), fontsize=style.SMALLEST)
        axes.set_xlabel(", ".join(f"{chosen.sum()} {member}" for member, chosen in sets.items()), fontsize=7)
    for axes in figure.axes:
        axes.set(xticks=[], yticks=[], aspect="equal", adjustable="datalim")
        axes.spines[:].set(visible=True, color=style.PALE)
    page.number_key(figure.add_subplot(grid[3, :]), dict(enumerate(names)))
    handles = whole.get_legend_handles_labels()[0]
    handles.insert(2, Line2D([], [], color=TAKEN, marker="o", markersize=4, linestyle="", label="FP of the class"))
    style.legend_below(figure, handles, [handle.get_label() for handle in handles])
    kind = {"umap": "UMAP", "pca": "PCA"}[embedding.method]
    note = f"{kind}, trustworthiness {embedding.trustworthiness:.3f}; right: the most confused classes, others grey"
    page.head(figure, f"{style.title(run, stream)}: {split} clips among the prototypes", note)
    known = np.flatnonzero(np.isfinite(embedding.prototypes[:, 0]))
    place_numbers(whole, embedding.prototypes[known], list(map(str, known)))
    return figure


def most_ambiguous(clips: pd.DataFrame, split: str = "test", n: int = 8) -> pd.DataFrame:
    """The confused clips of a split: the most persistent first, then those with the lowest margin.

    Args:
        clips: what `ambiguity.clip_table` returns.
        split: train, val or test; only training clips have a persistence, and they are included if they were confused
            in most epochs, whatever the final network predicts.
        n: largest number of clips.
    """
    clips = clips[(clips["split"] == split) & ((clips["member"] == "FN") | (clips["persistence"] > 0.5))]
    return clips.sort_values(["persistence", "margin"], ascending=[False, True], kind="stable").head(n)


@styled
def gallery(run: Run, clips: pd.DataFrame, table: ClipTable | None = None, stream: str = "fused") -> Figure:
    """A row per clip: skeleton and frames, predicted classes, and similarity to the own and the rival prototype.

    Args:
        run: a run with skeletons.
        clips: rows of what `ambiguity.clip_table` returns, such as `most_ambiguous`.
        table: the data set with rows as in `run.clips`, for the frames; None: skeletons only.
        stream: stream whose probabilities are shown.
    """
    if clips.empty:
        return page.sentence(
            f"{style.title(run, stream)}: ambiguous clips", "No clip is confused: there is nothing to show."
        )
    title = f"{style.title(run, stream)}: ambiguous {', '.join(clips['split'].unique())} clips"
    top = page.head_height(title, NOTE) + 0.06
    height = top + 0.04 + LINE * len(clips)
    figure = Figure(height)
    figure.set_layout_engine("none")
    grid = figure.add_gridspec(
        len(clips), MOMENTS + 2, width_ratios=[FACTS, *[MOMENT] * MOMENTS, ANSWERS], hspace=0.13, wspace=0.05,
        left=0.002, right=0.998, top=1 - top / height, bottom=0.03 / height,
    )  # fmt: skip
    layout = Layout(run.data.layout, tuple(run.data.joints), tuple(map(tuple, run.data.limbs)), ())
    probabilities = run.probabilities(stream)
    for line, clip in enumerate(clips.itertuples()):
        _facts(figure.add_subplot(grid[line, 0]), run, clip)
        _strip([figure.add_subplot(grid[line, 1 + i]) for i in range(MOMENTS)], run, clip.row, layout, table)
        _answers(figure.add_subplot(grid[line, -1]), run, clip, probabilities[clip.row])
    page.head(figure, title, NOTE)
    return figure


@styled
def cartography(run: Run, clips: pd.DataFrame, stream: str = "fused") -> Figure:
    """Training clips by mean and standard deviation of the label's probability over epochs (Swayamdipta et al. 2020).

    Args:
        run: known wrong labels are marked if it has a truth.csv, else suspected ones.
        clips: what `ambiguity.clip_table` returns for the same stream.
        stream: for the title.
    """
    clips = clips[(clips["split"] == "train") & clips["confidence"].notna()]
    if clips.empty:
        why = (
            "The run has no history of its training clips over the epochs; an ensemble's members have it in their runs."
        )
        return page.sentence(f"{style.title(run, stream)}: map of the training clips over the epochs", why)
    figure = Figure(4.2, narrow=True)
    axes = figure.subplots()
    right = 1 - clips["persistence"]
    look = {"c": right, "cmap": "cividis", "vmin": 0, "vmax": 1, "s": 18, "linewidths": 0, "alpha": 0.9}
    points = axes.scatter(clips["variability"], clips["confidence"], **look)
    rings, called = clips[clips["suspected"]], "suspected wrong labels"
    if (run.path / "truth.csv").is_file():
        wrong = pd.read_csv(run.path / "truth.csv")["is_wrong_label"].to_numpy(bool)
        rings, called = clips[wrong[clips["row"]]], "planted wrong labels"
    ring = {"s": 46, "facecolors": "none", "edgecolors": style.RED, "linewidths": 1.2}
    axes.scatter(rings["variability"], rings["confidence"], label=f"{len(rings)} {called}", **ring)
    for x, y, region in ((0.01, 0.985, "easy to learn"), (0.01, 0.015, "hard to learn"), (0.99, 0.5, "ambiguous")):
        where = {"ha": "left" if x < 0.5 else "right", "va": "top" if y > 0.9 else "bottom"}
        look = {"color": style.FAINT, "style": "italic", "path_effects": style.HALO}
        axes.text(x, y, region, transform=axes.transAxes, **look, **where)
    axes.set(xlabel="variability: its standard deviation", ylim=(-0.08, 1.08))
    most = BESIDE * clips["variability"].max()
    axes.set(ylabel="confidence: mean probability of the label", xlim=(0, most or None))
    axes.grid()
    figure.colorbar(points, ax=axes, label="recognised, share of the epochs", pad=0.01, aspect=30)
    style.legend_below(figure, *axes.get_legend_handles_labels())
    page.head(figure, f"{style.title(run, stream)}: map of the {len(clips)} training clips over the epochs")
    return figure


def label_candidates(run: Run, clips: pd.DataFrame, n: int = 12) -> pd.DataFrame:
    """Training clips whose labels confident learning suspects to be wrong, the most suspicious first.

    Args:
        run: names the classes.
        clips: what `ambiguity.clip_table` returns.
        n: at most so many.

    Returns:
        One row per clip: clip, group, label, likely label, quality (held-out probability of the label), wrong (share of
        the epochs in which it was confused) and AUM (area under the margin), which an ensemble does not know, and
        planted, where the truth is known.
    """
    found = clips[clips["suspected"]].sort_values("label_quality", kind="stable").head(n)
    names = np.array(run.data.class_names)
    columns = {
        "clip": found["id"],
        run.data.group_kind: found["group"],
        "label": names[found["label"]],
        "likely label": names[found["likely_label"]],
        "quality": found["label_quality"].round(3),
    }
    if run.has("dynamics.npz"):
        columns["wrong"] = ["" if np.isnan(share) else f"{percent(share)}%" for share in found["persistence"]]
        columns["AUM"] = ["" if np.isnan(area) else f"{area:.2f}" for area in found["aum"]]
    if (run.path / "truth.csv").is_file():
        columns["planted"] = pd.read_csv(run.path / "truth.csv")["is_wrong_label"].to_numpy(bool)[found["row"]]
    return pd.DataFrame(columns).set_axis(range(1, len(found) + 1))


@styled
def truth_scores(run: Run, stream: str = "fused", *, rng: np.random.Generator) -> Figure:
    """How well each measure finds wrong labels and ambiguous clips in synthetic data, with intervals over groups."""
    head = f"{style.title(run, stream)}: what the measures find"
    if not (run.path / "truth.csv").is_file():
        return page.sentence(head, "These are real clips: their errors are unknown, so nothing can be scored.")
    table = score_against_truth(run, stream, rng=rng)
    named = {"average precision": "", "hit rate": " names the other class"}
    table["called"] = table["score"].str.replace("_", " ") + [named.get(m, f": {m}") for m in table["metric"]]
    table["target"] = table["target"].replace("ambiguous with", "ambiguous")
    table = table[table["target"] != "either"]
    if table.empty:
        return page.sentence(head, "Nothing was planted in these clips, so nothing can be scored.")
    parts = list(table.groupby(["split", "target"], sort=False))
    tallest = [max(len(rows) for _, rows in parts[i : i + 2]) for i in range(0, len(parts), 2)]  # of each row
    figure = Figure(0.8 + sum(0.5 + 0.17 * rows for rows in tallest))
    panels = figure.subplots(len(tallest), 2, squeeze=False, height_ratios=tallest).ravel()
    for axes in panels[len(parts) :]:
        axes.set_axis_off()
    for axes, ((split, target), rows) in zip(panels, parts, strict=False):
        places = np.arange(len(rows))
        axes.hlines(places, rows["low"], rows["high"], colors=style.BLUE, linewidth=2)
        axes.plot(rows["value"], places, "o", color=style.BLUE, markersize=5, markeredgecolor="white")
        axes.plot(rows["baseline"], places, "|", color=style.FAINT, markersize=9, markeredgewidth=1.6)
        axes.hlines(places, rows["baseline"], rows["by_luck"], colors=style.FAINT, linewidth=1)
        axes.set_yticks(places, rows["called"])
        axes.set_title(f"{target}: {counted(rows['positives'].iloc[0], f'{split} clip')}")
        axes.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
        axes.grid(axis="x")
    over = intervals_over(int(table["groups"].max()), run.data.group_noun, " at most")
    note = (
        f"average precision, unless stated otherwise; blue lines: {over}; grey: chance level, on average and in 19 of "
        "20 random orders"
    )
    page.head(figure, head, note)
    return figure


def _facts(axes: Axes, run: Run, clip: tuple) -> None:
    names = run.data.class_names
    kind = "" if clip.group.startswith(run.data.group_kind) else f"{run.data.group_kind} "
    lines = [style.fit(told, FACTS) for told in (clip.id, f"{kind}{clip.group}")]
    if np.isfinite(clip.persistence):
        lines.append(f"confused in {percent(clip.persistence)}% of the epochs")
    label = wrap(names[clip.label], FACTS, style.SMALLEST, "bold", lines=2)
    axes.text(0, 0.98, label, weight="bold", fontsize=style.SMALLEST, va="top")
    axes.text(0, 0.02, "\n".join(lines), fontsize=style.SMALLEST, va="bottom", linespacing=1.3)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()


def _strip(panels: Sequence[Axes], run: Run, row: int, layout: Layout, table: ClipTable | None) -> None:
    """Frames of a clip, in units of its skeleton's box."""
    packed = run.skeletons()
    moments = np.linspace(0, packed["points"].shape[1] - 1, MOMENTS).round().astype(int)
    left, top, side = packed["box"][row]
    images = None
    if table is not None and table.frames is not None:
        cache = FrameCache(table.frames, paths.cache_dir() / table.name, SHORT_SIDE)
        images = cache.read(row, packed["frames"][row, moments])
    height, width = run.clips.loc[row, ["height", "width"]]
    extent = np.array([-left, width - left, height - top, -top]) * LEVELS / side
    draw_moments(panels, packed["points"][row, moments], layout, images, extent)


def _answers(axes: Axes, run: Run, clip: tuple, probabilities: np.ndarray) -> None:
    """Top-3 as bars, the label's in blue; own and rival similarity below."""
    names, top = run.data.class_names, np.argsort(-probabilities, kind="stable")[:3]
    colours = [style.BLUE if k == clip.label else style.RED for k in top]
    axes.barh(range(len(top)), probabilities[top], color=colours, alpha=0.35, height=0.86)
    for line, k in enumerate(top):
        axes.text(0.02, line, style.fit(f"{probabilities[k]:.0%} {names[k]}", ANSWERS - 0.15), fontsize=7, va="center")
    if np.isfinite(clip.margin):
        near = f"similar to own {clip.own_similarity:.2f}, rival {clip.rival_similarity:.2f}"
        told = f"{near}\n{style.fit(names[clip.rival], ANSWERS - 0.15)}"
        axes.text(0.02, 2.65, told, fontsize=7, va="top", color=style.dark(style.FAINT), linespacing=1.2)
    axes.set(xlim=(0, 1), ylim=(4.3, -0.6))
    axes.set_axis_off()
