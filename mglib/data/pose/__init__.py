"""Key points from video by MediaPipe's Holistic, frame by frame, in the layout imigue22.

    python -m mglib.pose VIDEO_OR_FOLDER -o OUT.pkl --overlay

writes an annotation pickle that `mglib.data.load("annotation", ...)` reads, and videos to check it. MediaPipe must be
installed first, by `make pose`.

Holistic follows one person: the one detected with the highest confidence, until that person is lost. With several
persons it cannot be foreseen who that is, and another person's hand may be mistaken for the followed person's. So film
one person, or name the part of the picture that shows one: `region`. `Estimate.notes` reports problems found in the
result: frames without a person, and jumps from one place to another. Holistic may place body parts that are outside
the picture within it, so film from the hips up where wrists matter, and check the overlay.
"""

from .estimation import Estimate, estimate
from .holistic import PoseMissing
from .overlay import overlay
from .table import clip

__all__ = ["Estimate", "PoseMissing", "clip", "estimate", "overlay"]
