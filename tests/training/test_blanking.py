"""Modality dropout blanks one input of a clip, never both, and each as often."""

import torch

from mglib.training.blanking import drop_modality


def test_one_input_of_so_many_clips_is_blank():
    torch.manual_seed(0)
    inputs = {"rgb": torch.ones(1000, 3, 1, 2, 2), "pose": torch.ones(1000, 5, 2, 1, 1)}
    dropped = {stream: ~x.flatten(1).any(1) for stream, x in drop_modality(inputs, 0.4).items()}
    assert not (dropped["rgb"] & dropped["pose"]).any()
    assert all(150 < int(blank.sum()) < 250 for blank in dropped.values())
    assert all(x.all() for x in inputs.values())


def test_nothing_is_drawn_without_it_or_for_one_stream():
    state = torch.get_rng_state()
    both, one = (
        {"rgb": torch.ones(2, 3, 1, 2, 2), "pose": torch.ones(2, 5, 2, 1, 1)},
        {"pose": torch.ones(2, 5, 2, 1, 1)},
    )
    assert drop_modality(both, 0.0) is both
    assert drop_modality(one, 0.9) is one
    assert torch.equal(torch.get_rng_state(), state)
