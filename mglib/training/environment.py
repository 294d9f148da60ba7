"""Variables of the environment that would change what is learnt: those of Accelerate are hidden, others written down.

A variable that another project left in the shell is no setting of a run: config.yaml says the same with and without.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mglib.base.errors import ConfigError

# Accelerate reads gradient accumulation, clipping, precision, compilation and sharding from variables of these
# beginnings, by which `accelerate launch` hands over its own options; here they are settings, or not wanted
HIDDEN = ("ACCELERATE_", "FSDP_", "PARALLELISM_CONFIG_", "MEGATRON_LM_")
# but for where to compute, which environment.json says, and what is only said
KEPT = ("ACCELERATE_USE_CPU", "ACCELERATE_TORCH_DEVICE", "ACCELERATE_DEBUG_MODE", "ACCELERATE_LOG_LEVEL")
# Read by libraries when they are loaded, so that it is too late to hide them: how exactly they compute
ARITHMETIC = (
    *("NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "CUBLAS_WORKSPACE_CONFIG", "CUBLASLT_WORKSPACE_SIZE"),
    *("TORCH_BLAS_PREFER_CUBLASLT", "PYTORCH_TUNABLEOP_ENABLED", "TORCH_CUDNN_V8_API_DISABLED"),
    *("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"),
    *("ATEN_CPU_CAPABILITY", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS", "MKL_DISABLE_FAST_MM"),
    *("PYTORCH_MPS_FAST_MATH", "PYTORCH_MPS_PREFER_METAL", "PYTORCH_ENABLE_MPS_FALLBACK", "FLUSH_DENORMAL"),
)


@contextmanager
def unswayed() -> Iterator[None]:
    """Hide Accelerate's variables from what is done inside, and from the processes that it starts."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(HIDDEN) and name not in KEPT}
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith(HIDDEN) and name not in KEPT]:
            del os.environ[name]  # which Accelerate has set for itself
        os.environ.update(hidden)


def arithmetic() -> dict[str, str]:
    """The variables set here that say how exactly libraries compute."""
    return {name: os.environ[name] for name in ARITHMETIC if name in os.environ}


def check_arithmetic(run: str, before: Mapping[str, str]) -> None:
    """Compare them with those that a run was started under.

    Raises:
        ConfigError: they differ, so the run would not go on as it began.
    """
    now = arithmetic()
    changed = [name for name in ARITHMETIC if before.get(name) != now.get(name)]
    if changed:
        values = [(name, before.get(name) or "not set", now.get(name) or "not set") for name in changed]
        lines = ", ".join(f"{name} was {old} and is {new}" for name, old, new in values)
        raise ConfigError(
            f"resume: the run {run} was started under other variables of the environment: {lines}; they change how "
            "libraries compute, so set them as they were, or give another run_name."
        )
