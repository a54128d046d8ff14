"""A model's tokenizer: transformers', with the ids that the TypeScript engine has."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from holdfast_torch.base.text import head, message_of, well_formed
from holdfast_torch.data.chat_template import ChatTemplate, TemplateRefusal
from holdfast_torch.data.jinja_template import JinjaTemplate, UnreadableTemplate
from holdfast_torch.data.tokenizer_files import chat_template_source, end_token_of_model, tokenizer_config
from holdfast_torch.failure import Failure


class ModelTokenizer:
    """Token ids of texts and back. `hf` is the tokenizer of transformers.

    `newline_token_ids`: tokens that end a line, where decoding an answer stops. `size`: highest id and one
    more. `pad_token_id` is the end token where the tokenizer has no padding: it is only ever put where
    nothing counts.
    """

    def __init__(self, hf: Any, eos_token_id: int, chat: ChatTemplate | None, clean_up: bool) -> None:
        self.hf = hf
        self.eos_token_id = eos_token_id
        self.pad_token_id: int = eos_token_id if hf.pad_token_id is None else hf.pad_token_id
        self.chat = chat
        self._clean_up = clean_up
        # The fast path: transformers' own wrapper takes several times as long as the tokenizer inside it.
        self._backend = getattr(hf, "backend_tokenizer", None)
        if self._backend is not None:
            self._backend.no_truncation()
            self._backend.no_padding()
        vocabulary: dict[str | bytes, int] = hf.get_vocab()
        self.size = max(vocabulary.values(), default=-1) + 1
        self.newline_token_ids = frozenset(token for text, token in vocabulary.items() if _ends_line(text))
        added = hf.added_tokens_decoder.items()
        self._special = {eos_token_id, *(token for token, text in added if text.special)}
        self._adds_end = self._encode("a", add_special_tokens=True)[-1:] == [eos_token_id]
        self._line_break = self._line_break_of_sentencepiece()

    def encode_start(self, text: str) -> list[int]:
        """Token ids of a text that begins a sequence: with BOS where the model has it, no end token."""
        ids = self._encode(text, add_special_tokens=True)
        return ids[:-1] if self._adds_end else ids

    def encode_rest(self, text: str) -> list[int]:
        """Token ids of a text that continues a sequence.

        SentencePiece vocabularies put a blank before every text. Within a sequence there is none, so there
        the text is encoded below a line break, which no token of such a vocabulary reaches over.
        """
        if self._line_break is not None:
            whole = self.encode_rendered(f"\n{text}")
            if whole[: len(self._line_break)] == self._line_break:
                return whole[len(self._line_break) :]
        return self.encode_rendered(text)

    def encode_rendered(self, text: str) -> list[int]:
        """Token ids of a text that begins a sequence and brings its own special tokens."""
        return self._encode(text, add_special_tokens=False)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of tokens, special ones left out."""
        if self._backend is not None:
            text: str = self._backend.decode(list(ids), skip_special_tokens=True)
        else:
            text = self.hf.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return clean_up_spaces(text) if self._clean_up else text

    def is_special(self, token_id: int) -> bool:
        """Whether a token stands for no text, such as the end of a turn."""
        return token_id in self._special

    def _encode(self, text: str, *, add_special_tokens: bool) -> list[int]:
        plain = well_formed(text)
        if self._backend is not None:
            ids: Iterable[int] = self._backend.encode(plain, add_special_tokens=add_special_tokens).ids
        else:
            ids = self.hf.encode(plain, add_special_tokens=add_special_tokens)
        return list(ids)

    def _line_break_of_sentencepiece(self) -> list[int] | None:
        first = self.encode_rendered("a")[:1]
        token = self.hf.convert_ids_to_tokens(first[0]) if first else None
        return self.encode_rendered("\n") if isinstance(token, str) and token.startswith("\u2581") else None


def load_tokenizer(
    folder: str | Path, trust_remote_code: bool = False, vocab_size: int | None = None
) -> ModelTokenizer:
    """Loads the tokenizer of a model folder; nothing is downloaded.

    `vocab_size`: rows of the embedding, where they are known: a tokenizer with more ids does not fit the
    model. Raises Failure('model.tokenizer', ...), and Failure('model.remote-code', ...) where the tokenizer
    is a program of the folder's.
    """
    path = Path(folder)
    config = tokenizer_config(path, trust_remote_code)
    hf = _load(path, trust_remote_code)
    eos = hf.eos_token_id if hf.eos_token_id is not None else end_token_of_model(path)
    if eos is None:
        raise Failure(
            "model.tokenizer",
            f"{path}/tokenizer.json names no end-of-sequence token: set eos_token in tokenizer_config.json.",
        )
    chat = _chat_template(path, config, hf)
    tokenizer = ModelTokenizer(hf, eos, chat, config.get("clean_up_tokenization_spaces", True) is not False)
    if vocab_size is not None and tokenizer.size > vocab_size:
        raise Failure(
            "model.tokenizer",
            f"{path / 'tokenizer.json'} has {tokenizer.size} tokens, "
            f"the model's embedding {vocab_size} rows: use the tokenizer that came with the model.",
        )
    return tokenizer


def clean_up_spaces(text: str) -> str:
    """Blanks before punctuation and English contractions taken out (BERT's clean_up_tokenization_spaces).

    transformers has changed over its versions whether it does so; verdicts over answers must not change with
    it.
    """
    for spaced in (" .", " ?", " !", " ,"):
        text = text.replace(spaced, spaced[1])
    text = text.replace(" ' ", "'")
    for spaced in (" n't", " 'm", " 's", " 've", " 're"):
        text = text.replace(spaced, spaced[1:])
    return text


def _load(path: Path, trust_remote_code: bool) -> Any:
    try:
        return AutoTokenizer.from_pretrained(
            str(path), use_fast=True, trust_remote_code=trust_remote_code, local_files_only=True
        )
    except Exception as error:  # transformers and its parts raise whatever they like about a file.
        reason = head(message_of(error).split("\n", 1)[0], 200)
        if "trust_remote_code" in message_of(error) and not trust_remote_code:
            raise Failure(
                "model.remote-code",
                f"The tokenizer of {path} is a program that comes with the model: "
                "set trust_remote_code: true to run it, which lets it do anything you may do, "
                "or use a model that transformers knows.",
            ) from error
        raise Failure(
            "model.tokenizer",
            f"{path}/tokenizer.json could not be read ({reason}): "
            "save the tokenizer again with a current transformers.",
        ) from error


def _chat_template(path: Path, config: dict[str, Any], hf: Any) -> ChatTemplate | None:
    source, is_there = chat_template_source(path, config, getattr(hf, "chat_template", None))
    if not is_there:
        return None
    problem = "is a list without a template called default"
    if source is not None:
        try:
            return JinjaTemplate(source, _template_tokens(hf))
        except TemplateRefusal as refusal:
            problem = str(refusal)
    return UnreadableTemplate(
        f"cannot be worded, because the chat template of {path} {problem}: "
        "take the one the model was published with"
    )


def _template_tokens(hf: Any) -> dict[str, str]:
    return {name: str(text) for name, text in hf.special_tokens_map.items() if not isinstance(text, list)}


def _ends_line(token: str | bytes) -> bool:
    """`token`: as the vocabulary writes it.

    Byte-level ones write a line break as U+010A; slow ones may keep bytes.
    """
    if isinstance(token, bytes):
        return b"\n" in token
    return "\u010a" in token or "\n" in token or token == "<0x0A>"
