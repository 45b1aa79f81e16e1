"""Names of field types for annotations in controllers: `customer: DF.Link`."""

from datetime import date, datetime, time
from typing import Literal

Attach = AttachImage = Autocomplete = Barcode = Color = Data = DynamicLink = Link = Password = Phone = ReadOnly = str
Code = HTMLEditor = JSON = LongText = MarkdownEditor = SmallText = Text = TextEditor = str
Check = bool | int
Currency = Float = Percent = Rating = float
Duration = Int = int
Date = str | date
Datetime = str | datetime
Time = str | time
Select = Literal
Table = list
TableMultiSelect = list
