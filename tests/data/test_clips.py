import numpy as np
import pandas as pd
import pytest

from mglib.base.errors import DataError


def test_columns_come_out_as_arrays(make_table):
    table = make_table()
    assert (len(table), table.num_classes) == (6, 3)
    np.testing.assert_array_equal(table.labels, [0, 1, 2, 0, 1, 2])
    assert table.labels.dtype == np.int64
    assert list(table.groups) == ["v0", "v0", "v1", "v1", "v2", "v2"]
    assert [table.where(split).tolist() for split in ("train", "val", "test")] == [[0, 1], [2, 3], [4, 5]]


class Frames:
    """Remembers which rows of the table it stands for."""

    kind = "colour video"

    def __init__(self, rows):
        self.rows = list(rows)

    def select(self, rows):
        return Frames([self.rows[row] for row in rows])


def test_select_keeps_every_part_of_a_row_together(make_table):
    table = make_table(frames=Frames(range(6)), truth=pd.DataFrame({"planted": range(6)}))
    part = table.select([5, 0, 3])
    assert list(part.clips["id"]) == ["v2_5", "v0_0", "v1_3"]
    assert part.frames.rows == part.truth["planted"].tolist() == [5, 0, 3]
    assert all(mine is table.keypoints[row] for mine, row in zip(part.keypoints, (5, 0, 3), strict=True))
    assert part.select(part.where("train")).clips["id"].tolist() == ["v0_0"]


def test_the_frame_rate_is_told_as_a_range_where_clips_differ(make_table):
    table = make_table()
    frames = table.clips["total_frames"].to_numpy()
    assert table.rates == f"{table.fps:g}"
    for slow, said in ((10.0, "10 to 25"), (24.9, "25")):
        times = tuple(np.arange(n + 1) / (slow if row else 25.0) for row, n in enumerate(frames))
        assert make_table(times=times, fps=25.0).rates == said


def test_an_empty_selection_is_refused(make_table):
    with pytest.raises(DataError, match="made up, clips: there are none"):
        make_table().select([])


def test_a_long_list_of_violations_is_cut(make_table):
    rows = np.arange(6).repeat(4)
    table = make_table()
    clips = table.clips.iloc[rows].assign(id=[f"c{row}" for row in range(24)], label=7).reset_index(drop=True)
    with pytest.raises(DataError) as caught:
        make_table(clips=clips, keypoints=tuple(table.keypoints[row] for row in rows))
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("made up, clip c0, label: 7 is outside 0..2")
    assert lines[-1] == "and 4 more"


def test_a_protocol_may_have_the_same_people_on_both_sides_if_it_says_so(make_table):
    known = {(4, "group"): "v0", (5, "group"): "v1"}  # v1 is in val, which is fitted to and not reported
    with pytest.raises(DataError, match=r"group v0, split: .* \(cross-view, cross-setup\), say shared_groups: true"):
        make_table(known)
    table = make_table(known, shared_groups=True)
    assert table.facts.shared_groups == 1 and table.facts.heading == "made up (videos shared by train and test)"
    assert table.facts.sharing.startswith("1 videos are both in train and in the clips that are tested")
    assert table.select([0, 1, 2]).facts.sharing == "" == make_table(shared_groups=True).facts.sharing
    assert make_table().facts.heading == "made up"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"start": 0.0, "stop": 1.0}, "of video, start, stop there is only start and stop"),
        ({"video": "v", "start": "0", "stop": 1.0}, "column start: .* values; give seconds"),
        ({"video": "v", "start": 2.0, "stop": 1.0}, "clip v0_0, start and stop: 2 to 1 s of video v"),
        ({"video": "v", "start": np.nan, "stop": 1.0}, "clip v0_0, start and stop: nan to 1 s of video v"),
    ],
)
def test_a_place_in_a_video_is_whole_or_missing(make_table, place, said):
    with pytest.raises(DataError, match=said):
        make_table(clips=make_table().clips.assign(**place))
    nowhere = make_table(clips=make_table().clips.assign(video="v", start=np.nan, stop=np.nan))
    assert nowhere.select([1]).clips["video"].tolist() == ["v"]
