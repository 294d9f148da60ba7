"""Environment variables that would change a training: those of Accelerate are hidden, others are recorded.

Variables left in the shell by other projects must not act as settings of a run, since config.yaml does not show them.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mglib.base.errors import ConfigError

# Accelerate reads gradient accumulation, clipping, precision, compilation and sharding from variables with these
# prefixes, by which `accelerate launch` passes its own options; here these are settings, or not supported
HIDDEN = ("ACCELERATE_", "FSDP_", "PARALLELISM_CONFIG_", "MEGATRON_LM_")
# exceptions: the device, which environment.json records, and logging
KEPT = ("ACCELERATE_USE_CPU", "ACCELERATE_TORCH_DEVICE", "ACCELERATE_DEBUG_MODE", "ACCELERATE_LOG_LEVEL")
# How exactly libraries compute: they read these when they are loaded, when it is too late to hide them
ARITHMETIC = (
    *("NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "CUBLAS_WORKSPACE_CONFIG", "CUBLASLT_WORKSPACE_SIZE"),
    *("TORCH_BLAS_PREFER_CUBLASLT", "PYTORCH_TUNABLEOP_ENABLED", "TORCH_CUDNN_V8_API_DISABLED"),
    *("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"),
    *("ATEN_CPU_CAPABILITY", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS", "MKL_DISABLE_FAST_MM"),
    *("PYTORCH_MPS_FAST_MATH", "PYTORCH_MPS_PREFER_METAL", "PYTORCH_ENABLE_MPS_FALLBACK", "FLUSH_DENORMAL"),
)


@contextmanager
def unswayed() -> Iterator[None]:
    """Hide Accelerate's variables inside the `with` block and from processes started there."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(HIDDEN) and name not in KEPT}
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith(HIDDEN) and name not in KEPT]:
            del os.environ[name]  # set by Accelerate meanwhile
        os.environ.update(hidden)


def arithmetic() -> dict[str, str]:
    """The variables of `ARITHMETIC` that are set in this process."""
    return {name: os.environ[name] for name in ARITHMETIC if name in os.environ}


def check_arithmetic(run: str, before: Mapping[str, str]) -> None:
    """Compare the variables of `ARITHMETIC` with those that a run was started with.

    Raises:
        ConfigError: they differ, so the resumed run would not compute as it did before.
    """
    now = arithmetic()
    changed = [name for name in ARITHMETIC if before.get(name) != now.get(name)]
    if changed:
        values = [(name, before.get(name) or "not set", now.get(name) or "not set") for name in changed]
        lines = ", ".join(f"{name} was {old} and is {new}" for name, old, new in values)
        raise ConfigError(
            f"resume: the run {run} was started with other environment variables: {lines}; they change how "
            "libraries compute, so set them as they were, or give another run_name."
        )
