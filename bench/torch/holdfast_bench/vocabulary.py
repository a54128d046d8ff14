"""A byte-level BPE of the benchmark's own text. Models have more rows in their embedding than it has tokens, as Qwen2.5 does."""

import json
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING

from .places import cache
from .rows import WORDING, all_facts, fingerprint

if TYPE_CHECKING:
    from tokenizers import Tokenizer

END = "<|endoftext|>"
END_ID = 0
_MAX_TOKENS = 32000


@once
def tokenizer() -> "Tokenizer":
    """Learned once from every fact the repository ships, then read from the cache."""
    from tokenizers import Tokenizer

    path = cache() / f"tokenizer-{fingerprint()}.json"
    if not path.exists():
        path.write_text(_learn(), encoding="utf-8")
    return Tokenizer.from_file(str(path))


def save_tokenizer(folder: Path) -> None:
    """Puts the tokenizer beside a model, as transformers expects it."""
    tokenizer().save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": END, "pad_token": END}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")


def _learn() -> str:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learned.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_MAX_TOKENS,
        min_frequency=2,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    text = [f"{WORDING.format(question=fact.question)} {fact.answer}" for fact in all_facts()]
    learned.train_from_iterator(text, trainer)
    return learned.to_str()
