"""Conversations as token ids."""

from holdfast_torch.data.chat_template import ChatTemplate, TemplateRefusal, cut_conversation
from holdfast_torch.data.encoded_row import IGNORE_INDEX, EncodedRow, Tokenizer, cut_row
from holdfast_torch.data.row import ChatRow


def chat_tokens(row: ChatRow, tokenizer: Tokenizer, chat: ChatTemplate) -> list[tuple[list[int], bool]]:
    """A conversation as tokens, context and answer in turn, each with whether it is an answer.

    The template brings its own special tokens. They are the tokens of the whole text, as at inference, except
    where a token would reach over the edge of an answer: from there on pieces are encoded apart, so that
    training sees exactly the tokens that decoding starts from. Where an answer does not end with a special
    token, the end-of-sequence token is added: nothing else would say that the turn is over. Raises
    TemplateRefusal.
    """
    text = ""
    before: list[int] = []
    pieces: list[tuple[list[int], bool]] = []
    for piece in cut_conversation(row.messages, chat):
        text += piece.text
        whole = tokenizer.encode_rendered(text)
        goes_on = whole[: len(before)] == before
        ids = whole[len(before) :] if goes_on else tokenizer.encode_rest(piece.text)
        before = before + ids
        is_open = piece.is_answer and not (ids and tokenizer.is_special(ids[-1]))
        pieces.append(([*ids, tokenizer.eos_token_id] if is_open else ids, piece.is_answer))
    return pieces


def encode_chat(
    row: ChatRow, tokenizer: Tokenizer, chat: ChatTemplate, max_length: int, answers_only: bool
) -> EncodedRow | str:
    """A conversation, cut at `max_length`; or half a sentence saying why it cannot be worded."""
    try:
        pieces = chat_tokens(row, tokenizer, chat)
    except TemplateRefusal as refusal:
        return str(refusal)
    ids = [token for piece, _ in pieces for token in piece]
    labels = [
        token if is_answer or not answers_only else IGNORE_INDEX
        for piece, is_answer in pieces
        for token in piece
    ]
    return cut_row(row.id, ids, labels, len(pieces[0][0]) if pieces else 0, max_length)
