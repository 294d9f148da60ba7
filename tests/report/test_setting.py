"""What a report says of the settings is made of their fields, so that none can be left out of it."""

from typing import get_args

from mglib.config import TrainConfig
from mglib.report.sections import setting


def test_every_choice_that_the_text_puts_into_words_has_words():
    for name, words in {"attention": setting.ATTENTION, "optimizer": setting.OPTIMIZERS}.items():
        assert set(words) == set(get_args(TrainConfig.model_fields[name].annotation))


def test_what_was_chosen_is_said_in_the_words_of_its_field():
    chosen = TrainConfig.read({"preset": "tiny", "memory": 4, "weight_decay": 0.5, "seed": 3, "run_name": "mine"})
    table = setting.settings_table(chosen).set_index("setting")
    assert set(table.index) == set(TrainConfig.model_fields) - {"run_name", "resume", "data_root"}
    assert table.loc["memory"].tolist() == ["4", "0"] and table.loc["alpha"].tolist() == ["0.2", ""]
    assert setting.chosen_settings(chosen) == (
        "Different from the preset: memory = 4 (confused features kept per class; 0: only those of the batch); "
        "weight_decay = 0.5 (how strongly the weights are pulled towards 0)."
    )
    assert setting.chosen_settings(TrainConfig.read({})) == "All settings are those of the preset."


def test_what_the_preset_sets_for_a_network_was_not_chosen_by_anybody():
    """Heat-maps alone train longer at preset small: that they are alone is all that was chosen."""
    for values, said in (({"streams": "joint"}, "streams = joint"), ({"model": "ctr_gcn"}, "model = ctr_gcn")):
        chosen = setting.chosen_settings(TrainConfig.read(values))
        assert said in chosen and "epochs" not in chosen and "optimizer" not in chosen
    assert "epochs = 20 " in setting.chosen_settings(TrainConfig.read({"streams": "joint", "epochs": 20}))
