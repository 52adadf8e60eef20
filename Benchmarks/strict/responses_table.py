"""All cases of the response side."""

import responses_body
import responses_head
import responses_reuse
from case import Table


def cases():
    table = Table("response")
    for part in (responses_head, responses_body, responses_reuse):
        part.add(table)
    return table.cases
