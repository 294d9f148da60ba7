"""Pre-training without labels: a pathway learns to say how joints move that it does not see.

pretraining   the epochs, and `pretrain`
shares        who is learnt from, and who says how well it went
gate          what is told of hidden joints, against no motion and straight lines
probe         what a linear classifier makes of the features
recording     what a run writes down
"""

from .pretraining import pretrain

__all__ = ["pretrain"]
