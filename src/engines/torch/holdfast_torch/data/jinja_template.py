"""Chat templates as transformers renders them, but for the date, which stands still.

transformers' own apply_chat_template lets nobody set the clock (from 5.x on it takes plain data only), so the
same sandbox is built here.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from holdfast_torch.base.text import head, message_of
from holdfast_torch.data.chat_template import TemplateRefusal, strftime_now
from holdfast_torch.data.row import ChatMessage


class JinjaTemplate:
    """A model's chat template. `tokens`: the special tokens it may name, such as `bos_token`."""

    def __init__(self, source: str, tokens: Mapping[str, str]) -> None:
        """Raises TemplateRefusal where the source is no Jinja template."""
        try:
            self._template = _environment().from_string(source)
        except TemplateError as error:
            raise TemplateRefusal(f"is no Jinja template ({_sentence(error)})") from error
        self._tokens = dict(tokens)

    def render(self, messages: Sequence[ChatMessage], add_generation_prompt: bool) -> str:
        """The text; raises TemplateRefusal."""
        said = [{"role": message.role, "content": message.content} for message in messages]
        try:
            return self._template.render(
                **self._tokens,
                # Given, and none: a template may ask either.
                tools=None,
                documents=None,
                messages=said,
                add_generation_prompt=add_generation_prompt,
            )
        except Exception as error:  # A template is a program: it may raise anything.
            raise TemplateRefusal(
                f"cannot be put into the model's chat template ({_sentence(error)})"
            ) from error


class UnreadableTemplate:
    """Stands where a template cannot be read, which is in the way of conversations only."""

    def __init__(self, problem: str) -> None:
        self._problem = problem

    def render(self, messages: Sequence[ChatMessage], add_generation_prompt: bool) -> NoReturn:  # noqa: ARG002
        """Raises TemplateRefusal."""
        raise TemplateRefusal(self._problem)


class _Generation(Extension):
    """`{% generation %}`, which marks what the assistant says: here only the text inside counts."""

    tags = {"generation"}  # noqa: RUF012

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_said"), [], [], body).set_lineno(line)

    @staticmethod
    def _said(caller: Callable[[], str]) -> str:
        return caller()


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = strftime_now
    return environment


def _to_json(value: Any, **options: Any) -> str:
    """Jinja's own filter escapes what HTML would misread."""
    return json.dumps(value, **{"ensure_ascii": False, **options})


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _sentence(error: BaseException) -> str:
    return head(message_of(error).split("\n", 1)[0], 200)
