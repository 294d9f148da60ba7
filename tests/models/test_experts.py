"""Experts that know the truth make an ensemble that knows it; the auxiliary classifier has its closed form."""

import numpy as np
import pytest
import torch

from mglib.models.experts import AuxiliaryClassifier, ExpertHead, expert_labels

COUNTS = np.array([4, 300, 30, 40, 2, 100, 0])
GROUPS = [np.array([1]), np.array([5, 3]), np.array([2, 0, 4, 6])]  # of 476 clips: up to 238, up to 428.4, the rest


def combined(answers: list[torch.Tensor]) -> torch.Tensor:
    """What the head makes of its experts' probabilities [N, G + 1], one tensor each."""
    pooled = torch.cat(answers, 1).log()
    head = ExpertHead(pooled.shape[1], COUNTS, dropout=0.0)
    layers = torch.eye(pooled.shape[1]).split([answer.shape[1] for answer in answers])
    for expert, weight in zip(head.experts, layers, strict=True):
        expert.load_state_dict({"weight": weight, "bias": torch.zeros(len(weight))})
    return head(pooled[:, :, None, None, None]).exp()


def test_experts_that_know_the_truth_give_the_truth():
    truth = torch.from_numpy(np.random.default_rng(0).dirichlet(np.ones(7), size=50)).float()
    answers = [torch.column_stack([truth[:, group], 1 - truth[:, group].sum(1)]) for group in GROUPS]
    torch.testing.assert_close(combined(answers), truth)


def test_a_clip_that_every_expert_disowns_may_be_anything():
    answers = [torch.full((1, len(group) + 1), 1e-30) for group in GROUPS]
    for answer in answers:
        answer[:, -1] = 1
    torch.testing.assert_close(combined(answers), torch.full((1, 7), 1 / 7))


def test_experts_learn_their_own_classes_and_the_rest_as_one():
    assert expert_labels(np.array([5, 1, 3, 0]), GROUPS[1]).tolist() == [0, 2, 1, 2]


def test_the_auxiliary_loss_is_the_balanced_softmax():
    torch.manual_seed(0)
    module, pooled, labels = AuxiliaryClassifier(8, COUNTS, 0.5), torch.randn(6, 8), torch.tensor([1, 0, 5, 4, 1, 3])
    odds = module.classify(pooled).exp() * torch.tensor([4.0, 300, 30, 40, 2, 100, 1])
    expected = -0.5 * (odds[torch.arange(6), labels] / odds.sum(1)).log().mean()
    assert module.loss(pooled, labels).item() == pytest.approx(expected.item(), rel=1e-5)
