"""What is known of a data set without its clips: `ClipTable.facts`, kept as data.json in every run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Corrected:
    """What was corrected before a network was trained.

    Attributes:
        name: of the file of corrections.
        relabelled: clips that were given another label, by split.
        left_out: clips that were left out, by split.
        test_version: what the corrected test set is called; "": no clip outside of the training split was touched.
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
        name: of the data set, as a report calls it.
        visual: what the visual stream is, such as "depth video"; None: key points alone.
        class_names: K names, by label.
        class_groups: K body groups, by label.
        layout: name of the skeleton.
        joints: names of its V joints.
        limbs: pairs of joints that are joined.
        flip_pairs: pairs of joints that a mirror swaps; None: the layout's own, in runs of old.
        shared_groups: how many subjects or videos are both in train and in the clips that it is tested on.
        corrected: which labels were corrected; None: they are the data set's own.
        group_kind: "subject" or "video".
        fps: frames per second.
        dimensions: 3 where joints are known in space, 2 where in the image alone.
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
        """K, the number of classes that the data set names, met or not."""
        return len(self.class_names)

    @property
    def sizes(self) -> str:
        """The splits in words: "640 train clips of 20 subjects, 320 test clips of 8 subjects"."""
        return ", ".join(
            f"{n:,} {split} clips of {self.groups[split]} {self.group_kind}s" for split, n in self.clips.items()
        )

    @property
    def heading(self) -> str:
        """What a figure begins with: the name, and a warning where the clips tested are of people known from train."""
        return self.titled + (f" ({self.group_kind}s of train are tested)" if self.shared_groups else "")

    @property
    def titled(self) -> str:
        """The name, with the version of the test set where its labels were corrected."""
        version = self.corrected.test_version if self.corrected else ""
        return self.name + (f", test set {version}" if version else "")

    @property
    def correction(self) -> str:
        """The sentence on corrected labels; "": they are the data set's own."""
        if not self.corrected:
            return ""
        if not self.corrected.test_version:
            return f"Labels were corrected before training: {self.corrected}. Test clips keep their own labels."
        return (
            f"Labels were corrected before training, those of the test set too, which is a version of its own, "
            f"{self.corrected.test_version}: {self.corrected}. Its scores do not compare with those of the data set's "
            "own labels."
        )

    @property
    def sharing(self) -> str:
        """The sentence on what scores mean where people are on both sides; "": nobody is."""
        if not self.shared_groups:
            return ""
        return (
            f"{self.shared_groups} {self.group_kind}s are both in train and in the clips that are tested, as the "
            f"protocol wants (shared_groups): scores say how new clips of known {self.group_kind}s are told apart, and "
            f"nothing about new {self.group_kind}s. Intervals are over {self.group_kind}s all the same."
        )


def _by_split(counts: dict[str, int]) -> str:
    """Such as "3 train and 1 test clips"."""
    told = " and ".join(f"{number} {split}" for split, number in counts.items())
    return f"{told or 'no'} clip{'' if sum(counts.values()) == 1 else 's'}"
