"""Sections on causes of confusions: prototypes, the feature map, ambiguous clips."""

import numpy as np

from mglib import figures
from mglib.analysis.embedding import embed
from mglib.figures.ambiguity import MOMENTS
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study


def prototypes(study: Study, *, rng: np.random.Generator) -> Section | None:
    """Similarity, updates and drift of prototypes, and their relation to clips and confusions."""
    run = study.run
    if not run.has("prototypes.npz", "features.npz"):
        return None
    text = (
        "A class's prototype is the running mean of the features of its recognised clips. If similar classes were "
        "confused, their prototypes would be similar; where they are not, look for wrong labels, poor skeletons or one "
        "person's habit."
    )
    items = [
        Picture(
            "prototype-similarity",
            figures.prototype_similarity(run),
            "Cosine similarity of the prototypes (orange: similar), by average linkage; the tree joins the most "
            "similar first. Names are coloured by body group.",
        ),
        Picture(
            "prototype-health",
            figures.prototype_health(run),
            f"Number of updates{', last update' * (run.kind != 'ensemble')} and length of each prototype, the most "
            "frequent training class on top.",
        ),
        Picture(
            "similarity-and-confusion",
            figures.similarity_and_confusion(run, rng=rng),
            "Pairs of classes by the similarity of their prototypes and the share of their test clips confused.",
        ),
        Picture(
            "prototype-drift",
            figures.prototype_drift(run),
            "Change of the prototypes from one epoch to the next: median over the classes, and each class.",
        ),
        Picture(
            "own-and-rival",
            figures.own_and_rival(run, study.clips),
            "Test clips by similarity to their own prototype and to their rival, the most similar other class; below "
            "the line, or left of 0, a clip is closer to its rival.",
        ),
    ]
    return Section("Prototypes", [text], items)


def feature_map(study: Study) -> Section | None:
    """A map of clips and prototypes; None for a run without features."""
    run = study.run
    if not run.has("prototypes.npz", "features.npz"):
        return None
    embedding = embed(run, "fused", study.projection, study.seed)
    kind = study.projection.upper()
    text = (
        f"The closer the trustworthiness, {embedding.trustworthiness:.3f}, is to 1, the more neighbours in the map are "
        f"neighbours in the features"
        f"{'; in a UMAP, distances between distant groups mean nothing' if kind == 'UMAP' else ''}."
    )
    caption = (
        f"{kind} of the test clips with the prototypes as numbered stars; clips recognised (TP), missed (FN) and "
        "wrongly assigned (FP) for each of the most confused classes."
    )
    picture = Picture("feature-map", figures.feature_map(run, study.clips, embedding), caption)
    return Section("Feature map", [text], [picture])


def ambiguous_clips(study: Study, *, rng: np.random.Generator) -> Section:
    """Ambiguous clips, their training dynamics, and labels to check."""
    run, clips = study.run, study.clips
    text = ["A clip that stays confused may be ambiguous, or its label wrong: judge for yourself."]
    items: list = []
    if run.has("skeletons.npz"):
        items += [_gallery(study, split) for split in ("test", "train")]
    else:
        text.append("The run has no skeletons, so its clips are not shown.")
    if run.has("dynamics.npz"):
        caption = (
            "Training clips by mean and standard deviation of the label's probability over epochs: clips at the top "
            "are easy to learn, those on the right are ambiguous, those at the lower left may be labelled wrongly."
        )
        items.append(Picture("cartography", figures.cartography(run, clips), caption))
    candidates = figures.label_candidates(run, clips)
    if "planted" in candidates:
        candidates["planted"] = np.where(candidates["planted"], "yes", "no")
    if len(candidates):
        measures = ", the share of epochs in which the clip was confused, and the area under the margin (AUM)"
        number = int(clips["suspected"].sum())
        which = "Training" if len(candidates) == number else f"The first {len(candidates)} of {number} training"
        caption = (
            f"{which} clips whose label confident learning finds improbable: its held-out probability (quality)"
            f"{measures if run.has('dynamics.npz') else ''}."
        )
        items.append(Table("label-candidates", candidates, caption))
    if run.has("truth.csv"):
        caption = "How well each measure finds the known wrong labels and ambiguous clips."
        items.append(Picture("measures", figures.truth_scores(run, rng=rng), caption))
    return Section("Ambiguous clips", text, items)


def _gallery(study: Study, split: str) -> Picture:
    chosen = figures.most_ambiguous(study.clips, split)
    persistent = split == "train" and study.run.has("dynamics.npz")
    order = "those confused in most epochs" if persistent else "those with the lowest margin first"
    caption = (
        f"Ambiguous {split} clips, {order}: {MOMENTS} moments, and similarity to the prototypes of the own class "
        "and the rival."
    )
    table = study.table if study.frames else None
    return Picture(f"gallery-{split}", figures.gallery(study.run, chosen, table), caption)
