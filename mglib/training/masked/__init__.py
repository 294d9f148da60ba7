"""Masked pre-training, without labels: a pathway learns to predict the motion of hidden joints.

pretraining   training epochs, and `pretrain`
networks      the pathway with its decoder, and its features
shares        training clips and held-out clips
gate          the prediction for hidden joints, compared with no motion and with straight lines
probe         accuracy of a linear classifier on the features
recording     the files that a run writes
"""

from .pretraining import pretrain

__all__ = ["pretrain"]
