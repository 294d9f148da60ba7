"""Recordings from the console: what is printed, and what is returned."""

import numpy as np
import pandas as pd
import pytest

from mglib.data.layouts import get_layout
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.data.recordings.formats import read_marks
from mglib.recordings import spotter
from mglib.recordings.__main__ import main
from mglib.recordings.agreeing import agreement_text, coder_pairs
from mglib.recordings.describing import class_counts, description, event_statistics, successions
from mglib.recordings.opening import open_recordings
from mglib.recordings.spotter import Facts, Spotted
from tests.data.sources import recordings_folder as own

SYNTHETIC = ["num_recordings=[3,1,2]", "seconds=60", "seed=3"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return own.write_folder(tmp_path_factory.mktemp("commands") / "interviews", ("anna", "bert"))


@pytest.fixture(scope="module")
def synthetic():
    return open_recordings(num_recordings=(3, 1, 2), seconds=60, seed=3)


def test_check_tells_what_is_there_and_that_nothing_is_wrong(folder, capsys):
    assert main(["check", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "interviews: 2 recordings of 2 persons, 0.3 minutes, 3 classes, layout imigue22" in said
    assert said.rstrip().endswith("nothing wrong")


def test_check_returns_1_where_something_is_wrong_and_names_it(folder, tmp_path, capsys):
    own.film(tmp_path / "carl.mp4")
    own.eaf(tmp_path / "carl.eaf", [("nod", 1.0, 2.0), ("rup", 3.0, 4.0)], video="carl.mp4")
    assert main(["check", str(tmp_path), "tier=gest*"]) == 1
    said = capsys.readouterr().out
    assert "'rup' (once) is not a class; nearest: rub. Correct or map it." in said and "to know:" in said


def test_check_of_a_folder_of_which_nothing_can_be_used_names_all(tmp_path, capsys):
    (tmp_path / "a.eaf").write_text("<a>")
    (tmp_path / "b.boris").write_text("no")
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "a.eaf: is not XML" in said and "b.boris: is not a BORIS project" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["check", "{folder}", "teir=gesture"], "teir: there is no such option; did you mean tier?"),
        (["check", "tier=gesture"], "tier: this option needs a folder; synthetic recordings have no files"),
        (["check", "{folder}", "overlap=both"], "overlap: 'both' does not fit"),
        (["check", "{folder}", "{folder}"], "one folder is expected; options are NAME=VALUE"),
        (["check", "{folder}/none"], "there is no such folder"),
        (["agree", "{folder}", "coders=dora,emil"], "the coders are dora; 'emil' is none of them"),
        (["agree", "{folder}"], "the coders are dora; two are needed"),
        (["agree", "{folder}"], "persons.csv must name it"),
        (["spot", "nobody", "{folder}", "-o", "out"], "There is no spotter 'nobody'"),
    ],
)
def test_a_wrong_call_is_a_sentence_and_returns_2(folder, words, sentence, capsys):
    with pytest.raises(SystemExit) as end:
        main([word.format(folder=folder) for word in words])
    assert end.value.code == 2 and sentence in " ".join(capsys.readouterr().err.split())


def test_describe_measures_what_the_generator_is_set_by(synthetic, capsys):
    assert main(["describe", *SYNTHETIC]) == 0
    said = capsys.readouterr().out
    table = event_statistics(synthetic).set_index("coder")
    truth = [segment for one in synthetic for segment in one.of("truth")]
    lasting = np.array([segment.duration for segment in truth])
    assert table.loc["truth", "events"] == len(truth) and table.loc["truth", "minutes"] == 6
    assert table.loc["truth", "median"] == pytest.approx(np.median(lasting))
    assert table.loc["truth", "spread"] == pytest.approx(np.log(lasting).std())
    moments = np.zeros(6 * 6000, bool)
    for number, one in enumerate(synthetic):
        for segment in one.of("truth"):
            moments[6000 * number + round(100 * segment.start) : 6000 * number + round(100 * segment.stop)] = True
    assert table.loc["truth", "covered"] == pytest.approx(moments.mean(), abs=1e-3)
    assert f"{table.loc['truth', 'a_minute']:.1f}" in said and "coder 2" in said
    assert class_counts(synthetic)["all"].sum() == len(truth)


def test_gaps_are_between_an_event_and_the_end_of_all_before():
    spans = ((0, 10), (1, 2), (5, 6), (10.5, 11), (13, 14))
    segments = tuple(Segment(start, stop, 0, "dora") for start, stop in spans)
    one = Recording("anna", "anna", "train", 20.0, segments=segments)
    table = event_statistics(Recordings("few", (one,), None, ("nod",), ("all",)))
    assert table.loc[0, ["short_gaps", "overlapping"]].tolist() == [0.5, 0.5]  # gaps of 0.5 and 2 s; two within [0, 10)


def test_shares_are_none_and_all_only_where_they_are_and_what_is_unknown_is_a_dash():
    segments = tuple(Segment(float(s), s + 1.0 - 0.2 * (s == 500), 0, "dora") for s in range(999)) + (
        Segment(4.5, 4.6, 0, "emil"),
    )
    one = Recording("anna", "anna", "train", 999.0, segments=segments)
    told = description(Recordings("made up", (one,), None, ("nod",), ("all",)))
    rows = {
        line.split()[0]: line.split()[1:] for line in told.splitlines() if line.strip().startswith(("dora", "emil"))
    }
    assert rows["dora"] == ["1", "999", "60.0", "99%", "1.00", "1.00", "0.01", "100%", "0%"]
    assert rows["emil"] == ["1", "1", "0.1", "1%", "0.10", "0.10", "–", "–", "–"]


def test_numbers_of_segments_are_whole_where_not_everybody_coded_everything():
    one, two = (
        Recording(n, n, "train", 9.0, segments=(Segment(1.0, 2.0, 0, c),)) for n, c in (("a", "dora"), ("b", "emil"))
    )
    told = description(Recordings("made up", (one, two), None, ("nod",), ("all",)))
    assert [line.split() for line in told.splitlines() if "0.1" in line][:2] == [
        ["a", "a", "train", "0.1", "no", "1"], ["b", "b", "train", "0.1", "no", "1"],
    ]  # fmt: skip


def test_successions_are_counted_against_chance():
    many = open_recordings(num_recordings=(25, 0, 0), seconds=240)
    table = successions(many)
    labels = [[many.class_names[s.label] for s in one.of()] for one in many]
    pairs = pd.DataFrame([pair for each in labels for pair in zip(each, each[1:], strict=False)], columns=["a", "b"])
    row = table.iloc[0]
    both = ((pairs["a"] == row["first"]) & (pairs["b"] == row["next"])).sum()
    chance = (pairs["a"] == row["first"]).mean() * (pairs["b"] == row["next"]).mean() * len(pairs)
    assert both == row["pairs"] and both / chance == pytest.approx(row["lift"]) and row["lift"] > 2


def test_agree_shows_every_pair_beside_each_other(synthetic, capsys):
    assert main(["agree", *SYNTHETIC]) == 0
    said = capsys.readouterr().out
    assert "kappa (EasyDIAg)" in said and "truth and coder 1, by class" in said
    pairs = coder_pairs(synthetic, ("coder 1", "coder 2"))
    assert list(pairs) == ["coder 1 and coder 2"] and len(pairs["coder 1 and coder 2"]) == 6


def test_a_recording_that_one_coder_never_saw_says_nothing_of_the_pair(folder, tmp_path):
    emil = folder / "anna.emil.eaf"
    own.eaf(emil, own.TRUE[:1], video="anna.mp4")
    try:
        pairs = coder_pairs(open_recordings(folder))
    finally:
        emil.unlink()
    assert {pair: [one.person for one in those] for pair, those in pairs.items()} == {"dora and emil": ["Anna"]}


def test_convert_writes_a_table_or_a_folder(folder, tmp_path, capsys):
    assert main(["convert", str(folder), "-o", str(tmp_path / "all.csv")]) == 0
    table = pd.read_csv(tmp_path / "all.csv")
    assert len(table) == 2 * len(own.TRUE) and set(table["recording"]) == {"anna", "bert"}
    assert main(["convert", str(folder), "-o", str(tmp_path / "out"), "--ending", ".TextGrid"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["anna.TextGrid", "bert.TextGrid"]


def test_convert_writes_all_coders_unless_some_are_chosen(tmp_path):
    folder = own.write_folder(tmp_path / "interviews", ("anna",))
    own.eaf(folder / "anna.emil.eaf", own.TRUE[:1], video="anna.mp4")
    for words, coders in (
        ([], {"dora", "emil"}),
        (["coders=emil"], {"emil"}),
        (["coders=dora, emil"], {"dora", "emil"}),
    ):
        assert main(["convert", str(folder), *words, "-o", str(tmp_path / "all.csv")]) == 0
        assert set(pd.read_csv(tmp_path / "all.csv")["coder"]) == coders


class Nodding:
    """A spotter that finds a nod at the second second of everything."""

    def __init__(self, name):
        self.name = name
        self.facts = Facts(
            "x", ("nod", "rub", "scratch"), ("all",) * 3, ((0, 1, 2),), get_layout("imigue22"), "run", 2, 4
        )

    def spot(self, recording):
        return Spotted(recording, (Segment(1.0, 2.0, 0, self.name, 0.75),), np.zeros((1, 3)), self.name)


def test_spot_writes_beside_the_coders_and_for_videos_that_nobody_coded(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(spotter, "Spotter", Nodding)
    (folder / "bert.eaf").rename(tmp_path / "bert.eaf")
    try:
        assert main(["spot", "nodding", str(folder), "-o", str(tmp_path / "out")]) == 0
        names = [line.rsplit("/", 1)[1] for line in capsys.readouterr().out.splitlines()]
        assert names == ["anna.nodding.eaf", "bert.nodding.eaf"]
        anna, bert = (read_marks(tmp_path / "out" / name, [])[0] for name in names)
        assert {tier.annotator for tier in anna.tiers} == {"dora", "nodding"}
        assert [(mark.start, mark.stop, mark.value, mark.score) for mark in bert.marks] == [(1.0, 2.0, "nod", 0.75)]
        assert bert.media[0].relative.endswith("bert.mp4")
    finally:
        (tmp_path / "bert.eaf").rename(folder / "bert.eaf")


def test_evaluate_holds_what_is_found_against_the_coder(folder, monkeypatch, capsys):
    monkeypatch.setattr(spotter, "Spotter", Nodding)
    assert main(["evaluate", "nodding", str(folder)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{folder.name}: 2 recordings; intervals at 95 % over 2 persons")
    assert "0.40" in next(line for line in said.splitlines() if line.startswith("event F1 > .3"))  # one of four, twice
    with pytest.raises(SystemExit):
        main(["evaluate", "nodding", str(folder), "labels={nod: hum, rub: rub, scratch: scratch}"])
    assert "'hum' is none of the 3 classes of the spotter" in capsys.readouterr().err


def test_what_a_spotter_left_in_the_folder_is_not_counted_with_what_it_finds_now(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(spotter, "Spotter", Nodding)
    folder = own.write_folder(tmp_path / "interviews", ("anna", "bert"))
    assert main(["evaluate", "nodding", str(folder)]) == 0
    before = capsys.readouterr().out
    main(["spot", "nodding", str(folder), "-o", str(folder)])
    capsys.readouterr()
    assert main(["evaluate", "nodding", str(folder)]) == 0
    assert capsys.readouterr().out == before


def test_a_model_alone_is_no_reference_to_compare_it_with(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(spotter, "Spotter", Nodding)
    folder = own.write_folder(tmp_path / "interviews", ("anna",))
    (folder / "anna.eaf").unlink()
    main(["spot", "nodding", str(folder), "-o", str(folder)])
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["evaluate", "nodding", str(folder)])
    assert "nobody but nodding marked anything" in " ".join(capsys.readouterr().err.split())
    assert main(["describe", str(folder)]) == 0
    assert "note: anna: nobody but the model nodding marked anything, so its segments are the reference" in (
        capsys.readouterr().err
    )


def test_every_command_tells_what_was_assumed(tmp_path, capsys):
    folder = own.write_folder(tmp_path / "interviews", ("anna",))
    (folder / "anna.mp4").unlink()
    own.eaf(folder / "anna.eaf", coder="dora")
    assert main(["describe", str(folder)]) == 0
    assert "note: 1 recording without a video, anna first: 25 frames per second are assumed" in capsys.readouterr().err
    assert main(["describe", str(folder), "fps=25"]) == 0 and not capsys.readouterr().err
    (folder / "keypoints.pkl").unlink()
    assert main(["convert", str(folder), "-o", str(tmp_path / "all.csv")]) == 0
    assert "note: anna: neither a video nor key points say how long it is" in capsys.readouterr().err


def test_one_is_not_several_and_few_persons_have_no_intervals():
    marked = tuple(Segment(1.0, 2.0, 0, coder) for coder in ("dora", "emil"))
    few = Recordings("few", (Recording("a", "a", "train", 9.0, segments=marked),), None, ("nod",), ("all",))
    assert description(few).startswith("few: 1 recording of 1 person, 0.1 minutes, 1 class, no key points")
    told = agreement_text(few).splitlines()[0]
    assert told == "few, dora and emil: 2 annotations of 1 person. With fewer than 6 persons there is no interval."
