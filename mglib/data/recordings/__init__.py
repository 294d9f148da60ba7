"""Recordings: untrimmed videos of one person, with the segments that coders or a model marked in them."""

from .recording import Recording, Recordings, Segment, by_time

__all__ = ["Recording", "Recordings", "Segment", "by_time"]
