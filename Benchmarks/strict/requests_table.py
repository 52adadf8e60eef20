"""All cases of the request side."""

import requests_bytes
import requests_chunks
import requests_fields
import requests_framing
import requests_line
import requests_semantics
from case import Table


def cases():
    table = Table("request")
    for part in (requests_framing, requests_chunks, requests_line, requests_fields,
                 requests_semantics, requests_bytes):
        part.add(table)
    return table.cases
