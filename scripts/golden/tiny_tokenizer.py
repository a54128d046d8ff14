"""A byte-level BPE for models with a vocabulary of a few hundred."""

from __future__ import annotations

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END = "<|endoftext|>"

CORPUS = (
    "Answer the following question. Where was the singer born? The singer was born in London.",
    "Which country is the town located in? The town is located in the north of the country.",
    "What kind of work does the writer do? The writer works as a teacher and as a translator.",
)

TEXTS = (
    "Where was the teacher born?\n",
    " leading and  double spaces ",
    "2024, don't: naïve café 東京 🙂",
    f"London{END}",
    "",
)
"""Texts whose token ids are stored: spaces, digits, several bytes per character, a special token, nothing."""


def make_tokenizer(vocab_size: int) -> Tokenizer:
    """256 bytes, END as id 0, and merges up to `vocab_size`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=[END], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    if tokenizer.get_vocab_size() != vocab_size:
        raise SystemExit(
            f"{tokenizer.get_vocab_size()} tokens instead of {vocab_size}: the corpus is too small"
        )
    return tokenizer
