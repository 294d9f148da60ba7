"""Key points from video: MediaPipe's Holistic followed frame by frame, in the layout imigue22.

    python -m mglib.pose VIDEO_OR_FOLDER -o OUT.pkl --overlay

makes an annotation pickle that `mglib.data.load("annotation", ...)` reads, and videos to check it by. `make pose` gets
MediaPipe before.

Holistic follows one person: whom its detector is surest of, and then the same until that person is lost. Who that is
where there are several, nobody can say beforehand, and a hand that reaches over may be taken for the followed person's.
So film one person, or name the part of the picture that shows one: `region`. `Estimate.notes` tells of what can be
seen in the answer: frames without a person, and leaps from one place to another. What the picture cuts off Holistic may
still place within it, so film from the hips up where wrists matter, and look at the overlay.
"""

from .estimation import Estimate, estimate
from .holistic import PoseMissing
from .overlay import overlay
from .table import clip

__all__ = ["Estimate", "PoseMissing", "clip", "estimate", "overlay"]
