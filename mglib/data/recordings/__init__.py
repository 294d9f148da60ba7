"""Recordings: untrimmed videos of one person, with what coders or the machine marked in them."""

from .recording import Recording, Recordings, Segment, by_time

__all__ = ["Recording", "Recordings", "Segment", "by_time"]
