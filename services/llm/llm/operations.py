"""The operations: write, answer in a conversation, embed texts, find passages."""

from itertools import chain
from typing import Annotated, Any, Literal, cast

from ollama import AsyncClient
from pydantic import Base64Bytes, BaseModel, Field
from service_sdk import BadInput, Image, Progress, Service

from llm.answers import Answer, gather_answer
from llm.asking import ask
from llm.pictures import as_jpegs, check_pixels, check_sight, given_pictures
from llm.results import Answered, Embeddings, Found, Written
from llm.settings import choice
from llm.vectors import embed, rank

service = Service("llm", summary="Language models behind Ollama")

DEFAULT_TOP_PASSAGES = 5

# Answers are ended after LLM_SECONDS, by a check that tells Ollama to stop. This is for
# a worker that does not come to that check.
MAX_SECONDS = choice().answer_seconds + 60

# These limits bound the memory that a request takes while it waits.
Text = Annotated[str, Field(min_length=1, max_length=1_000_000)]
Texts = Annotated[list[Text], Field(min_length=1, max_length=100)]
Pictures = Annotated[list[Base64Bytes], Field(max_length=8)]

Model = Annotated[str, Field(min_length=1, max_length=200)]
Temperature = Annotated[float, Field(ge=0, le=10)]
StopWords = Annotated[list[str], Field(max_length=100)]
Options = dict[str, int | float | bool | str | StopWords]

COST_EXAMPLE = {
    "model": "llama3.2",
    "ended": "stop",
    "tokens": {"prompt": 31, "answer": 9},
    "seconds": {"total": 1.2, "load": 0.4, "prompt": 0.1, "answer": 0.7},
}


class Message(BaseModel):
    """One turn of a conversation."""

    role: Annotated[
        Literal["system", "user", "assistant"],
        Field(description="Who says it; “system” tells the model how to answer."),
    ]
    content: str
    images: Annotated[
        Pictures | None, Field(description="Pictures in base64, at most 8.")
    ] = None


class Passage(BaseModel):
    """A piece of a document; all its fields come back."""

    model_config = {"extra": "allow"}
    text: Text


@service.operation(
    route="llm-generate",
    summary="Let a language model write",
    max_seconds=MAX_SECONDS,
    example={
        "prompt": "Why is the sky blue?",
        **dict.fromkeys(
            ("model", "system", "temperature", "schema", "options", "images")
        ),
    },
    answer={"text": "Because blue light is scattered more.", **COST_EXAMPLE},
)
def llm_generate(
    prompt: Text,
    progress: Progress,
    model: Model | None = None,
    system: str | None = None,
    temperature: Temperature | None = None,
    schema: dict[str, Any] | None = None,
    options: Options | None = None,
    images: Pictures | None = None,
    image: Image | None = None,
) -> Written:
    """`text`: what the model writes to the `prompt`; with a JSON `schema` also `json`.

    The text so far is reported as progress.

    Args:
        prompt: What is asked.
        model: The name of the model in Ollama; if it is not given, the one that the
            operator of the service chose.
        system: How the model shall answer.
        temperature: How freely it writes, from 0; if it is not given, as the model
            says.
        schema: A JSON schema; the text is then JSON of this form.
        options: Those of Ollama: num_ctx, num_predict, seed, stop and others.
        images: Pictures in base64, at most 8, for models that can see.
        image: A picture as a file, in place of images.
    """
    current = choice()
    name = model or current.model

    given = given_pictures(image, images)
    check_pixels(given)
    pictures = as_jpegs(given)

    async def question(client: AsyncClient) -> Answer:
        await check_sight(client, name, pictures)

        chunks = await client.generate(
            name,
            prompt,
            system=system or "",
            images=pictures,
            format=schema,
            options=_with_temperature(options, temperature),
            stream=True,
        )
        return await gather_answer(chunks, progress, name)

    answer = ask(question, model=name, choice=current, progress=progress)
    return cast(Written, answer.as_result(schema))


@service.operation(
    route="llm-chat",
    summary="Let a language model answer in a conversation",
    max_seconds=MAX_SECONDS,
    example={
        "messages": [
            {"role": "user", "content": "Why is the sky blue?", "images": None}
        ],
        **dict.fromkeys(("model", "temperature", "schema", "options")),
    },
    answer={
        "text": "Because blue light is scattered more.",
        "message": {
            "role": "assistant",
            "content": "Because blue light is scattered more.",
        },
        **COST_EXAMPLE,
    },
)
def llm_chat(
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)],
    progress: Progress,
    model: Model | None = None,
    temperature: Temperature | None = None,
    schema: dict[str, Any] | None = None,
    options: Options | None = None,
    image: Image | None = None,
) -> Answered:
    """`message`: the model's next turn after the `messages`; `text`: only its text.

    The text so far is reported as progress.

    Args:
        messages: The conversation so far; the last message is answered.
        model: The name of the model in Ollama; if it is not given, the one that the
            operator of the service chose.
        temperature: How freely it writes, from 0; if it is not given, as the model
            says.
        schema: A JSON schema; the text is then JSON of this form.
        options: Those of Ollama: num_ctx, num_predict, seed, stop and others.
        image: A picture as a file; it belongs to the last message.
    """
    current = choice()
    name = model or current.model

    *earlier, last = messages
    given = [given_pictures(None, message.images) for message in earlier]
    given.append(given_pictures(image, last.images))
    check_pixels(chain.from_iterable(given))

    jpegs = [as_jpegs(of_message) for of_message in given]
    pictures = list(chain.from_iterable(jpegs))
    turns = [
        {"role": message.role, "content": message.content, "images": of_message}
        for message, of_message in zip(messages, jpegs, strict=True)
    ]

    async def question(client: AsyncClient) -> Answer:
        await check_sight(client, name, pictures)

        chunks = await client.chat(
            name,
            turns,
            format=schema,
            options=_with_temperature(options, temperature),
            stream=True,
        )
        return await gather_answer(chunks, progress, name)

    answer = ask(question, model=name, choice=current, progress=progress)
    message = {"role": "assistant", "content": answer.text}
    return cast(Answered, {"message": message, **answer.as_result(schema)})


@service.operation(
    route="llm-embed",
    summary="Turn texts into vectors",
    max_seconds=MAX_SECONDS,
    answer={
        "embeddings": [[0.12, -0.5, 0.86]],
        "dimensions": 3,
        "model": "nomic-embed-text",
        "tokens": {"prompt": 4},
        "seconds": {"total": 0.1},
    },
)
def llm_embed(
    texts: Annotated[Texts, Field(examples=[["The sky is blue."]])],
    progress: Progress,
    model: Model | None = None,
    options: Options | None = None,
) -> Embeddings:
    """`embeddings`: a vector of length 1 for each text, in their order; `dimensions`:
    how many numbers a vector has.

    Args:
        texts: At most 100.
        model: The name of the model in Ollama; if it is not given, the one that the
            operator of the service chose.
        options: Those of Ollama, such as num_ctx.
    """
    current = choice()
    name = model or current.embed_model

    async def question(client: AsyncClient) -> Embeddings:
        embedded = await embed(
            client, model=name, texts=texts, progress=progress, options=options
        )
        return {
            "embeddings": embedded.vectors,
            "dimensions": len(embedded.vectors[0]),
            **embedded.cost,
        }

    return ask(question, model=name, choice=current, progress=progress)


@service.operation(
    route="llm-search",
    summary="Find the passages that a question is about",
    max_seconds=MAX_SECONDS,
    example={
        "question": "Why is the sky blue?",
        "passages": [{"text": "Blue light is scattered more."}],
        "top": None,
        "model": None,
    },
    answer={
        "passages": [{"text": "Blue light is scattered more.", "score": 0.83}],
        "model": "nomic-embed-text",
        "tokens": {"prompt": 92},
        "seconds": {"total": 0.3},
    },
)
def llm_search(
    question: Text,
    passages: Annotated[list[Passage], Field(max_length=2000)],
    progress: Progress,
    top: Annotated[int, Field(ge=1, le=100)] | None = DEFAULT_TOP_PASSAGES,
    model: Model | None = None,
) -> Found:
    """The `top` (5) `passages` most similar to the `question`, each with its `score`.

    The question and the passages become vectors, which are compared here and are not
    kept.

    Args:
        question: What the passages shall be about.
        passages: Where it is searched, as document-split gives them; at least one.
        top: How many are found at most.
        model: The name of a model for vectors in Ollama; if it is not given, the one
            that the operator of the service chose.
    """
    current = choice()
    name = model or current.embed_model
    if not passages:
        raise BadInput.of("passages", "empty; send at least one passage")
    texts = [question, *(passage.text for passage in passages)]

    async def search(client: AsyncClient) -> Found:
        embedded = await embed(client, model=name, texts=texts, progress=progress)
        best = rank(embedded.vectors)[: top or DEFAULT_TOP_PASSAGES]

        found = [
            passages[number].model_dump() | {"score": score} for number, score in best
        ]
        return cast(Found, {"passages": found, **embedded.cost})

    return ask(search, model=name, choice=current, progress=progress)


def _with_temperature(
    options: Options | None, temperature: float | None
) -> dict[str, Any]:
    result: dict[str, Any] = dict(options or {})
    if temperature is not None:
        result["temperature"] = temperature
    return result
