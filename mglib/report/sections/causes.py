"""Why gestures are confused: prototypes, the feature map, ambiguous clips."""

import numpy as np

from mglib import figures
from mglib.analysis.embedding import embed
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study


def prototypes(study: Study, *, rng: np.random.Generator) -> Section | None:
    """How alike, well fed and settled the prototypes are, and whether clips and confusions follow them."""
    run = study.run
    if not run.has("prototypes.npz", "features.npz"):
        return None
    text = (
        "A class's prototype is the running mean of the features of its recognised clips. If confusion followed "
        "likeness, alike prototypes would belong to confused classes; where they do not, look for a wrong label, a bad "
        "skeleton or one person's habit."
    )
    items = [
        Picture(
            "prototype-similarity",
            figures.prototype_similarity(run),
            "Cosine similarity of the prototypes (orange: alike), ordered by average linkage; the tree joins the most "
            "alike first. Names are coloured by body group.",
        ),
        Picture(
            "prototype-health",
            figures.prototype_health(run),
            "Number of updates, last update and length of each prototype, the most frequent training class on top.",
        ),
        Picture(
            "similarity-and-confusion",
            figures.similarity_and_confusion(run, rng=rng),
            "Pairs of classes by the similarity of their prototypes and the share of their test clips confused.",
        ),
        Picture(
            "prototype-drift",
            figures.prototype_drift(run),
            "How far the prototypes turned from one epoch to the next: median over the classes, and each class.",
        ),
        Picture(
            "own-and-rival",
            figures.own_and_rival(run, study.clips),
            "Test clips by similarity to their own prototype and to their rival, the most similar other class; below "
            "the line, or left of 0, a clip lies nearer to its rival.",
        ),
    ]
    return Section("Prototypes", [text], items)


def feature_map(study: Study) -> Section | None:
    """Clips and prototypes in the plane; None for a run without features."""
    run = study.run
    if not run.has("prototypes.npz", "features.npz"):
        return None
    embedding = embed(run, "fused", study.projection, study.seed)
    kind = study.projection.upper()
    text = (
        f"Neighbours in the map are neighbours among the features as far as the trustworthiness, "
        f"{embedding.trustworthiness:.3f}, is near 1"
        f"{'; distances between far groups mean nothing in a UMAP' if kind == 'UMAP' else ''}."
    )
    caption = (
        f"{kind} of the test clips with the prototypes as numbered stars, and the clips recognised (TP), lost (FN) and "
        "wrongly taken (FP) by each of the most confused classes."
    )
    picture = Picture("feature-map", figures.feature_map(run, study.clips, embedding), caption)
    return Section("Feature map", [text], [picture])


def ambiguous_clips(study: Study, *, rng: np.random.Generator) -> Section:
    """Clips that one may well confuse, how training saw them, and labels to look at again."""
    run, clips = study.run, study.clips
    text = ["Ask of each clip: would you have known? A clip that stays confused may be ambiguous, or its label wrong."]
    items: list = []
    if run.has("skeletons.npz"):
        items += [_gallery(study, split) for split in ("test", "train")]
    else:
        text.append("The run has no skeletons, so its clips are not shown.")
    if run.has("dynamics.npz"):
        caption = (
            "Training clips by mean and spread of their label's probability over the epochs: clips above are learnt "
            "easily, those on the right are ambiguous, those low on the left may be labelled wrongly."
        )
        items.append(Picture("cartography", figures.cartography(run, clips), caption))
    candidates = figures.label_candidates(run, clips)
    if len(candidates):
        caption = (
            "Training clips whose label confident learning finds improbable: its held-out probability (quality), the "
            "share of epochs in which the clip was confused, and the area under the margin (AUM)."
        )
        items.append(Table("label-candidates", candidates, caption))
    if run.has("truth.csv"):
        caption = "How well each measure finds what was planted in these synthetic clips; grey: what guessing gives."
        items.append(Picture("measures", figures.truth_scores(run, rng=rng), caption))
    return Section("Ambiguous clips", text, items)


def _gallery(study: Study, split: str) -> Picture:
    chosen = figures.most_ambiguous(study.clips, split)
    order = "those confused in most epochs" if split == "train" else "the farthest on their rival's side first"
    caption = (
        f"Ambiguous {split} clips, {order}: eight moments, the three most probable classes (blue: the label), and the "
        "similarity to the prototypes of the own class and the rival."
    )
    table = study.table if study.frames else None
    return Picture(f"gallery-{split}", figures.gallery(study.run, chosen, table), caption)
