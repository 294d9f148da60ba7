"""train, spot and evaluate on a folder as a coder has it: from ELAN's files to ELAN's files."""

import pytest

from mglib.recordings import Spotter, __main__
from tests.recordings.conftest import SPOT
from tests.recordings.waving import waving_recordings


@pytest.fixture(autouse=True)
def _waving(monkeypatch):
    """The console's folder holds the waving recordings."""
    monkeypatch.setattr(__main__, "_opened", lambda *given, **options: waving_recordings())


def test_a_spotter_is_trained_asked_and_scored_from_the_console(place, tmp_path, capsys):
    settings = {name: value for name, value in SPOT.items() if name != "run"} | {"run_name": "console", "epochs": 20}
    words = [f"{name}={value}" for name, value in settings.items()]
    assert __main__.main(["train", "naming", "folder", "--set", *words]) == 0
    said = capsys.readouterr().out
    assert str(place / "console") in said and "thresholded windows" in said and "event F1 > .3" in said
    assert Spotter("console").config.epochs == 20

    assert __main__.main(["spot", "console", "folder", "-o", str(tmp_path / "all.csv")]) == 0
    lines = (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()
    spotted = Spotter("console").spot_all(waving_recordings())
    assert len(lines) == 1 + sum(len(one.segments) for one in spotted)

    assert __main__.main(["evaluate", "console", "folder", "-o", str(tmp_path / "files"), "--ending", ".TextGrid"]) == 0
    said = capsys.readouterr().out
    assert "coder 2" in said and "right" in said and len(list((tmp_path / "files").glob("*.TextGrid"))) == 10


def test_a_setting_that_is_none_is_refused(place, capsys):
    with pytest.raises(SystemExit):
        __main__.main(["train", "naming", "folder", "--set", "epoch=3"])
    assert "did you mean epochs?" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        __main__.main(["train", "naming", "folder", "--set", "epochs"])
    assert "'epochs' is not NAME=VALUE" in capsys.readouterr().err
