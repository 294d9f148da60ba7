"""Agreement between coders, and between a model and each coder."""

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from mglib.analysis.agreement import agreement_by_class, agreement_table, format_agreement, linked_confusions
from mglib.analysis.agreement.table import FEWEST_PERSONS
from mglib.analysis.events import Judged
from mglib.base.errors import DataError
from mglib.base.facts import counted
from mglib.data.recordings import Recordings

CONFUSIONS = 10  # number of confusions listed


def coder_pairs(recordings: Recordings, coders: Sequence[str] = ()) -> dict[str, list[Judged]]:
    """Pairs of coders, with the recordings that both went through.

    Args:
        recordings: recordings with several coders.
        coders: the coders to compare, which may include a model; by default all.

    Returns:
        "anna and bert" -> recordings, anna's segments as truths.

    Raises:
        DataError: a coder is unknown, there are fewer than two, or no two went through the same recording.
    """
    wanted = tuple(coders) or recordings.coders
    strangers = [name for name in wanted if name not in recordings.coders]
    if strangers or len(wanted) < 2:
        told = f"{strangers[0]!r} is none of them" if strangers else "two are needed"
        listed = ", ".join(recordings.coders) or "none"
        raise DataError(
            f"{recordings.name}: the coders are {listed}; {told}. A coder is who ANNOTATOR names, or the end of a "
            "file's name, as in anna.bert.eaf, or is given by coders=A,B and part of a tier's name. If the video is "
            "not in the folder, persons.csv must name it, so that its files are known to be of one recording."
        )
    pairs = {}
    for first, second in combinations(wanted, 2):
        both = [one for one in recordings if {first, second} <= set(one.coders)]
        if both:
            pairs[f"{first} and {second}"] = [
                Judged(_known(one.of(first)), _known(one.of(second)), one.person, one.duration) for one in both
            ]
    if not pairs:
        raise DataError(
            f"{recordings.name}: no two of {', '.join(wanted)} went through the same recording; if two files are of "
            "one video that is not in the folder, name it in persons.csv (file,person,split)."
        )
    return pairs


def _known(segments: Sequence) -> list:
    return [segment for segment in segments if segment.label >= 0]


def agreement_text(recordings: Recordings, coders: Sequence[str] = ()) -> str:
    """The output of `python -m mglib.recordings agree`: the table, then classes and confusions of every pair."""
    pairs = coder_pairs(recordings, coders)
    table = agreement_table(pairs, recordings.num_classes)
    parts = [f"{recordings.name}, {_heading(table)}", format_agreement(table).to_string()]
    for pair, judged in pairs.items():
        classes = agreement_by_class(judged, recordings.class_names)
        text = classes.to_string(index=False, na_rep="–", float_format="{:.3f}".format)
        heading = f"{pair}, by class (first and second: annotations of each):"
        parts.append(f"{heading}\n{text}" if len(classes) else f"{pair}: neither marked anything.")
        confusions = linked_confusions(judged, recordings.class_names).head(CONFUSIONS)
        if len(confusions):
            parts.append(f"{pair}, different classes:\n" + confusions.to_string(index=False))
    return "\n\n".join(parts)


def _heading(table: pd.DataFrame) -> str:
    first = table.drop_duplicates("pair")
    rows = first[["pair", "annotations", "persons"]].itertuples(index=False)
    told = "; ".join(
        f"{pair}: {counted(number, 'annotation')} of {counted(persons, 'person')}" for pair, number, persons in rows
    )
    enough = first["persons"] >= FEWEST_PERSONS
    over = " Intervals at 95 % leave out one person at a time." if enough.any() else ""
    few = "" if enough.all() else f" With fewer than {FEWEST_PERSONS} persons there is no interval."
    return f"{told}.{over}{few}"
