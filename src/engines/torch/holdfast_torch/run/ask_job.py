"""`holdfast ask`: a conversation with one or two models."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..data.knowledge import first_line
from ..data.wording import fill
from ..evaluation.decode import DecodeOptions, decode_greedily
from ..folder.identity import liveness_of
from ..protocol.command_box import Command, CommandBox, Question, ReceivedCommand
from ..protocol.run_file import AskJob
from .asked_model import AskedModel, open_asked_model
from .context import RunContext

POLL_SECONDS = 0.05
ASKER_SECONDS = 3.0
"""Asking whether a process lives costs a second on some systems."""
LONGEST_IDLE_SECONDS = 15 * 60.0

Said = Command | Question


def ask_job(context: RunContext, job: AskJob, questions: CommandBox[Said]) -> None:
    """Holds one or two models and answers questions as they come, until a `stop`, until who asks is gone, or
    until nobody has asked for a quarter of an hour.

    Does not wait for the device, as a run or a probe does: answers are short and a person waits for them,
    also while a run has the device.
    """
    config = context.run.config
    names = [*([] if job.before is None else [job.before]), config.model_name_or_path]
    models = [open_asked_model(context, name) for name in names]
    conversation = Conversation(context, job, models)
    asker = _Asker(job)
    last_asked = time.monotonic()
    while True:
        found = questions.poll()
        for broken in found.broken:
            context.log.write("acknowledged", command=broken.id, accepted=False, reason=broken.problem)
        for received in found.commands:
            conversation.carry_out(received)
        if found.commands:
            last_asked = time.monotonic()
        reason = stop_reason_of(found.commands) or reason_to_end(
            context.interrupted(), asker.is_gone(), time.monotonic() - last_asked
        )
        if reason is not None:
            context.log.write("stopped", step=0, reason=reason)
            return
        time.sleep(POLL_SECONDS)


def reason_to_end(is_interrupted: bool, is_asker_gone: bool, idle_seconds: float) -> str | None:
    """Why a conversation that nobody stopped should end; None while it should go on. idle_seconds: since the
    last question.
    """
    if is_interrupted:
        return "the engine was interrupted"
    if is_asker_gone:
        return "the process that asked is gone"
    return "nothing was asked for 15 minutes" if idle_seconds >= LONGEST_IDLE_SECONDS else None


def stop_reason_of(received: Sequence[ReceivedCommand[Said]]) -> str | None:
    """Why the conversation ends, where one of the commands asks for it."""
    stops = [
        one.command for one in received if isinstance(one.command, Command) and one.command.command == "stop"
    ]
    return (stops[0].reason or "asked for") if stops else None


@dataclass(frozen=True)
class Conversation:
    """The models that are asked."""

    context: RunContext
    job: AskJob
    models: Sequence[AskedModel]

    def carry_out(self, received: ReceivedCommand[Said]) -> None:
        """Acknowledges a command, and answers it if it is a question."""
        log, said = self.context.log, received.command
        refusal = self._refusal_of(said)
        log.write(
            "acknowledged",
            command=received.id,
            accepted=refusal is None,
            reason=refusal,
            name=said.command,
        )
        if isinstance(said, Question) and refusal is None:
            prompt = self._prompt_of(said)
            log.write(
                "answered", command=received.id, answers=[self._answer(one, prompt) for one in self.models]
            )

    def _refusal_of(self, said: Said) -> str | None:
        """Why a command cannot be carried out; None if it can."""
        if isinstance(said, Command):
            return None if said.command == "stop" else "an ask job only answers and stops"
        prompt = self._prompt_of(said)
        if all(one.tokenizer.encode_start(prompt) for one in self.models):
            return None
        return "the question has no token that the model reads: ask something else"

    def _prompt_of(self, question: Question) -> str:
        template = self.context.run.config.prompt_template
        return question.text if question.raw else fill(template, question.text)

    def _answer(self, asked: AskedModel, prompt: str) -> dict[str, Any]:
        tokenizer = asked.tokenizer
        options = DecodeOptions(
            max_new_tokens=self.job.max_new_tokens,
            stop_tokens=frozenset({*tokenizer.newline_token_ids, tokenizer.eos_token_id}),
            batch_size=1,
            pad_id=tokenizer.pad_token_id,
        )
        ids = decode_greedily(asked.model, [tokenizer.encode_start(prompt)], options)[0]
        return {
            "model": asked.name,
            "text": first_line(tokenizer.decode(ids)),
            "tokens": len(ids),
            "ended": _ended(ids, tokenizer.eos_token_id, tokenizer.newline_token_ids),
        }


def _ended(ids: Sequence[int], eos: int, newlines: frozenset[int]) -> str:
    if ids and ids[-1] == eos:
        return "end_token"
    return "newline" if ids and ids[-1] in newlines else "max_new_tokens"


class _Asker:
    """The process that asks, looked at now and then."""

    def __init__(self, job: AskJob) -> None:
        self._identity = job.asker
        self._looked = time.monotonic()

    def is_gone(self) -> bool:
        if time.monotonic() - self._looked < ASKER_SECONDS:
            return False
        self._looked = time.monotonic()
        return liveness_of(self._identity) == "gone"
