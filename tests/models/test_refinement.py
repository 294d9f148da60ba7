"""Prototypical refinement against a slow reading of Eq. 5-9: one sample and one class at a time."""

import math

import pytest
import torch
import torch.nn.functional as F

from mglib.models import PrototypicalRefinement
from mglib.models.refinement import FeatureMemory

K, D = 5, 7


def similarity(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a @ b) / (a.norm() * b.norm())


def slow_loss(
    module: PrototypicalRefinement, f: torch.Tensor, logits: torch.Tensor, labels: torch.Tensor, terms: str = "fn+fp"
) -> torch.Tensor:
    """`module.prototypes` must be those after the update."""
    n, p = len(f), logits.softmax(1)
    guess = p.argmax(1)
    members = {kind: {k: [] for k in range(K)} for kind in ("tp", "fn", "fp")}
    for i in range(n):
        if guess[i] == labels[i]:
            members["tp"][int(labels[i])].append(i)
        else:
            members["fn"][int(labels[i])].append(i)
            members["fp"][int(guess[i])].append(i)
    total = f.new_zeros(())
    for i in range(n):
        y = int(labels[i])
        if not module.known[y]:
            continue
        anchor = i in members["tp"][y] or module.anchors == "label"
        phi = psi = f.new_zeros(())
        if anchor and members["fn"][y] and "fn" in terms:
            phi = 1 - similarity(f[i], f[members["fn"][y]].mean(0))
        if anchor and members["fp"][y] and "fp" in terms:
            psi = 1 + similarity(f[i], f[members["fp"][y]].mean(0))
        for d in (phi, psi):
            own = torch.exp(similarity(f[i], module.prototypes[y]) / module.tau - (1 - p[i, y].detach()) * d)
            rest = [
                torch.exp(similarity(f[i], module.prototypes[k]) / module.tau)
                for k in range(K)
                if k != y and module.known[k]
            ]
            total = total - torch.log(own / (own + sum(rest)))
    return total / n


def batch(n: int = 24, seed: int = 0, dtype: torch.dtype = torch.float32):
    """A batch in which class K - 1 is absent and about half of the predictions are right."""
    g = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, K - 1, (n,), generator=g)
    logits = torch.randn(n, K, generator=g) + 1.5 * F.one_hot(labels, K)
    return torch.randn(n, D, generator=g).to(dtype).requires_grad_(), logits.to(dtype), labels


def fresh(**settings) -> PrototypicalRefinement:
    torch.manual_seed(1)
    return PrototypicalRefinement(3, K, dim=D, **settings)


@pytest.mark.parametrize("anchors", ["tp", "label"])
@pytest.mark.parametrize("prototype_init", ["first", "random"])
@pytest.mark.parametrize("terms", ["fn+fp", "fn", "fp", "none"])
def test_loss_and_gradient_against_loops(anchors, prototype_init, terms):
    module = fresh(anchors=anchors, prototype_init=prototype_init, terms=terms)
    for seed in range(3):
        f, logits, labels = batch(seed=seed)
        loss = module(f, logits, labels)
        expected = slow_loss(module, f, logits, labels, terms)
        assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
        (fast,), (slow,) = torch.autograd.grad(loss, f), torch.autograd.grad(expected, f)
        assert torch.allclose(fast, slow, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_dtype_gives_the_float32_loss_and_finite_gradients(dtype):
    f, logits, labels = batch(dtype=dtype)
    loss = fresh()(f, logits, labels)
    loss.backward()
    assert loss.dtype == torch.float32 and torch.isfinite(f.grad).all()
    assert loss.item() == pytest.approx(fresh()(f.detach().float(), logits.float(), labels).item(), rel=1e-6)


def test_autocast_leaves_the_refinement_in_float32():
    module, maps = fresh(), torch.randn(24, 3, 2, 4, 4, generator=torch.Generator().manual_seed(0))
    _, logits, labels = batch()
    with torch.autocast("cpu", torch.bfloat16):
        f = module.features(maps)
        loss = module(f, logits, labels)
    other = fresh()
    plain = other.features(maps)
    assert f.dtype == torch.float32 and torch.equal(f, plain)
    assert loss.item() == other(plain, logits, labels).item()


def test_prototypes_follow_eq_6():
    """By hand: first the mean of the true positives, then momentum; a class without any keeps what it has."""
    module = fresh(rho=0.9)
    f = torch.eye(4, D)
    labels, right, wrong = torch.tensor([0, 0, 1, 2]), torch.tensor([0, 0, 1, 3]), torch.tensor([0, 1, 0, 2])
    module(f, 9.0 * F.one_hot(right, K), labels)
    assert torch.allclose(module.prototypes[0], (f[0] + f[1]) / 2) and torch.allclose(module.prototypes[1], f[2])
    assert module.known.tolist() == [True, True, False, False, False]
    before = module.prototypes.clone()
    module(f, 9.0 * F.one_hot(wrong, K), labels)
    assert torch.allclose(module.prototypes[0], 0.9 * before[0] + 0.1 * f[0])
    assert torch.equal(module.prototypes[1], before[1]) and torch.allclose(module.prototypes[2], f[3])
    assert module.updates.tolist() == [2, 1, 1, 0, 0]


def test_absent_class_keeps_its_prototype_and_stays_finite():
    module = fresh(prototype_init="random")
    before = module.prototypes.clone()
    f, logits, labels = batch()
    loss = module(f, logits, labels)
    assert torch.equal(module.prototypes[K - 1], before[K - 1]) and torch.isfinite(loss)


def test_no_true_positive_at_all():
    f, _, labels = batch()
    logits = 9.0 * F.one_hot((labels + 1) % K, K).float()
    loss = fresh()(f, logits, labels)
    loss.backward()
    assert loss.item() == 0 and torch.equal(f.grad, torch.zeros_like(f))


@pytest.mark.parametrize(("kind", "sign"), [("fn", 1), ("fp", -1)])
def test_loss_falls_as_ambiguous_samples_are_calibrated(kind, sign):
    """Two anchors of class 0 and one ambiguous sample: the FN may come nearer, the FP may go away."""

    def loss(cosine: float) -> float:
        anchors = torch.tensor([[1.0, 0, 0, 0, 0, 0, 0]] * 2)
        moved = torch.tensor([[cosine, math.sqrt(1 - cosine**2), 0, 0, 0, 0, 0]])
        labels = torch.tensor([0, 0, 0 if kind == "fn" else 1])
        guess = torch.tensor([0, 0, 1 if kind == "fn" else 0])
        logits = 0.5 * F.one_hot(guess, K).float()
        module = fresh(prototype_init="random")
        module(torch.cat([anchors, moved]), logits, labels)
        f = torch.cat([anchors, moved])
        scores = module(f, logits, labels)
        return scores.item() - own_term(module, f[2], labels[2])

    def own_term(module, f, label) -> float:
        """What the moved sample adds by itself, as no anchor: two plain cross-entropies."""
        return (
            2
            * F.cross_entropy(F.normalize(f[None]) @ F.normalize(module.prototypes).T / module.tau, label[None]).item()
            / 3
        )

    near, far = loss(0.8), loss(0.2)
    assert sign * (far - near) > 1e-4


def test_state_dict_holds_the_prototypes():
    module, other = fresh(memory=3), fresh(memory=3)
    f, logits, labels = batch()
    module(f, logits, labels)
    assert {"prototypes", "updates"} <= set(module.state_dict())
    other.load_state_dict(module.state_dict())
    assert other(f, logits, labels).item() == module(f, logits, labels).item()


def test_memory_widens_the_centres():
    """Features of a former batch count in the next centre, and only the last ones of each class stay."""
    memory = FeatureMemory(2, 3, 1)
    for start in range(0, 8, 4):
        values = torch.arange(start, start + 4.0)[:, None]
        memory.push(values, torch.tensor([[1.0, 0], [1, 0], [1, 0], [0, 1]]))
    assert memory.count.tolist() == [3, 2]
    assert memory.total().tolist() == [[4 + 5 + 6, 3], [3 + 7, 2]]
    memory.push(torch.arange(5.0)[:, None], torch.tensor([[1.0, 0]] * 5))
    assert memory.total().tolist() == [[2 + 3 + 4, 3], [10, 2]]

    module = fresh(memory=8)
    f, logits, labels = batch(seed=0)
    module(f, logits, labels)
    g, more, names = batch(seed=1)
    with_memory, plain = module(g, more, names), fresh()
    plain.load_state_dict({k: v for k, v in module.state_dict().items() if "." not in k or k.startswith("embed")})
    assert with_memory.item() != pytest.approx(plain(g, more, names).item(), rel=1e-4)
