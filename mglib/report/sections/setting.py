"""The sections on the data, the method and its settings."""

import pandas as pd

from mglib import figures
from mglib.base.facts import counted
from mglib.config import CYCLED_MOMENTUM, MOMENTUM, TrainConfig, setting_rows
from mglib.config.parameters import meanings
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study
from mglib.runs import Run
from mglib.runs.ancestry import in_a_sentence

ATTENTION = {
    "channel": "by lateral connections and cross-modal fusion with attention over channels",
    "time": "by lateral connections and cross-modal fusion with attention over time",
    "off": "by lateral connections",
}
OPTIMIZERS = {
    "sgd": "stochastic gradient descent with momentum",
    "nesterov": "stochastic gradient descent with Nesterov momentum",
    "adamw": "AdamW",
}

DATA = {"dataset", "data_options", "seed"}  # described in the section on the data, or no part of the method


def data(study: Study) -> Section:
    """The clips by split; with the data set available also their durations and missing joints."""
    run, table = study.run, study.table
    facts, kind, classes = run.data, run.data.group_kind, run.data.num_classes
    rate = f"{facts.fps:g}" if table is None else table.rates
    text = [
        f"The data set is {facts.name}: {len(run.clips):,} {'synthetic ' if run.has('truth.csv') else ''}clips of "
        f"{counted(classes, 'class')}, {rate} frames per second, {facts.visual or 'no video'}, and skeletons of "
        f"{len(facts.joints)} joints (layout {facts.layout}{', in 3-D' if facts.dimensions == 3 else ''})."
    ]
    text += [sentence for sentence in (facts.sharing, facts.correction) if sentence]
    items: list = [Table("splits", _splits(run), f"Clips, {kind}s and classes of each split.")]
    if table is None:
        text.append("The data set was not available, so the distribution of its clips is not shown.")
        return Section("Data", text, items)
    items += [
        Picture("classes", figures.class_histogram(table), "Clips of each class by split, the most frequent on top."),
        Picture("groups", figures.split_overview(table), f"Clips of each {kind}, coloured by split."),
        Picture(
            "lengths",
            figures.clip_lengths(table),
            "Duration of the clips by split (above), and of each class: median, quartiles and the 5 % to 95 % range.",
        ),
    ]
    if all((points[..., 2] > 0).any(0).all() for points in table.keypoints):
        text.append("Every joint was detected in every frame.")
    else:
        caption = "Share of frames in which a joint was not detected, by split (above) and by class."
        items.append(Picture("missing-joints", figures.missing_joints(table), caption))
    return Section("Data", text, items)


def method(study: Study) -> Section | None:
    """A description of the network, and its settings; None for an ensemble of several.

    A run of several seeds is described by its first network, as the others differ in the seed only.
    """
    run = _described(study.run)
    if run.kind != "network":
        return None
    config, seeds = run.settings, [str(one.config["seed"]) for one in study.run.seeds]
    averaged = f"{len(seeds)} networks of different seeds ({', '.join(seeds)}) are averaged. Each of them:"
    text = [averaged] if seeds else []
    text += [_network(run, config), in_a_sentence(run), _refinement(config), _training(config)]
    text = [*filter(None, text), chosen_settings(config)]
    differs = settings_table(config).query("default != ''")
    caption = "Settings that differ from those of the preset; all of them are in the appendix."
    return Section("Method and settings", text, [Table("settings", differs, caption)] if len(differs) else [])


def appendix(study: Study) -> Section | None:
    """All settings in two columns, of a run of several seeds those of its first network; None for an ensemble."""
    run = _described(study.run)
    if run.kind != "network":
        return None
    table = settings_table(run.settings).drop(columns="default")
    half = -(-len(table) // 2)
    left, right = (part.reset_index(drop=True) for part in (table[:half], table[half:]))
    frame = pd.concat([left, right.set_axis(["setting ", "value "], axis=1)], axis=1).fillna("")
    caption = f"All settings of {run.name}."
    return Section("Appendix: all settings", [], [Table("all-settings", frame, caption)])


def _described(run: Run) -> Run:
    """The network whose settings describe a run: the first of several seeds, or the run itself."""
    return next(iter(run.seeds), run)


def _splits(run: Run) -> pd.DataFrame:
    rows = []
    for split in ("train", "val", "test"):
        clips = run.clips[run.clips["split"] == split]
        if len(clips):
            counts = clips["label"].value_counts()
            rows.append((split, len(clips), clips["group"].nunique(), len(counts), counts.max(), counts.min()))
    kinds = f"{run.data.group_kind}s"
    return pd.DataFrame(rows, columns=["split", "clips", kinds, "classes", "largest class", "smallest class"])


def _network(run: Run, config: TrainConfig) -> str:
    parameters = run.environment.get("parameters")
    size = f" of {parameters / 1e6:.2f} million parameters" if parameters else ""
    names = list(run.input_names.values())
    if config.model != "two_stream":
        return f"The network {config.model}{size} (preset {config.preset}), for {names[0]}."
    if config.network_streams != "both":
        return f"A network{size} (preset {config.preset}) with one pathway, for {names[0]}."
    apart = (
        f" In the first {config.epochs_apart} of {config.epochs} epochs they were trained separately, each on its own "
        "input."
    )
    return (
        f"A network{size} (preset {config.preset}) with two pathways, one for {names[0]} and one for heat-maps of "
        f"{names[1]}, which are connected {ATTENTION[config.attention]}. So both heads see both "
        "inputs, though each is named after its pathway; the prediction is the mean of their softmax."
        f"{apart if config.epochs_apart else ''}"
    )


def _refinement(config: TrainConfig) -> str:
    if not config.alpha:
        return "It was trained without refinement: prototypes were computed, but not used for training (alpha = 0)."
    return (
        f"Beside cross-entropy it was trained on prototypical refinement with weight alpha = {config.alpha:g}"
        f"{f', which grew from 0 over the first {config.ramp:.0%} of the epochs' if config.ramp else ''}, "
        f"temperature tau = {config.tau:g} and prototypes that are running means with momentum rho = {config.rho:g}: "
        f"each clip is pulled to the prototype of its class and pushed from the others{_confused(config)}."
    )


def _confused(config: TrainConfig) -> str:
    """What the two terms of refinement do with confused clips (Eq. 7 and 8), as clauses; "" without them."""
    anchor = "recognised clips" if config.anchors == "tp" else "clips"
    terms = {
        "fn": f"{anchor} and the missed clips of their class (FN) are pulled together",
        "fp": f"{anchor} and the clips wrongly assigned to their class (FP) are pushed apart",
    }
    told = [text for term, text in terms.items() if term in config.terms]
    return f"; besides, {', and '.join(told)}" if told else ""


def _training(config: TrainConfig) -> str:
    others = ", other frames in each" if config.test_clips > 1 else ""
    views = counted(config.test_clips, "view") + others
    return (
        f"Training: {counted(config.epochs, 'epoch')} of {_optimizer(config)}, {config.batch_size} clips per step, "
        f"learning rate at most {config.lr:g} ({config.schedule}), weight decay {config.weight_decay:g}, "
        f"dropout {config.dropout:g}. The weights are those of the last epoch, whatever the learning curve; a run "
        "cannot know whether its settings were selected by test scores of earlier ones. Each test clip was classified "
        f"from {views}{', and from the mirror image of each' if config.test_flip else ''}."
    )


def _optimizer(config: TrainConfig) -> str:
    name, (low, high) = OPTIMIZERS[config.optimizer], CYCLED_MOMENTUM
    if config.optimizer == "adamw":
        return name
    cycled = f"{high:g} that falls to {low:g} and rises to {high:g} again"
    return f"{name} {cycled if config.schedule == 'onecycle' else f'{MOMENTUM:g}'}"


def chosen_settings(config: TrainConfig) -> str:
    """The settings that differ from the preset, with their descriptions."""
    table, meaning = settings_table(config), meanings(type(config))
    chosen = [
        f"{name} = {value}" + (f" ({meaning[name]})" if meaning[name] else "")
        for name, value, default in table.itertuples(index=False)
        if default and name not in DATA
    ]
    return f"Different from the preset: {'; '.join(chosen)}." if chosen else "All settings are those of the preset."


def settings_table(config: TrainConfig) -> pd.DataFrame:
    """A row per setting: value, and the preset's value for this network if it differs."""
    return pd.DataFrame(setting_rows(config), columns=["setting", "value", "default"])
