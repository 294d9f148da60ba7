"""Maps coders' words to classes: by a user's table, the file's own vocabulary, or the words as they are."""

import csv
import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from mglib.base.errors import OptionError
from mglib.base.texts import cell_separator, read_words
from mglib.base.values import plain, respelled
from mglib.data.recordings.formats import Mark, Marks, in_tier
from mglib.data.sources.labels import LABELS

BACKGROUND = -2  # label of words for background
MOST = 150  # largest number of classes; known data sets have 120 at most, a transcript thousands of words
ALL = "all"  # the body group if none is given
COLUMNS = ("word", "class", "group")
LIKE_COLUMNS = {*COLUMNS, "label", "labels", "code", "category", "gesture", "behavior", "behaviour", "name", "value"}


@dataclass(frozen=True)
class Meaning:
    """The classes of coders' words.

    Attributes:
        names: K class names, by label.
        groups: K body groups, by label.
        labels: label by word in the form of `plain`; -2 for a word that means background.
    """

    names: tuple[str, ...]
    groups: tuple[str, ...]
    labels: Mapping[str, int]

    def label(self, word: str) -> int | None:
        """The label of a word; None if it is unknown."""
        return self.labels.get(plain(word))


def find_meaning(labels: str | Path | Mapping[str, str] | None, classes: str, files: Sequence[Marks]) -> Meaning:
    """Find the classes of the words in these files; synonyms of a known word have its class.

    Args:
        labels: a file or table from words to classes, see `load`; None: there is none.
        classes: name of a label set, such as imigue; "": none.
        files: the files read.

    Raises:
        OptionError: the table or label set does not exist, or there are too many words for gestures.
    """
    meaning = _meaning(labels, classes, files)
    known = dict(meaning.labels)
    for words in dict.fromkeys(words for marks in files for words in marks.synonyms):
        label = next((known[plain(word)] for word in words if plain(word) in known), None)
        known |= {plain(word): label for word in words if label is not None and plain(word) not in known}
    return replace(meaning, labels=known)


def _meaning(labels: str | Path | Mapping[str, str] | None, classes: str, files: Sequence[Marks]) -> Meaning:
    names, groups = _named(classes)
    if labels is not None:
        return _mapped(_rows(labels), names, groups)
    if names:
        return _of(names, groups)
    first = {plain(word): words[0] for marks in files for words in marks.synonyms for word in words}
    words = {first.get(plain(m.value), m.value) for marks in files for m in marks.marks if m.value.strip()}
    if len(own := vocabularies(files)) == 1:
        return _of(own[0], (ALL,) * len(own[0]))
    by_plain: dict[str, str] = {}
    for word in sorted(words):
        by_plain.setdefault(plain(word), " ".join(word.split()))
    if len(by_plain) > MOST:
        some = ", ".join(map(repr, sorted(words)[:3]))
        raise OptionError(
            f"{len(by_plain)} different words are in the tiers read, such as {some}; "
            'no set of gestures has so many: choose the tiers by tier="gesture*", or give labels=map.csv.'
        )
    return _of(tuple(by_plain.values()), (ALL,) * len(by_plain))


def vocabularies(files: Iterable[Marks]) -> list[tuple[str, ...]]:
    """The different vocabularies of files; only a single one says which words are classes."""
    known: dict[frozenset[str], tuple[str, ...]] = {}
    for marks in files:
        if marks.tiers and marks.classes:
            known.setdefault(frozenset(marks.classes), marks.classes)
    return list(known.values())


def _named(classes: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not classes:
        return (), ()
    if classes not in LABELS:
        raise OptionError(f"classes: {classes!r}; the label sets are {', '.join(LABELS)}.")
    return LABELS[classes].names, LABELS[classes].groups


def _of(names: Sequence[str], groups: Sequence[str]) -> Meaning:
    return Meaning(tuple(names), tuple(groups), {plain(name): label for label, name in enumerate(names)})


def _rows(labels: str | Path | Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The rows of the table: word, class and body group."""
    if isinstance(labels, Mapping):
        return [(str(word), str(name or ""), "") for word, name in labels.items()]
    path = Path(labels).expanduser()
    if not path.is_file():
        raise OptionError(f"labels: there is no file {path}; give a CSV file with the columns word,class,group.")
    text = read_words(path)
    table = csv.reader(StringIO(text, newline=""), delimiter=cell_separator(text))
    rows = [[cell.strip() for cell in row] for row in table]
    return _in_order(path, [row for row in rows if any(row)])


def _in_order(path: Path, rows: list[list[str]]) -> list[tuple[str, str, str]]:
    """Word, class and group of each row below the header, whose names, if it is there, say where they are."""
    names = [cell.lower() for cell in rows[0]] if rows else []
    named = set(COLUMNS[:2]) <= set(names)
    headed = named or names[1:2] == ["class"]
    if names and not headed and set(names[:2]) <= LIKE_COLUMNS:
        raise OptionError(
            f"labels: {path} begins with {','.join(rows[0])}, which are no word and class but names of columns; name "
            "them word,class,group."
        )
    places = [names.index(name) if name in names else len(names) for name in COLUMNS] if named else [0, 1, 2]
    most = len(names) if named else len(COLUMNS)
    read = []
    for row in rows[headed:]:
        word, name, group = ([*row, *[""] * (most + 1)][place] for place in places)
        if not word or len(row) < 2 or any(row[most:]):
            raise OptionError(
                f"labels: {path} holds {','.join(row)!r}; expected lines of word,class or word,class,group."
            )
        read.append((word, name, group))
    if not read:
        raise OptionError(f"labels: {path} holds nothing; expected lines of word,class or word,class,group.")
    return read


def _mapped(rows: Sequence[tuple[str, str, str]], names: tuple[str, ...], groups: tuple[str, ...]) -> Meaning:
    """The classes of a table, in their order there, or those of a label set."""
    given = tuple(dict.fromkeys(name for _, name, _ in rows if name))
    strangers = [name for name in given if names and name not in names]
    if strangers:
        near = difflib.get_close_matches(strangers[0], names, 1, 0)
        raise OptionError(f"labels: {strangers[0]!r} is not a class of the label set; is it {near[0]!r}?")
    for one, other in respelled(given):
        raise OptionError(
            f"labels: the classes {one!r} and {other!r} differ only in spelling; give both the same name."
        )
    _once("word", "class", [(plain(word), name or "background") for word, name, _ in rows])
    _once("class", "group", [(name, group) for _, name, group in rows if name and group])
    told = {name: group for _, name, group in rows if name and group}
    used = names or given
    parts = groups or tuple(told.get(name, ALL) for name in used)
    labels = {plain(name): label for label, name in enumerate(used)}
    labels |= {plain(word): used.index(name) if name else BACKGROUND for word, name, _ in rows}
    return Meaning(used, parts, labels)


def _once(what: str, has: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Refuse a word of two classes, or a class of two groups."""
    first: dict[str, str] = {}
    for one, told in pairs:
        if first.setdefault(one, told) != told:
            raise OptionError(
                f"labels: the {what} {one!r} has two {has}{'es' if has == 'class' else 's'}, {first[one]!r} and "
                f"{told!r}; keep one of the two lines."
            )


def unknown_words(marks: Marks, meaning: Meaning) -> Iterator[str]:
    """A sentence for every unknown or empty word, by tier."""
    counted = Counter((mark.tier, mark.value) for mark in marks.marks if meaning.label(mark.value) is None)
    known = list(meaning.labels)
    for (tier, word), count in counted.items():
        where, times = in_tier(marks.path, tier), "once" if count == 1 else f"{count} times"
        first = next(mark for mark in marks.marks if (mark.tier, mark.value) == (tier, word))
        if not word.strip():
            yield f"{where}: {count} annotations are empty, the first at {first.start:.2f} s; name or delete them."
            continue
        near = difflib.get_close_matches(plain(word), known, 1, 0)
        nearest = f"; nearest: {_spelled(near[0], meaning)}" if near else ""
        yield f"{where}: {word!r} ({times}) is not a class{nearest}. Correct or map it."


def _spelled(word: str, meaning: Meaning) -> str:
    label = meaning.labels[word]
    return meaning.names[label] if label >= 0 else word


def likely_slips(files: Sequence[Marks]) -> Iterator[str]:
    """Without a single vocabulary: that there are several, and rare words that are similar to frequent ones."""
    if len(known := vocabularies(files)) > 1:
        yield (
            f"{len(known)} different vocabularies are in the files, so every word used is a class; give labels=map.csv "
            "if some are not."
        )
    counts = Counter(plain(mark.value) for marks in files for mark in marks.marks if mark.value.strip())
    for word, count in sorted(counts.items()):
        near = [w for w in difflib.get_close_matches(word, counts, 4, 0.85) if w != word and counts[w] > 5 * count]
        if near and count <= 3:
            yield f"{word!r} ({count}) looks like {near[0]!r} ({counts[near[0]]}); map it by labels=map.csv if it is."


def without_background(marks: Iterable[Mark], meaning: Meaning) -> list[tuple[Mark, int]]:
    """The marks of classes, with their labels."""
    labelled = [(mark, meaning.label(mark.value)) for mark in marks]
    return [(mark, label) for mark, label in labelled if label is not None and label >= 0]
