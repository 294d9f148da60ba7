"""Facts of a data set without its clips: `ClipTable.facts`, stored as data.json in every run."""

from dataclasses import dataclass

MADE_UP = "synthetic"  # name of the embedded data set, whose people are generated from a seed


@dataclass(frozen=True)
class Corrected:
    """Corrections of labels before training.

    Attributes:
        name: name of the file of corrections.
        relabelled: clips that were given another label, by split.
        left_out: clips that were left out, by split.
        test_version: name of the corrected test set; "": only training clips were changed.
    """

    name: str
    relabelled: dict[str, int]
    left_out: dict[str, int]
    test_version: str = ""

    def __str__(self) -> str:
        return f"{_by_split(self.relabelled)} relabelled, {_by_split(self.left_out)} left out ({self.name})"


@dataclass(frozen=True)
class DataFacts:
    """A data set in a few plain values.

    Attributes:
        name: name of the data set in reports.
        visual: kind of the visual stream, such as "depth video"; None: key points only.
        class_names: K names, by label.
        class_groups: K body groups, by label.
        layout: name of the layout.
        joints: names of its V joints.
        limbs: pairs of joints that are joined.
        flip_pairs: pairs of joints that are swapped by mirroring; None, in old runs: those of the layout.
        shared_groups: number of subjects or videos in both train and test.
        corrected: corrections of labels; None: none.
        group_kind: "subject" or "video".
        fps: frames per second.
        dimensions: 3 with 3-D joints, else 2.
        clips: number of clips by split.
        groups: number of subjects or videos by split.
    """

    name: str
    visual: str | None
    class_names: tuple[str, ...]
    class_groups: tuple[str, ...]
    layout: str
    joints: tuple[str, ...]
    limbs: tuple[tuple[int, int], ...]
    group_kind: str
    fps: float
    clips: dict[str, int]
    groups: dict[str, int]
    flip_pairs: tuple[tuple[int, int], ...] | None = None
    shared_groups: int = 0
    dimensions: int = 2
    corrected: Corrected | None = None

    @property
    def num_classes(self) -> int:
        """K, the number of classes of the data set, with or without clips."""
        return len(self.class_names)

    @property
    def group_noun(self) -> str:
        """What clips come from and intervals go by, in captions: "subject", "video", or "synthetic subject"."""
        return f"{MADE_UP} {self.group_kind}" if self.name == MADE_UP else self.group_kind

    @property
    def remark(self) -> str:
        """A sentence for captions that stand alone, on clips that nobody performed; "" for real clips."""
        return "The clips are synthetic." if self.name == MADE_UP else ""

    @property
    def sizes(self) -> str:
        """The sizes of the splits as text: "640 train clips of 20 subjects, 320 test clips of 8 subjects"."""
        return ", ".join(
            f"{counted(n, f'{split} clip')} of {counted(self.groups[split], self.group_noun)}"
            for split, n in self.clips.items()
        )

    @property
    def heading(self) -> str:
        """The beginning of figure titles: the name, with a warning if train and test share groups."""
        return self.titled + (f" ({self.group_kind}s shared by train and test)" if self.shared_groups else "")

    @property
    def titled(self) -> str:
        """The name, with the version of the test set if its labels were corrected."""
        version = self.corrected.test_version if self.corrected else ""
        return self.name + (f", test set {version}" if version else "")

    @property
    def correction(self) -> str:
        """A sentence on corrected labels; "" if there are none."""
        if not self.corrected:
            return ""
        if not self.corrected.test_version:
            return f"Labels were corrected before training: {self.corrected}. Test clips keep their own labels."
        return (
            f"Labels were corrected before training, also those of the test set, which is a new version, "
            f"{self.corrected.test_version}: {self.corrected}. Its scores do not compare with those of the data set's "
            "own labels."
        )

    @property
    def sharing(self) -> str:
        """A sentence on the meaning of scores if train and test share groups; "" if not."""
        if not self.shared_groups:
            return ""
        return (
            f"{self.shared_groups} {self.group_kind}s are both in train and in the clips that are tested, as the "
            f"protocol wants (shared_groups): scores hold for new clips of known {self.group_kind}s, and say "
            f"nothing about new {self.group_kind}s. Intervals are over {self.group_kind}s nevertheless."
        )


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 subject", "1,024 clips", "2 classes"."""
    several = "es" if noun.endswith("s") else "s"
    return f"{number:,} {noun}{'' if number == 1 else several}"


def intervals_over(number: int, noun: str, more: str = "") -> str:
    """What a caption says of intervals: "95 % intervals over 8 subjects", or that there are none over one.

    Args:
        number: of the groups that the clips are of.
        noun: what they are, such as "subject".
        more: what the intervals are over, too, such as " and the seeds".
    """
    if number > 1:
        return f"95 % intervals over {counted(number, noun)}{more}"
    return f"no intervals, as the clips are of {counted(number, noun)}"


def _by_split(counts: dict[str, int]) -> str:
    """Such as "3 train and 1 test clips"."""
    told = " and ".join(f"{number} {split}" for split, number in counts.items())
    return f"{told or 'no'} clip{'' if sum(counts.values()) == 1 else 's'}"
