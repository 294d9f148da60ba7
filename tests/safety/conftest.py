"""One profile for all property-based tests: the same examples everywhere, and no clock, as machines differ."""

import hypothesis

hypothesis.settings.register_profile(
    "project", derandomize=True, deadline=None, max_examples=50, database=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)  # fmt: skip
hypothesis.settings.load_profile("project")
