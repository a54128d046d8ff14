"""Every row format, asked in this order."""

from holdfast_torch.data.formats.alpaca import AlpacaFormat
from holdfast_torch.data.formats.entity_questions import EntityQuestionsFormat
from holdfast_torch.data.formats.format import RowFormat
from holdfast_torch.data.formats.messages import MessagesFormat
from holdfast_torch.data.formats.prompt_completion import PromptCompletionFormat
from holdfast_torch.data.formats.sharegpt import SharegptFormat
from holdfast_torch.data.formats.text import TextFormat

ROW_FORMATS: tuple[RowFormat, ...] = (
    MessagesFormat(),
    PromptCompletionFormat(),
    EntityQuestionsFormat(),
    AlpacaFormat(),
    SharegptFormat(),
    TextFormat(),
)
