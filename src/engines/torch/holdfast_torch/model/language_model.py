"""A causal language model of Transformers, seen as Holdfast needs it: a trunk, a head, names and bits of parameters."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ..device.out_of_memory import Splitter, no_memory_to_measure
from ..failure import Failure
from .fingerprint import fingerprint
from .head import Head
from .layout import LayoutMode, TokenBatch, lay_out

if TYPE_CHECKING:
    from .lower_trunk import LowerTrunk


@dataclass(frozen=True)
class Hidden:
    """`last`: [B * T, H] after the final norm; `layers`: by layer from 1, [B * T, H], the residual stream after it."""

    last: Tensor
    layers: dict[int, Tensor] = field(default_factory=dict)


class LanguageModel:
    """Wraps a model of `AutoModelForCausalLM`; the model itself stays an ordinary one of Transformers."""

    def __init__(self, hf: Any, pad_id: int, device: torch.device, layout_mode: LayoutMode = "tree") -> None:
        self.hf = hf
        self.pad_id = pad_id
        self.device = device
        self.layout_mode: LayoutMode = layout_mode
        self.gathered: Callable[[], AbstractContextManager[None]] = nullcontext
        """Entered while the model is called outside of training: a sharded one gathers its outer parameters there."""
        self.splitter = Splitter(explain=no_memory_to_measure)
        """Cuts the batches of everything but training, which has a splitter of its own: a pass without gradients needs less."""
        self.lower: LowerTrunk | None = None
        """What the frozen lower layers say of the training rows, where that is kept."""
        self.trunk: nn.Module = _trunk_of(hf)
        self.layers: nn.ModuleList = _layers_of(self.trunk)

    @property
    def dtype(self) -> torch.dtype:
        """Of the activations."""
        return next(self.trunk.parameters()).dtype

    @property
    def num_layers(self) -> int:
        return len(self.layers)

    @property
    def hidden_size(self) -> int:
        return int(self.head().weight.shape[1])

    @property
    def vocab_size(self) -> int:
        return int(self.head().weight.shape[0])

    def lay_out(self, rows: Sequence[Sequence[int]]) -> TokenBatch:
        window = getattr(self.hf.config.get_text_config(), "sliding_window", None)
        # A mask of our own knows nothing of windows: rows that reach over one take the model's own masks.
        is_windowed = isinstance(window, int) and max(len(row) for row in rows) > window
        mode: LayoutMode = "padded" if is_windowed else self.layout_mode
        return lay_out(rows, self.pad_id, mode, self.device, self.dtype)

    def lay_out_known(self, rows: Sequence[Sequence[int]]) -> TokenBatch:
        """The same of training rows, which start from what the frozen lower layers have said of them, where that is kept."""
        batch = self.lay_out(rows)
        return batch if self.lower is None else self.lower.give(batch, rows)

    def hidden(self, batch: TokenBatch, layers: Sequence[int] = ()) -> Hidden:
        """Runs the trunk. `layers` counts from 1."""
        kept: dict[int, Tensor] = {}
        with ExitStack() as stack:
            for layer in layers:
                hook = self.layers[layer - 1].register_forward_hook(_keep(kept, layer))
                stack.callback(hook.remove)
            if batch.lower is not None and self.lower is not None:
                from .lower_trunk import upper_layers_only

                stack.enter_context(upper_layers_only(self, self.lower))
            output = self.trunk(**trunk_inputs(batch))
        last = output[0] if isinstance(output, tuple) else output.last_hidden_state
        return Hidden(_flat(last), {layer: _flat(state) for layer, state in kept.items()})

    def head(self) -> Head:
        """The head as it is now; it shares the model's tensors."""
        output: nn.Linear = self.hf.get_output_embeddings()
        config = self.hf.config.get_text_config()
        scale = getattr(config, "logit_scale", None)
        divisor = getattr(config, "logits_scaling", None)
        return Head(
            output.weight,
            getattr(output, "bias", None),
            float(scale) if scale else 1.0 / float(divisor) if divisor else 1.0,
            getattr(config, "final_logit_softcapping", None),
        )

    def logits(self, hidden: Tensor) -> Tensor:
        """[n, H] -> float32 [n, V]."""
        return self.head().logits(hidden)

    def parameters_by_name(self) -> dict[str, nn.Parameter]:
        """A parameter that two modules share (a tied head) is there once, under the name that comes first."""
        return dict(self.hf.named_parameters())

    def fingerprint(self, names: Iterable[str] | None = None) -> str:
        """Of the parameters as they are now; of all where no names are given."""
        parameters = self.parameters_by_name()
        # Copies: memory that NumPy has seen cannot be freed by a sharded model any more.
        return fingerprint(
            (name, full_tensor(parameters[name].detach()).to("cpu", copy=True))
            for name in (parameters if names is None else names)
        )

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """No dropout and no gradients inside; afterwards as before."""
        was_training = self.hf.training
        self.hf.eval()
        try:
            # What is compiled is compiled for training: other shapes and caches would each be compiled anew.
            with torch.no_grad(), self.gathered(), torch.compiler.set_stance("force_eager"):
                yield
        finally:
            self.hf.train(was_training)


def trunk_inputs(batch: TokenBatch) -> dict[str, Any]:
    """Keyword arguments of a trunk's forward."""
    given = {"position_ids": batch.position_ids, "attention_mask": batch.attention_mask}
    present = {name: value for name, value in given.items() if value is not None}
    tokens = {"input_ids": batch.input_ids} if batch.lower is None else {"inputs_embeds": batch.lower}
    return {**tokens, "use_cache": False, **present}


def full_tensor(tensor: Tensor) -> Tensor:
    """The whole of a tensor whose parts lie on several devices; any other as it is."""
    whole = getattr(tensor, "full_tensor", None)
    return tensor if whole is None else whole()


def _keep(kept: dict[int, Tensor], layer: int) -> Any:
    def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
        kept[layer] = output[0] if isinstance(output, tuple) else output

    return hook


def _flat(hidden: Tensor) -> Tensor:
    return hidden.reshape(-1, hidden.shape[-1])


def _trunk_of(hf: Any) -> nn.Module:
    """The model without its head: every causal model of Transformers names it by `base_model_prefix`."""
    trunk = getattr(hf, hf.base_model_prefix, None)
    if isinstance(trunk, nn.Module) and isinstance(hf.get_output_embeddings(), nn.Linear):
        return trunk
    raise Failure(
        "model.architecture",
        f"{type(hf).__name__} has no trunk and linear head of its own, so its loss cannot be computed in parts: choose a "
        "decoder such as Llama, Qwen, Mistral, Gemma, GPT-2 or GPT-NeoX.",
    )


def _layers_of(trunk: nn.Module) -> nn.ModuleList:
    lists = [module for module in trunk.modules() if isinstance(module, nn.ModuleList)]
    if lists:
        return max(lists, key=lambda modules: sum(p.numel() for p in modules.parameters()))
    raise Failure(
        "model.architecture",
        f"{type(trunk).__name__} has no list of layers: choose a decoder such as Llama, Qwen, Mistral, Gemma or GPT-2.",
    )
