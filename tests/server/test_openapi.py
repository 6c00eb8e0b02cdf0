"""The OpenAPI document: whatever it allows to be sent gets an answer that it describes, and never a server error.

``make fuzz-api`` sends many more of them.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

import httpx
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from service_fakes import ASK

EXAMPLES = int(os.environ.get("DATELINE_EXAMPLES", "4"))
NO_HTTP = b"Invalid HTTP request received."
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_whatever_is_sent_is_answered_as_described(base: str, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_url(f"{base}/openapi.json")
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        with contextlib.suppress(Unsatisfiable):  # nothing wrong can be sent where nothing is taken

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
            def sent(case: Any) -> None:
                response = case.call(timeout=120)
                if response.content == NO_HTTP:
                    return  # longer than a request's first line may be: refused before the service sees it
                case.validate_response(response, checks=CHECKS)

            sent()


def test_every_path_of_the_api_is_described_with_its_errors(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    assert document["paths"]["/api/v1/ask"]["post"]["requestBody"]
    for path, methods in document["paths"].items():
        for one in methods.values():
            assert one.get("description"), path
            if path.startswith(("/api/", "/v1/")):
                assert {"401", "422", "429", "503"} <= set(one["responses"]), path
    examples = document["components"]["schemas"]["AskRequest"]["examples"]
    assert examples[0]["question"]


def test_a_real_answer_is_as_described_and_a_wrong_one_is_not(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    described = {"$ref": "#/components/schemas/Answer", "components": document["components"]}
    answer = http.post("/api/v1/ask", json=ASK).json()
    jsonschema.validate(answer, described)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**answer, "status": "maybe"}, described)
