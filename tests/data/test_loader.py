"""What reaches the network: aligned streams, replayable draws, heat-maps at the joints."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mglib.data.caching import FrameCache
from mglib.data.loader import ClipDataset, Draws, InputMaker, View, make_loader, views_of
from tests.builders import DotReader

VIEW = View(8, 16, 4, 64)


@pytest.fixture
def table(make_table):
    return make_table()


def test_streams_show_the_same_place(table, tmp_path):
    cache = FrameCache(DotReader(table.keypoints, 480, 640), tmp_path, 400)
    dataset = ClipDataset(table, np.arange(len(table)), VIEW, cache, Draws(angle=0.2, flip=False), seed=1)
    for i in range(len(table)):
        item = dataset[i]
        image = item.frames[0].float()  # [T, H, W]
        middle = (image > 60) * image
        grid = torch.arange(64.0)
        x = (middle.sum(1) * grid).sum(1) / middle.sum((1, 2))
        y = (middle.sum(2) * grid).sum(1) / middle.sum((1, 2))
        seen = middle.sum((1, 2)) > 2000  # the dot may lie at the border, or outside
        pose = (item.keypoints[0, :, 0, :2] + 0.5) * 4 - 0.5  # RGB frame i shows a frame of pose frames 2i, 2i + 1
        nearest = torch.minimum(*((torch.stack([x, y], 1) - pose[k::2]).norm(dim=1) for k in (0, 1)))
        inside = seen & (pose[::2] > 6).all(1) & (pose[::2] < 57).all(1)
        assert (nearest[inside] < 1.5).all()


def test_a_draw_depends_on_seed_epoch_and_row_alone(table):
    def item(rows, i, epoch=0, seed=0):
        dataset = ClipDataset(table, np.array(rows), View(8, 16), draws=Draws(), seed=seed)
        dataset.epoch = epoch
        return dataset[i].keypoints

    assert torch.equal(item([0, 1, 2], 2), item([2], 0))
    assert not torch.equal(item([2], 0), item([2], 0, epoch=1)) and not torch.equal(item([2], 0), item([2], 0, seed=1))


def test_test_views_are_fixed_and_differ(table):
    asked = ((0, 1), (0, 2), (1, 2), (0, 2))
    views = [ClipDataset(table, np.array([5]), View(4, 16), test_clip=v)[0].keypoints for v in asked]
    assert torch.equal(views[1], views[3]) and not torch.equal(views[1], views[2])


def test_test_views_of_a_clip_shorter_than_they_are_start_evenly_apart(table):
    """As in PYSKL, number x frames / views; every view shows the whole clip, turned round."""
    row = int(table.clips["total_frames"].argmin())
    total = int(table.clips["total_frames"][row])
    long = View(3 * total, 16)
    dataset = [ClipDataset(table, np.array([row]), long, test_clip=view) for view in views_of(5)]
    starts = [number * total // 5 for number in range(5)]
    first = ClipDataset(table, np.array([row]), long)[0].keypoints[:, :total]
    for clips, start in zip(dataset, starts, strict=True):
        assert torch.equal(clips[0].keypoints[:, :total], first.roll(-start, 1))
    assert views_of(1) == [(0, 1)] and views_of(2) == [(0, 2), (1, 2)]


def test_a_mirrored_test_view_shows_the_other_side_under_the_same_label(make_table):
    table = make_table(flip_labels=(1, 0, 2))
    clip, image = (ClipDataset(table, np.array([3]), View(4, 16), mirror=mirror)[0] for mirror in (False, True))
    points, mirrored = clip.keypoints, image.keypoints[:, :, table.layout.flip_permutation]
    shown = points[..., 2] > 0
    assert shown.any() and torch.equal(mirrored[..., 2], points[..., 2])
    assert torch.allclose(mirrored[..., 0][shown], 15 - points[..., 0][shown], atol=1e-4)
    assert torch.allclose(mirrored[..., 1][shown], points[..., 1][shown], atol=1e-4)
    assert image.labels == clip.labels == table.labels[3]


def test_balanced_batches_hold_rare_classes_as_often(table):
    rows = np.concatenate([np.flatnonzero(table.labels == 0), np.flatnonzero(table.labels == 1)[:1]])
    assert table.labels[rows].tolist() == [0, 0, 1]
    loader = make_loader(ClipDataset(table, rows, View(4, 16)), 3, order=torch.Generator(), balanced=True)
    drawn = np.concatenate([batch.labels for _ in range(60) for batch in loader])
    assert len(drawn) == 60 * len(rows)
    assert abs((drawn == 1).mean() - 0.5) < 4 * 0.5 / len(drawn) ** 0.5  # four standard errors


def test_a_mirrored_clip_takes_the_mirrored_label(make_table):
    table = make_table(flip_labels=(1, 0, 2))
    labels = {int(ClipDataset(table, np.array([0]), View(4, 16), draws=Draws(), seed=s)[0].labels) for s in range(12)}
    assert labels == {table.labels[0], table.flip_labels[table.labels[0]]}


def test_inputs_peak_at_the_joints(table):
    dataset = ClipDataset(table, np.arange(3), View(8, 16))
    batch = next(iter(make_loader(dataset, 3)))
    inputs = InputMaker(View(8, 16), 0.6, None, "pose")(batch)
    assert list(inputs) == ["pose"] and inputs["pose"].shape == (3, table.layout.num_joints, 8, 16, 16)
    x, y, score = batch.keypoints[0, 0, 0, 0]
    if score > 0:
        peak = inputs["pose"][0, 0, 0].flatten().argmax()
        assert (peak % 16, peak // 16) == (x.round(), y.round())
    limbs = InputMaker(View(8, 16), 0.6, table.layout.limbs, "pose")(batch)
    assert limbs["pose"].shape[1] == len(table.layout.limbs)


def test_one_maker_gives_every_batch_its_own_maps(table):
    dataset, view = ClipDataset(table, np.arange(5), View(8, 16)), View(8, 16)
    maker = InputMaker(view, 0.6, None, "pose")
    for _ in range(2):
        for batch in make_loader(dataset, 2):  # 2, 2, 1 clips
            assert torch.equal(maker(batch)["pose"], InputMaker(view, 0.6, None, "pose")(batch)["pose"])


def test_the_next_batch_of_that_size_overwrites_what_a_maker_gave(table):
    """As its docstring says; another size has memory of its own."""
    maker = InputMaker(View(8, 16), 0.6, None, "pose")
    given = [maker(batch)["pose"] for batch in make_loader(ClipDataset(table, np.arange(5), View(8, 16)), 2)]
    assert given[0].data_ptr() == given[1].data_ptr() != given[2].data_ptr()


def test_a_lonely_last_clip_is_dropped_in_training_only(table):
    dataset = ClipDataset(table, np.arange(5), View(4, 16))
    assert [len(b.rows) for b in make_loader(dataset, 4, order=torch.Generator())] == [4]
    assert [len(b.rows) for b in make_loader(dataset, 4)] == [4, 1]


@pytest.mark.parametrize("stream", ["", "motion"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_inputs_come_in_the_precision_of_the_network(table, tmp_path, dtype, stream):
    """Rounded as autocast rounds float32, so that nothing is computed otherwise; in bf16 half the bytes are drawn."""
    cache = FrameCache(DotReader(table.keypoints, 480, 640), tmp_path, 400)
    batch = next(iter(make_loader(ClipDataset(table, np.arange(3), VIEW, cache), 3)))
    exact = InputMaker(VIEW, 0.6, None, "both", stream=stream)
    maker = replace(exact, dtype=dtype, _volumes={})
    given = maker(batch)
    for name, x in exact(batch).items():
        assert given[name].dtype == dtype and torch.equal(given[name], x.to(dtype))
        assert given[name].is_contiguous(memory_format=torch.channels_last_3d)
    again = maker(batch)["pose"]
    assert (again.data_ptr() == given["pose"].data_ptr()) == (dtype == torch.bfloat16 and not stream)


def test_joints_are_hidden_and_displaced_in_training_clips_only(table):
    rows, view = np.arange(4), View(8, 16)
    plain, changed = (
        ClipDataset(table, rows, view, draws=Draws(1.0, flip=False, hidden=share, displaced=0.1), seed=3)
        for share in (0, 0.5)
    )
    seen = [np.stack([d[i].keypoints[..., 2].numpy() > 0 for i in range(4)]) for d in (plain, changed)]
    assert not (seen[1] & ~seen[0]).any() and seen[1].sum() < 0.8 * seen[0].sum()
    still = ClipDataset(table, rows, view, draws=Draws(1.0, flip=False), seed=3)
    assert all(not torch.equal(still[i].keypoints, plain[i].keypoints) for i in range(4))
    tested = ClipDataset(table, rows, view)[0].keypoints
    np.testing.assert_array_equal(tested, ClipDataset(table, rows, view, seed=9)[0].keypoints)
