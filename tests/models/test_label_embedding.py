"""The loss in closed form; names that are alike lie near each other; tables of users, good and bad."""

import numpy as np
import pytest
import torch
from sklearn.feature_extraction.text import TfidfVectorizer

from mglib.data.sources.labels import LABELS
from mglib.models.label_embedding import LabelEmbedding, name_table, read_table

NAMES = LABELS["imigue"].names
every_set = pytest.mark.parametrize("names", [labels.names for labels in LABELS.values()], ids=LABELS)


def test_loss_in_closed_form():
    torch.manual_seed(0)
    table = np.random.default_rng(0).normal(size=(5, 3))
    module, pooled, labels = LabelEmbedding(4, table), torch.randn(6, 4), torch.tensor([0, 4, 2, 2, 1, 3])
    w, b = (p.detach().numpy() for p in module.regress.parameters())
    error = pooled.numpy() @ w.T + b - table[labels]
    assert module.loss(pooled, labels).item() == pytest.approx(20 * (error**2).mean(), rel=1e-5)
    assert "table" in module.state_dict()


@every_set
def test_the_table_keeps_the_similarities_of_the_names(names):
    """With fewer names than dimensions the SVD only turns the n-grams' space, and rows have length 1."""
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit_transform(names)
    table = name_table(names)
    np.testing.assert_allclose(table @ table.T, (grams @ grams.T).toarray(), atol=1e-6)


def test_alike_names_are_nearer():
    table = name_table(NAMES)
    of = {name: row for name, row in zip(NAMES, table, strict=True)}
    jaw = of["Touching jaw"]
    assert jaw @ of["Touching ears"] > 5 * jaw @ of["Folding arms"]


@every_set
def test_neither_the_order_of_classes_nor_rounding_turns_the_table(names, monkeypatch):
    order, svd, table = np.random.default_rng(0).permutation(len(names)), np.linalg.svd, name_table(names)
    np.testing.assert_allclose(name_table([names[i] for i in order]), table[order], atol=1e-5)

    def other_machine(x, **settings):
        u, s, v = svd(x, **settings)
        signs = np.random.default_rng(1).choice([-1, 1], len(s))
        return u * signs * (1 + 1e-9 * np.random.default_rng(2).normal(size=u.shape)), s, v * signs[:, None]

    monkeypatch.setattr(np.linalg, "svd", other_machine)
    np.testing.assert_allclose(name_table(names), table, atol=1e-6)


def test_fewer_dimensions_equal_names_and_empty_ones():
    assert name_table(NAMES, 8).shape == (32, 8)
    twice = name_table(["waving", "clapping", "waving"])
    assert twice.shape == (3, 2) and np.array_equal(twice[0], twice[2])
    with pytest.raises(ValueError, match=r"classes \[1\] have empty names"):
        name_table(["waving", " "])


def test_tables_of_users_are_matched_by_name(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    names = ["Bulging face, deep breath", "nan", "Head up"]
    np.savez(tmp_path / "words.npz", names=np.array(names), vectors=vectors)
    lines = [f'"{name}",' + ",".join(map(str, row)) for name, row in zip(names, vectors, strict=True)]
    (tmp_path / "words.csv").write_text("\n".join(lines))
    for file in ("words.npz", "words.csv"):
        np.testing.assert_allclose(read_table(tmp_path / file, [names[2], names[0]]), vectors[[2, 0]], rtol=1e-6)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,1,2\n", r"one vector for each of the 2 classes; missing are \['b'\], and there more than once are \[\]"),
        ("a,1,2\nb,1,2\na,3,4\n", r"missing are \[\], and there more than once are \['a'\]"),
        ("a,1,nan\nb,1,2\n", r"the vectors of \['a'\] contain values that are not finite"),
        ("a,1,x\nb,1,2\n", r"is not a table of word vectors \(could not convert string to float: 'x'"),
        ("", r"is not a table of word vectors \(No columns"),
        (None, r"is not a table of word vectors \(.*No such file"),
    ],
)
def test_bad_tables_are_sentences(tmp_path, content, sentence):
    if content is not None:
        (tmp_path / "words.csv").write_text(content)
    with pytest.raises(ValueError, match=sentence):
        read_table(tmp_path / "words.csv", ["a", "b"])


def test_a_table_with_holes_is_a_sentence():
    with pytest.raises(ValueError, match=r"the table is \[2, 2\] with 1 values that are not finite"):
        LabelEmbedding(4, np.array([[1.0, np.nan], [0, 1]]))
