"""Sliders for choosing weights by hand, with scores on held-out clips and their intervals."""

from collections.abc import Mapping

import ipywidgets
import numpy as np

from mglib.analysis.evaluation import METRICS, calibration_table, score_table, shift_prior
from mglib.base.facts import intervals_over

from .members import Pool
from .weights import Combination

SHOWN = {"top1": METRICS["top1"], "macro_f1": METRICS["macro_f1"], "ece": "ECE"}
ROW, LEFT, LONG = 30, 96, 420  # sizes in the drawing, pixels
LETTER = 0.6  # width of a letter or digit, em, on the safe side


class WeightSliders(ipywidgets.VBox):
    """A slider per member and one for the class prior, with the resulting scores on the held-out clips.

    Test scores are not shown, as adjusting weights to them would be fitting on the test split. Temperatures are those
    of the combination. A prior shift of 1 predicts as if all classes were equally frequent, 0 as trained.

    Args:
        pool: members and their predictions.
        combination: combination with the initial weights.
        prior: class frequencies in training, [K].

    Attributes:
        weights: current weights, float [S], sum 1; for `fit(pool, "ratio", sliders.weights)`.
    """

    def __init__(self, pool: Pool, combination: Combination, prior: np.ndarray):
        self._pool, self._prior = pool, prior
        self._basis = intervals_over(len(np.unique(pool.groups)), f"held-out {pool.run.data.group_noun}")
        self._combination = combination
        start = np.nan_to_num(combination.weights, nan=1 / len(pool.members)).round(2)  # values that a slider can have
        wide = min(max(14.0, LETTER * max(map(len, pool.names))), 30.0)  # em; members of one run differ at their ends
        look = {
            "min": 0.0,
            "max": 1.0,
            "step": 0.01,
            "style": {"description_width": f"{wide}em"},
            "layout": {"width": f"{wide + 24}em", "max_width": "100%"},
        }
        self._sliders = [
            ipywidgets.FloatSlider(value=w, description=name, **look) for name, w in zip(pool.names, start, strict=True)
        ]
        self._shift = ipywidgets.FloatSlider(value=0.0, description="prior shift", **look)
        self._reset = ipywidgets.Button(description="as found")
        self._equal = ipywidgets.Button(description="equal")
        self._picture = ipywidgets.HTML()
        self._reset.on_click(lambda _: self._set(start))
        self._equal.on_click(lambda _: self._set(np.ones(len(start)) / len(start)))
        self._quiet = False
        for slider in (*self._sliders, self._shift):
            slider.observe(lambda _: self._draw(), "value")
        self._before = self._scores(self.weights, 0.0)
        self._draw()
        super().__init__([*self._sliders, self._shift, ipywidgets.HBox([self._reset, self._equal]), self._picture])

    @property
    def weights(self) -> np.ndarray:
        values = np.array([slider.value for slider in self._sliders])
        return values / values.sum() if values.sum() else np.full(len(values), 1 / len(values))

    def _set(self, weights: np.ndarray) -> None:
        self._quiet = True  # draw once, not once per slider
        for slider, weight in zip(self._sliders, weights, strict=True):
            slider.value = weight
        self._quiet = False
        self._draw()

    def _scores(self, weights: np.ndarray, strength: float) -> dict[str, tuple[float, float, float]]:
        pool, found = self._pool, self._combination
        mixed = Combination("ratio", found.temperatures, weights, found.temperature)(pool.held_out)
        systems = {"now": shift_prior(mixed, self._prior, strength=strength)}
        scores = score_table(systems, pool.labels, pool.groups)
        errors = calibration_table(systems, pool.labels, pool.groups)
        both = {row.metric: (row.value, row.low, row.high) for t in (scores, errors) for row in t.itertuples()}
        return {metric: both[metric] for metric in SHOWN}

    def _draw(self) -> None:
        if not self._quiet:
            shown = drawing(self._scores(self.weights, self._shift.value), self._before)
            self._picture.value = f"{shown}<div>{self._basis}</div>"


def drawing(now: Mapping[str, tuple[float, float, float]], before: Mapping[str, tuple[float, float, float]]) -> str:
    """Scores with intervals as SVG, for light and dark pages; a hollow dot shows the initial value.

    Args:
        now: metric -> value, low, high, as fractions; low and high may be nan.
        before: initial values in the same form.
    """
    parts = []
    for i, (metric, (value, low, high)) in enumerate(now.items()):
        y, place = ROW * i + ROW / 2, lambda x: LEFT + LONG * x
        band = "" if np.isnan(low) else f" [{100 * low:.1f}, {100 * high:.1f}]"
        parts.append(f'<text x="0" y="{y + 4}">{SHOWN[metric]}</text>')
        parts.append(f'<line x1="{LEFT}" x2="{LEFT + LONG}" y1="{y}" y2="{y}" opacity="0.2"/>')
        if band:
            parts.append(
                f'<line x1="{place(low):.1f}" x2="{place(high):.1f}" y1="{y}" y2="{y}" stroke-width="5" opacity="0.5"/>'
            )
        parts.append(f'<circle cx="{place(before[metric][0]):.1f}" cy="{y}" r="5" fill="none"/>')
        parts.append(f'<circle cx="{place(value):.1f}" cy="{y}" r="4.5" fill="#0072B2" stroke="none"/>')
        parts.append(f'<text x="{LEFT + LONG + 14}" y="{y + 4}">{100 * value:.1f} %{band}</text>')
    wide, high = LEFT + LONG + 170, ROW * len(now)
    size = f'viewBox="0 0 {wide} {high}" width="{wide}"'  # it shrinks with a narrow window
    look = 'style="font: 13px sans-serif; fill: currentColor; stroke-width: 1.5; max-width: 100%; height: auto"'
    body = "".join(parts).replace("<text", '<text stroke="none"')
    return f'<svg {size} {look} stroke="currentColor" role="img" aria-label="scores of the held-out clips">{body}</svg>'
