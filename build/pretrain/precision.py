"""Half precision where the device has units for it; elsewhere it is emulated, and some twenty times slower."""

import torch


def half_where_fast(device: str) -> torch.autocast:
    """The context for convolutions. A processor has the units from AVX-512 BF16 on."""
    kind = device.split(":")[0]
    fast = kind != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=fast)
