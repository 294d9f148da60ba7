"""The card of a run says what the run's files hold, and reads as a model card."""

import pandas as pd
import yaml

from mglib.analysis.card import card, write_card
from mglib.base import files
from mglib.config import TrainConfig
from mglib.runs import Run
from tests.run_builder import fake_run


def test_the_card_holds_data_settings_and_scores(tmp_path):
    run = fake_run(tmp_path / "mine")
    plain, settings = (TrainConfig.read(given) for given in ({}, {"run_name": "mine", "alpha": 0.7, "epochs": 3}))
    files.write_text(run.path / "config.yaml", settings.to_yaml())
    write_card(Run(run.path))
    text = (run.path / "README.md").read_text()
    _, front, body = text.split("---\n", 2)
    about = yaml.safe_load(front)
    assert about["library_name"] == "mglib" and about["license_name"].startswith("FILL IN")
    assert f"| alpha | 0.7 | {plain.alpha} |" in body and f"| epochs | 3 | {plain.epochs} |" in body
    assert "| tau |" not in body
    fused = run.scores.set_index(["system", "metric"]).loc[("fused", "top1")]
    assert f"{100 * fused['value']:.1f} [{100 * fused['low']:.1f}, {100 * fused['high']:.1f}]" in body
    assert f"{run.data.clips['test']} test clips of {run.data.groups['test']} subjects" in body
    assert 'Run("mine")' in body and "Licence of the data: FILL IN" in body


def test_a_name_cannot_break_the_table(tmp_path):
    run = fake_run(tmp_path / "bare")
    scores = pd.read_csv(run.path / "scores.csv").replace({"system": {"fused": "a|b"}})
    scores.to_csv(run.path / "scores.csv", index=False)
    rows = [line for line in card(Run(run.path)).splitlines() if line.startswith("| a&#124;b |")]
    head = next(line for line in card(Run(run.path)).splitlines() if line.startswith("| system |"))
    assert len(rows) == 1 and rows[0].count("|") == head.count("|")
